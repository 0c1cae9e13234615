What unpaid wages are worth: the months that were worked times the agreed wage, less what was paid, and never below nothing.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")

Twelve months at HKD 4,990, of which HKD 44,910 were paid, leave HKD 14,970: 12 x 4,990 - 44,910 = 59,880 - 44,910 = 14,970.

  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=12 wage=4.990 paid=44.910")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00   HKD 0,00  HKD 0,00

The claim keeps the sum, so that anybody can do it again.

  $ reckoning "$sari"
  12.00 months x 4990.00 HKD - 44910.00 HKD paid, rounded half up = 14970.00 HKD
