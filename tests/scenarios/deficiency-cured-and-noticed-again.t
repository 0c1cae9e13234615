An answer that doesn't hold all that is needed can be followed by another notice, with a day of its own.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ klaim claim deficiency "$sari" --missing "contract" --answer-by 31-01-2027
  Notice recorded.
  $ klaim claim cure "$sari" --answer "A copy without the second page."
  Answer recorded.

The second page is asked for, until the end of February. The first day is over and done with; only the second is due.

  $ klaim claim deficiency "$sari" --missing "second page of the contract" --answer-by 28-02-2027
  Notice recorded.
  $ klaim case deadlines
  on          what    of        unit  responsible  about
  28-02-2027  answer  claim 16     0               1 missing
  $ klaim claim show "$sari"
  Claim 16: deficient, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

It comes, and the review begins. Even then something can turn out to be missing.

  $ klaim claim cure "$sari" --answer "The second page."
  Answer recorded.
  $ klaim bulk review --claim "$sari"
  Job 22: 1 done, 0 left as they were.
  
  $ klaim claim deficiency "$sari" --missing "bank book" --answer-by 31-03-2027
  Notice recorded.
  $ klaim case deadlines
  on          what    of        unit  responsible  about
  31-03-2027  answer  claim 16     0               1 missing

A notice names at least one thing, and a whole day.

  $ klaim claim cure "$sari" --answer "Bank book."
  Answer recorded.
  $ klaim claim deficiency "$sari" --missing "" --answer-by 31-03-2027
  klaim: notice.missing[0]: is empty: fill it in
  [1]
  $ klaim claim deficiency "$sari" --missing "payslips" --answer-by 31-02-2027
  klaim: --answer-by is a date that doesn't exist (dates are day first, as in 31-12-2025)
  [1]
