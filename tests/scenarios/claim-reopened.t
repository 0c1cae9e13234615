A claim that was withdrawn under pressure, or closed too early, goes on where it stood.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=10.000 months=2 wage=5.000")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim reopen "$sari" --reason "Too early."
  klaim: claim_id: claim 16 is determined; to be reopened it must be withdrawn or closed or opted_out
  [1]
  $ klaim claim withdraw "$sari" --reason "She asked for it."
  The claim is withdrawn.
  $ klaim claim close "$sari" --reason "Withdrawn."
  The claim is closed.
  $ klaim claim reopen "$sari" --reason "The agency had threatened her."
  The claim goes on where it stood before.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 10.000,00  HKD 10.000,00  HKD 10.000,00   HKD 0,00  HKD 0,00
