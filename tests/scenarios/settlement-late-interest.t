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
  HKD 1.831,00 recorded as received.
  $ clock 2027-01-20
  $ klaim settlement list
  no  amount        instalment  due         promised      received      allocated  overdue       interest
  44  HKD 7.300,00           1  31-12-2026  HKD 3.650,00  HKD 1.825,00   HKD 0,00  HKD 1.825,00  HKD 3,00, paid HKD 6,00
                             2  30-06-2027  HKD 3.650,00      HKD 0,00

Whoever names the instalment is told what is due first. The rest comes on 20 January with its interest; then nothing is due any more.

  $ klaim settlement receive "$settlement" --instalment 1 --amount 1.825 --booked-on 20-01-2027 --bank-reference HSBC-2
  klaim: received.instalment_number: late interest of 3.00 HKD is due first: record the receipt without naming an instalment, and it is put against that
  [1]
  $ klaim settlement receive "$settlement" --amount 1.828 --booked-on 20-01-2027 --bank-reference HSBC-2
  HKD 1.828,00 recorded as received.
  $ clock 2027-03-31
  $ klaim settlement list
  no  amount        instalment  due         promised      received      allocated  overdue   interest
  44  HKD 7.300,00           1  31-12-2026  HKD 3.650,00  HKD 3.650,00   HKD 0,00  HKD 0,00  HKD 0,00, paid HKD 9,00
                             2  30-06-2027  HKD 3.650,00      HKD 0,00

The interest is the workers', beyond their loss: the 9.00 are shared out beside the 3,650, in proportion to what each gets of those. It bears no costs and is none of
what was determined.

  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 3.650,00 of HKD 10.000,00 owed, to 3 claims: least HKD 365,90, middle HKD 1.097,70, most HKD 2.195,40. Late interest beside it: HKD 9,00.
  claim  gets          why
     16  HKD 2.195,40  Of 6000.00 HKD still owed, 2195.40 HKD is allocated: 2190.00 HKD in proportion to what was owed, and 5.40 HKD as late interest.
     21  HKD 1.097,70  Of 3000.00 HKD still owed, 1097.70 HKD is allocated: 1095.00 HKD in proportion to what was owed, and 2.70 HKD as late interest.
     26    HKD 365,90  Of 1000.00 HKD still owed, 365.90 HKD is allocated: 365.00 HKD in proportion to what was owed, and 0.90 HKD as late interest.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.
  $ klaim claim show "$sari"
  Claim 16: allocated, programme 11, claimant 14, case 15
  head           claimed       valued        determined    allocated     paid
  unpaid_wages   HKD 6.000,00  HKD 6.000,00  HKD 6.000,00  HKD 2.190,00  HKD 0,00
  late_interest      HKD 0,00      HKD 0,00      HKD 5,40      HKD 5,40  HKD 0,00
  $ klaim ledger accounts
  account                              balance
  assets:receivable:settlement 44       HKD 3.650,00
  assets:trust:bank                     HKD 3.659,00
  liabilities:claimants:settlement 44  -HKD 3.659,00
  liabilities:held:settlement 44            HKD 0,00
  liabilities:promised:settlement 44   -HKD 3.650,00
