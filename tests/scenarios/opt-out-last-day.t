A member may leave a group until the end of the last day that was set when it was certified, and not a day longer.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")

The last day is 24 December 2026.

  $ group=$(group "$upah" --opt-out-until 24-12-2026)

On 24 December Sari leaves.

  $ clock 2026-12-24
  $ klaim groups opt-out "$group" "$sari"
  The claim left the group.

On 25 December Budi is too late.

  $ clock 2026-12-25
  $ klaim groups opt-out "$group" "$budi"
  klaim: group_id: the last day of opting out of this group is over
  [1]
  $ klaim claim show "$sari"
  Claim 16: opted_out, programme 11, claimant 14, case 15
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 6.000,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim claim show "$budi"
  Claim 21: filed, programme 11, claimant 19, case 20
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 3.000,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
