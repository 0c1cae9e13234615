Money that nobody claims goes back to the others of the settlement when one person proposes that and another approves it.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=5.000 --instalment 25-11-2026=1.500)
  $ received "$settlement" 5.000 HSBC-1
  $ allocation=$(allocate "$settlement")
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.

Sari has 3,000, Budi 1,500, Rini 500. Rini can't be found. The legal team proposes that her 500 are shared again; nothing changes yet, and it
can't approve that itself.

  $ lapse=$(klaim --json settlement lapse "$settlement" --claim "$rini" --rule share-again --reason "Three letters, two visits." | value proposal_id)
  $ klaim settlement moves "$settlement"
  proposal  proposed by   what
        51  legal-team@0  HKD 500,00 of 1 claims lapse (share_again): Three letters, two visits.
  $ klaim settlement approve-move "$settlement" "$lapse"
  klaim: you may not make this call (it needs PERMISSION_APPROVE_MONEY): ask an administrator
  [1]
  $ klaim claim show "$rini"
  Claim 26: allocated, programme 11, claimant 24, case 25
  head          claimed       valued        determined    allocated   paid
  unpaid_wages  HKD 1.000,00  HKD 1.000,00  HKD 1.000,00  HKD 500,00  HKD 0,00

Another person approves. Rini's claim has nothing allocated any more, and 500 are held for the settlement's claims again.

  $ klaim --as approver settlement approve-move "$settlement" "$lapse"
  Approved and recorded.
  $ klaim claim show "$rini"
  Claim 26: allocated, programme 11, claimant 24, case 25
  head          claimed       valued        determined    allocated  paid
  unpaid_wages  HKD 1.000,00  HKD 1.000,00  HKD 1.000,00   HKD 0,00  HKD 0,00
  $ klaim ledger accounts | grep -E "claimants|held"
  liabilities:claimants:settlement 44  -HKD 4.500,00
  liabilities:held:settlement 44         -HKD 500,00

She gets no part of it again. The 500 go to the others, in proportion to what they are owed, Sari 6,000 and Budi 3,000: 333.33 and 166.67.

  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 500,00 of HKD 4.500,00 owed, to 2 claims: least HKD 166,67, middle HKD 333,33, most HKD 333,33.
  claim  gets        why
     16  HKD 333,33  Of 3000.00 HKD still owed, beside 3000.00 HKD that the settlement gave before, 333.33 HKD is allocated: 333.33 HKD in proportion to what was owed.
     21  HKD 166,67  Of 1500.00 HKD still owed, beside 1500.00 HKD that the settlement gave before, 166.67 HKD is allocated: 166.67 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.
  $ klaim ledger accounts | grep -E "claimants|held"
  liabilities:claimants:settlement 44  -HKD 5.000,00
  liabilities:held:settlement 44            HKD 0,00

What was lapsed can't lapse twice.

  $ klaim settlement lapse "$settlement" --claim "$rini" --rule share-again --reason "Again."
  klaim: claim_ids: claim 26 has nothing allocated by this settlement that isn't ordered
  [1]

The second instalment of 1,500 comes. Rini is found in the meantime, and confirms an account: she catches up. 6,500 for 10,000 are 65 % for each.

  $ account "$(claimant "$rini")" "Rini Wulandari" 00999111
  $ received "$settlement" 1.500 HSBC-2
  $ klaim settlement shares "$settlement" "$(allocate "$settlement")"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 1.500,00 of HKD 5.000,00 owed, to 3 claims: least HKD 283,33, middle HKD 566,67, most HKD 650,00.
  claim  gets        why
     16  HKD 566,67  Of 2666.67 HKD still owed, beside 3333.33 HKD that the settlement gave before, 566.67 HKD is allocated: 566.67 HKD in proportion to what was owed.
     21  HKD 283,33  Of 1333.33 HKD still owed, beside 1666.67 HKD that the settlement gave before, 283.33 HKD is allocated: 283.33 HKD in proportion to what was owed.
     26  HKD 650,00  Of 1000.00 HKD still owed, 650.00 HKD is allocated: 650.00 HKD in proportion to what was owed.
