When the second instalment comes, all that came until then is shared out by the plan, and each claim gets what it doesn't have of it yet.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=3.000 --instalment 25-11-2026=3.500)
  $ received "$settlement" 3.000 HSBC-1

The first 3,000 are shared out equally, 1,000 each: Rini has all that she is owed.

  $ plan equal.json "equal"
  $ allocation=$(allocate "$settlement" equal.json)
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.

The second 3,500 are shared out in proportion: of 6,500 for 10,000 that are owed, Rini would have 650. She has 1,000 already and keeps it. The 5,500 that
are left are for Sari and Budi, 5,500 / 9,000 of what each is owed: 3,666.67 and 1,833.33, of which they have 1,000 each.

  $ received "$settlement" 3.500 HSBC-2
  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 3.500,00 of HKD 7.000,00 owed, to 2 claims: least HKD 833,33, middle HKD 2.666,67, most HKD 2.666,67.
  claim  gets          why
     16  HKD 2.666,67  Of 5000.00 HKD still owed, beside 1000.00 HKD that the settlement gave before, 2666.67 HKD is allocated: 2666.67 HKD in proportion to what was owed.
     21    HKD 833,33  Of 2000.00 HKD still owed, beside 1000.00 HKD that the settlement gave before, 833.33 HKD is allocated: 833.33 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.
  $ klaim claim show "$sari"
  Claim 16: allocated, programme 11, claimant 14, case 15
  head          claimed       valued        determined    allocated     paid
  unpaid_wages  HKD 6.000,00  HKD 6.000,00  HKD 6.000,00  HKD 3.666,67  HKD 0,00
  $ klaim claim show "$rini"
  Claim 26: allocated, programme 11, claimant 24, case 25
  head          claimed       valued        determined    allocated     paid
  unpaid_wages  HKD 1.000,00  HKD 1.000,00  HKD 1.000,00  HKD 1.000,00  HKD 0,00
