A head with a fixed sum is worth that sum, whatever was claimed.

  $ . "$TESTDIR/docket.sh"
  $ paspor=$(programme PASPOR "document_retention=fixed_sum fixed_sum=2.000")
  $ pt=$(agency "PT Jaya Sentosa")

Sari claims HKD 4,990 for her passport that was held back; Budi claims HKD 100. Each gets HKD 2,000.

  $ sari=$(file PASPOR S-1 "Sari Dewi" "PT Jaya Sentosa" "document_retention=4.990")
  $ budi=$(file PASPOR S-2 "Budi Santoso" "PT Jaya Sentosa" "document_retention=100" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head                claimed       valued        determined    allocated  paid
  document_retention  HKD 4.990,00  HKD 2.000,00  HKD 2.000,00   HKD 0,00  HKD 0,00
  $ klaim claim show "$budi"
  Claim 21: determined, programme 11, claimant 19, case 20
  head                claimed     valued        determined    allocated  paid
  document_retention  HKD 100,00  HKD 2.000,00  HKD 2.000,00   HKD 0,00  HKD 0,00
  $ reckoning "$budi"
  fixed sum 2000.00 HKD = 2000.00 HKD

A programme that doesn't say the sum is refused.

  $ programme KELIRU "document_retention=fixed_sum"
  klaim: programme.heads[0].fixed_sum_minor: is 0 minor units; it must be 1 or more
