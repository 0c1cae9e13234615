Who approves an allocation approves what is right on that day: when a claim left or is owed less by then, it is refused and proposed anew.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ maju=$(agency "Maju Manpower Sdn Bhd" MY)

Two agencies settled for one loss, 8,000 each, and 10,000 are owed. Both sums are to be shared out, and each proposal is right by itself.

  $ one=$(settlement "$upah" "$group" "$pt" 24-11-2026=8.000)
  $ other=$(settlement "$upah" "$group" "$maju" 24-11-2026=8.000)
  $ received "$one" 8.000 HSBC-1
  $ received "$other" 8.000 HSBC-2
  $ first=$(allocate "$one")
  $ second=$(allocate "$other")
  $ klaim --as approver settlement approve "$one" "$first"
  Allocated to 3 claims.

The second would give each 160 % of what was determined. It can't be approved any more; it is rejected and proposed anew. Only 2,000 are still owed.

  $ klaim --as approver settlement approve "$other" "$second"
  klaim: allocation_id: claim 16 is no longer owed what was proposed for its unpaid_wages: reject the allocation and propose it anew
  [1]
  $ klaim --as approver settlement reject "$other" "$second" --reason "The other agency paid meanwhile."
  Rejected.
  $ second=$(allocate "$other")
  $ klaim settlement shares "$other" "$second"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 2.000,00 of HKD 2.000,00 owed, to 3 claims: least HKD 200,00, middle HKD 600,00, most HKD 1.200,00.
  claim  gets          why
     16  HKD 1.200,00  Of 1200.00 HKD still owed, 1200.00 HKD is allocated: 1200.00 HKD in proportion to what was owed.
     21    HKD 600,00  Of 600.00 HKD still owed, 600.00 HKD is allocated: 600.00 HKD in proportion to what was owed.
     26    HKD 200,00  Of 200.00 HKD still owed, 200.00 HKD is allocated: 200.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$other" "$second"
  Allocated to 3 claims.

8,000 + 8,000 = 16,000 arrived, 10,000 are the claimants', 6,000 stay held.

  $ klaim ledger accounts | grep -E "trust|claimants|held"
  assets:trust:bank                    HKD 16.000,00
  liabilities:claimants:settlement 45  -HKD 8.000,00
  liabilities:claimants:settlement 46  -HKD 2.000,00
  liabilities:held:settlement 45            HKD 0,00
  liabilities:held:settlement 46       -HKD 6.000,00
