A claim for more than the programme takes for a head is refused when it is filed: such an amount was mistyped, or is in another currency.

  $ . "$TESTDIR/docket.sh"
  $ biaya=$(programme BIAYA "excess_recruitment_fee=documented_amount most_claimed=30.000")
  $ pt=$(agency "PT Jaya Sentosa")

HKD 30,000 is the most. One dollar more is refused, and nothing is filed.

  $ file BIAYA S-1 "Sari Dewi" "PT Jaya Sentosa" "excess_recruitment_fee=30.001 proof=30.001"
  waits: heads[0].claimed.minor_units: is 30001.00 HKD, and programme BIAYA takes at most 30000.00 HKD for this head
  $ klaim claim list
  claim  status  programme  claimed  determined  paid

HKD 30,000 itself is taken.

  $ sari=$(file BIAYA S-2 "Sari Dewi" "PT Jaya Sentosa" "excess_recruitment_fee=30.000 proof=30.000")
  $ klaim claim show "$sari"
  Claim 18: filed, programme 11, claimant 16, case 17
  head                    claimed        valued    determined  allocated  paid
  excess_recruitment_fee  HKD 30.000,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

Rupiah in a programme of Hong Kong dollars are never read by their digits; and nobody can claim nothing.

  $ file BIAYA S-3 "Budi Santoso" "PT Jaya Sentosa" "excess_recruitment_fee=Rp30.000 proof=30.000" "tanggal_lahir=03-03-1985"
  waits: jumlah_1 is in IDR, here amounts are in HKD: write what it is in HKD
  $ file BIAYA S-4 "Budi Santoso" "PT Jaya Sentosa" "excess_recruitment_fee=0 proof=30.000" "tanggal_lahir=03-03-1985"
  waits: jumlah_1 must be more than zero
