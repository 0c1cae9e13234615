A claim that is filed after the programme's last day is taken and marked late: the legal team decides what that means.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid" '{"filing_deadline": {"year": 2026, "month": 12, "day": 31}}')
  $ pt=$(agency "PT Jaya Sentosa")

On the last day, 31 December 2026, a claim is in time.

  $ clock 2026-12-31
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ klaim claim show "$sari"
  Claim 16: filed, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

On the next day one is late.

  $ clock 2027-01-01
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")
  $ klaim claim show "$budi"
  Claim 21: filed, programme 11, claimant 19, case 20, late
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 9.980,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

Late isn't refused: the legal team finds that he was at sea, and decides. The mark stays.

  $ klaim bulk review --claim "$budi"
  Job 23: 1 done, 0 left as they were.
  
  $ klaim claim find-eligible "$budi" --reason-code late_excused --reasons "He was at sea until 30 December."
  The claim is eligible.
  $ klaim claim show "$budi"
  Claim 21: eligible, programme 11, claimant 19, case 20, late
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 9.980,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

Only a programme that is closed takes nothing more.

  $ klaim programme close "$upah" --reason "All claims are in."
  The programme is closed.
  $ file UPAH S-3 "Wati Nur" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=04-04-1986"
  waits: programme_id: programme UPAH is closed and takes no claims
