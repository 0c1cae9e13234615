Every part is exact to the last unit: what is left over by rounding goes by largest remainder, ties to the lower claim number.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")

10.00 among three who are owed the same: 3.33 for each makes 9.99. The last cent goes to the lowest number, Sari: 3.34 + 3.33 + 3.33 = 10.00.

  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=10 --instalment 25-11-2026=10)
  $ klaim settlement receive "$settlement" --amount 10 --booked-on 24-11-2026 --bank-reference HSBC-1
  HKD 10,00 recorded as received.
  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 10,00 of HKD 9.000,00 owed, to 3 claims: least HKD 3,33, middle HKD 3,33, most HKD 3,34.
  claim  gets      why
     16  HKD 3,34  Of 3000.00 HKD still owed, 3.34 HKD is allocated: 3.34 HKD in proportion to what was owed.
     21  HKD 3,33  Of 3000.00 HKD still owed, 3.33 HKD is allocated: 3.33 HKD in proportion to what was owed.
     26  HKD 3,33  Of 3000.00 HKD still owed, 3.33 HKD is allocated: 3.33 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.

Ten more come. Of 20.00 each would have 6.6667; the two cents that are left go to the lowest numbers, Sari and Budi: 6.67 + 6.67 + 6.66. Sari has 3.34 of hers
already, the others 3.33.

  $ klaim settlement receive "$settlement" --amount 10 --booked-on 24-11-2026 --bank-reference HSBC-2
  HKD 10,00 recorded as received.
  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 10,00 of HKD 8.990,00 owed, to 3 claims: least HKD 3,33, middle HKD 3,33, most HKD 3,34.
  claim  gets      why
     16  HKD 3,33  Of 2996.66 HKD still owed, beside 3.34 HKD that the settlement gave before, 3.33 HKD is allocated: 3.33 HKD in proportion to what was owed.
     21  HKD 3,34  Of 2996.67 HKD still owed, beside 3.33 HKD that the settlement gave before, 3.34 HKD is allocated: 3.34 HKD in proportion to what was owed.
     26  HKD 3,33  Of 2996.67 HKD still owed, beside 3.33 HKD that the settlement gave before, 3.33 HKD is allocated: 3.33 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.

After both Sari and Budi have 6.67 and Rini 6.66: 20.00, to the last cent.

  $ klaim ledger accounts | grep -E "claimants|held"
  liabilities:claimants:settlement 44  -HKD 20,00
  liabilities:held:settlement 44         HKD 0,00
