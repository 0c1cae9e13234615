Who was paid less than the legal minimum gets the difference, month by month; a month with more than the minimum takes nothing from the others.

The minimum wages are a table, each line with its law: HKD 4,870 a month from September 2023, HKD 4,990 from September 2024.

  $ . "$TESTDIR/docket.sh"
  $ minimum=$(wage_table HK-MAW "01-09-2023=4.870; 01-09-2024=4.990")
  $ klaim reference-table show "$minimum"
  HK-MAW
  from        value         source
  01-09-2023  HKD 4.870,00  Gazette
  01-09-2024  HKD 4.990,00  Gazette
  $ upah=$(programme UPAH "underpayment=minimum_less_paid wage_table_id=$minimum")
  $ pt=$(agency "PT Jaya Sentosa")

Sari got HKD 3,000 a month from July to December 2024. July and August: 2 x (4,870 - 3,000) = 3,740.
September to December: 4 x (4,990 - 3,000) = 7,960. Together that is HKD 11,700.

  $ sari=$(file_directly "$upah" S-1 "Sari Dewi" "$pt" "underpayment=11.700 paid_monthly=3.000 since=07-2024 until=12-2024")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 12, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  underpayment  HKD 11.700,00  HKD 11.700,00  HKD 11.700,00   HKD 0,00  HKD 0,00
  $ reckoning "$sari"
  2 months x (4870.00 HKD minimum by Gazette - 3000.00 HKD paid) + 4 months x (4990.00 HKD minimum by Gazette - 3000.00 HKD paid) = 11700.00 HKD

Budi got HKD 4,900 in the same months. July and August were 30 above the minimum, which counts as nothing;
the other four were 90 below it: 4 x 90 = 360.

  $ budi=$(file_directly "$upah" S-2 "Budi Santoso" "$pt" "underpayment=360 paid_monthly=4.900 since=07-2024 until=12-2024")
  $ klaim claim determine "$budi"
  1 claims determined.
  $ klaim claim show "$budi"
  Claim 23: determined, programme 12, claimant 21, case 22
  head          claimed     valued      determined  allocated  paid
  underpayment  HKD 360,00  HKD 360,00  HKD 360,00   HKD 0,00  HKD 0,00

Months that were worked in part count by their days: from 31 January to 1 March 2024, at HKD 3,000 a month, 1,870 were lacking a month. That is one day of
January's 31, all of February, and one day of March's 31: 60.32 + 1,870 + 60.32.

  $ dewi=$(file_directly "$upah" S-4 "Dewi Lestari" "$pt" "underpayment=1.990 paid_monthly=3.000 since=31-01-2024 until=01-03-2024")
  $ klaim claim determine "$dewi"
  1 claims determined.
  $ reckoning "$dewi"
  1 of 31 days x (4870.00 HKD minimum by Gazette - 3000.00 HKD paid) + 1 months x (4870.00 HKD minimum by Gazette - 3000.00 HKD paid) + 1 of 31 days x (4870.00 HKD minimum by Gazette - 3000.00 HKD paid) = 1990.64 HKD

For months before the table begins there is no figure, and the claim isn't valued.

  $ wati=$(file_directly "$upah" S-3 "Wati Nur" "$pt" "underpayment=1.000 paid_monthly=3.000 since=06-2023 until=12-2023")
  $ klaim claim determine "$wati"
  0 claims determined.
  klaim: 1 claims were left as they are:
    claim 37: heads: underpayment begins before the first line of reference table HK-MAW
  [1]

A programme has to name the table.

  $ programme KELIRU "underpayment=minimum_less_paid"
  klaim: programme.heads[0].wage_table_id: no reference table has the number 0
