What is paid above what was promised is held for who paid it; it goes back when one person proposes that and another approves it.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=4.000)

4,250 arrive, though 4,000 are owed: 4,250 - 4,000 = 250 are too much. They are no money of the claimants.

  $ klaim settlement receive "$settlement" --amount 4.250 --booked-on 24-11-2026 --bank-reference HSBC-1
  HKD 4.250,00 recorded as received.
  $ klaim settlement list
  no  amount        instalment  due         promised      received      allocated  overdue   interest
  44  HKD 4.000,00           1  24-11-2026  HKD 4.000,00  HKD 4.000,00   HKD 0,00  HKD 0,00  HKD 0,00
  $ klaim ledger accounts
  account                             balance
  assets:receivable:settlement 44          HKD 0,00
  assets:trust:bank                    HKD 4.250,00
  liabilities:excess:settlement 44      -HKD 250,00
  liabilities:held:settlement 44      -HKD 4.000,00
  liabilities:promised:settlement 44       HKD 0,00

More than the excess can't go back.

  $ klaim settlement return-excess "$settlement" --amount 250,01 --booked-on 24-11-2026 --bank-reference HSBC-2
  klaim: returned.amount_minor: only 25000 minor units were paid in excess and not returned
  [1]

The legal team proposes to return 250. It is not approved by who proposed it.

  $ proposal=$(klaim --json settlement return-excess "$settlement" --amount 250 --booked-on 24-11-2026 --bank-reference HSBC-2 | value proposal_id)
  $ klaim settlement moves "$settlement"
  proposal  proposed by   what
        46  legal-team@0  HKD 250,00 of excess returned
  $ klaim settlement approve-move "$settlement" "$proposal"
  klaim: you may not make this call (it needs PERMISSION_APPROVE_MONEY): ask an administrator
  [1]
  $ klaim ledger accounts | grep excess
  liabilities:excess:settlement 44      -HKD 250,00

Another person approves. The account for excess is empty, and the bank holds 4,250 - 250 = 4,000.

  $ klaim --as approver settlement approve-move "$settlement" "$proposal"
  Approved and recorded.
  $ klaim settlement moves "$settlement"
  proposal  proposed by  what
  $ klaim ledger accounts
  account                             balance
  assets:receivable:settlement 44          HKD 0,00
  assets:trust:bank                    HKD 4.000,00
  liabilities:excess:settlement 44         HKD 0,00
  liabilities:held:settlement 44      -HKD 4.000,00
  liabilities:promised:settlement 44       HKD 0,00

It can't be approved twice, and there is nothing left to return.

  $ klaim --as approver settlement approve-move "$settlement" "$proposal"
  klaim: proposal_id: proposal 46 doesn't wait for another person
  [1]
  $ klaim settlement return-excess "$settlement" --amount 1 --booked-on 24-11-2026 --bank-reference HSBC-3
  klaim: returned.amount_minor: only 0 minor units were paid in excess and not returned
  [1]
