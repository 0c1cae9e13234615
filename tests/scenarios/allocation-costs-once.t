Costs and the reserve are taken of money that is new, once: not of the reserve again, nor of money that lapsed.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=30.000 proof=30.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=10.000 --instalment 25-11-2026=10.000)

Of two instalments of 10,000 costs are 3 %, 300 each time, and the reserve is 10 % of the rest, 970 each time.

  $ plan rule.json "pro_rata" "costs=3%; costs_rule=Members' decision 4/2026; reserve=10%"
  $ received "$settlement" 10.000 HSBC-1
  $ allocation=$(allocate "$settlement" rule.json)
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.
  $ received "$settlement" 10.000 HSBC-2
  $ allocation=$(allocate "$settlement" rule.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 300,00, reserve HKD 970,00, shared out HKD 8.730,00 of HKD 24.270,00 owed, to 2 claims: least HKD 793,63, middle HKD 7.936,37, most HKD 7.936,37.
  claim  gets          why
     16  HKD 7.936,37  Of 22063.64 HKD still owed, beside 7936.36 HKD that the settlement gave before, 7936.37 HKD is allocated: 7936.37 HKD in proportion to what was owed.
     21    HKD 793,63  Of 2206.36 HKD still owed, beside 793.64 HKD that the settlement gave before, 793.63 HKD is allocated: 793.63 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.

The reserve of 1,940 is shared out: costs stay 600, 3 % of the 20,000.

  $ plan rest.json "pro_rata" "costs=3%; costs_rule=Members' decision 4/2026; reserve=10%; reserve_used=1.940"
  $ allocation=$(allocate "$settlement" rest.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 1.940,00 of HKD 15.540,00 owed, to 2 claims: least HKD 176,37, middle HKD 1.763,63, most HKD 1.763,63. Of the reserve: HKD 1.940,00.
  claim  gets          why
     16  HKD 1.763,63  Of 14127.27 HKD still owed, beside 15872.73 HKD that the settlement gave before, 1763.63 HKD is allocated: 1763.63 HKD in proportion to what was owed.
     21    HKD 176,37  Of 1412.73 HKD still owed, beside 1587.27 HKD that the settlement gave before, 176.37 HKD is allocated: 176.37 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.
  $ klaim ledger accounts | grep -E "claimants|costs|held"
  liabilities:claimants:settlement 34  -HKD 19.400,00
  liabilities:costs:settlement 34         -HKD 600,00
  liabilities:held:settlement 34             HKD 0,00
