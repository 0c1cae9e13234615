A head that is found eligible is worth at least the floor of the programme.

  $ . "$TESTDIR/docket.sh"
  $ biaya=$(programme BIAYA "excess_recruitment_fee=documented_amount floor=1.000 cap=20.000; unpaid_wages=months_times_wage_less_paid floor=500")
  $ pt=$(agency "PT Jaya Sentosa")

Sari's receipts show HKD 300, less than the floor of HKD 1,000.

  $ sari=$(file BIAYA S-1 "Sari Dewi" "PT Jaya Sentosa" "excess_recruitment_fee=300 proof=300")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head                    claimed     valued        determined    allocated  paid
  excess_recruitment_fee  HKD 300,00  HKD 1.000,00  HKD 1.000,00   HKD 0,00  HKD 0,00
  $ reckoning "$sari"
  documented 300.00 HKD; raised to the floor 1000.00 HKD = 1000.00 HKD

Budi's show HKD 1,001, and the floor changes nothing.

  $ budi=$(file BIAYA S-2 "Budi Santoso" "PT Jaya Sentosa" "excess_recruitment_fee=1.001 proof=1.001" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$budi"
  1 claims determined.
  $ reckoning "$budi"
  documented 1001.00 HKD = 1001.00 HKD

The floor of wages is HKD 500: 2 x 4,990 - 9,900 = 80, and Wati gets 500.

  $ wati=$(file BIAYA S-3 "Wati Nur" "PT Jaya Sentosa" "unpaid_wages=80 months=2 wage=4.990 paid=9.900" "tanggal_lahir=04-04-1986")
  $ klaim claim determine "$wati"
  1 claims determined.
  $ reckoning "$wati"
  2.00 months x 4990.00 HKD - 9900.00 HKD paid, rounded half up; raised to the floor 500.00 HKD = 500.00 HKD

A cap below the floor makes no sense, and such a programme is refused.

  $ programme KELIRU "excess_recruitment_fee=documented_amount floor=2.000 cap=1.000"
  klaim: programme.heads[0].cap_minor: is lower than the floor
