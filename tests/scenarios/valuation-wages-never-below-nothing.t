Who was paid more than the agreed wage comes to has no unpaid wages: the value is nothing, and no debt of the worker.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")

Budi claims HKD 1,000. Twelve months at HKD 4,990 are HKD 59,880, and HKD 64,880 were paid: HKD 5,000 more than was due.
The value is not -5,000 but 0.

  $ budi=$(file UPAH S-1 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=1.000 months=12 wage=4.990 paid=64.880")
  $ klaim claim determine "$budi"
  1 claims determined.
  $ klaim claim show "$budi"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 1.000,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

What was paid to the last dollar leaves nothing too: 12 x 4,990 - 59,880 = 0.

  $ sari=$(file UPAH S-2 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=1.000 months=12 wage=4.990 paid=59.880" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 25: determined, programme 11, claimant 23, case 24
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 1.000,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

One dollar less was paid, and one dollar is owed.

  $ wati=$(file UPAH S-3 "Wati Nur" "PT Jaya Sentosa" "unpaid_wages=1.000 months=12 wage=4.990 paid=59.879" "tanggal_lahir=04-04-1986")
  $ klaim claim determine "$wati"
  1 claims determined.
  $ klaim claim show "$wati"
  Claim 34: determined, programme 11, claimant 32, case 33
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 1.000,00  HKD 1,00    HKD 1,00   HKD 0,00  HKD 0,00
