Who was paid may appeal too: the decision stands until the appeal is decided, and what is found to be owed more is owed then.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=10.000 months=2 wage=5.000" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=5.000 months=1 wage=5.000" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ settlement=$(settled "$upah" "$pt" 15.000)
  $ klaim claim appeal "$sari" --by claimant --grounds "June is missing."
  Appeal 42 recorded; the decision stands until it is revised by it, or the appeal is dismissed.
  $ appeal=$(klaim --json claim money "$sari" | value open_appeal_id)
  $ klaim claim show "$sari" | head -1
  Claim 16: allocated, programme 11, claimant 14, case 15
  $ klaim claim appeal "$sari" --grounds "Once more."
  klaim: claim_id: appeal 42 of claim 16 waits to be decided: revise the decision by it, or dismiss it
  [1]

It is upheld: 12,500. Another person approves the revision, since money was allocated; 2,500 more are owed.

  $ klaim claim revise "$sari" --kind appeal --appeal "$appeal" --head unpaid_wages=12.500 --reason-code june --reasons "June was worked." --appeal-until 24-12-2026
  Proposed as 43. Another lawyer approves it:
    klaim --as NAME claim approve-move 16 43
  $ person second lawyer
  $ klaim --as second claim approve-move "$sari" "$(klaim --json claim money "$sari" | value moves 0 proposal_id)"
  Approved.
  $ klaim claim show "$sari"
  Claim 16: allocated, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated      paid
  unpaid_wages  HKD 10.000,00  HKD 10.000,00  HKD 12.500,00  HKD 10.000,00  HKD 0,00

The agency appeals against what Budi is to have. That is dismissed, and the decision stands.

  $ klaim claim appeal "$budi" --by respondent --grounds "He was paid in cash."
  Appeal 48 recorded; the decision stands until it is revised by it, or the appeal is dismissed.
  $ klaim claim dismiss-appeal "$budi" "$(klaim --json claim money "$budi" | value open_appeal_id)" --reasons "There is no receipt."
  Dismissed: the decision stands.
  $ klaim log read --stream "$budi" | grep -o "claim_appeal[a-z_]*"
  claim_appealed
  claim_appeal_dismissed
