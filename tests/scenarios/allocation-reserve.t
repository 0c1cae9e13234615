A reserve is kept back for claims that are late or appealed; it is reckoned of what the costs leave, and shared out another time.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=5.000)
  $ received "$settlement" 5.000 HSBC-1

5,000 are there. Costs are 10 %: 500. Of the 4,500 that are left, a fifth (20 %) is kept back: 900. 4,500 - 900 = 3,600 are shared out for 10,000 that
are owed: 36 % for each.

  $ plan reserve.json "pro_rata" "costs=10%; costs_rule=Members' decision 4/2026; reserve=20%"
  $ allocation=$(allocate "$settlement" reserve.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 500,00, reserve HKD 900,00, shared out HKD 3.600,00 of HKD 10.000,00 owed, to 3 claims: least HKD 360,00, middle HKD 1.080,00, most HKD 2.160,00.
  claim  gets          why
     16  HKD 2.160,00  Of 6000.00 HKD still owed, 2160.00 HKD is allocated: 2160.00 HKD in proportion to what was owed.
     21  HKD 1.080,00  Of 3000.00 HKD still owed, 1080.00 HKD is allocated: 1080.00 HKD in proportion to what was owed.
     26    HKD 360,00  Of 1000.00 HKD still owed, 360.00 HKD is allocated: 360.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.

The 900 stay in trust.

  $ klaim ledger accounts
  account                             balance
  assets:receivable:settlement 44          HKD 0,00
  assets:trust:bank                    HKD 5.000,00
  liabilities:claimants               -HKD 3.600,00
  liabilities:costs                     -HKD 500,00
  liabilities:held:settlement 44        -HKD 900,00
  liabilities:promised:settlement 44       HKD 0,00

Ani files late, is found to be owed 3,000, and joins. Now the 900 are shared out among all: 10,000 - 3,600 = 6,400 are still owed to the
first three, with hers 9,400. She gets 900 x 3,000 / 9,400 = 287.23.

  $ ani=$(file UPAH S-4 "Ani Rahma" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=06-06-1991")
  $ klaim claim determine "$ani"
  1 claims determined.
  $ klaim groups addendum "$group" "$ani"
  1 claims joined group 40.
  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 900,00 of HKD 9.400,00 owed, to 4 claims: least HKD 61,28, middle HKD 287,23, most HKD 367,66.
  claim  gets        why
     16  HKD 367,66  Of 3840.00 HKD still owed, 367.66 HKD is allocated: 367.66 HKD in proportion to what was owed.
     21  HKD 183,83  Of 1920.00 HKD still owed, 183.83 HKD is allocated: 183.83 HKD in proportion to what was owed.
     26   HKD 61,28  Of 640.00 HKD still owed, 61.28 HKD is allocated: 61.28 HKD in proportion to what was owed.
     54  HKD 287,23  Of 3000.00 HKD still owed, 287.23 HKD is allocated: 287.23 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 4 claims.
  $ klaim ledger accounts | grep held
  liabilities:held:settlement 44           HKD 0,00
