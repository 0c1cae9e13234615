Costs and the reserve are taken of money that is new, once: not of the reserve again, nor of money that lapsed.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=30.000 proof=30.000")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=10.000 --instalment 25-11-2026=10.000)

Of two instalments of 10,000 costs are 3 %, 300 each time, and the reserve is 10 % of the rest, 970 each time.

  $ plan rule.json "pro_rata" "costs=3%; costs_rule=Members' decision 4/2026; reserve=10%"
  $ received "$settlement" 10.000 HSBC-1
  $ allocation=$(allocate "$settlement" rule.json)
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  $ received "$settlement" 10.000 HSBC-2
  $ allocation=$(allocate "$settlement" rule.json)
  $ klaim settlement shares "$settlement" "$allocation"
  $ klaim --as approver settlement approve "$settlement" "$allocation"

The reserve of 1,940 is shared out: costs stay 600, 3 % of the 20,000.

  $ plan rest.json "pro_rata" "costs=3%; costs_rule=Members' decision 4/2026; reserve=10%; reserve_used=1.940"
  $ allocation=$(allocate "$settlement" rest.json)
  $ klaim settlement shares "$settlement" "$allocation"
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  $ klaim ledger accounts | grep -E "claimants|costs|held"
