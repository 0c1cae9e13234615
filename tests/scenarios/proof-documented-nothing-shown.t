A head that is worth what documents show is worth nothing as long as no document shows an amount, however plausible the claim.

  $ . "$TESTDIR/docket.sh"
  $ biaya=$(programme BIAYA "excess_recruitment_fee=documented_amount proof=documented cap=20.000")
  $ pt=$(agency "PT Jaya Sentosa")

Sari claims HKD 15,000 and tells of no document: what is claimed is never taken for what is shown.

  $ sari=$(file BIAYA S-1 "Sari Dewi" "PT Jaya Sentosa" "excess_recruitment_fee=15.000")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head                    claimed        valued    determined  allocated  paid
  excess_recruitment_fee  HKD 15.000,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ reckoning "$sari"
  documented 0.00 HKD = 0.00 HKD
