Nobody approves the allocation that they proposed, not even who holds both roles.

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

The legal team proposes. It has no say in approving.

  $ allocation=$(allocate "$settlement")
  $ klaim settlement approve "$settlement" "$allocation"
  klaim: you may not make this call (it needs PERMISSION_APPROVE_MONEY): ask an administrator
  [1]

Ratna may propose and may approve. She rejects the first proposal and makes her own: that one she may not approve.

  $ ratna=$(klaim --json account open --name ratna --role treasurer+approver | value account_id)
  $ klaim --as administrator account confirm "$ratna" >confirmed.out
  $ klaim organisation certificate issue --docket docket --organisation 0 --name ratna >issued.out
  $ klaim --as ratna settlement reject "$settlement" "$allocation" --reason "To be proposed by Ratna."
  Rejected.
  $ allocation=$(klaim --as ratna --json settlement allocate "$settlement" | value allocation_id)
  $ klaim --as ratna settlement approve "$settlement" "$allocation"
  klaim: allocation_id: you proposed this allocation: another person must approve or reject it
  [1]

While it waits nobody has anything, and it can't be paid.

  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed       valued        determined    allocated  paid
  unpaid_wages  HKD 6.000,00  HKD 6.000,00  HKD 6.000,00   HKD 0,00  HKD 0,00
  $ klaim payment propose "$settlement"
  klaim: settlement_id: no claim of its groups has both allocated money and a confirmed account to pay to
  [1]

The approver approves. An approved allocation can't be rejected any more.

  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.
  $ klaim --as approver settlement reject "$settlement" "$allocation" --reason "Too late."
  klaim: allocation_id: allocation 51 of settlement 44 doesn't wait for approval
  [1]
  $ klaim claim show "$sari"
  Claim 16: allocated, programme 11, claimant 14, case 15
  head          claimed       valued        determined    allocated     paid
  unpaid_wages  HKD 6.000,00  HKD 6.000,00  HKD 6.000,00  HKD 3.000,00  HKD 0,00
