What an insurer at home pays for a loss that is claimed abroad is converted at the rate of its day, and counts towards the ceiling of the loss.

  $ . "$TESTDIR/docket.sh"
  $ each='"grouping": {"dimensions": ["GROUPING_DIMENSION_HEAD"], "least_size": 1}'
  $ abroad=$(programme HK "injury=documented_amount" "{$each}")
  $ home=$(programme ASURANSI "santunan=documented_amount loss_family=injury" "{\"currency\": \"IDR\", $each}")
  $ rates=$(table HKD-IDR EXCHANGE_RATE HKD IDR "01-01-2024=2.100")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file HK S-1 "Sari Dewi" "PT Jaya Sentosa" "injury=15.000 proof=15.000" "bic=HSBCHKHH;rekening=1234567890")
  $ klaim claim determine "$sari"
  1 claims determined.

BPJS Ketenagakerjaan pays her Rp 10,500,000 for the injury: HKD 5,000. A rate is needed to say so.

  $ klaim credit record "$sari" --head injury=10.500.000 --currency IDR --kind insurance --payer "BPJS Ketenagakerjaan" --on 20-11-2026 --confirmed-by-claimant
  klaim: exchange_table_id: name a reference table of exchange rates between IDR and HKD
  [1]
  $ klaim credit record "$sari" --head injury=10.500.000 --currency IDR --kind insurance --payer "BPJS Ketenagakerjaan" --on 20-11-2026 --confirmed-by-claimant --exchange-table "$rates"
  Credit 25 of claim 18 recorded: it is owed so much less.
  $ klaim credit list "$sari"
  credit  paid on     kind       by                    head    paid              credited      shown by             recorded by   to be taken back by
      25  20-11-2026  insurance  BPJS Ketenagakerjaan  injury  Rp 10.500.000,00  HKD 5.000,00  the claimant's word  legal-team@0

She claims the same injury at home too. Under one ceiling of Rp 31,500,000 what BPJS paid counts as recovered.

  $ again=$(file_also "$sari" "$home" IDR S-2 santunan=31.500.000)
  $ klaim claim determine "$again"
  1 claims determined.
  $ klaim loss open --head "$sari:injury" --head "$again:santunan" --ceiling 31.500.000 --currency IDR --exchange-table "$rates" --reason "Satu cedera."
  Loss 32: 2 heads recover at most Rp 31.500.000,00 together.
  $ klaim loss show 32
  Loss of injury: ceiling Rp 31.500.000,00, recovered Rp 10.500.000,00, left Rp 21.000.000,00
  claim  head      determined        allocated  ordered   paid      got otherwise  of the ceiling
     18  injury       HKD 15.000,00   HKD 0,00  HKD 0,00  HKD 0,00   HKD 5.000,00  Rp 10.500.000,00
     27  santunan  Rp 31.500.000,00    Rp 0,00   Rp 0,00   Rp 0,00        Rp 0,00           Rp 0,00
