A cap: no claim gets more than so much in a step, and what the cap frees is shared again among the others.

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

5,000 are there. Pro rata Sari would get 3,000, Budi 1,500, Rini 500. With a cap of 2,000 Sari gets 2,000. 5,000 - 2,000 = 3,000 are left for Budi and
Rini: 3,000 x 3,000 / 4,000 = 2,250 would be above the cap too, so Budi gets 2,000 and Rini the last 1,000, all that she is owed.

  $ plan rata.json "pro_rata"
  $ plan cap.json "pro_rata cap=2.000"
  $ klaim settlement preview "$settlement" --plan cap.json --other rata.json
  Plan: costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 1.000,00, middle HKD 2.000,00, most HKD 2.000,00.
  Other: costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 500,00, middle HKD 1.500,00, most HKD 3.000,00.
  claim  plan          other         why
     16  HKD 2.000,00  HKD 3.000,00  Of 6000.00 HKD still owed, 2000.00 HKD is allocated: 2000.00 HKD in proportion to what was owed, the most that a claim gets.
     21  HKD 2.000,00  HKD 1.500,00  Of 3000.00 HKD still owed, 2000.00 HKD is allocated: 2000.00 HKD in proportion to what was owed, the most that a claim gets.
     26  HKD 1.000,00    HKD 500,00  Of 1000.00 HKD still owed, 1000.00 HKD is allocated: 1000.00 HKD in proportion to what was owed.

With a cap of 1,500 nobody can take all of it: 1,500 + 1,500 + 1,000 = 4,000, and 1,000 stay in trust.

  $ plan low.json "pro_rata cap=1.500"
  $ klaim settlement preview "$settlement" --plan low.json
  Plan: costs HKD 0,00, reserve HKD 0,00, shared out HKD 4.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 1.000,00, middle HKD 1.500,00, most HKD 1.500,00.
  claim  plan          why
     16  HKD 1.500,00  Of 6000.00 HKD still owed, 1500.00 HKD is allocated: 1500.00 HKD in proportion to what was owed, the most that a claim gets.
     21  HKD 1.500,00  Of 3000.00 HKD still owed, 1500.00 HKD is allocated: 1500.00 HKD in proportion to what was owed, the most that a claim gets.
     26  HKD 1.000,00  Of 1000.00 HKD still owed, 1000.00 HKD is allocated: 1000.00 HKD in proportion to what was owed.
