A floor: each claim gets at least so much in a step, or all that it is owed, as far as the money goes.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=2.000)
  $ received "$settlement" 2.000 HSBC-1

2,000 are there, and 10,000 owed. Pro rata Rini would get 200. With a floor of 500 she gets 500, and 2,000 - 500 = 1,500 are left for Sari and Budi:
1,500 x 6,000 / 9,000 = 1,000 and 1,500 x 3,000 / 9,000 = 500, which is not below the floor.

  $ plan rata.json "pro_rata"
  $ plan floor.json "pro_rata floor=500"
  $ klaim settlement preview "$settlement" --plan floor.json --other rata.json
  Plan: costs HKD 0,00, reserve HKD 0,00, shared out HKD 2.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 500,00, middle HKD 500,00, most HKD 1.000,00.
  Other: costs HKD 0,00, reserve HKD 0,00, shared out HKD 2.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 200,00, middle HKD 600,00, most HKD 1.200,00.
  claim  plan          other         why
     16  HKD 1.000,00  HKD 1.200,00  Of 6000.00 HKD still owed, 1000.00 HKD is allocated: 1000.00 HKD in proportion to what was owed.
     21    HKD 500,00    HKD 600,00  Of 3000.00 HKD still owed, 500.00 HKD is allocated: 500.00 HKD in proportion to what was owed, the least that a claim gets.
     26    HKD 500,00    HKD 200,00  Of 1000.00 HKD still owed, 500.00 HKD is allocated: 500.00 HKD in proportion to what was owed, the least that a claim gets.

A floor that the money doesn't suffice for: 3 x 800 = 2,400 are more than 2,000. Then each gets the same, 2,000 / 3 = 666.67, and the last unit goes
by largest remainder, ties to the lower claim number: 666.67 + 666.67 + 666.66 = 2,000.

  $ plan high.json "pro_rata floor=800"
  $ klaim settlement preview "$settlement" --plan high.json
  Plan: costs HKD 0,00, reserve HKD 0,00, shared out HKD 2.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 666,66, middle HKD 666,67, most HKD 666,67.
  claim  plan        why
     16  HKD 666,67  Of 6000.00 HKD still owed, 666.67 HKD is allocated: 666.67 HKD in proportion to what was owed.
     21  HKD 666,67  Of 3000.00 HKD still owed, 666.67 HKD is allocated: 666.67 HKD in proportion to what was owed.
     26  HKD 666,66  Of 1000.00 HKD still owed, 666.66 HKD is allocated: 666.66 HKD in proportion to what was owed.
