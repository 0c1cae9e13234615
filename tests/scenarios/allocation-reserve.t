A reserve is kept back; it is reckoned of what the costs leave of the money that is new, stays until a plan says how much of it is used, and pays no costs again.

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

5,000 are there. Costs are 10 %: 500. Of the 4,500 that are left, a fifth (20 %) is kept back: 900. 4,500 - 900 = 3,600 are shared out for 10,000 that
are owed: 36 % for each.

  $ plan reserve.json "pro_rata" "costs=10%; costs_rule=Members' decision 4/2026; reserve=20%"
  $ allocation=$(allocate "$settlement" reserve.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 500,00, reserve HKD 900,00, shared out HKD 3.600,00 of HKD 10.000,00 owed, to 3 claims: least HKD 360,00, middle HKD 1.080,00, most HKD 2.160,00.
  claim  gets          why
     16  HKD 2.160,00  Of 6000.00 HKD still owed, 2160.00 HKD is allocated: 2160.00 HKD in proportion to what was owed.
     21  HKD 1.080,00  Of 3000.00 HKD still owed, 1080.00 HKD is allocated: 1080.00 HKD in proportion to what was owed.
     26    HKD 360,00  Of 1000.00 HKD still owed, 360.00 HKD is allocated: 360.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.

The 900 stay in trust.

  $ klaim ledger accounts
  account                              balance
  assets:receivable:settlement 44           HKD 0,00
  assets:trust:bank                     HKD 5.000,00
  liabilities:claimants:settlement 44  -HKD 3.600,00
  liabilities:costs:settlement 44        -HKD 500,00
  liabilities:held:settlement 44         -HKD 900,00
  liabilities:promised:settlement 44        HKD 0,00

Ani files late, is found to be owed 3,000, and joins. The reserve isn't spent by whoever shares out next, nor can more of it be used than there is.

  $ ani=$(file UPAH S-4 "Ani Rahma" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=06-06-1991")
  $ klaim claim determine "$ani"
  1 claims determined.
  $ klaim groups addendum "$group" "$ani"
  1 claims joined group 40.
  $ klaim settlement allocate "$settlement"
  klaim: plan.reserve_used_minor: nothing but the reserve of 90000 minor units is in trust: say in the plan how much of it is used
  [1]
  $ plan more.json "pro_rata" "reserve_used=901"
  $ klaim settlement allocate "$settlement" --plan more.json
  klaim: plan.reserve_used_minor: only 90000 minor units are kept as the reserve
  [1]

The 900 are used, by the same rule of costs: nothing of them is new money, so that they bear none again. All 4,500 that were shared out until then
belong to four claims that are owed 13,000 together: Ani, who has nothing yet, would have 4,500 x 3,000 / 13,000 = 1,038.46 of it. That is more than is
there, and she gets all of it.

  $ plan reserve.json "pro_rata" "costs=10%; costs_rule=Members' decision 4/2026; reserve_used=900"
  $ allocation=$(allocate "$settlement" reserve.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 900,00 of HKD 9.400,00 owed, to 1 claims: least HKD 900,00, middle HKD 900,00, most HKD 900,00. Of the reserve: HKD 900,00.
  claim  gets        why
     54  HKD 900,00  Of 3000.00 HKD still owed, 900.00 HKD is allocated: 900.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 1 claims.
  $ klaim ledger accounts | grep held
  liabilities:held:settlement 44            HKD 0,00
