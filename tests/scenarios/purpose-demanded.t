A programme can demand that nobody sees a name without saying what for; what was said is recorded with each look.

  $ . "$TESTDIR/docket.sh"
  $ rahasia=$(programme RAHASIA "unpaid_wages=months_times_wage_less_paid" '{"view_purpose_required": true}')
  $ biasa=$(programme BIASA "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file RAHASIA S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")
  $ budi=$(file BIASA S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")

Sari claims under the programme that demands it. Without a purpose she isn't shown, nor found, nor is her data handed out.

  $ klaim claimant show "$(claimant "$sari")"
  klaim: klaim-purpose: programme RAHASIA shows names only to who says what for: send it as metadata with the call
  [1]
  $ klaim claimant find "Sari"
  klaim: klaim-purpose: programme RAHASIA shows names only to who says what for: send it as metadata with the call
  [1]
  $ klaim claimant export "$(claimant "$sari")" --english
  klaim: klaim-purpose: programme RAHASIA shows names only to who says what for: send it as metadata with the call
  [1]

With a purpose she is.

  $ klaim --purpose "hearing of 30 November" claimant show "$(claimant "$sari")"
  Claimant 15: Sari Dewi
  NIK -, born 1990-02-01, phone -

Budi claims under another programme, which demands nothing.

  $ klaim claimant show "$(claimant "$budi")"
  Claimant 20: Budi Santoso
  NIK -, born 1985-03-03, phone -

Claims and figures are no names: they are shown without a purpose.

  $ klaim claim show "$sari"
  Claim 17: filed, programme 11, claimant 15, case 16
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 4.990,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

The auditor sees both looks. The three that were refused showed nothing, and aren't listed.

  $ klaim --as auditor claimant views
  no  when                  who           whose  what for
  24  24-11-2026 09:00 UTC  legal-team@0     15  hearing of 30 November
  25  24-11-2026 09:00 UTC  legal-team@0     20
