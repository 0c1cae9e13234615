A claimant whose claim was determined can appeal against the value; until the appeal is decided the claim is under review.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid cap=10.000")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")

3 x 4,990 = 14,970, of which the cap leaves HKD 10,000.

  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 10.000,00  HKD 10.000,00   HKD 0,00  HKD 0,00

She appeals. The union raises the cap to HKD 20,000 for everybody, and decides her claim again by the new rules: HKD 14,970.

  $ klaim claim appeal "$sari" --grounds "The cap is lower than what the contract promised."
  Appeal recorded; the claim is under review.
  $ klaim claim show "$sari"
  Claim 16: under_review, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 10.000,00  HKD 10.000,00   HKD 0,00  HKD 0,00
  $ cat >rules.json <<EOF
  > {"heads": [{"code": "unpaid_wages", "valuation_rule": "VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID", "proof_standard": "PROOF_STANDARD_PLAUSIBLE",
  >   "priority_tier": 1, "cap_minor": 2000000}], "source": "Decision 4/2026", "reason": "The cap was too low."}
  > EOF
  $ klaim programme revise "$upah" rules.json
  Revised. What was valued before stays, until it is valued anew.
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00   HKD 0,00  HKD 0,00
  $ reckoning "$sari"
  3.00 months x 4990.00 HKD - 0.00 HKD paid, rounded half up = 14970.00 HKD
