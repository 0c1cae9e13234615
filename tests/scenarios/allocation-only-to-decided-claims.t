A claim is shared out to only after it was decided. For who is not decided yet, or is on hold, the part is set aside; who was refused gets nothing.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ ani=$(file UPAH S-4 "Ani Rahma" "PT Jaya Sentosa" "unpaid_wages=2.000 proof=2.000" "tanggal_lahir=06-06-1991")
  $ tono=$(file UPAH S-5 "Tono Hartono" "PT Jaya Sentosa" "unpaid_wages=2.500 proof=2.500" "tanggal_lahir=07-07-1988")
  $ group=$(group "$upah")

Sari and Budi are determined, and Rini too, but hers is put on hold. Ani is refused. Tono is not decided yet.

  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ klaim claim suspend "$rini" --reason "Two letters contradict each other."
  The claim is on hold.
  $ klaim claim refuse "$ani" --reason-code already_paid --reasons "The wages were paid."
  1 claims refused.
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=4.500)
  $ received "$settlement" 4.500 HSBC-1

Sari is owed 6,000 and Budi 3,000; Rini may be owed 1,000 and Tono 2,500, together 12,500. 4,500 / 12,500 = 36 % for each. What Rini and Tono would
get, 360 and 900, stays in trust for them.

  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 3.240,00 of HKD 9.000,00 owed, to 2 claims: least HKD 1.080,00, middle HKD 2.160,00, most HKD 2.160,00. Set aside for 2 claims that aren't decided: HKD 1.260,00.
  claim  gets          why
     16  HKD 2.160,00  Of 6000.00 HKD still owed, 2160.00 HKD is allocated: 2160.00 HKD in proportion to what was owed.
     21  HKD 1.080,00  Of 3000.00 HKD still owed, 1080.00 HKD is allocated: 1080.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.
  $ klaim ledger accounts | grep held
  liabilities:held:settlement 59       -HKD 1.260,00

Tono is determined, at 2,500: the 900 that were set aside are his, and the others' parts stay what they were.

  $ klaim claim determine "$tono"
  1 claims determined.
  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 900,00 of HKD 8.260,00 owed, to 1 claims: least HKD 900,00, middle HKD 900,00, most HKD 900,00. Set aside for 1 claims that aren't decided: HKD 360,00.
  claim  gets        why
     36  HKD 900,00  Of 2500.00 HKD still owed, 900.00 HKD is allocated: 900.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 1 claims.

Nothing is set aside only where the plan says why, which whoever approves it reads.

  $ plan all.json "pro_rata" "no_provision_reason=Rini was found to have been paid by the insurer."
  $ allocation=$(allocate "$settlement" all.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 360,00 of HKD 7.360,00 owed, to 3 claims: least HKD 78,26, middle HKD 93,91, most HKD 187,83.
  claim  gets        why
     16  HKD 187,83  Of 3840.00 HKD still owed, beside 2160.00 HKD that the settlement gave before, 187.83 HKD is allocated: 187.83 HKD in proportion to what was owed.
     21   HKD 93,91  Of 1920.00 HKD still owed, beside 1080.00 HKD that the settlement gave before, 93.91 HKD is allocated: 93.91 HKD in proportion to what was owed.
     36   HKD 78,26  Of 1600.00 HKD still owed, beside 900.00 HKD that the settlement gave before, 78.26 HKD is allocated: 78.26 HKD in proportion to what was owed.
