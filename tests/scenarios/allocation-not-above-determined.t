No claim gets more than was determined, however much money there is; what is left stays held.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=12.000)
  $ received "$settlement" 12.000 HSBC-1

12,000 arrived as agreed, and 6,000 + 3,000 + 1,000 = 10,000 are owed. Each gets all, and 12,000 - 10,000 = 2,000 stay held.

  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 10.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 1.000,00, middle HKD 3.000,00, most HKD 6.000,00.
  claim  gets          why
     16  HKD 6.000,00  Of 6000.00 HKD still owed, 6000.00 HKD is allocated: 6000.00 HKD in proportion to what was owed.
     21  HKD 3.000,00  Of 3000.00 HKD still owed, 3000.00 HKD is allocated: 3000.00 HKD in proportion to what was owed.
     26  HKD 1.000,00  Of 1000.00 HKD still owed, 1000.00 HKD is allocated: 1000.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.
  $ klaim ledger accounts
  account                              balance
  assets:receivable:settlement 44            HKD 0,00
  assets:trust:bank                     HKD 12.000,00
  liabilities:claimants:settlement 44  -HKD 10.000,00
  liabilities:held:settlement 44        -HKD 2.000,00
  liabilities:promised:settlement 44         HKD 0,00

Nothing more can be shared out: nobody is owed anything.

  $ klaim settlement allocate "$settlement"
  klaim: settlement_id: no claim of its groups is determined and still owed money
  [1]
