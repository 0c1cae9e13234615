The books balance at any time: what the bank holds is what was received less what was paid, and each unit of it is somebody's.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ sum() {  # of all accounts, in cents
  >   klaim --json ledger accounts | python3 -c 'import json, sys; print(sum(int(one["balance_minor"]) for one in json.load(sys.stdin)["accounts"]))'
  > }

5,000 are promised: the agency owes them, and they aren't there yet.

  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=5.000)
  $ klaim ledger accounts
  account                             balance
  assets:receivable:settlement 44      HKD 5.000,00
  liabilities:promised:settlement 44  -HKD 5.000,00
  $ sum
  0

5,200 arrive: 5,000 held for the claims, 200 too much.

  $ received "$settlement" 5.200 HSBC-1
  $ klaim ledger accounts
  account                             balance
  assets:receivable:settlement 44          HKD 0,00
  assets:trust:bank                    HKD 5.200,00
  liabilities:excess:settlement 44      -HKD 200,00
  liabilities:held:settlement 44      -HKD 5.000,00
  liabilities:promised:settlement 44       HKD 0,00
  $ sum
  0

They are shared out, after costs of 250: 4,750 are the claimants'.

  $ plan costs.json "pro_rata" "costs=250; costs_rule=Members' decision 4/2026"
  $ allocation=$(allocate "$settlement" costs.json)
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.
  $ klaim ledger accounts
  account                              balance
  assets:receivable:settlement 44           HKD 0,00
  assets:trust:bank                     HKD 5.200,00
  liabilities:claimants:settlement 44  -HKD 4.750,00
  liabilities:costs:settlement 44        -HKD 250,00
  liabilities:excess:settlement 44       -HKD 200,00
  liabilities:held:settlement 44            HKD 0,00
  liabilities:promised:settlement 44        HKD 0,00
  $ sum
  0

Sari is paid her 4,750 x 6,000 / 10,000 = 2,850. The bank holds 5,200 - 2,850 = 2,350: 1,900 of Budi and Rini, 250 of costs, 200 too much.

  $ printf 'Sari Dewi\n1234567890\n' | klaim payment account "$(klaim --json claim show "$sari" | value claim filed claimant_id)" --bic HSBCHKHH --currency HKD >account.out 2>&1
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim --as approver payment approve "$batch"
  Approved.
  $ klaim payment send "$batch" >sent.out
  $ klaim payment confirm "$batch" --booked-on 24-11-2026
  Confirmed.
  $ klaim ledger accounts
  account                              balance
  assets:receivable:settlement 44           HKD 0,00
  assets:trust:bank                     HKD 2.350,00
  liabilities:claimants:settlement 44  -HKD 1.900,00
  liabilities:costs:settlement 44        -HKD 250,00
  liabilities:excess:settlement 44       -HKD 200,00
  liabilities:held:settlement 44            HKD 0,00
  liabilities:promised:settlement 44        HKD 0,00
  $ sum
  0

hledger, another program, finds nothing to say to the journal, and comes to the same figures.

  $ klaim ledger export --out klaim.journal
  $ hledger -f klaim.journal check --strict && hledger -f klaim.journal check ordereddates && echo "whole"
  whole
  $ hledger -f klaim.journal balance --flat --empty | sed "s| *$||"
                     0  assets:receivable:settlement 44
           2350.00 HKD  assets:trust:bank
          -1900.00 HKD  liabilities:claimants:settlement 44
           -250.00 HKD  liabilities:costs:settlement 44
           -200.00 HKD  liabilities:excess:settlement 44
                     0  liabilities:held:settlement 44
                     0  liabilities:promised:settlement 44
  --------------------
                     0
