A claim can be decided as an earlier one was, if that is a decided claim of the same programme, shares a head, and was decided the same way.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid; excess_recruitment_fee=documented_amount")
  $ lain=$(programme LAIN "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")

Sari's claim for wages was found eligible; Budi's was refused.

  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim refuse "$budi" --reason-code no_contract --reasons "No contract, and nobody tells of one."
  1 claims refused.

Wati's is like Sari's. It can't be refused as Sari's was, and not be found eligible as Budi's was.

  $ wati=$(file UPAH S-3 "Wati Nur" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=04-04-1986")
  $ klaim bulk review --claim "$wati"
  Job 35: 1 done, 0 left as they were.
  
  $ klaim bulk decide --claim "$wati" --decision ineligible --precedent "$sari" --reason-code as_precedent --reasons "As the claim before."
  klaim: decision.precedent_claim_id: was decided the other way
  [1]
  $ klaim bulk decide --claim "$wati" --decision eligible --precedent "$budi" --reason-code as_precedent --reasons "As the claim before."
  klaim: decision.precedent_claim_id: was decided the other way
  [1]

It can be found eligible as Sari's was, and says which claim it follows.

  $ klaim bulk decide --claim "$wati" --decision eligible --precedent "$sari" --reason-code as_precedent --reasons "As claim $sari: same agency, same year."
  Job 38: 1 done, 0 left as they were.
  
  $ klaim claim show "$wati"
  Claim 33: eligible, programme 11, claimant 31, case 32
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 4.990,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim audit explain "$wati" --english | grep precedent
      Reason code: as_precedent
      precedent_claim_id: 17

Lina claims a fee and no wages, Eko claims in another programme: neither is like Sari's.

  $ lina=$(file UPAH S-4 "Lina Marlina" "PT Jaya Sentosa" "excess_recruitment_fee=1.000 proof=1.000" "tanggal_lahir=05-05-1987")
  $ eko=$(file LAIN S-5 "Eko Prasetyo" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=06-06-1988")
  $ klaim bulk review --claim "$lina" --claim "$eko"
  Job 51: 2 done, 0 left as they were.
  
  $ klaim bulk decide --claim "$lina" --decision eligible --precedent "$sari" --reason-code as_precedent --reasons "As the claim before."
  klaim: decision.precedent_claim_id: is no claim like this one: it must be of the same programme and share a head
  [1]
  $ klaim bulk decide --claim "$eko" --decision eligible --precedent "$sari" --reason-code as_precedent --reasons "As the claim before."
  klaim: decision.precedent_claim_id: is no claim like this one: it must be of the same programme and share a head
  [1]
