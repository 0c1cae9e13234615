What a court awarded to each claim is paid as it was awarded, not in proportion to what was determined.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=3.500 --instalment 25-11-2026=3.500)
  $ received "$settlement" 3.500 HSBC-1

The judgment orders restitution of 5,000 to Sari and 2,000 to Budi. 3,500 came: half of it, and each gets half of the own award.

  $ plan judgment.json "as_awarded award=$sari:5.000+$budi:2.000"
  $ allocation=$(allocate "$settlement" judgment.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 3.500,00 of HKD 12.000,00 owed, to 2 claims: least HKD 1.000,00, middle HKD 2.500,00, most HKD 2.500,00.
  claim  gets          why
     16  HKD 2.500,00  Of 6000.00 HKD still owed, 2500.00 HKD is allocated: 2500.00 HKD as it was awarded.
     21  HKD 1.000,00  Of 6000.00 HKD still owed, 1000.00 HKD is allocated: 1000.00 HKD as it was awarded.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.
  $ received "$settlement" 3.500 HSBC-2

An award to a claim that isn't determined is refused, and none is left out unsaid; nor may a claim be awarded something twice.

  $ plan wrong.json "as_awarded award=$sari:5.000+$rini:500"
  $ klaim settlement preview "$settlement" --plan wrong.json
  klaim: plan.steps[0].awards[1].claim_id: claim 26 isn't owed anything under this settlement, and wasn't before: award it nothing, or determine it first
  [1]
  $ plan twice.json "as_awarded award=$sari:5.000+$sari:500"
  $ klaim settlement preview "$settlement" --plan twice.json
  klaim: plan.steps[0].awards[1].claim_id: names claim 16 twice
  [1]

The second half:

  $ allocation=$(allocate "$settlement" judgment.json)
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 3.500,00 of HKD 8.500,00 owed, to 2 claims: least HKD 1.000,00, middle HKD 2.500,00, most HKD 2.500,00.
  claim  gets          why
     16  HKD 2.500,00  Of 3500.00 HKD still owed, beside 2500.00 HKD that the settlement gave before, 2500.00 HKD is allocated: 2500.00 HKD as it was awarded.
     21  HKD 1.000,00  Of 5000.00 HKD still owed, beside 1000.00 HKD that the settlement gave before, 1000.00 HKD is allocated: 1000.00 HKD as it was awarded.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.
