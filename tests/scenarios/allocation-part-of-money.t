A step may take only a part of the money that is left; the next step shares out the rest.

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

5,000 are there. Half of them, 2,500, go in equal parts: 833.34 + 833.33 + 833.33. The other half goes pro rata of what is still owed:
6,000 - 833.34 = 5,166.66, 3,000 - 833.33 = 2,166.67 and 1,000 - 833.33 = 166.67 of together 7,500, a third of it: 1,722.22, 722.22 and 55.56.

  $ plan half.json "equal most=50%; pro_rata"
  $ klaim settlement preview "$settlement" --plan half.json
  Plan: costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 888,89, middle HKD 1.555,55, most HKD 2.555,56.
  claim  plan          why
     16  HKD 2.555,56  Of 6000.00 HKD still owed, 2555.56 HKD is allocated: 833.34 HKD as the equal payment, and 1722.22 HKD in proportion to what was owed.
     21  HKD 1.555,55  Of 3000.00 HKD still owed, 1555.55 HKD is allocated: 833.33 HKD as the equal payment, and 722.22 HKD in proportion to what was owed.
     26    HKD 888,89  Of 1000.00 HKD still owed, 888.89 HKD is allocated: 833.33 HKD as the equal payment, and 55.56 HKD in proportion to what was owed.

When no step follows, the other half stays in trust.

  $ plan only.json "equal most=50%"
  $ allocation=$(allocate "$settlement" only.json)
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.
  $ klaim ledger accounts | grep held
  liabilities:held:settlement 44       -HKD 2.500,00
