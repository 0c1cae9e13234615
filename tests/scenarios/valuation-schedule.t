An injury is worth what the programme's schedule says for it; what the schedule doesn't have is not valued.

The schedule: HKD 30,000 for a finger, HKD 150,000 for a hand.

  $ . "$TESTDIR/docket.sh"
  $ luka=$(programme LUKA '[{"code": "injury", "valuation_rule": "VALUATION_RULE_SCHEDULE", "proof_standard": "PROOF_STANDARD_PLAUSIBLE", "priority_tier": 1,
  >   "schedule": [{"code": "loss_of_finger", "amount_minor": 3000000}, {"code": "loss_of_hand", "amount_minor": 15000000}]}]')
  $ pt=$(agency "PT Jaya Sentosa")

Sari lost a finger and claims HKD 50,000; Budi lost a hand and claims HKD 100,000. What they claim doesn't matter.

  $ sari=$(file_directly "$luka" S-1 "Sari Dewi" "$pt" "injury=50.000 schedule=loss_of_finger")
  $ budi=$(file_directly "$luka" S-2 "Budi Santoso" "$pt" "injury=100.000 schedule=loss_of_hand")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ klaim claim show "$sari"
  Claim 15: determined, programme 11, claimant 13, case 14
  head    claimed        valued         determined     allocated  paid
  injury  HKD 50.000,00  HKD 30.000,00  HKD 30.000,00   HKD 0,00  HKD 0,00
  $ reckoning "$sari"
  schedule: loss_of_finger 30000.00 HKD = 30000.00 HKD
  $ klaim claim show "$budi"
  Claim 18: determined, programme 11, claimant 16, case 17
  head    claimed         valued          determined      allocated  paid
  injury  HKD 100.000,00  HKD 150.000,00  HKD 150.000,00   HKD 0,00  HKD 0,00

The schedule has no foot: the claim is left, and the reason is said.

  $ wati=$(file_directly "$luka" S-3 "Wati Nur" "$pt" "injury=50.000 schedule=loss_of_foot")
  $ klaim claim determine "$wati"
  0 claims determined.
  klaim: 1 claims were left as they are:
    claim 29: heads: injury says "loss_of_foot" happened, which its schedule doesn't have
  [1]
  $ klaim claim show "$wati"
  Claim 29: eligible, programme 11, claimant 27, case 28
  head    claimed        valued    determined  allocated  paid
  injury  HKD 50.000,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
