What arrives without the number of an instalment pays what is open, the earliest first; a part is enough.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")

The agency promises 10,000: 4,000 on 24 November and twice 3,000 after that.

  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=4.000 --instalment 24-12-2026=3.000 --instalment 24-01-2027=3.000)

5,500 arrive. They pay the first instalment, and 5,500 - 4,000 = 1,500 of the second.

  $ klaim settlement receive "$settlement" --amount 5.500 --booked-on 24-11-2026 --bank-reference HSBC-1
  HKD 5.500,00 recorded as received.
  $ klaim settlement list
  no  amount         instalment  due         promised      received      allocated  overdue   interest
  44  HKD 10.000,00           1  24-11-2026  HKD 4.000,00  HKD 4.000,00   HKD 0,00  HKD 0,00  HKD 0,00
                              2  24-12-2026  HKD 3.000,00  HKD 1.500,00
                              3  24-01-2027  HKD 3.000,00      HKD 0,00

2,000 more arrive for the third instalment by name: the second stays open with 3,000 - 1,500 = 1,500.

  $ klaim settlement receive "$settlement" --instalment 3 --amount 2.000 --booked-on 24-11-2026 --bank-reference HSBC-2
  HKD 2.000,00 recorded as received.
  $ klaim settlement list
  no  amount         instalment  due         promised      received      allocated  overdue   interest
  44  HKD 10.000,00           1  24-11-2026  HKD 4.000,00  HKD 4.000,00   HKD 0,00  HKD 0,00  HKD 0,00
                              2  24-12-2026  HKD 3.000,00  HKD 1.500,00
                              3  24-01-2027  HKD 3.000,00  HKD 2.000,00

The rest of the second is paid first (1,500), then 1,000 go to the third: it has 2,000 + 1,000 = 3,000, and all is paid.

  $ klaim settlement receive "$settlement" --amount 2.500 --booked-on 24-11-2026 --bank-reference HSBC-3
  HKD 2.500,00 recorded as received.
  $ klaim settlement list
  no  amount         instalment  due         promised      received      allocated  overdue   interest
  44  HKD 10.000,00           1  24-11-2026  HKD 4.000,00  HKD 4.000,00   HKD 0,00  HKD 0,00  HKD 0,00
                              2  24-12-2026  HKD 3.000,00  HKD 3.000,00
                              3  24-01-2027  HKD 3.000,00  HKD 3.000,00

Instalments are told by their dates, the earliest first.

  $ settlement "$upah" "$group" "$pt" 24-12-2026=3.000 --instalment 24-11-2026=4.000
  klaim: settlement.instalments[1].due_on: is due before the instalment above it: list them by date
  [1]
