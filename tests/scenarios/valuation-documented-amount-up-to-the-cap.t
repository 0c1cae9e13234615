A head that is worth what documents show is worth that, up to the cap of the programme and no more.

The programme pays fees that receipts show, up to HKD 20,000.

  $ . "$TESTDIR/docket.sh"
  $ biaya=$(programme BIAYA "excess_recruitment_fee=documented_amount proof=documented cap=20.000")
  $ pt=$(agency "PT Jaya Sentosa")

Sari claims HKD 15,000, and her receipts show HKD 14,500: she gets what the receipts show.

  $ sari=$(file BIAYA S-1 "Sari Dewi" "PT Jaya Sentosa" "excess_recruitment_fee=15.000 proof=14.500")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head                    claimed        valued         determined     allocated  paid
  excess_recruitment_fee  HKD 15.000,00  HKD 14.500,00  HKD 14.500,00   HKD 0,00  HKD 0,00
  $ reckoning "$sari"
  documented 14500.00 HKD = 14500.00 HKD

Budi's receipts show HKD 20,000, which is just the cap.

  $ budi=$(file BIAYA S-2 "Budi Santoso" "PT Jaya Sentosa" "excess_recruitment_fee=20.000 proof=20.000" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$budi"
  1 claims determined.
  $ reckoning "$budi"
  documented 20000.00 HKD = 20000.00 HKD

Wati's receipts show HKD 25,000: 5,000 are above the cap, and 20,000 stay.

  $ wati=$(file BIAYA S-3 "Wati Nur" "PT Jaya Sentosa" "excess_recruitment_fee=25.000 proof=25.000" "tanggal_lahir=04-04-1986")
  $ klaim claim determine "$wati"
  1 claims determined.
  $ klaim claim show "$wati"
  Claim 34: determined, programme 11, claimant 32, case 33
  head                    claimed        valued         determined     allocated  paid
  excess_recruitment_fee  HKD 25.000,00  HKD 20.000,00  HKD 20.000,00   HKD 0,00  HKD 0,00
  $ reckoning "$wati"
  documented 25000.00 HKD; cut to the cap 20000.00 HKD = 20000.00 HKD
