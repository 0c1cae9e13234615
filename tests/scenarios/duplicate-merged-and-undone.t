Two records of one person are made one by a decision: a head that both claim is pursued once; when the decision was wrong, both are as they were before.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid;document_retention=fixed_sum fixed_sum=2.000")
  $ pt=$(agency "PT Jaya Sentosa")

Slamet came to the branch in Cilacap, and once more to the call centre: other spelling, the same card (NIK), the same wages; the second
time he also claims that his passport was held back.

  $ first=$(file UPAH S-1 "Slamet Riyadi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "nik=3301010102900001")
  $ second=$(file UPAH S-2 "Slamet Riyadhi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990;document_retention=2.000" "nik=3301010102900001")

The daemon suspects it and queues the pair; it decides nothing. HKD 4,990.00 (499,000 cents) would be claimed twice.

  $ suspected
  claimant  may be  probability  sure  at stake
        19      14       1.0000  yes     499000

Somebody has seen the card, and decides that both are one.

  $ klaim duplicates merge "$(claimant "$second")" "$(claimant "$first")" --reason "The same card, seen."
  Merged. Both histories stay; `klaim duplicates undo` restores both.

Both claims go on in the name of the first record. The wages are pursued in the first claim alone; the passport, which only the
second claims, in the second: 4,990 + 2,000 and not 4,990 + 4,990 + 2,000.

  $ klaim claim determine "$first" "$second"
  2 claims determined.
  $ klaim claim show "$first"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed       valued        determined    allocated  paid
  unpaid_wages  HKD 4.990,00  HKD 4.990,00  HKD 4.990,00   HKD 0,00  HKD 0,00
  $ klaim claim show "$second"
  Claim 21: determined, programme 11, claimant 19, case 20
  head                claimed       valued        determined    allocated  paid
  unpaid_wages        HKD 4.990,00      HKD 0,00      HKD 0,00   HKD 0,00  HKD 0,00
  document_retention  HKD 2.000,00  HKD 2.000,00  HKD 2.000,00   HKD 0,00  HKD 0,00

It turns out that the card had been lent. The merger is undone: the second record has its own name and its claim again. Its wages
were not valued while they were pursued elsewhere, so its decision is taken to review, and decided again: 4,990 + 2,000.

  $ klaim duplicates undo "$(claimant "$second")" --reason "The card was lent."
  Undone: both are as they were.
  $ klaim --purpose "check" claimant show "$(claimant "$second")"
  Claimant 19: Slamet Riyadhi
  NIK 3301010102900001, born 1990-02-01, phone -
  $ klaim claim appeal "$second" --grounds "The wages are his own."
  Appeal recorded; the claim is under review.
  $ klaim claim determine "$second"
  1 claims determined.
  $ klaim claim show "$second"
  Claim 21: determined, programme 11, claimant 19, case 20
  head                claimed       valued        determined    allocated  paid
  unpaid_wages        HKD 4.990,00  HKD 4.990,00  HKD 4.990,00   HKD 0,00  HKD 0,00
  document_retention  HKD 2.000,00  HKD 2.000,00  HKD 2.000,00   HKD 0,00  HKD 0,00

Undoing what isn't merged is refused.

  $ klaim duplicates undo "$(claimant "$second")" --reason "Again."
  klaim: claimant_id: was not merged into another claimant
  [1]
