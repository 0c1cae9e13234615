Part of a month counts as that part of the wage; half a cent and more is rounded up.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")

Six and a half months at HKD 4,990.01 are HKD 32,435.065, which is HKD 32,435.07.

  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=32.435,07 months=6,5 wage=4.990,01")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 32.435,07  HKD 32.435,07  HKD 32.435,07   HKD 0,00  HKD 0,00
  $ reckoning "$sari"
  6.50 months x 4990.01 HKD - 0.00 HKD paid, rounded half up = 32435.07 HKD

Six and a quarter months are HKD 31,187.5625: less than half a cent is over, so it is HKD 31,187.56.

  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=31.187,56 months=6,25 wage=4.990,01" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$budi"
  1 claims determined.
  $ reckoning "$budi"
  6.25 months x 4990.01 HKD - 0.00 HKD paid, rounded half up = 31187.56 HKD
