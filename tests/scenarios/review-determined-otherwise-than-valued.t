The value is decided by people: they can decide otherwise than the rules computed, but head by head, and with reasons.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid; document_retention=fixed_sum fixed_sum=2.000")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990; document_retention=4.990")
  $ klaim bulk review --claim "$sari"
  Job 18: 1 done, 0 left as they were.
  
  $ klaim claim find-eligible "$sari" --reason-code meets_criteria --reasons "Contract seen."
  The claim is eligible.
  $ klaim bulk value --claim "$sari"
  Job 22: 1 done, 0 left as they were.
  

Computed were 3 x 4,990 = 14,970 for wages and 2,000 for the passport. A head can't be forgotten, nor one be decided that wasn't claimed.
Less than nothing can't be decided, nor anything without reasons.

  $ determine_otherwise "$sari" "unpaid_wages=9.980" "One month was paid in cash."
  heads: decides 1 heads, the claim has 2: decide each once, or none to take the values
  $ determine_otherwise "$sari" "unpaid_wages=9.980; injury=2.000" "One month was paid in cash."
  heads[1].code: must be document_retention, in the claim's order
  $ determine_otherwise "$sari" "unpaid_wages=-1; document_retention=2.000" "One month was paid in cash."
  heads[0].minor_units: is -100 minor units; it must be 0 or more
  $ determine_otherwise "$sari" "unpaid_wages=9.980; document_retention=2.000" ""
  reasons: is empty: fill it in

One month was paid in cash, as a letter shows: 2 x 4,990 = 9,980 are decided. What was computed stays beside it.

  $ determine_otherwise "$sari" "unpaid_wages=9.980; document_retention=2.000" "One month was paid in cash."
  Determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head                claimed        valued         determined    allocated  paid
  unpaid_wages        HKD 14.970,00  HKD 14.970,00  HKD 9.980,00   HKD 0,00  HKD 0,00
  document_retention   HKD 4.990,00   HKD 2.000,00  HKD 2.000,00   HKD 0,00  HKD 0,00
  $ reasons "$sari"
  Eligibility decided
      Eligible: yes
      Reason code: meets_criteria
      Reasons: Contract seen.
  Value determined
      Reason code: otherwise_than_valued
      Reasons: One month was paid in cash.
