Money that nobody claims can be taken out of the settlement, to the case fund; one person proposes that, another approves or rejects it.

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
  $ allocation=$(allocate "$settlement")
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.

Rini's 500 are to go to the case fund. She calls, and the approver rejects it: her 500 stay hers.

  $ lapse=$(klaim --json settlement lapse "$settlement" --claim "$rini" --rule case-fund --reason "Three letters, two visits." | value proposal_id)
  $ klaim --as approver settlement reject-move "$settlement" "$lapse" --reason "She called."
  Rejected.
  $ klaim claim show "$rini"
  Claim 26: allocated, programme 11, claimant 24, case 25
  head          claimed       valued        determined    allocated   paid
  unpaid_wages  HKD 1.000,00  HKD 1.000,00  HKD 1.000,00  HKD 500,00  HKD 0,00
  $ klaim --as approver settlement approve-move "$settlement" "$lapse"
  klaim: proposal_id: proposal 51 doesn't wait for another person
  [1]

She names no account. It is proposed again and approved: 5,000 - 500 = 4,500 are the claimants', and nothing is held that could be shared out.

  $ lapse=$(klaim --json settlement lapse "$settlement" --claim "$rini" --rule case-fund --reason "She names no account." | value proposal_id)
  $ klaim settlement moves "$settlement"
  proposal  proposed by   what
        53  legal-team@0  HKD 500,00 of 1 claims lapse (case_fund): She names no account.
  $ klaim --as approver settlement approve-move "$settlement" "$lapse"
  Approved and recorded.
  $ klaim claim show "$rini"
  Claim 26: allocated, programme 11, claimant 24, case 25
  head          claimed       valued        determined    allocated  paid
  unpaid_wages  HKD 1.000,00  HKD 1.000,00  HKD 1.000,00   HKD 0,00  HKD 0,00
  $ klaim ledger accounts | grep -E "trust|claimants|held"
  assets:trust:bank                     HKD 5.000,00
  liabilities:claimants:settlement 44  -HKD 4.500,00
  liabilities:held:settlement 44            HKD 0,00
  $ klaim settlement allocate "$settlement"
  klaim: settlement_id: nothing was received that isn't allocated
  [1]
