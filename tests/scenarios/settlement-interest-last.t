Where the terms say so, a receipt pays what was promised first and late interest last; what is more than both is excess.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 31-12-2026=3.650 --late-interest 600 --interest-last)

On 10 January 6.00 of interest are due. 3,700 come: 3,650, 6.00, and 44.00 that are too much.

  $ clock 2027-01-10
  $ klaim settlement receive "$settlement" --amount 3.700 --booked-on 10-01-2027 --bank-reference HSBC-1
  HKD 3.700,00 recorded as received.
  $ klaim settlement list
  no  amount        instalment  due         promised      received      allocated  overdue   interest
  34  HKD 3.650,00           1  31-12-2026  HKD 3.650,00  HKD 3.650,00   HKD 0,00  HKD 0,00  HKD 0,00, paid HKD 6,00
  $ klaim ledger accounts
  account                             balance
  assets:receivable:settlement 34          HKD 0,00
  assets:trust:bank                    HKD 3.700,00
  liabilities:excess:settlement 34       -HKD 44,00
  liabilities:held:settlement 34      -HKD 3.656,00
  liabilities:promised:settlement 34       HKD 0,00
