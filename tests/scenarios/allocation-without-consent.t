Without consent to pursue a claim nothing is decided on it any more; and for what isn't decided the part is set aside.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ group=$(group "$upah")

Budi withdraws his consent. Sari's and Rini's claims are determined, his is left.

  $ budi_himself=$(klaim --json claim show "$budi" | value claim filed claimant_id)
  $ klaim claimant withdraw-consent "$budi_himself"
  Recorded.
  $ klaim claim determine "$sari" "$budi" "$rini"
  2 claims determined.
  klaim: 1 claims were left as they are:
    claim 21: claim_id: the claimant withdrew the consent to pursue the claim, or was erased
  [1]

3,500 arrive: 35 % of the 10,000 that the three are owed or may be. Sari and Rini get their part, and Budi's, 1,050, is set aside.

  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=3.500 --instalment 25-11-2026=3.250)
  $ received "$settlement" 3.500 HSBC-1
  $ allocation=$(allocate "$settlement")
  $ klaim settlement shares "$settlement" "$allocation"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 2.450,00 of HKD 7.000,00 owed, to 2 claims: least HKD 350,00, middle HKD 2.100,00, most HKD 2.100,00. Set aside for 1 claims that aren't decided: HKD 1.050,00.
  claim  gets          why
     16  HKD 2.100,00  Of 6000.00 HKD still owed, 2100.00 HKD is allocated: 2100.00 HKD in proportion to what was owed.
     26    HKD 350,00  Of 1000.00 HKD still owed, 350.00 HKD is allocated: 350.00 HKD in proportion to what was owed.
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.

He consents again, and his claim is decided. With the next 3,250 there are 6,750 for 10,000: 67.5 % for each, of which Sari and Rini have 35 % already.

  $ klaim claimant consent "$budi_himself" --given-on 24-11-2026
  Recorded.
  $ klaim claim determine "$budi"
  1 claims determined.
  $ received "$settlement" 3.250 HSBC-2
  $ klaim settlement shares "$settlement" "$(allocate "$settlement")"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 4.300,00 of HKD 7.550,00 owed, to 3 claims: least HKD 325,00, middle HKD 1.950,00, most HKD 2.025,00.
  claim  gets          why
     16  HKD 1.950,00  Of 3900.00 HKD still owed, beside 2100.00 HKD that the settlement gave before, 1950.00 HKD is allocated: 1950.00 HKD in proportion to what was owed.
     21  HKD 2.025,00  Of 3000.00 HKD still owed, 2025.00 HKD is allocated: 2025.00 HKD in proportion to what was owed.
     26    HKD 325,00  Of 650.00 HKD still owed, beside 350.00 HKD that the settlement gave before, 325.00 HKD is allocated: 325.00 HKD in proportion to what was owed.
