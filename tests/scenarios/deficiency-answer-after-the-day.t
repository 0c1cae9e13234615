Who answers after the day, but before the claim was closed, is heard all the same: time alone closes nothing.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ klaim claim deficiency "$sari" --missing "contract" --answer-by 31-01-2027
  Notice recorded.

A month later nobody has closed the claim, and it still waits for her answer.

  $ clock 2027-03-01
  $ klaim claim show "$sari"
  Claim 16: deficient, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim claim cure "$sari" --answer "Contract of January 2024."
  Answer recorded.

Now that she answered, the claim can't be closed as unanswered any more.

  $ klaim bulk close-unanswered --claim "$sari" --reasons "No answer by the day in the notice."
  Job 20: 0 done, 1 left as they were.
    claim 16: claim_id: claim 16 has no deficiency notice that waits for an answer
  
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00   HKD 0,00  HKD 0,00
