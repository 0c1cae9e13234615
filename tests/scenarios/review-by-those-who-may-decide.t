Only who may decide on claims decides: not the call centre that files them, not the auditor who reads them, not the approver of payments.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ klaim bulk review --claim "$sari"
  Job 18: 1 done, 0 left as they were.
  

Each of them is refused.

  $ klaim --as call-centre claim find-eligible "$sari" --reason-code meets_criteria --reasons "Seen."
  klaim: you may not make this call (it needs PERMISSION_DECIDE_CLAIMS): ask an administrator
  [1]
  $ klaim --as auditor claim find-eligible "$sari" --reason-code meets_criteria --reasons "Seen."
  klaim: you may not make this call (it needs PERMISSION_DECIDE_CLAIMS): ask an administrator
  [1]
  $ klaim --as approver claim find-eligible "$sari" --reason-code meets_criteria --reasons "Seen."
  klaim: you may not make this call (it needs PERMISSION_DECIDE_CLAIMS): ask an administrator
  [1]
  $ klaim --as administrator claim find-eligible "$sari" --reason-code meets_criteria --reasons "Seen."
  klaim: you may not make this call (it needs PERMISSION_DECIDE_CLAIMS): ask an administrator
  [1]

Nothing happened to the claim. The legal team may.

  $ klaim claim show "$sari"
  Claim 16: under_review, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim claim find-eligible "$sari" --reason-code meets_criteria --reasons "Contract and bank book seen."
  The claim is eligible.
  $ klaim claim show "$sari"
  Claim 16: eligible, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
