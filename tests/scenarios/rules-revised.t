When the rules of a programme are revised, what was valued before stays until it is valued anew, and each value says by which version it came.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid; document_retention=fixed_sum fixed_sum=2.000")
  $ pt=$(agency "PT Jaya Sentosa")

Sari's claim is valued at 3 x 4,990 = 14,970. Budi's is determined at 2 x 4,990 = 9,980.

  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")
  $ klaim bulk review --claim "$sari"
  Job 23: 1 done, 0 left as they were.
  
  $ klaim claim find-eligible "$sari" --reason-code meets_criteria --reasons "Contract seen."
  The claim is eligible.
  $ klaim bulk value --claim "$sari"
  Job 27: 1 done, 0 left as they were.
  
  $ klaim claim determine "$budi"
  1 claims determined.

The new rules have a cap of HKD 8,000. Who opens no programmes can't revise them.

  $ cat >rules.json <<EOF
  > {"heads": [{"code": "unpaid_wages", "valuation_rule": "VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID", "proof_standard": "PROOF_STANDARD_PLAUSIBLE",
  >     "priority_tier": 1, "cap_minor": 800000},
  >   {"code": "document_retention", "valuation_rule": "VALUATION_RULE_FIXED_SUM", "proof_standard": "PROOF_STANDARD_PLAUSIBLE", "priority_tier": 1, "fixed_sum_minor": 200000}],
  >  "source": "Decision 4/2026", "reason": "To share the money among more."}
  > EOF
  $ klaim --as approver programme revise "$upah" rules.json
  klaim: you may not make this call (it needs PERMISSION_MANAGE_PROGRAMMES): ask an administrator
  [1]
  $ klaim programme revise "$upah" rules.json
  Revised. What was valued before stays, until it is valued anew.
  $ klaim --json programme list | value programmes 0 rules_version
  2

Both values stay.

  $ klaim claim show "$sari"
  Claim 16: valued, programme 11, claimant 14, case 15
  head          claimed        valued         determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim claim show "$budi"
  Claim 21: determined, programme 11, claimant 19, case 20
  head          claimed       valued        determined    allocated  paid
  unpaid_wages  HKD 9.980,00  HKD 9.980,00  HKD 9.980,00   HKD 0,00  HKD 0,00

They are to be valued anew. Sari's falls to the cap; Budi's was decided, and a decision isn't undone by new rules.

  $ klaim bulk value --claim "$sari" --claim "$budi"
  Job 35: 1 done, 1 left as they were.
    claim 21: claim_id: claim 21 is determined; to be valued it must be eligible or valued
  
  $ klaim claim show "$sari"
  Claim 16: valued, programme 11, claimant 14, case 15
  head          claimed        valued        determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 8.000,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim audit explain "$sari" --english | grep -e Computation -e rules_version
      Computation: 3.00 months x 4990.00 HKD - 0.00 HKD paid, rounded half up = 14970.00 HKD
      rules_version: 1
      Computation: 3.00 months x 4990.00 HKD - 0.00 HKD paid, rounded half up; cut to the cap 8000.00 HKD = 8000.00 HKD
      rules_version: 2

A head can't be left out, since claims may have it.

  $ echo '{"heads": [{"code": "unpaid_wages", "valuation_rule": "VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID", "proof_standard": "PROOF_STANDARD_PLAUSIBLE", "priority_tier": 1}], "source": "Decision 5/2026", "reason": "Simpler."}' >less.json
  $ klaim programme revise "$upah" less.json
  klaim: heads: lacks document_retention: claims may have it, so it must stay
  [1]
