A claimant's statement has what was claimed, determined, allocated and paid; why the share is what it is, is told claim by claim.

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
  $ plan first.json "equal cap=1.000; pro_rata"
  $ allocation=$(allocate "$settlement" first.json)
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.

Sari gets 1,000 first. 5,000 - 3,000 = 2,000 are left for 7,000 that are still owed; she is owed 5,000 of them: 2,000 x 5,000 / 7,000 = 1,428.57.

  $ klaim settlement shares "$settlement" "$allocation" | grep "^ *$sari"
     16  HKD 2.428,57  Of 6000.00 HKD still owed, 2428.57 HKD is allocated: 1000.00 HKD as the equal payment, the most that a claim gets, and 1428.57 HKD in proportion to what was owed.

Her statement has the figures, and says where they come from.

  $ statement "$sari"
  Statement of claim
  Claimant: Sari Dewi, number 14
  Claim number 16, status: allocated
  Heads of claim
  head                 claimed               determined            allocated             paid
  unpaid_wages         HKD 6.000,00          HKD 6.000,00          HKD 2.428,57          HKD 0,00
  Basis
  Every figure comes from a record of events that can't be altered; anyone can check it with `klaim audit
  explain`.
  Made on * UTC (glob)

The court's statement has the settlement's.

  $ statement "$settlement" settlement
  Account of a settlement
  Settlement number 44, Labour Tribunal Hong Kong
  Instalments
  number                      due                   promised       received
  1                           24-11-2026            HKD 5.000,00   HKD 5.000,00
  The money
  overdue                                           HKD 0,00
  interest on what was late                         HKD 0,00
  interest received                                 HKD 0,00
  costs                                             HKD 0,00
  held for the claims                               HKD 0,00
  of it the reserve                                 HKD 0,00
  received in excess                                HKD 0,00
  allocated                                         HKD 5.000,00
  paid                                              HKD 0,00
  returned by banks                                 HKD 0,00
  Made on * UTC (glob)

Both are made from the log; the claim's life with its proofs is told too.

  $ klaim audit explain "$sari" --english | grep -A 4 "Money allocated"
  * UTC  Money allocated to the claim  (approver@0) (glob)
      Settlement no.: 44
      allocation_id: 46
      Currency: HKD
      Head of claim: unpaid_wages
