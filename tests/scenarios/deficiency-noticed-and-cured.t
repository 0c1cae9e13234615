When something is missing, the claimant is told what and until when; nothing is decided until the answer is there, and then the claim goes on.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")

Two papers are missing, and Sari has until the end of January.

  $ klaim claim deficiency "$sari" --missing "contract" --missing "bank book" --answer-by 31-01-2027
  Notice recorded.
  $ klaim claim show "$sari"
  Claim 16: deficient, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

The day stands among the deadlines.

  $ klaim case deadlines
  on          what    of        unit  responsible  about
  31-01-2027  answer  claim 16     0               2 missing

While the answer is open nobody can find the claim eligible or refuse it, tell her something else, or close it: she still has time.

  $ klaim claim determine "$sari"
  0 claims determined.
  klaim: 1 claims were left as they are:
    claim 16: is deficient and stays so
  [1]
  $ klaim claim refuse "$sari" --reason-code no_contract --reasons "No contract."
  0 claims refused.
  klaim: 1 claims were left as they are:
    claim 16: claim_id: claim 16 is deficient; to be decided on it must be under_review
  [1]
  $ klaim claim deficiency "$sari" --missing "passport" --answer-by 28-02-2027
  klaim: claim_id: claim 16 is deficient; to be noticed of a deficiency it must be filed or cured or under_review
  [1]
  $ klaim claim close "$sari" --reason "No answer."
  klaim: claim_id: the claimant can still answer the deficiency notice
  [1]
  $ klaim bulk close-unanswered --claim "$sari" --reasons "No answer by the day in the notice."
  Job 19: 0 done, 1 left as they were.
    claim 16: claim_id: the claimant can still answer the deficiency notice
  

She answers. Nothing is due any more, and the claim goes on to its value: 3 x 4,990 = 14,970.

  $ klaim claim cure "$sari" --answer "Contract of January 2024 and bank book."
  Answer recorded.
  $ klaim claim show "$sari"
  Claim 16: cured, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim case deadlines
  on  what  of  unit  responsible  about
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00   HKD 0,00  HKD 0,00

An answer without a question is refused.

  $ klaim claim cure "$sari" --answer "Contract again."
  klaim: claim_id: claim 16 is determined; to be cured it must be deficient
  [1]
