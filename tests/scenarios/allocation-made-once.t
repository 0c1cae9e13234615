An allocation that is asked for twice is made once, and an approval that is repeated gives nothing twice.

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

The network breaks off and the legal team asks again under the same name: the answer is the same allocation.

  $ first=$(klaim --json --request-id share-out-1 settlement allocate "$settlement" | value allocation_id)
  $ again=$(klaim --json --request-id share-out-1 settlement allocate "$settlement" | value allocation_id)
  $ test "$first" = "$again" && echo "the same allocation"
  the same allocation

The same name with other content is refused: it would be another allocation.

  $ plan equal.json "equal"
  $ klaim --request-id share-out-1 settlement allocate "$settlement" --plan equal.json
  klaim: request_id: was used before, for record 46: what differs is plan.name, plan.steps[0]. Nothing was recorded: correct what was recorded then, or choose another name
  [1]

The approver approves, and repeats it under the same name. 5,000 are allocated, not 10,000.

  $ klaim --as approver --request-id approve-1 settlement approve "$settlement" "$first"
  Allocated to 3 claims.
  $ klaim --as approver --request-id approve-1 settlement approve "$settlement" "$first"
  This was recorded before, as record 47: nothing was recorded now. Then: Allocated to 3 claims.
  $ klaim ledger accounts | grep claimants
  liabilities:claimants:settlement 44  -HKD 5.000,00

Under another name it is refused, and there is no money left to share out.

  $ klaim --as approver settlement approve "$settlement" "$first"
  klaim: allocation_id: allocation 46 of settlement 44 doesn't wait for approval
  [1]
  $ klaim settlement allocate "$settlement"
  klaim: settlement_id: nothing was received that isn't allocated
  [1]
