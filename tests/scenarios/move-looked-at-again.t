Who approves that unclaimed money goes back approves what there is on that day: what was ordered to be paid meanwhile does not lapse.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=5.000)
  $ received "$settlement" 5.000 HSBC-1
  $ klaim --as approver settlement approve "$settlement" "$(allocate "$settlement")"
  Allocated to 3 claims.

Rini can't be found, and her 500 are proposed to lapse. Then she comes and names an account, and a payment of 500 is proposed.

  $ lapse=$(klaim --json settlement lapse "$settlement" --claim "$rini" --rule share-again --reason "Three letters, two visits." | value proposal_id)
  $ printf 'Rini Wulandari\n2222222222\n' | klaim payment account "$(klaim --json claim show "$rini" | value claim filed claimant_id)" --bic HSBCHKHH --currency HKD >account.out 2>&1
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)

The lapse can't be approved any more. It is rejected, and Rini is paid.

  $ klaim --as approver settlement approve-move "$settlement" "$lapse"
  klaim: proposal_id: claim 26 has nothing allocated by this settlement that isn't ordered
  [1]
  $ klaim --as approver settlement reject-move "$settlement" "$lapse" --reason "She came."
  Rejected.
  $ klaim settlement moves "$settlement"
  proposal  proposed by  what
  $ klaim --as approver payment approve "$batch"
  Approved.
  $ klaim payment send "$batch" >sent.out
  $ klaim payment confirm "$batch" --booked-on "$(date -u +%d-%m-%Y -d "$(cat "$KLAIM_CLOCK")")"
  Confirmed.
  $ klaim claim show "$rini"
  Claim 26: allocated, programme 11, claimant 24, case 25
  head          claimed       valued        determined    allocated   paid
  unpaid_wages  HKD 1.000,00  HKD 1.000,00  HKD 1.000,00  HKD 500,00  HKD 500,00
