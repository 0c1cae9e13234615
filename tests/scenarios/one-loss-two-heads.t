A fee that was paid by deductions from the wage may be claimed as a fee or as a deduction, and is one loss: heads of one family are compared within a claim too.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "excess_fee=documented_amount loss_family=fees;salary_deduction=documented_amount loss_family=fees" '{"grouping": {"dimensions": ["GROUPING_DIMENSION_RESPONDENT_NETWORK"], "least_size": 1}}')
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "excess_fee=12.000 proof=12.000;salary_deduction=9.000 proof=9.000" "bic=HSBCHKHH;rekening=1234567890")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ settlement=$(settled "$upah" "$pt" 21.000)
  $ klaim double-claims list
  claim  and claim  heads                            one family  decided
     16         16  excess_fee and salary_deduction
  $ klaim payment propose "$settlement"
  klaim: claim_ids: excess_fee and salary_deduction of claim 16 look like one loss: decide on them first
  [1]

The lawyer finds that 9,000 of the 12,000 were taken from her wage: one loss of 12,000, not 21,000. The payment is cut to it, the first head first.

  $ klaim loss open --head "$sari:excess_fee" --head "$sari:salary_deduction" --ceiling 12.000 --currency HKD --reason "Potongan gaji adalah biaya itu."
  Loss 30: 2 heads recover at most HKD 12.000,00 together.
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$batch" | head -1
  Payment batch 32: proposed, settlement 25, HKD 12.000,00
  $ klaim loss show 30
  Loss of fees: ceiling HKD 12.000,00, recovered HKD 12.000,00, left HKD 0,00
  claim  head              determined     allocated      ordered        paid      got otherwise  of the ceiling
     16  excess_fee        HKD 12.000,00  HKD 12.000,00  HKD 12.000,00  HKD 0,00       HKD 0,00   HKD 12.000,00
     16  salary_deduction   HKD 9.000,00   HKD 9.000,00       HKD 0,00  HKD 0,00       HKD 0,00        HKD 0,00

Nothing more is paid for it.

  $ klaim payment propose "$settlement"
  klaim: claim_ids: loss 30 is recovered up to its ceiling: claim 16 is paid no more for it, and what was allocated to it can lapse
  [1]

Had the heads been found to be two losses first, and both been ordered, neither batch would be approved above the ceiling: one has to be rejected. So with a
ceiling that is lower than what is ordered already: it can't be set, and what is ordered can be rejected.

  $ klaim loss ceiling 30 9.000 --currency HKD --reason "Kuitansi kedua palsu."
  klaim: ceiling.minor_units: payments and credits took 12000.00 HKD of the loss already: the ceiling can't be less
  [1]
  $ klaim --as approver payment reject "$batch" --reason "Batasnya turun."
  Rejected.
  $ klaim loss ceiling 30 9.000 --currency HKD --reason "Kuitansi kedua palsu."
  Set.
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$batch" | head -1
  Payment batch 37: proposed, settlement 25, HKD 9.000,00
