A claim whose claimant was told what is missing and didn't answer can be closed, but only once the day is over.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")
  $ wati=$(file UPAH S-3 "Wati Nur" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=04-04-1986")

Sari and Budi are told on 24 November 2026 that the contract is missing, and have until 31 January 2027. Wati isn't told anything.

  $ klaim bulk notice --claim "$sari" --claim "$budi" --missing "contract" --answer-by 31-01-2027
  Job 28: 2 done, 0 left as they were.
  

On the day itself they can still answer: nothing is closed.

  $ clock 2027-01-31
  $ klaim bulk close-unanswered --claim "$sari" --claim "$budi" --claim "$wati" --reasons "No answer by the day in the notice."
  Job 32: 0 done, 3 left as they were.
    claim 16: claim_id: the claimant can still answer the deficiency notice
    claim 21: claim_id: the claimant can still answer the deficiency notice
    claim 26: claim_id: claim 26 has no deficiency notice that waits for an answer
  

Budi answers on that day.

  $ klaim claim cure "$budi" --answer "Contract of January 2024."
  Answer recorded.

On the next day Sari's claim is closed. Budi's isn't, since he answered; and Wati's isn't, since she was never asked.

  $ clock 2027-02-01
  $ klaim bulk close-unanswered --claim "$sari" --claim "$budi" --claim "$wati" --reasons "No answer by the day in the notice."
  Job 35: 1 done, 2 left as they were.
    claim 21: claim_id: claim 21 has no deficiency notice that waits for an answer
    claim 26: claim_id: claim 26 has no deficiency notice that waits for an answer
  
  $ klaim claim list --programme "$upah"
  claim  status  programme  claimed        determined  paid
     16  closed         11  HKD 14.970,00    HKD 0,00  HKD 0,00
     21  cured          11   HKD 9.980,00    HKD 0,00  HKD 0,00
     26  filed          11   HKD 4.990,00    HKD 0,00  HKD 0,00

What is closed stays so: an answer comes too late.

  $ klaim claim cure "$sari" --answer "Contract of January 2024."
  klaim: claim_id: claim 16 is closed; to be cured it must be deficient
  [1]
  $ klaim claim determine "$sari"
  0 claims determined.
  klaim: 1 claims were left as they are:
    claim 16: is closed and stays so
  [1]
