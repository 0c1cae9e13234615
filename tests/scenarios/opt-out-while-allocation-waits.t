Who leaves a group while an allocation waits gets nothing of it: it is refused and proposed anew.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=4.500)
  $ received "$settlement" 4.500 HSBC-1
  $ allocation=$(allocate "$settlement")
  $ klaim groups opt-out "$group" "$rini"
  The claim left the group.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  klaim: allocation_id: claim 26 is no longer owed what was proposed for its unpaid_wages: reject the allocation and propose it anew
  [1]
  $ klaim --as approver settlement reject "$settlement" "$allocation" --reason "Rini left."
  Rejected.

4,500 are shared out between Sari and Budi, half of what each is owed.

  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 4.500,00 of HKD 9.000,00 owed, to 2 claims: least HKD 1.500,00, middle HKD 3.000,00, most HKD 3.000,00.
  claim  gets          why
     16  HKD 3.000,00  Of 6000.00 HKD still owed, 3000.00 HKD is allocated: 3000.00 HKD in proportion to what was owed.
     21  HKD 1.500,00  Of 3000.00 HKD still owed, 1500.00 HKD is allocated: 1500.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.
