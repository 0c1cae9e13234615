A rejected allocation frees its money: it can be proposed again, by another plan.

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
  $ plan equal.json "equal"
  $ allocation=$(allocate "$settlement" equal.json)

While one proposal waits, no other can be made.

  $ klaim settlement allocate "$settlement"
  klaim: settlement_id: allocation 46 waits for approval: decide on it first
  [1]

The approver rejects it, with a reason. Nobody got anything; the 5,000 are held for the claimants as before.

  $ klaim --as approver settlement reject "$settlement" "$allocation" --reason "The members decided on pro rata."
  Rejected.
  $ klaim ledger accounts | grep -E "claimants|held"
  liabilities:held:settlement 44      -HKD 5.000,00
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  klaim: allocation_id: allocation 46 of settlement 44 doesn't wait for approval
  [1]

All of it is shared out pro rata instead, half of what each is owed.

  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 500,00, middle HKD 1.500,00, most HKD 3.000,00.
  claim  gets          why
     16  HKD 3.000,00  Of 6000.00 HKD still owed, 3000.00 HKD is allocated: 3000.00 HKD in proportion to what was owed.
     21  HKD 1.500,00  Of 3000.00 HKD still owed, 1500.00 HKD is allocated: 1500.00 HKD in proportion to what was owed.
     26    HKD 500,00  Of 1000.00 HKD still owed, 500.00 HKD is allocated: 500.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 3 claims.
  $ klaim ledger accounts | grep -E "claimants|held"
  liabilities:claimants:settlement 44  -HKD 5.000,00
  liabilities:held:settlement 44            HKD 0,00
