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
  $ klaim --as approver settlement approve "$settlement" "$allocation"

Rini joins, and is owed as much. Of the 10,000 that came in all, each is to have a third: she gets 3,333.33 of the next 5,000, the equal payment among it,
and the others 833.33 more, without a second equal payment.

  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=5.000 proof=5.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$rini"
  1 claims determined.
  $ klaim groups addendum "$group" "$rini"
  $ received "$settlement" 5.000 HSBC-2
  $ allocation=$(allocate "$settlement" first.json)
  $ klaim settlement shares "$settlement" "$allocation"
  $ klaim --as approver settlement approve "$settlement" "$allocation"
