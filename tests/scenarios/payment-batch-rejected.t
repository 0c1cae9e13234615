A batch can be rejected, approved or not, as long as it wasn't sent; what it would have paid is free to be paid by another.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ settlement=$(settled "$upah" "$pt" 14.970)
  $ bank=$(trust_account)
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)

While it waits, the same money can't be proposed twice.

  $ klaim payment propose "$settlement"
  klaim: settlement_id: no claim of its groups has both allocated money and a confirmed account to pay to
  [1]

It is approved, then an error is seen. The approver rejects it, with a reason. It can't be sent or approved any more.

  $ klaim --as approver payment approve "$batch"
  Approved.
  $ klaim --as approver payment reject "$batch" --reason "Wrong account of the union."
  Rejected.
  $ klaim payment send "$batch" --trust-account "$bank"
  klaim: payment_batch_id: payment batch 43 can't be sent: it is not approved, or was sent already
  [1]
  $ klaim --as approver payment approve "$batch"
  klaim: payment_batch_id: payment batch 43 doesn't wait for approval
  [1]
  $ klaim payment show "$batch"
  Payment batch 43: rejected, settlement 36, HKD 14.970,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        14  HKD 4.990,00  open
   2     22        20  HKD 9.980,00  open

The money stayed where it was, 4,990 + 9,980 = 14,970, and another batch orders the same payments.

  $ klaim ledger accounts | grep trust
  assets:trust:bank                     HKD 14.970,00
  $ next=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$next"
  Payment batch 50: proposed, settlement 36, HKD 14.970,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        14  HKD 4.990,00  open
   2     22        20  HKD 9.980,00  open

What was sent can't be rejected: the bank may have paid it.

  $ klaim --as approver payment approve "$next"
  Approved.
  $ klaim payment send "$next" --trust-account "$bank" >sent.out
  $ klaim --as approver payment reject "$next" --reason "Too late."
  klaim: payment_batch_id: payment batch 50 was sent or rejected already
  [1]
