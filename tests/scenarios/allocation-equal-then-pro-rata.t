An equal first payment and then pro rata: each gets the first sum, and what is left goes in proportion to what each is still owed.

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

5,000 are there. First each gets 1,000: 3,000 together, and Rini has all that she is owed. 2,000 are left, for 5,000 + 2,000 = 7,000 that Sari and
Budi are still owed: 2,000 x 5,000 / 7,000 = 1,428.57 for Sari, 2,000 x 2,000 / 7,000 = 571.43 for Budi.

  $ plan first.json "equal cap=1.000; pro_rata"
  $ plan rata.json "pro_rata"
  $ klaim settlement preview "$settlement" --plan first.json --other rata.json
  Plan: costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 1.000,00, middle HKD 1.571,43, most HKD 2.428,57.
  Other: costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 500,00, middle HKD 1.500,00, most HKD 3.000,00.
  claim  plan          other         why
     16  HKD 2.428,57  HKD 3.000,00  Of 6000.00 HKD still owed, 2428.57 HKD is allocated: 1000.00 HKD as the equal payment, the most that a claim gets, and 1428.57 HKD in proportion to what was owed.
     21  HKD 1.571,43  HKD 1.500,00  Of 3000.00 HKD still owed, 1571.43 HKD is allocated: 1000.00 HKD as the equal payment, the most that a claim gets, and 571.43 HKD in proportion to what was owed.
     26  HKD 1.000,00    HKD 500,00  Of 1000.00 HKD still owed, 1000.00 HKD is allocated: 1000.00 HKD as the equal payment, the most that a claim gets.
  $ allocation=$(allocate "$settlement" first.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 1.000,00, middle HKD 1.571,43, most HKD 2.428,57.
  claim  gets          why
     16  HKD 2.428,57  Of 6000.00 HKD still owed, 2428.57 HKD is allocated: 1000.00 HKD as the equal payment, the most that a claim gets, and 1428.57 HKD in proportion to what was owed.
     21  HKD 1.571,43  Of 3000.00 HKD still owed, 1571.43 HKD is allocated: 1000.00 HKD as the equal payment, the most that a claim gets, and 571.43 HKD in proportion to what was owed.
     26  HKD 1.000,00  Of 1000.00 HKD still owed, 1000.00 HKD is allocated: 1000.00 HKD as the equal payment, the most that a claim gets.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.
  $ klaim claim show "$rini"
  Claim 26: allocated, programme 11, claimant 24, case 25
  head          claimed       valued        determined    allocated     paid
  unpaid_wages  HKD 1.000,00  HKD 1.000,00  HKD 1.000,00  HKD 1.000,00  HKD 0,00
