Pro rata: each claim gets of the money in proportion to what it is still owed.

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

6,000 + 3,000 + 1,000 = 10,000 are owed, 5,000 arrived: half. Sari gets 3,000, Budi 1,500, Rini 500. Without a plan, money is shared out so.

  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 500,00, middle HKD 1.500,00, most HKD 3.000,00.
  claim  gets          why
     16  HKD 3.000,00  Of 6000.00 HKD still owed, 3000.00 HKD is allocated: 3000.00 HKD in proportion to what was owed.
     21  HKD 1.500,00  Of 3000.00 HKD still owed, 1500.00 HKD is allocated: 1500.00 HKD in proportion to what was owed.
     26    HKD 500,00  Of 1000.00 HKD still owed, 500.00 HKD is allocated: 500.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.
  $ klaim claim show "$sari"
  Claim 16: allocated, programme 11, claimant 14, case 15
  head          claimed       valued        determined    allocated     paid
  unpaid_wages  HKD 6.000,00  HKD 6.000,00  HKD 6.000,00  HKD 3.000,00  HKD 0,00
