A payment that is in doubt is held until another person releases it; if nobody does, the batch goes without it and the claim can be paid later.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.

All that is owed is paid in: 4,990 + 9,980 = 14,970.

  $ settlement=$(settled "$upah" "$pt" 14.970)
  $ bank=$(trust_account)
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim --as approver payment approve "$batch"
  Approved.

Both payments are held. Who held one may not release it; another person may. The approver releases the first.

  $ klaim payment hold "$batch" --payment 1 --reason "The account is in doubt."
  Held: the batch is sent without it, and its claim can be paid by another batch then.
  $ klaim payment hold "$batch" --payment 2 --reason "Who gets it is disputed."
  Held: the batch is sent without it, and its claim can be paid by another batch then.
  $ klaim payment release "$batch" --payment 1 --reason "It is right."
  klaim: you may not make this call (it needs PERMISSION_APPROVE_MONEY): ask an administrator
  [1]
  $ klaim --as approver payment release "$batch" --payment 1 --reason "The bank book was seen."
  Released: it is sent with its batch.
  $ klaim payment show "$batch"
  Payment batch 43: approved, settlement 36, HKD 14.970,00, of which HKD 9.980,00 held
  no  claim  claimant  amount        status  reissue of  held by       because
   1     16        14  HKD 4.990,00  open
   2     22        20  HKD 9.980,00  held                legal-team@0  Who gets it is disputed.

The batch is sent. The file has one transfer alone, of 4,990 (said in its head, above the transfers, and in the transfer itself); the second payment stays behind.

  $ klaim payment send "$batch" --trust-account "$bank" >sent.out
  $ klaim payment file "$batch" --out batch.xml >file.out
  $ grep -E "<NbOfTxs>|<CtrlSum>|<InstdAmt" batch.xml
     <NbOfTxs>1</NbOfTxs>
     <CtrlSum>4990.00</CtrlSum>
     <NbOfTxs>1</NbOfTxs>
     <CtrlSum>4990.00</CtrlSum>
       <InstdAmt Ccy="HKD">4990.00</InstdAmt>
  $ klaim payment confirm "$batch" --payment 1 --booked-on 24-11-2026
  Confirmed.
  $ klaim payment show "$batch"
  Payment batch 43: sent, settlement 36, HKD 14.970,00, of which HKD 9.980,00 held
  no  claim  claimant  amount        status     reissue of  held by       because
   1     16        14  HKD 4.990,00  confirmed
   2     22        20  HKD 9.980,00  held                   legal-team@0  Who gets it is disputed.

What stayed behind can't be confirmed, nor held or released any more.

  $ klaim payment confirm "$batch" --payment 2 --booked-on 24-11-2026
  klaim: confirmed.numbers: payment 2 is held
  [1]
  $ klaim --as approver payment release "$batch" --payment 2 --reason "Too late."
  klaim: payment_batch_id: payment batch 43 was sent or rejected already
  [1]

Its claim can be paid by another batch: 9,980, and nothing of what Sari has.

  $ second=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$second"
  Payment batch 55: proposed, settlement 36, HKD 9.980,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     22        20  HKD 9.980,00  open
