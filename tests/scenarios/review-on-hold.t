While a claim is on hold nothing can be decided on it; when it goes on, it stands where it stood before.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ klaim bulk review --claim "$sari"
  Job 18: 1 done, 0 left as they were.
  

A court is about to decide on the agency, and the claim waits.

  $ klaim claim suspend "$sari" --reason "The court decides on the agency first."
  The claim is on hold.
  $ klaim claim show "$sari"
  Claim 16: suspended, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

It can be neither found eligible nor refused, nor noticed, nor put on hold twice.

  $ klaim claim find-eligible "$sari" --reason-code meets_criteria --reasons "Seen."
  klaim: claim_id: claim 16 is suspended; to be decided on it must be under_review
  [1]
  $ klaim claim refuse "$sari" --reason-code outside_period --reasons "Too early."
  0 claims refused.
  klaim: 1 claims were left as they are:
    claim 16: claim_id: claim 16 is suspended; to be decided on it must be under_review
  [1]
  $ klaim claim deficiency "$sari" --missing "contract" --answer-by 31-01-2027
  klaim: claim_id: claim 16 is suspended; to be noticed of a deficiency it must be filed or cured or under_review
  [1]
  $ klaim claim suspend "$sari" --reason "Once more."
  klaim: claim_id: claim 16 is suspended; to be suspended it must be filed or deficient or cured or under_review or eligible or valued or determined
  [1]
  $ klaim claim determine "$sari"
  0 claims determined.
  klaim: 1 claims were left as they are:
    claim 16: is suspended and stays so
  [1]

It goes on, under review as before, and is decided: 3 x 4,990 = 14,970.

  $ klaim claim resume "$sari"
  The claim goes on.
  $ klaim claim show "$sari"
  Claim 16: under_review, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim claim determine "$sari"
  1 claims determined.

A determined claim can be put on hold too, and keeps its value.

  $ klaim claim suspend "$sari" --reason "Disputed by the agency."
  The claim is on hold.
  $ klaim claim show "$sari"
  Claim 16: suspended, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00   HKD 0,00  HKD 0,00
  $ klaim claim resume "$sari"
  The claim goes on.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00   HKD 0,00  HKD 0,00

What isn't on hold can't go on.

  $ klaim claim resume "$sari"
  klaim: claim_id: claim 16 is determined; to be resumed it must be suspended
  [1]
