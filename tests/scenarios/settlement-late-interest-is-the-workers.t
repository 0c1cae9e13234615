Late interest is nobody else's: it is set aside for who isn't decided, goes to no payer, and doesn't lapse with what nobody claims.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=2.650 proof=2.650")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ group=$(group "$upah")

6 % a year on 3,650 that came ten days late: 6.00. Sari is to have 2,650 of the 3,650, and Budi, who isn't decided, may have 1,000. Of the interest 4.36 are hers, and
1.64 stay held for him.

  $ settlement=$(settlement "$upah" "$group" "$pt" 31-12-2026=3.650 --late-interest 600)
  $ clock 2027-01-10
  $ klaim settlement receive "$settlement" --amount 3.656 --booked-on 10-01-2027 --bank-reference HSBC-1
  HKD 3.656,00 recorded as received.
  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 2.650,00 of HKD 2.650,00 owed, to 1 claims: least HKD 2.654,36, middle HKD 2.654,36, most HKD 2.654,36. Set aside for 1 claims that aren't decided: HKD 1.000,00. Late interest beside it: HKD 4,36.
  claim  gets          why
     16  HKD 2.654,36  Of 2650.00 HKD still owed, 2654.36 HKD is allocated: 2650.00 HKD in proportion to what was owed, and 4.36 HKD as late interest.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 1 claims.

Budi's claim is refused. What was set aside of the loss can go back to the payer then, but the interest can't: Sari gets it.

  $ klaim claim refuse "$budi" --reason-code already_paid --reasons "The wages were paid."
  1 claims refused.
  $ klaim settlement release-held "$settlement" --to payer --reason "Budi was paid."
  klaim: settlement_id: late interest of 1.64 HKD is not shared out yet: allocate it
  [1]
  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 0,00 of HKD 0,00 owed, to 1 claims: least HKD 1,64, middle HKD 1,64, most HKD 1,64. Late interest beside it: HKD 1,64.
  claim  gets      why
     16  HKD 1,64  Of 0.00 HKD still owed, 1.64 HKD is allocated: 1.64 HKD as late interest.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 1 claims.
  $ klaim --json settlement release-held "$settlement" --to payer --reason "Budi was paid." | value proposal_id
  40

Sari can't be found: her 2,650 go back to the settlement, her 6.00 stay hers.

  $ lapse=$(klaim --json settlement lapse "$settlement" --claim "$sari" --rule case-fund --reason "Three letters." | value proposal_id)
  $ klaim --as approver settlement approve-move "$settlement" "$lapse"
  Approved and recorded.
  $ klaim claim show "$sari"
  Claim 16: allocated, programme 11, claimant 14, case 15
  head           claimed       valued        determined    allocated  paid
  unpaid_wages   HKD 2.650,00  HKD 2.650,00  HKD 2.650,00   HKD 0,00  HKD 0,00
  late_interest      HKD 0,00      HKD 0,00      HKD 6,00   HKD 6,00  HKD 0,00
