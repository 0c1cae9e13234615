When the bank takes a receipt back, what it paid is open again, and what was too much is held no longer.

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
  $ bank=$(trust_account)

The bank's statement tells of two receipts, of 3,000 and of 1,500: 4,500 - 4,000 = 500 are too much.

  $ bank_says "$bank" MONDAY "A-1 3000.00 PT Jaya, S$settlement; A-2 1500.00 PT Jaya, S$settlement"
  reference  amount (minor units)  booked      what became of it
        A-1                300000  24-11-2026  receipt for settlement 44
        A-2                150000  24-11-2026  receipt for settlement 44
  $ klaim settlement list
  no  amount        instalment  due         promised      received      allocated  overdue   interest
  44  HKD 4.000,00           1  24-12-2026  HKD 4.000,00  HKD 4.000,00   HKD 0,00  HKD 0,00  HKD 0,00
  $ klaim ledger accounts
  account                             balance
  assets:receivable:settlement 44          HKD 0,00
  assets:trust:bank                    HKD 4.500,00
  liabilities:excess:settlement 44      -HKD 500,00
  liabilities:held:settlement 44      -HKD 4.000,00
  liabilities:promised:settlement 44       HKD 0,00

Next the bank takes the second receipt back: its cheque wasn't covered. 1,000 of it had paid the instalment and are open again; the 500 are no
excess any more. The bank holds 4,500 - 1,500 = 3,000.

  $ bank_says "$bank" TUESDAY "A-3 -1500.00 Reversal of A-2, S$settlement"
  reference  amount (minor units)  booked      what became of it
        A-3               -150000  24-11-2026  receipt taken back, of settlement 44
  $ klaim settlement list
  no  amount        instalment  due         promised      received      allocated  overdue   interest
  44  HKD 4.000,00           1  24-12-2026  HKD 4.000,00  HKD 3.000,00   HKD 0,00  HKD 0,00  HKD 0,00
  $ klaim ledger accounts
  account                             balance
  assets:receivable:settlement 44      HKD 1.000,00
  assets:trust:bank                    HKD 3.000,00
  liabilities:excess:settlement 44         HKD 0,00
  liabilities:held:settlement 44      -HKD 3.000,00
  liabilities:promised:settlement 44  -HKD 1.000,00

The same statement again changes nothing.

  $ klaim treasury report "$bank" TUESDAY.xml
  klaim: document: the report TUESDAY is recorded already
  [1]
  $ klaim ledger accounts | grep trust
  assets:trust:bank                    HKD 3.000,00
