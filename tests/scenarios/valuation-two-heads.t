Each head of a claim has its own rule and its own value; the claim is worth their sum.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid; document_retention=fixed_sum fixed_sum=2.000; excess_recruitment_fee=documented_amount cap=10.000")
  $ pt=$(agency "PT Jaya Sentosa")

Wages: 3 x 4,990 = 14,970. Passport: 2,000. Together HKD 16,970.

  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990; document_retention=4.990")
  $ klaim bulk review --claim "$sari"
  Job 18: 1 done, 0 left as they were.
  
  $ klaim claim find-eligible "$sari" --reason-code meets_criteria --reasons "Contract and letter seen."
  The claim is eligible.
  $ klaim bulk value --claim "$sari"
  Job 22: 1 done, 0 left as they were.
  
  $ klaim claim show "$sari"
  Claim 16: valued, programme 11, claimant 14, case 15
  head                claimed        valued         determined  allocated  paid
  unpaid_wages        HKD 14.970,00  HKD 14.970,00    HKD 0,00   HKD 0,00  HKD 0,00
  document_retention   HKD 4.990,00   HKD 2.000,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ reckoning "$sari"
  3.00 months x 4990.00 HKD - 0.00 HKD paid, rounded half up = 14970.00 HKD
  fixed sum 2000.00 HKD = 2000.00 HKD

A cap of one head doesn't touch the other: of the fee of HKD 12,000 the cap leaves 10,000, and the wages stay 14,970.

  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990; excess_recruitment_fee=12.000 proof=12.000" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$budi"
  1 claims determined.
  $ klaim claim show "$budi"
  Claim 28: determined, programme 11, claimant 26, case 27
  head                    claimed        valued         determined     allocated  paid
  unpaid_wages            HKD 14.970,00  HKD 14.970,00  HKD 14.970,00   HKD 0,00  HKD 0,00
  excess_recruitment_fee  HKD 12.000,00  HKD 10.000,00  HKD 10.000,00   HKD 0,00  HKD 0,00

One head can't stand in a claim twice.

  $ file UPAH S-3 "Wati Nur" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990; unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=04-04-1986"
  waits: heads[1].code: stands twice: a claim has each head once
