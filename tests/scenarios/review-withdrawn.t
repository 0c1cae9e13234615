A claimant can withdraw a claim until money is allocated to it; then nothing more is decided on it.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")

Sari withdraws before anything was decided. A reason is needed.

  $ klaim claim withdraw "$sari" --reason ""
  klaim: reason: is empty: fill it in
  [1]
  $ klaim claim withdraw "$sari" --reason "The employer paid her."
  The claim is withdrawn.
  $ klaim claim show "$sari"
  Claim 16: withdrawn, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

It can't be decided, appealed, put on hold or withdrawn again.

  $ klaim claim determine "$sari"
  0 claims determined.
  klaim: 1 claims were left as they are:
    claim 16: is withdrawn and stays so
  [1]
  $ klaim claim appeal "$sari" --grounds "She thought again."
  klaim: claim_id: claim 16 is withdrawn; to be appealed it must be ineligible or determined or allocated or paid
  [1]
  $ klaim claim suspend "$sari" --reason "Later."
  klaim: claim_id: claim 16 is withdrawn; to be suspended it must be filed or deficient or cured or under_review or eligible or valued or determined
  [1]
  $ klaim claim withdraw "$sari" --reason "Once more."
  klaim: claim_id: claim 16 is withdrawn; to be withdrawn it must be filed or deficient or cured or under_review or eligible or valued or determined or suspended
  [1]

A claim on hold can be withdrawn: the claimant needn't wait for the office.

  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")
  $ klaim claim suspend "$budi" --reason "The court decides on the agency first."
  The claim is on hold.
  $ klaim claim withdraw "$budi" --reason "He goes to the tribunal himself."
  The claim is withdrawn.
  $ klaim claim show "$budi"
  Claim 22: withdrawn, programme 11, claimant 20, case 21
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 9.980,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
