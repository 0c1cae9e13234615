Without a last day, a member may leave a group until money is allocated to their claim.

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

Rini leaves before the money is shared out. 5,000 are shared out between Sari and Budi alone, in proportion to 6,000 and 3,000:
5,000 x 6,000 / 9,000 = 3,333.33 and 5,000 x 3,000 / 9,000 = 1,666.67.

  $ klaim groups opt-out "$group" "$rini"
  The claim left the group.
  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 5.000,00 of HKD 9.000,00 owed, to 2 claims: least HKD 1.666,67, middle HKD 3.333,33, most HKD 3.333,33.
  claim  gets          why
     16  HKD 3.333,33  Of 6000.00 HKD still owed, 3333.33 HKD is allocated: 3333.33 HKD in proportion to what was owed.
     21  HKD 1.666,67  Of 3000.00 HKD still owed, 1666.67 HKD is allocated: 1666.67 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.

Now Budi has money, and can't leave any more. Rini left already, and her claim goes on without the group.

  $ klaim groups opt-out "$group" "$budi"
  klaim: claim_id: claim 21 is allocated; to be opted out it must be filed or deficient or cured or under_review or eligible or valued or determined or suspended
  [1]
  $ klaim groups opt-out "$group" "$rini"
  klaim: claim_id: claim 26 is opted_out; to be opted out it must be filed or deficient or cured or under_review or eligible or valued or determined or suspended
  [1]
  $ klaim claim show "$rini"
  Claim 26: opted_out, programme 11, claimant 24, case 25
  head          claimed       valued        determined    allocated  paid
  unpaid_wages  HKD 1.000,00  HKD 1.000,00  HKD 1.000,00   HKD 0,00  HKD 0,00
