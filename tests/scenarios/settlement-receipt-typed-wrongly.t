A receipt that was typed wrongly, or that the bank took back, is taken back by two persons; not when its money went on.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-12-2026=4.000)

400 came, and 4,000 were typed.

  $ received "$settlement" 4.000 HSBC-1
  $ proposal=$(klaim --json settlement reverse-receipt "$settlement" --receipt HSBC-1 --booked-on 24-11-2026 --reason "Typed ten times too large." | value proposal_id)
  $ klaim settlement moves "$settlement"
  proposal  proposed by   what
        36  legal-team@0  receipt HSBC-1 of HKD 4.000,00 taken back: Typed ten times too large.
  $ klaim settlement approve-move "$settlement" "$proposal"
  klaim: you may not make this call (it needs PERMISSION_APPROVE_MONEY): ask an administrator
  [1]
  $ klaim --as approver settlement approve-move "$settlement" "$proposal"
  Approved and recorded.
  $ klaim settlement list
  no  amount        instalment  due         promised      received  allocated  overdue   interest
  34  HKD 4.000,00           1  24-12-2026  HKD 4.000,00  HKD 0,00   HKD 0,00  HKD 0,00  HKD 0,00
  $ klaim ledger accounts
  account                             balance
  assets:receivable:settlement 34      HKD 4.000,00
  assets:trust:bank                        HKD 0,00
  liabilities:held:settlement 34           HKD 0,00
  liabilities:promised:settlement 34  -HKD 4.000,00

The bank's reference is free again for what really came.

  $ received "$settlement" 400 HSBC-1

Then the cheque bounces: the bank took the 400 back, under a reference of its own. By then they are allocated, and somebody must decide what becomes of that first.

  $ allocation=$(allocate "$settlement")
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.
  $ klaim settlement reverse-receipt "$settlement" --receipt HSBC-1 --booked-on 24-11-2026 --bank-reference HSBC-9 --reason "The cheque was not covered."
  klaim: receipt_reference: its money was allocated, spent or returned already: let what is allocated and not ordered lapse first
  [1]
  $ lapse=$(klaim --json settlement lapse "$settlement" --claim "$sari" --claim "$budi" --rule share-again --reason "The cheque was not covered." | value proposal_id)
  $ klaim --as approver settlement approve-move "$settlement" "$lapse"
  Approved and recorded.
  $ proposal=$(klaim --json settlement reverse-receipt "$settlement" --receipt HSBC-1 --booked-on 24-11-2026 --bank-reference HSBC-9 --reason "The cheque was not covered." | value proposal_id)
  $ klaim --as approver settlement approve-move "$settlement" "$proposal"
  Approved and recorded.
  $ klaim settlement list
  no  amount        instalment  due         promised      received  allocated  overdue   interest
  34  HKD 4.000,00           1  24-12-2026  HKD 4.000,00  HKD 0,00   HKD 0,00  HKD 0,00  HKD 0,00
  $ klaim ledger accounts
  account                              balance
  assets:receivable:settlement 34       HKD 4.000,00
  assets:trust:bank                         HKD 0,00
  liabilities:claimants:settlement 34       HKD 0,00
  liabilities:held:settlement 34            HKD 0,00
  liabilities:promised:settlement 34   -HKD 4.000,00
