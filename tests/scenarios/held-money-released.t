Money that no claim is owed any more is released: to who paid it, or to the case fund; one proposes, another approves.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=12.000)
  $ received "$settlement" 12.000 HSBC-1

12,000 arrived, 10,000 are owed. As long as claims are owed money, nothing is released.

  $ klaim settlement release-held "$settlement" --to payer --reason "Too early."
  klaim: settlement_id: claim 16 is still owed money: allocate it, or close the claim
  [1]
  $ allocation=$(allocate "$settlement")
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.

Now each has all, and 12,000 - 10,000 = 2,000 are left. More than that can't be released.

  $ klaim settlement release-held "$settlement" --to payer --amount 2.001 --reason "Each claim has all."
  klaim: amount_minor: only 200000 minor units were received and not allocated
  [1]

500 are to go to the case fund, by the settlement's terms. The legal team proposes, the approver approves.

  $ release=$(klaim --json settlement release-held "$settlement" --to case-fund --amount 500 --reason "Clause 9." | value proposal_id)
  $ klaim settlement moves "$settlement"
  proposal  proposed by   what
        51  legal-team@0  HKD 500,00 held no longer (case_fund): Clause 9.
  $ klaim settlement approve-move "$settlement" "$release"
  klaim: you may not make this call (it needs PERMISSION_APPROVE_MONEY): ask an administrator
  [1]
  $ klaim --as approver settlement approve-move "$settlement" "$release"
  Approved and recorded.

The rest, 1,500, goes to who paid it: it becomes excess, which is returned as excess is, by two people again.

  $ release=$(klaim --json settlement release-held "$settlement" --to payer --reason "Each claim has all." | value proposal_id)
  $ klaim --as approver settlement approve-move "$settlement" "$release"
  Approved and recorded.
  $ klaim ledger accounts | grep -E "trust|claimants|excess|held"
  assets:trust:bank                     HKD 12.000,00
  liabilities:claimants:settlement 44  -HKD 10.000,00
  liabilities:excess:settlement 44      -HKD 1.500,00
  liabilities:held:settlement 44             HKD 0,00
  $ return=$(klaim --json settlement return-excess "$settlement" --amount 1.500 --booked-on 24-11-2026 --bank-reference HSBC-2 | value proposal_id)
  $ klaim --as approver settlement approve-move "$settlement" "$return"
  Approved and recorded.

The bank holds what the claimants have, 10,000, and the 500 of the case fund.

  $ klaim ledger accounts | grep -E "trust|claimants|excess|held"
  assets:trust:bank                     HKD 10.500,00
  liabilities:claimants:settlement 44  -HKD 10.000,00
  liabilities:excess:settlement 44           HKD 0,00
  liabilities:held:settlement 44             HKD 0,00
