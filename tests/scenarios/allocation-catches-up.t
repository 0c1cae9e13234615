Who joins after the first distribution catches up first, so that equals stand equal whenever they came; an equal payment is made once.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=5.000 proof=5.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=5.000 proof=5.000" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=5.000 --instalment 25-11-2026=5.000)
  $ received "$settlement" 5.000 HSBC-1

500 to each first, then in proportion: 2,500 each.

  $ plan first.json "equal cap=500; pro_rata"
  $ allocation=$(allocate "$settlement" first.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 2 claims: least HKD 2.500,00, middle HKD 2.500,00, most HKD 2.500,00.
  claim  gets          why
     16  HKD 2.500,00  Of 5000.00 HKD still owed, 2500.00 HKD is allocated: 500.00 HKD as the equal payment, the most that a claim gets, and 2000.00 HKD in proportion to what was owed.
     21  HKD 2.500,00  Of 5000.00 HKD still owed, 2500.00 HKD is allocated: 500.00 HKD as the equal payment, the most that a claim gets, and 2000.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.

Rini joins, and is owed as much. Of the 10,000 that came in all, each is to have a third: she gets 3,333.33 of the next 5,000, the equal payment among it,
and the others 833.33 more, without a second equal payment.

  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=5.000 proof=5.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$rini"
  1 claims determined.
  $ klaim groups addendum "$group" "$rini"
  1 claims joined group 31.
  $ received "$settlement" 5.000 HSBC-2
  $ allocation=$(allocate "$settlement" first.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 833,33, middle HKD 833,34, most HKD 3.333,33.
  claim  gets          why
     16    HKD 833,34  Of 2500.00 HKD still owed, beside 2500.00 HKD that the settlement gave before, 833.34 HKD is allocated: 833.34 HKD in proportion to what was owed.
     21    HKD 833,33  Of 2500.00 HKD still owed, beside 2500.00 HKD that the settlement gave before, 833.33 HKD is allocated: 833.33 HKD in proportion to what was owed.
     43  HKD 3.333,33  Of 5000.00 HKD still owed, 3333.33 HKD is allocated: 500.00 HKD as the equal payment, the most that a claim gets, and 2833.33 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.
