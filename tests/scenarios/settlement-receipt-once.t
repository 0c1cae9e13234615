One receipt of the bank is booked once: the same reference is refused, whatever the amount says.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-12-2026=4.000)
  $ klaim settlement receive "$settlement" --amount 1.000 --booked-on 24-11-2026 --bank-reference HSBC-1
  HKD 1.000,00 recorded as received.

The same receipt is typed again, then with another amount.

  $ klaim settlement receive "$settlement" --amount 1.000 --booked-on 24-11-2026 --bank-reference HSBC-1
  klaim: received.bank_reference: this receipt is recorded already
  [1]
  $ klaim settlement receive "$settlement" --amount 1.500 --booked-on 24-11-2026 --bank-reference HSBC-1
  klaim: received.bank_reference: this receipt is recorded already
  [1]

1,000 were received, once. Nothing and less than nothing can't arrive.

  $ klaim settlement list
  no  amount        instalment  due         promised      received      allocated  overdue   interest
  44  HKD 4.000,00           1  24-12-2026  HKD 4.000,00  HKD 1.000,00   HKD 0,00  HKD 0,00  HKD 0,00
  $ klaim settlement receive "$settlement" --amount 0 --booked-on 24-11-2026 --bank-reference HSBC-2
  klaim: received.amount_minor: is 0 minor units; it must be 1 or more
  [1]
