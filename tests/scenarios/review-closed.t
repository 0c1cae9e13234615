Only a claim that is at its end is closed: one that was refused or withdrawn, not one that still waits for a decision or for money.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")

Sari's claim is filed, then determined: it can't be closed.

  $ klaim claim close "$sari" --reason "Enough."
  klaim: claim_id: claim 16 is filed; to be closed it must be deficient or ineligible or determined or allocated or paid or withdrawn or opted_out
  [1]
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim close "$sari" --reason "Enough."
  klaim: claim_id: claim 16 is determined and still owed money
  [1]

Budi's is refused and can be. A closed claim can't be appealed.

  $ klaim claim refuse "$budi" --reason-code no_contract --reasons "No contract."
  1 claims refused.
  $ klaim claim close "$budi" --reason "He was told, and doesn't appeal."
  The claim is closed.
  $ klaim claim show "$budi"
  Claim 21: closed, programme 11, claimant 19, case 20
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 9.980,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim claim appeal "$budi" --grounds "Here is the contract."
  klaim: claim_id: claim 21 is closed; to be appealed it must be ineligible or determined or allocated or paid
  [1]
