Who has confirmed no account is left out of a batch; the others don't wait for them, and their own money stays in trust.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ settlement=$(settled "$upah" "$pt" 14.970)
  $ bank=$(trust_account)

Money is there for both, 4,990 and 9,980, but Budi confirmed no account. The batch pays Sari alone.

  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$batch"
  Payment batch 42: proposed, settlement 35, HKD 4.990,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        14  HKD 4.990,00  open
  $ klaim --as approver payment approve "$batch"
  Approved.
  $ klaim payment send "$batch" --trust-account "$bank" >sent.out
  $ klaim payment confirm "$batch" --booked-on 24-11-2026
  Confirmed.

Budi's money is still his, and in trust: 14,970 - 4,990 = 9,980.

  $ klaim claim show "$budi"
  Claim 22: allocated, programme 11, claimant 20, case 21
  head          claimed       valued        determined    allocated     paid
  unpaid_wages  HKD 9.980,00  HKD 9.980,00  HKD 9.980,00  HKD 9.980,00  HKD 0,00
  $ klaim ledger accounts | grep trust
  assets:trust:bank                     HKD 9.980,00

Another batch has nobody to pay.

  $ klaim payment propose "$settlement"
  klaim: claim_ids: the claimant of claim 22 has no confirmed account in HKD
  [1]

He has no bank, and asks for cash. A batch is of one kind: the bank's batch still leaves him out, the batch of cash pays him.

  $ person=$(claimant "$budi")
  $ account "$person" "Budi Santoso" "" cash
  $ klaim payment propose "$settlement"
  klaim: claim_ids: the claimant of claim 22 is paid in another way
  [1]
  $ cash=$(klaim --json payment propose "$settlement" --kind cash | value payment_batch_id)
  $ klaim payment show "$cash"
  Payment batch 49: proposed, settlement 35, HKD 9.980,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     22        20  HKD 9.980,00  open

Cash is confirmed with the receipt that was signed; without it, it is refused.

  $ klaim --as approver payment approve "$cash"
  Approved.
  $ klaim payment send "$cash" --trust-account "$bank" >sent.out
  $ klaim payment confirm "$cash" --booked-on 24-11-2026
  klaim: confirmed.acknowledgement: is empty: fill it in
  [1]
  $ klaim payment confirm "$cash" --booked-on 24-11-2026 --acknowledgement "tanda terima 17"
  Confirmed.
  $ klaim ledger accounts | grep trust
  assets:trust:bank                    HKD 0,00
