A receipt that was typed wrongly, or that the bank took back, is taken back by two persons; not when its money went on.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-12-2026=4.000)

400 came, and 4,000 were typed.

  $ received "$settlement" 4.000 HSBC-1
  $ proposal=$(klaim --json settlement reverse-receipt "$settlement" --receipt HSBC-1 --booked-on 24-11-2026 --reason "Typed ten times too large." | value proposal_id)
  $ klaim settlement moves "$settlement"
  $ klaim settlement approve-move "$settlement" "$proposal"
  $ klaim --as approver settlement approve-move "$settlement" "$proposal"
  $ klaim settlement list
  $ klaim ledger accounts

The bank's reference is free again for what really came.

  $ received "$settlement" 400 HSBC-1

Then the cheque bounces: the bank took the 400 back, under a reference of its own. By then they are allocated, and somebody must decide what becomes of that first.

  $ allocation=$(allocate "$settlement")
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  $ klaim settlement reverse-receipt "$settlement" --receipt HSBC-1 --booked-on 24-11-2026 --bank-reference HSBC-9 --reason "The cheque was not covered."
  $ lapse=$(klaim --json settlement lapse "$settlement" --claim "$sari" --rule share-again --reason "The cheque was not covered." | value proposal_id)
  $ klaim --as approver settlement approve-move "$settlement" "$lapse"
  $ proposal=$(klaim --json settlement reverse-receipt "$settlement" --receipt HSBC-1 --booked-on 24-11-2026 --bank-reference HSBC-9 --reason "The cheque was not covered." | value proposal_id)
  $ klaim --as approver settlement approve-move "$settlement" "$proposal"
  $ klaim settlement list
  $ klaim ledger accounts
