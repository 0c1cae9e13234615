Interest on what is late is simple, to the day, over 365 days; what is paid in between bears none from the day on which the bank booked it.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")

6 % a year: 36,500 x 6 % x 10 / 365 = 60 for ten days. The first instalment, 3,650, is due on 31 December; a day of it is 0.60.

  $ settlement=$(settlement "$upah" "$group" "$pt" 31-12-2026=3.650 --instalment 30-06-2027=3.650 --late-interest 600)

On the last day nothing is overdue.

  $ clock 2026-12-31
  $ klaim settlement list
  no  amount        instalment  due         promised      received  allocated  overdue   interest
  44  HKD 7.300,00           1  31-12-2026  HKD 3.650,00  HKD 0,00   HKD 0,00  HKD 0,00  HKD 0,00
                             2  30-06-2027  HKD 3.650,00  HKD 0,00

One day later 3,650 x 6 % x 1 / 365 = 0.60; ten days later 6.00.

  $ clock 2027-01-01
  $ klaim settlement list
  no  amount        instalment  due         promised      received  allocated  overdue       interest
  44  HKD 7.300,00           1  31-12-2026  HKD 3.650,00  HKD 0,00   HKD 0,00  HKD 3.650,00  HKD 0,60
                             2  30-06-2027  HKD 3.650,00  HKD 0,00
  $ clock 2027-01-10
  $ klaim settlement list
  no  amount        instalment  due         promised      received  allocated  overdue       interest
  44  HKD 7.300,00           1  31-12-2026  HKD 3.650,00  HKD 0,00   HKD 0,00  HKD 3.650,00  HKD 6,00
                             2  30-06-2027  HKD 3.650,00  HKD 0,00

On 10 January 1,831 are paid. Interest comes first (Indonesian Civil Code, article 1397): 6.00 of it are interest, and 1,825 are half of the instalment.
Ten days later 1,825 x 6 % x 10 / 365 = 3.00 are due.

  $ klaim settlement receive "$settlement" --amount 1.831 --booked-on 10-01-2027 --bank-reference HSBC-1
  $ clock 2027-01-20
  $ klaim settlement list

Whoever names the instalment is told what is due first. The rest comes on 20 January with its interest; then nothing is due any more.

  $ klaim settlement receive "$settlement" --instalment 1 --amount 1.825 --booked-on 20-01-2027 --bank-reference HSBC-2
  $ klaim settlement receive "$settlement" --amount 1.828 --booked-on 20-01-2027 --bank-reference HSBC-2
  $ clock 2027-03-31
  $ klaim settlement list

The interest is the workers', beyond their loss: the 9.00 are shared out beside the 3,650, in proportion to what each gets of those. It bears no costs and is none of
what was determined.

  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  $ klaim claim show "$sari"
  $ klaim ledger accounts
