A case is shown to a partner organisation only while the claimant consents to that partner, and the sharing can be ended at any time.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")
  $ person=$(claimant "$sari")
  $ partner=$(partner "Mitra Hong Kong" ngo-hk HK)

The partner sees nothing of Sari: to it, her claim doesn't exist.

  $ klaim --as ngo-hk claim show "$sari"
  klaim: claim_id: no claim has the number 16
  [1]

Her case can't be shared before she consents.

  $ klaim claimant share-case "$(casefile "$sari")" --with "$partner"
  klaim: recipient_id: the claimant didn't consent to share with this organisation: ask first
  [1]
  $ klaim claimant consent "$person" --share-with "$partner" --given-on 24-11-2026
  Recorded.
  $ klaim claimant share-case "$(casefile "$sari")" --with "$partner"
  Shared.

Now the partner sees her claim and her name, and still nothing of Budi.

  $ klaim --as ngo-hk claim show "$sari"
  Claim 16: filed, programme 11, claimant 14, case 15
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 4.990,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim --as ngo-hk --purpose "hearing" claimant show "$person"
  Claimant 14: Sari Dewi
  NIK -, born 1990-02-01, phone -
  $ klaim --as ngo-hk claim show "$budi"
  klaim: claim_id: no claim has the number 21
  [1]

To see is all: the partner doesn't decide.

  $ klaim --as ngo-hk claim determine "$sari"
  0 claims determined.
  klaim: 1 claims were left as they are:
    claim 16: you may not make this call (it needs PERMISSION_DECIDE_CLAIMS): ask an administrator
  [1]

The hearing is over, and the sharing is ended.

  $ klaim claimant unshare-case "$(casefile "$sari")" --with "$partner" --reason "The hearing is over."
  Ended.
  $ klaim --as ngo-hk claim show "$sari"
  klaim: claim_id: no claim has the number 16
  [1]

It is shared again, and then she withdraws the consent: the sharing ends with it at once, and can't begin anew.

  $ klaim claimant share-case "$(casefile "$sari")" --with "$partner"
  Shared.
  $ klaim --as ngo-hk claim show "$sari" | head -1
  Claim 16: filed, programme 11, claimant 14, case 15
  $ klaim claimant withdraw-consent "$person" --share-with "$partner"
  Recorded.
  $ klaim --as ngo-hk claim show "$sari"
  klaim: claim_id: no claim has the number 16
  [1]
  $ klaim claimant share-case "$(casefile "$sari")" --with "$partner"
  klaim: recipient_id: the claimant didn't consent to share with this organisation: ask first
  [1]

The consent to pursue her claim isn't touched by that: it can be decided.

  $ klaim claim determine "$sari"
  1 claims determined.
