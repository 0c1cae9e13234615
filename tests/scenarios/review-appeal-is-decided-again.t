An appeal takes a claim back to review, where it is decided again; what was decided first stays in its history.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")

Before anything is decided there is nothing to appeal against.

  $ klaim claim appeal "$sari" --grounds "The contract went on until December 2025."
  klaim: claim_id: claim 16 is filed; to be appealed it must be ineligible or determined or allocated or paid
  [1]

Sari's claim is refused. She appeals, and the claim is under review again.

  $ klaim claim refuse "$sari" --reason-code outside_period --reasons "The placement ended before the programme's period."
  1 claims refused.
  $ klaim claim appeal "$sari" --grounds "The contract went on until December 2025."
  Appeal recorded; the claim is under review.
  $ klaim claim show "$sari"
  Claim 16: under_review, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

It isn't appealed twice while the appeal is open.

  $ klaim claim appeal "$sari" --grounds "Once more."
  klaim: claim_id: claim 16 is under_review; to be appealed it must be ineligible or determined or allocated or paid
  [1]

This time it is found eligible, and its value is 3 x 4,990 = 14,970.

  $ klaim claim determine "$sari" --reasons "The contract shows that she worked until December 2025."
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00   HKD 0,00  HKD 0,00
  $ klaim log read --stream "$sari" | grep -o "claim_[a-z_]*"
  claim_filed
  claim_review_started
  claim_eligibility_decided
  claim_appealed
  claim_eligibility_decided
  claim_valued
  claim_determined

An appeal can fail too: it is refused again, with new reasons.

  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")
  $ klaim claim refuse "$budi" --reason-code no_contract --reasons "No contract."
  1 claims refused.
  $ klaim claim appeal "$budi" --grounds "There was one by word of mouth."
  Appeal recorded; the claim is under review.
  $ klaim claim refuse "$budi" --reason-code not_plausible --reasons "Nobody else tells of such a contract."
  1 claims refused.
  $ klaim claim show "$budi"
  Claim 27: ineligible, programme 11, claimant 25, case 26
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 9.980,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
