Costs are taken out first, and only by a rule or decision that is named.

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

The costs are 3 % of 5,000 = 150, and 100 beside: together 250. 5,000 - 250 = 4,750 are left for 10,000 that are owed: 47.5 % for each.
Without a rule for them they are refused.

  $ plan bare.json "pro_rata" "costs=3%"
  $ klaim settlement allocate "$settlement" --plan bare.json
  klaim: plan.costs_rule: is empty: fill it in
  [1]
  $ cat >costs.json <<'END'
  > {"name": "costs, then pro rata", "costs_basis_points": 300, "costs_minor": 10000, "costs_rule": "Members' decision 4/2026",
  >  "steps": [{"rule": "ALLOCATION_RULE_PRO_RATA"}]}
  > END
  $ allocation=$(allocate "$settlement" costs.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 250,00, reserve HKD 0,00, shared out HKD 4.750,00 of HKD 10.000,00 owed, to 3 claims: least HKD 475,00, middle HKD 1.425,00, most HKD 2.850,00.
  claim  gets          why
     16  HKD 2.850,00  Of 6000.00 HKD still owed, 2850.00 HKD is allocated: 2850.00 HKD in proportion to what was owed.
     21  HKD 1.425,00  Of 3000.00 HKD still owed, 1425.00 HKD is allocated: 1425.00 HKD in proportion to what was owed.
     26    HKD 475,00  Of 1000.00 HKD still owed, 475.00 HKD is allocated: 475.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.
  $ klaim ledger accounts
  account                              balance
  assets:receivable:settlement 44           HKD 0,00
  assets:trust:bank                     HKD 5.000,00
  liabilities:claimants:settlement 44  -HKD 4.750,00
  liabilities:costs:settlement 44        -HKD 250,00
  liabilities:held:settlement 44            HKD 0,00
  liabilities:promised:settlement 44        HKD 0,00
  $ statement "$settlement" settlement | grep -E "costs|allocated"
  costs                                             HKD 250,00
  allocated                                         HKD 4.750,00

More than half is never costs (50 %).

  $ plan much.json "pro_rata" "costs=51%; costs_rule=Members' decision 5/2026"
  $ klaim settlement preview "$settlement" --plan much.json
  klaim: plan.costs_basis_points: is more than half of the money (5,000)
  [1]
