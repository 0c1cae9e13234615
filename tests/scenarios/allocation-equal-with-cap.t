Equal: each claim gets the same, but none more than a cap, and none more than it is owed; what that frees is shared again.

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

5,000 are there. The same to each would be 5,000 / 3 = 1,666.67. Rini is owed 1,000 only: she gets 1,000, and (5,000 - 1,000) / 2 = 2,000 are left
for each of the others.

  $ plan equal.json "equal"
  $ klaim settlement preview "$settlement" --plan equal.json
  Plan: costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 1.000,00, middle HKD 2.000,00, most HKD 2.000,00.
  claim  plan          why
     16  HKD 2.000,00  Of 6000.00 HKD still owed, 2000.00 HKD is allocated: 2000.00 HKD as the equal payment.
     21  HKD 2.000,00  Of 3000.00 HKD still owed, 2000.00 HKD is allocated: 2000.00 HKD as the equal payment.
     26  HKD 1.000,00  Of 1000.00 HKD still owed, 1000.00 HKD is allocated: 1000.00 HKD as the equal payment.

With a cap of 1,500 Sari and Budi get 1,500 each. 1,500 + 1,500 + 1,000 = 4,000 are shared out, and 5,000 - 4,000 = 1,000 stay in trust.

  $ plan capped.json "equal cap=1.500"
  $ allocation=$(allocate "$settlement" capped.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 4.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 1.000,00, middle HKD 1.500,00, most HKD 1.500,00.
  claim  gets          why
     16  HKD 1.500,00  Of 6000.00 HKD still owed, 1500.00 HKD is allocated: 1500.00 HKD as the equal payment, the most that a claim gets.
     21  HKD 1.500,00  Of 3000.00 HKD still owed, 1500.00 HKD is allocated: 1500.00 HKD as the equal payment, the most that a claim gets.
     26  HKD 1.000,00  Of 1000.00 HKD still owed, 1000.00 HKD is allocated: 1000.00 HKD as the equal payment.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.
  $ klaim ledger accounts
  account                              balance
  assets:receivable:settlement 44           HKD 0,00
  assets:trust:bank                     HKD 5.000,00
  liabilities:claimants:settlement 44  -HKD 4.000,00
  liabilities:held:settlement 44       -HKD 1.000,00
  liabilities:promised:settlement 44        HKD 0,00
