A bank takes only so many payments and so much money in one file: a batch keeps to that, and the rest follows in the next batch.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=05-05-1993;bic=HSBCHKHH;rekening=3333333333")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.

4,990 + 9,980 + 4,990 = 19,960 are owed and paid in.

  $ settlement=$(settled "$upah" "$pt" 19.960)

At most two payments: Sari and Budi, by the number of their claims.

  $ first=$(klaim --json payment propose "$settlement" --most-payments 2 | value payment_batch_id)
  $ klaim payment show "$first"
  Payment batch 54: proposed, settlement 47, HKD 14.970,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        14  HKD 4.990,00  open
   2     22        20  HKD 9.980,00  open
  $ klaim --as approver payment reject "$first" --reason "The bank's limit is a sum."
  Rejected.

At most HKD 10,000.00 (1,000,000 cents): 4,990 + 9,980 = 14,970 would be too much, so Budi waits; 4,990 + 4,990 = 9,980 fits.

  $ second=$(klaim --json payment propose "$settlement" --most-total-minor 1000000 | value payment_batch_id)
  $ klaim payment show "$second"
  Payment batch 60: proposed, settlement 47, HKD 9.980,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        14  HKD 4.990,00  open
   2     28        26  HKD 4.990,00  open

The next batch of at most HKD 10,000.00 pays Budi alone.

  $ third=$(klaim --json payment propose "$settlement" --most-total-minor 1000000 | value payment_batch_id)
  $ klaim payment show "$third"
  Payment batch 63: proposed, settlement 47, HKD 9.980,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     22        20  HKD 9.980,00  open

A payment is never cut in two. When no payment fits at all, nothing is proposed.

  $ klaim --as approver payment reject "$second" --reason "Smaller."
  Rejected.
  $ klaim --as approver payment reject "$third" --reason "Smaller."
  Rejected.
  $ klaim payment propose "$settlement" --most-total-minor 400000
  klaim: settlement_id: no claim of its groups has both allocated money and a confirmed account to pay to
  [1]
