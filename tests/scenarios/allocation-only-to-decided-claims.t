A claim is shared out to only after it was decided: who is not decided, refused or on hold gets nothing.

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

4,500 go to Sari and Budi alone, 4,500 / 9,000 = half of what each is owed.

  $ klaim settlement shares "$settlement" "$(allocate "$settlement")"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 4.500,00 of HKD 9.000,00 owed, to 2 claims: least HKD 1.500,00, middle HKD 3.000,00, most HKD 3.000,00.
  claim  gets          why
     16  HKD 3.000,00  Of 6000.00 HKD still owed, 3000.00 HKD is allocated: 3000.00 HKD in proportion to what was owed.
     21  HKD 1.500,00  Of 3000.00 HKD still owed, 1500.00 HKD is allocated: 1500.00 HKD in proportion to what was owed.
