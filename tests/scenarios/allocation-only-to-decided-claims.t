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
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  $ klaim ledger accounts | grep held

Tono is determined, at 2,000. Now 4,500 are for four who are owed 12,000 with Rini: 37.5 % for each. Sari and Budi get the difference, and Tono catches up.

  $ klaim claim determine "$tono"
  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  $ klaim --as approver settlement approve "$settlement" "$allocation"

Nothing is set aside only where the plan says why, which whoever approves it reads.

  $ plan all.json "pro_rata" "no_provision_reason=Rini was found to have been paid by the insurer."
  $ allocation=$(allocate "$settlement" all.json)
  $ klaim settlement shares "$settlement" "$allocation"
