A table of minimum wages only grows: a new line comes behind the last one, so that what was valued by an earlier line stays right.

  $ . "$TESTDIR/docket.sh"
  $ minimum=$(wage_table HK-MAW "01-09-2023=4.870; 01-09-2024=4.990")
  $ upah=$(programme UPAH "underpayment=minimum_less_paid wage_table_id=$minimum")
  $ pt=$(agency "PT Jaya Sentosa")

Sari got HKD 3,000 a month from August to October 2025. The table says 4,990 since September 2024 and nothing later: 3 x (4,990 - 3,000) = 5,970.

  $ sari=$(file_directly "$upah" S-1 "Sari Dewi" "$pt" "underpayment=5.970 paid_monthly=3.000 since=08-2025 until=10-2025")
  $ klaim bulk review --claim "$sari"
  Job 17: 1 done, 0 left as they were.
  
  $ klaim claim find-eligible "$sari" --reason-code meets_criteria --reasons "Payslips seen."
  The claim is eligible.
  $ klaim bulk value --claim "$sari"
  Job 21: 1 done, 0 left as they were.
  
  $ klaim claim show "$sari"
  Claim 16: valued, programme 12, claimant 14, case 15
  head          claimed       valued        determined  allocated  paid
  underpayment  HKD 5.970,00  HKD 5.970,00    HKD 0,00   HKD 0,00  HKD 0,00

A line before the last is refused: it would change what holds already.

  $ echo '{"lines": [{"valid_from": {"year": 2024, "month": 1, "day": 1}, "value": "500000", "source": "Gazette"}]}' >earlier.json
  $ klaim reference-table extend "$minimum" earlier.json
  klaim: lines[0].valid_from: is not after the line before: list them by date
  [1]

From October 2025 the minimum is HKD 5,100. The line comes behind the last.

  $ echo '{"lines": [{"valid_from": {"year": 2025, "month": 10, "day": 1}, "value": "510000", "source": "Gazette"}]}' >later.json
  $ klaim reference-table extend "$minimum" later.json
  Added.

The value stays until it is computed anew: 2 x (4,990 - 3,000) + 1 x (5,100 - 3,000) = 3,980 + 2,100 = 6,080.

  $ klaim claim show "$sari"
  Claim 16: valued, programme 12, claimant 14, case 15
  head          claimed       valued        determined  allocated  paid
  underpayment  HKD 5.970,00  HKD 5.970,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim bulk value --claim "$sari"
  Job 25: 1 done, 0 left as they were.
  
  $ klaim claim show "$sari"
  Claim 16: valued, programme 12, claimant 14, case 15
  head          claimed       valued        determined  allocated  paid
  underpayment  HKD 5.970,00  HKD 6.080,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ reckoning "$sari"
  2 months x (4990.00 HKD minimum by Gazette - 3000.00 HKD paid) + 1 months x (5100.00 HKD minimum by Gazette - 3000.00 HKD paid) = 6080.00 HKD

Lines that aren't in order of their days, and a wage of nothing, are refused.

  $ wage_table SG-MAW "01-09-2024=4.990; 01-09-2023=4.870"
  klaim: table.lines[1].valid_from: is not after the line before: list them by date
  $ wage_table SG-MAW "01-09-2024=0"
  klaim: table.lines[0].value: is 0 minor units; it must be 1 or more
