A claim is filed, reviewed, found eligible, valued and determined, in this order; no step can be left out.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")

A claim that nobody looked at can't be found eligible, and has no value.

  $ klaim claim find-eligible "$sari" --reason-code meets_criteria --reasons "Contract and bank book seen."
  klaim: claim_id: claim 16 is filed; to be decided on it must be under_review
  [1]
  $ klaim bulk value --claim "$sari"
  Job 18: 0 done, 1 left as they were.
    claim 16: claim_id: claim 16 is filed; to be valued it must be eligible or valued
  

The review begins; still there is no value before it is found eligible.

  $ klaim bulk review --claim "$sari"
  Job 20: 1 done, 0 left as they were.
  
  $ klaim bulk value --claim "$sari"
  Job 23: 0 done, 1 left as they were.
    claim 16: claim_id: claim 16 is under_review; to be valued it must be eligible or valued
  

A decision needs a code and reasons.

  $ klaim claim find-eligible "$sari" --reason-code "Meets criteria" --reasons "Contract and bank book seen."
  klaim: decision.reason_code: must be a code of 1 to 40 of a-z, 0-9 and _, as in unpaid_wages
  [1]
  $ klaim claim find-eligible "$sari" --reason-code meets_criteria --reasons ""
  klaim: decision.reasons: is empty: fill it in
  [1]

It is found eligible. It can't be determined before it was valued.

  $ klaim claim find-eligible "$sari" --reason-code meets_criteria --reasons "Contract and bank book seen."
  The claim is eligible.
  $ klaim bulk determine --claim "$sari" --reason-code as_valued --reasons "By the rules."
  Job 26: 0 done, 1 left as they were.
    claim 16: claim_id: claim 16 is eligible; to be determined it must be valued
  

Then it is valued at 3 x 4,990 = 14,970, and this is determined.

  $ klaim bulk value --claim "$sari"
  Job 28: 1 done, 0 left as they were.
  
  $ klaim claim show "$sari"
  Claim 16: valued, programme 11, claimant 14, case 15
  head          claimed        valued         determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim bulk determine --claim "$sari" --reason-code as_valued --reasons "By the rules."
  Job 31: 1 done, 0 left as they were.
  
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00   HKD 0,00  HKD 0,00

What was decided and why stays with the claim.

  $ reasons "$sari"
  Eligibility decided
      Eligible: yes
      Reason code: meets_criteria
      Reasons: Contract and bank book seen.
  Value determined
      Reason code: as_valued
      Reasons: By the rules.
