A claim is refused with a code and reasons that can be read later; a refused claim is worth nothing and gets nothing.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")

Without reasons, or with a code that isn't one, nothing is decided.

  $ klaim claim refuse "$sari" --reason-code outside_period --reasons ""
  0 claims refused.
  klaim: 1 claims were left as they are:
    claim 16: decision.reasons: is empty: fill it in
  [1]
  $ klaim claim refuse "$sari" --reason-code "Outside period" --reasons "The placement ended before the programme's period."
  0 claims refused.
  klaim: 1 claims were left as they are:
    claim 16: decision.reason_code: must be a code of 1 to 40 of a-z, 0-9 and _, as in unpaid_wages
  [1]

With both it is. Its value stays nothing, though HKD 14,970 were claimed.

  $ klaim claim refuse "$sari" --reason-code outside_period --reasons "The placement ended before the programme's period."
  1 claims refused.
  $ klaim claim show "$sari"
  Claim 16: ineligible, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim audit explain "$sari" --english | grep -e "Reason"
      Reason code: outside_period
      Reasons: The placement ended before the programme's period.

It can't be determined, valued or refused again; only an appeal opens it.

  $ klaim claim determine "$sari"
  0 claims determined.
  klaim: 1 claims were left as they are:
    claim 16: is ineligible and stays so
  [1]
  $ klaim bulk value --claim "$sari"
  Job 20: 0 done, 1 left as they were.
    claim 16: claim_id: claim 16 is ineligible; to be valued it must be eligible or valued
  
  $ klaim claim refuse "$sari" --reason-code outside_period --reasons "Once more."
  0 claims refused.
  klaim: 1 claims were left as they are:
    claim 16: claim_id: claim 16 is ineligible; to be decided on it must be under_review
  [1]
