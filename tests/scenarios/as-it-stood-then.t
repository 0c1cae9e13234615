What was known at a record can be asked at any later time: auditors see how the claim stood then, and everything is computed anew up to there.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")

The claim's own number is the record of its filing. After it, the claim is decided.

  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim --as auditor claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed       valued        determined    allocated  paid
  unpaid_wages  HKD 4.990,00  HKD 4.990,00  HKD 4.990,00   HKD 0,00  HKD 0,00

At the record of its filing it was filed, and worth nothing yet; one record earlier there was no such claim.

  $ klaim --as auditor --as-of "$sari" claim show "$sari"
  Claim 16: filed, programme 11, claimant 14, case 15
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 4.990,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim --as auditor --as-of "$((sari - 1))" claim show "$sari"
  klaim: claim_id: no claim has the number 16
  [1]

The whole docket as it stood then, computed anew from the log (records are counted from 0, so up to record 16 there are 17):

  $ klaim --as auditor audit replay --at "$sari" | grep -v -E ' [0-9a-f]{64}$'
  17 events: 1 claimants, 1 cases, 1 claims
  programme  status  claims
         11  filed        1
  programme  claimed       determined  promised  received  allocated  paid      returned  outstanding
  all        HKD 4.990,00    HKD 0,00  HKD 0,00  HKD 0,00   HKD 0,00  HKD 0,00  HKD 0,00     HKD 0,00

What changed since, and by whom:

  $ last=$(klaim --as auditor --json log read --count 0 | tail -1 | value sequence)
  $ klaim --as auditor audit diff --from "$sari" --to "$last" --claim "$sari" --english
  24-11-2026 09:00 UTC  no. 18  Review started  (legal-team@0)
  24-11-2026 09:00 UTC  no. 19  Eligibility decided  (legal-team@0)
      Eligible: yes
      Reason code: meets_criteria
      Reasons: Meets the programme's criteria; value by its rules.
  24-11-2026 09:00 UTC  no. 20  Claim valued  (legal-team@0)
      Head of claim: unpaid_wages
      Value: HKD 4.990,00
      rule: months times wage less paid
      Computation: 1.00 months x 4990.00 HKD - 0.00 HKD paid, rounded half up = 4990.00 HKD
      rules_version: 1
  24-11-2026 09:00 UTC  no. 21  Value determined  (legal-team@0)
      Currency: HKD
      Head of claim: unpaid_wages
      Amount: HKD 4.990,00
      Reason code: as_valued
      Reasons: Meets the programme's criteria; value by its rules.
  16: filed; unpaid_wages HKD 0,00 / HKD 0,00 / HKD 0,00
  21: determined; unpaid_wages HKD 4.990,00 / HKD 0,00 / HKD 0,00 (determined / allocated / paid)
  4 changes

Whoever isn't an auditor asks how things stand today.

  $ klaim --as call-centre --as-of "$sari" claim show "$sari"
  klaim: how things stood then is for auditors to ask
  [1]
