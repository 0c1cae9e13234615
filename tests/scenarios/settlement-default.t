When an instalment is overdue for more days than the settlement allows, all that is open falls due.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 31-12-2026=2.000 --instalment 30-06-2027=3.000 --instalment 31-12-2027=5.000 --default-after-days 30)

500 of the first instalment are paid in time.

  $ clock 2026-12-30
  $ klaim settlement receive "$settlement" --amount 500 --booked-on 30-12-2026 --bank-reference HSBC-1
  HKD 500,00 recorded as received.

On 30 January the instalment is overdue for 30 days, with 2,000 - 500 = 1,500. That is not more than 30 days.

  $ clock 2027-01-30
  $ klaim settlement list
  no  amount         instalment  due         promised      received    allocated  overdue       interest
  44  HKD 10.000,00           1  31-12-2026  HKD 2.000,00  HKD 500,00   HKD 0,00  HKD 1.500,00  HKD 0,00
                              2  30-06-2027  HKD 3.000,00    HKD 0,00
                              3  31-12-2027  HKD 5.000,00    HKD 0,00
  $ klaim --json settlement list | value settlements 0 in_default
  False

On 31 January it is 31 days: 1,500 + 3,000 + 5,000 = 9,500 are due.

  $ clock 2027-01-31
  $ klaim settlement list
  no  amount         instalment  due         promised      received    allocated  overdue                 interest
  44  HKD 10.000,00           1  31-12-2026  HKD 2.000,00  HKD 500,00   HKD 0,00  HKD 9.500,00 (default)  HKD 0,00
                              2  30-06-2027  HKD 3.000,00    HKD 0,00
                              3  31-12-2027  HKD 5.000,00    HKD 0,00
  $ klaim --json settlement list | value settlements 0 in_default
  True

Whoever is to act sees the instalment among what is due.

  $ klaim case deadlines --from 01-12-2026 --until 31-01-2027
  on          what        of             unit  responsible  about
  31-12-2026  instalment  settlement 44     0               instalment 1
