Letting one of those who owe jointly out lets all of them out, unless rights against the others are kept: then they owe less by that share. It takes two persons.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount" '{"grouping": {"dimensions": ["GROUPING_DIMENSION_HEAD"], "least_size": 1}}')
  $ pt=$(agency "PT Jaya Sentosa")
  $ maju=$(agency "Maju Manpower Sdn Bhd" MY)
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ settlement=$(settlement "$upah" "$(group "$upah")" "$pt" 24-12-2026=3.000 --respondent "$maju" --instalment 24-01-2027=3.000)

Both owe the whole HKD 6,000. Maju pays 1,000, and is insolvent. The union keeps its rights against PT Jaya, whose debt is less by Maju's share of 2,000: of the last
instalment 1,000 are left.

  $ klaim settlement receive "$settlement" --amount 1.000 --booked-on 24-11-2026 --bank-reference HSBC-1 --payer "$maju"
  HKD 1.000,00 recorded as received.
  $ klaim settlement release-respondent "$settlement" "$maju" --keep-rights --share 2.000 --reason "Insolven."
  Proposal 27. Another person approves it:
    klaim --as approver settlement approve-move 25 27
  $ klaim settlement moves "$settlement"
  proposal  proposed by   what
        27  legal-team@0  respondent 13 let out, rights against the others kept: HKD 2.000,00 less is owed: Insolven.
  $ move=$(klaim --json settlement moves "$settlement" | value open_moves 0 proposal_id)
  $ klaim settlement approve-move "$settlement" "$move"
  klaim: you may not make this call (it needs PERMISSION_APPROVE_MONEY): ask an administrator
  [1]
  $ klaim --as approver settlement approve-move "$settlement" "$move"
  Approved and recorded.
  $ klaim settlement list
  no  amount        instalment  due         promised      received      allocated  overdue   interest
  25  HKD 6.000,00           1  24-12-2026  HKD 3.000,00  HKD 1.000,00   HKD 0,00  HKD 0,00  HKD 0,00
                             2  24-01-2027  HKD 1.000,00      HKD 0,00
  $ klaim settlement payers "$settlement"
  respondent  own share  paid          beyond the share
          12  the whole      HKD 0,00          HKD 0,00
          13  the whole  HKD 1.000,00          HKD 0,00  let out

Without keeping rights, all that is open is owed no more by anybody.

  $ klaim settlement release-respondent "$settlement" "$pt" --reason "Perdamaian penuh."
  Proposal 29. Another person approves it:
    klaim --as approver settlement approve-move 25 29
  $ move=$(klaim --json settlement moves "$settlement" | value open_moves 0 proposal_id)
  $ klaim --as approver settlement approve-move "$settlement" "$move"
  Approved and recorded.
  $ klaim settlement payers "$settlement"
  respondent  own share  paid          beyond the share
          12  the whole      HKD 0,00          HKD 0,00  let out
          13  the whole  HKD 1.000,00          HKD 0,00  let out
  $ klaim case deadlines
  on  what  of  unit  responsible  about
