One fee that is claimed under a programme abroad and under a programme at home is recovered once: both claims go on, under one ceiling.

  $ . "$TESTDIR/docket.sh"
  $ each='"grouping": {"dimensions": ["GROUPING_DIMENSION_HEAD"], "least_size": 1}'
  $ abroad=$(programme HK "excess_recruitment_fee=documented_amount" "{$each}")
  $ home=$(programme DALAM-NEGERI "biaya_penempatan=documented_amount loss_family=excess_recruitment_fee" "{\"currency\": \"IDR\", $each}")
  $ rates=$(table HKD-IDR EXCHANGE_RATE HKD IDR "01-01-2024=2.100")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file HK S-1 "Sari Dewi" "PT Jaya Sentosa" "excess_recruitment_fee=15.000 proof=15.000" "bic=HSBCHKHH;rekening=1234567890")
  $ again=$(file_also "$sari" "$home" IDR S-2 biaya_penempatan=31.500.000)
  $ klaim claim determine "$sari" "$again"
  2 claims determined.

Her fee was Rp 31,500,000, which is HKD 15,000 at Rp 2,100 a dollar. It is listed, though programmes, heads and currencies differ, and nothing is
paid on either claim while nobody decided.

  $ klaim double-claims list
  claim  and claim  heads                                        one family  decided
     18         22  excess_recruitment_fee and biaya_penempatan
  $ settlement=$(settled "$abroad" "$pt" 10.000)
  $ klaim payment propose "$settlement"
  klaim: claim_ids: claims 18 and 22 look like one loss claimed twice (excess_recruitment_fee): decide on them first
  [1]

Neither gives way to the other: Hong Kong may pay a part, and home the rest.

  $ klaim double-claims decide "$again" "$sari" --reason "Satu biaya."
  klaim: other_claim_id: the loss is claimed under two programmes, or by two heads: find them to be one loss under a ceiling instead (OpenLoss)
  [1]
  $ klaim loss open --head "$sari:excess_recruitment_fee" --head "$again:biaya_penempatan" --ceiling 31.500.000 --currency IDR --reason "Satu biaya, dua program."
  klaim: heads[0]: is in HKD: name a reference table of exchange rates from it into IDR
  [1]
  $ klaim loss open --head "$sari:excess_recruitment_fee" --head "$again:biaya_penempatan" --ceiling 31.500.000 --currency IDR --exchange-table "$rates" --reason "Satu biaya, dua program."
  Loss 38: 2 heads recover at most Rp 31.500.000,00 together.
  $ klaim double-claims list
  None.
  

The agency pays HKD 10,000 in Hong Kong: Rp 21,000,000 of the ceiling.

  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim loss show 38
  Loss of excess_recruitment_fee: ceiling Rp 31.500.000,00, recovered Rp 21.000.000,00, left Rp 10.500.000,00
  claim  head                    determined        allocated      ordered        paid      got otherwise  of the ceiling
     18  excess_recruitment_fee     HKD 15.000,00  HKD 10.000,00  HKD 10.000,00  HKD 0,00       HKD 0,00  Rp 21.000.000,00
     22  biaya_penempatan        Rp 31.500.000,00        Rp 0,00        Rp 0,00   Rp 0,00        Rp 0,00           Rp 0,00

At home a court awards the whole fee. Of the Rp 31,500,000 that arrive, she is owed what is left: Rp 10,500,000. The others stay held.

  $ group=$(group "$home")
  $ klaim settlement record --programme "$home" --group "$group" --respondent "$pt" --currency IDR --instalment 24-11-2026=31.500.000 --forum "Pengadilan Negeri Jakarta Selatan"
  Settlement 45 over Rp 31.500.000,00 recorded.
  $ received 45 31.500.000 BRI-1
  $ allocation=$(allocate 45)
  $ klaim settlement shares 45 "$allocation"
  costs Rp 0,00, reserve Rp 0,00, shared out Rp 10.500.000,00 of Rp 10.500.000,00 owed, to 1 claims: least Rp 10.500.000,00, middle Rp 10.500.000,00, most Rp 10.500.000,00.
  claim  gets              why
     22  Rp 10.500.000,00  Of 10500000.00 IDR still owed, 10500000.00 IDR is allocated: 10500000.00 IDR in proportion to what was owed.
  $ klaim --as approver settlement approve 45 "$allocation"
  Allocated to 1 claims.

The ceiling can't be set below what was paid.

  $ klaim loss ceiling 38 20.000.000 --currency IDR --reason "Kuitansi lain."
  klaim: ceiling.minor_units: payments and credits took 21000000.00 IDR of the loss already: the ceiling can't be less
  [1]

When the payment abroad is rejected, that part of the loss is open again.

  $ klaim --as approver payment reject "$batch" --reason "Salah rekening."
  Rejected.
  $ klaim loss show 38 | head -1
  Loss of excess_recruitment_fee: ceiling Rp 31.500.000,00, recovered Rp 0,00, left Rp 31.500.000,00

More than before takes two persons: the first one's ceiling is a proposal.

  $ klaim loss ceiling 38 40.000.000 --currency IDR --reason "Ada biaya kedua."
  Noted. It holds once another person decides the same.
  $ klaim loss show 38 | tail -1
  Proposed ceiling: Rp 40.000.000,00. It holds once another person sets the same.
  $ person second lawyer
  $ klaim --as second loss ceiling 38 40.000.000 --currency IDR --reason "Ada biaya kedua, dilihat."
  Set.
  $ klaim loss show 38 | head -1
  Loss of excess_recruitment_fee: ceiling Rp 40.000.000,00, recovered Rp 0,00, left Rp 40.000.000,00
