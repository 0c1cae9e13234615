A plan is tried before it is proposed: that records nothing, and a plan that makes no sense is refused with the reason.

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

Two plans side by side, and nothing changed by it: no allocation waits, and the log has as many records as before.

  $ before=$(klaim --json log read --count 0 | wc -l)
  $ plan equal.json "equal"
  $ plan rata.json "pro_rata"
  $ klaim settlement preview "$settlement" --plan equal.json --other rata.json
  Plan: costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 1.000,00, middle HKD 2.000,00, most HKD 2.000,00.
  Other: costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 500,00, middle HKD 1.500,00, most HKD 3.000,00.
  claim  plan          other         why
     16  HKD 2.000,00  HKD 3.000,00  Of 6000.00 HKD still owed, 2000.00 HKD is allocated: 2000.00 HKD as the equal payment.
     21  HKD 2.000,00  HKD 1.500,00  Of 3000.00 HKD still owed, 2000.00 HKD is allocated: 2000.00 HKD as the equal payment.
     26  HKD 1.000,00    HKD 500,00  Of 1000.00 HKD still owed, 1000.00 HKD is allocated: 1000.00 HKD as the equal payment.
  $ test "$before" = "$(klaim --json log read --count 0 | wc -l)" && echo "nothing was recorded"
  nothing was recorded
  $ klaim --json settlement list | value settlements 0 open_allocation_id
  0

A cap below the floor, a reserve above 90 %, and a word that no plan has.

  $ plan odd.json "equal cap=100 floor=200"
  $ klaim settlement preview "$settlement" --plan odd.json
  klaim: plan.steps[0].floor_minor: is more than the cap
  [1]
  $ plan large.json "pro_rata" "reserve=91%"
  $ klaim settlement preview "$settlement" --plan large.json
  klaim: plan.reserve_basis_points: is more than nine tenths of the money (9,000)
  [1]
  $ echo '{"nmae": "mistyped"}' >mistyped.json
  $ klaim settlement preview "$settlement" --plan mistyped.json
  klaim: mistyped.json is malformed, it is no AllocationPlan in JSON: nmae: Cannot find field.
  [1]

A tier that no head has gives nothing to anybody; nor do costs above all the money that is there.

  $ plan tier.json "pro_rata tier=9"
  $ klaim settlement preview "$settlement" --plan tier.json
  klaim: plan: gives no claim anything: look at its tiers, its costs and its reserve
  [1]
  $ plan costs.json "pro_rata" "costs=5.001; costs_rule=Members' decision 4/2026"
  $ klaim settlement preview "$settlement" --plan costs.json
  klaim: plan: gives no claim anything: look at its tiers, its costs and its reserve
  [1]
