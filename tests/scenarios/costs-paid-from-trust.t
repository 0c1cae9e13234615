What an allocation took for costs is paid out of the trust by two persons, and never more than that. A programme says how much may be taken, and by what.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid" '{"costs": {"most_basis_points": 500, "basis": "Mandates of the claimants, clause 4."}}')
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=10.000 months=2 wage=5.000" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=10.000 months=2 wage=5.000" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ settlement=$(settlement "$upah" "$(group "$upah")" "$pt" 24-11-2026=10.000)
  $ received "$settlement" 10.000 HSBC-1

Ten per cent are too much here.

  $ plan tenth.json "pro_rata" "costs=10%;costs_rule=Clause 4"
  $ klaim settlement allocate "$settlement" --plan tenth.json
  klaim: plan: takes 1000.00 HKD for costs, and the programme lets 500.00 HKD be taken of this money: Mandates of the claimants, clause 4.
  [1]
  $ plan fifth.json "pro_rata" "costs=5%;costs_rule=Clause 4"
  $ klaim --as approver settlement approve "$settlement" "$(allocate "$settlement" fifth.json)"
  Allocated to 2 claims.

The lawyer's invoice is 300: one person proposes, another approves. 500 were taken, so 300 more can't be paid.

  $ klaim settlement pay-cost "$settlement" --payee "Kantor Hukum Sri Utami" --purpose "invoice 12/2026" --amount 300 --booked-on 24-11-2026 --bank-reference HSBC-2
  Proposal 42. Another person approves it:
    klaim --as approver settlement approve-move 36 42
  $ klaim settlement moves "$settlement"
  proposal  proposed by   what
        42  legal-team@0  HKD 300,00 of costs to Kantor Hukum Sri Utami: invoice 12/2026
  $ move=$(klaim --json settlement moves "$settlement" | value open_moves 0 proposal_id)
  $ klaim settlement pay-cost "$settlement" --payee "Kantor Hukum Sri Utami" --purpose "invoice 13/2026" --amount 300 --booked-on 24-11-2026 --bank-reference HSBC-3
  klaim: cost.amount_minor: only 20000 minor units were taken for costs, or left to the case fund, and are not paid
  [1]
  $ klaim --as approver settlement approve-move "$settlement" "$move"
  Approved and recorded.

The books have the claimants' money and the costs of each settlement apart.

  $ klaim ledger accounts
  account                              balance
  assets:receivable:settlement 36           HKD 0,00
  assets:trust:bank                     HKD 9.700,00
  liabilities:claimants:settlement 36  -HKD 9.500,00
  liabilities:costs:settlement 36        -HKD 200,00
  liabilities:held:settlement 36            HKD 0,00
  liabilities:promised:settlement 36        HKD 0,00

A programme of an office that is accredited for legal aid takes nothing.

  $ bantuan=$(programme BANTUAN "unpaid_wages=months_times_wage_less_paid" '{"costs": {"none": true, "basis": "UU 16/2011, pasal 20"}}')
  $ klaim --json programme list | python3 -c 'import json, sys; print([one["opened"]["costs"] for one in json.load(sys.stdin)["programmes"]])'
  [{'none': False, 'most_basis_points': 500, 'basis': 'Mandates of the claimants, clause 4.'}, {'none': True, 'most_basis_points': 0, 'basis': 'UU 16/2011, pasal 20'}]
