A decision that was paid already turns out to be wrong. Two persons revise it, and what was paid too much is to be paid back.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=10.000 months=2 wage=5.000" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=5.000 months=1 wage=5.000" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ settlement=$(settled "$upah" "$pt" 15.000)
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim --as approver payment approve "$batch"
  Approved.
  $ klaim payment send "$batch" >sent.out
  $ klaim payment confirm "$batch" --booked-on 24-11-2026
  Confirmed.

Sari worked one month and a half, not two: 7,500. Her money was paid, so one person proposes it and another approves.

  $ klaim claim revise "$sari" --kind clerical --head unpaid_wages=7.500 --reason-code miscounted --reasons "A month and a half."
  Proposed as 50. Another lawyer approves it:
    klaim --as NAME claim approve-move 16 50
  $ proposal=$(klaim --json claim money "$sari" | value moves 0 proposal_id)
  $ klaim claim approve-move "$sari" "$proposal"
  klaim: proposal_id: you proposed this: another person must approve or reject it
  [1]
  $ person second lawyer
  $ klaim claim money "$sari" | tail -1
  proposal 50 of legal-team@0 waits for another person: revise (clerical): unpaid_wages HKD 10.000,00 -> HKD 7.500,00; A month and a half.
  $ klaim --as second claim approve-move "$sari" "$proposal"
  Approved.
  $ klaim claim money "$sari"
                         amount
  claimed                HKD 10.000,00
  determined              HKD 7.500,00
  credited                    HKD 0,00
  allocated              HKD 10.000,00
  paid                   HKD 10.000,00
  outstanding                 HKD 0,00
  to be paid back         HKD 2.500,00
  paid back                   HKD 0,00
  waived or written off       HKD 0,00

She pays 1,500 back. It is in trust again, for those of the settlement who are still owed something; one transfer is recorded once.

  $ klaim overpayment repay "$sari" --amount 3.000 --booked-on 24-11-2026 --reference BCA-1
  klaim: amount_minor: only 250000 minor units are to be paid back
  [1]
  $ klaim overpayment repay "$sari" --amount 1.500 --booked-on 24-11-2026 --reference BCA-1
  In trust again:
    HKD 1.500,00 of unpaid_wages, for settlement 36
  $ klaim overpayment repay "$sari" --amount 500 --booked-on 24-11-2026 --reference BCA-1
  klaim: bank_reference: is recorded already
  [1]
  $ klaim settlement list
  no  amount         instalment  due         promised       received       allocated      overdue   interest
  36  HKD 15.000,00           1  24-11-2026  HKD 15.000,00  HKD 15.000,00  HKD 13.500,00  HKD 0,00  HKD 0,00
  $ klaim claim close "$sari" --reason "Paid."
  klaim: claim_id: claim 16 is overpaid: have it paid back, or let two persons waive it or write it off
  [1]

The rest of 1,000 she can't pay: it is waived by two persons.

  $ klaim overpayment waive "$sari" --reason "She lives on her wages alone."
  Proposed as 57. Another lawyer approves it:
    klaim --as NAME claim approve-move 16 57
  $ waiver=$(klaim --json claim money "$sari" | value moves 0 proposal_id)
  $ klaim --as second claim approve-move "$sari" "$waiver"
  Approved.
  $ klaim claim money "$sari"
                         amount
  claimed                HKD 10.000,00
  determined              HKD 7.500,00
  credited                    HKD 0,00
  allocated               HKD 8.500,00
  paid                    HKD 8.500,00
  outstanding                 HKD 0,00
  to be paid back             HKD 0,00
  paid back               HKD 1.500,00
  waived or written off   HKD 1.000,00
  $ klaim claim close "$sari" --reason "Paid."
  The claim is closed.

The books show what is to be paid back until it is, or isn't demanded any more, and what came back.

  $ klaim ledger accounts
  account                               balance
  assets:receivable:claimants:claim 16       HKD 0,00
  assets:receivable:settlement 36            HKD 0,00
  assets:trust:bank                      HKD 1.500,00
  liabilities:claimants:settlement 36        HKD 0,00
  liabilities:held:settlement 36        -HKD 1.500,00
  liabilities:overpaid                       HKD 0,00
  liabilities:promised:settlement 36         HKD 0,00
  $ klaim ledger export --out books.journal >export.out; hledger -f books.journal check --strict ordereddates
