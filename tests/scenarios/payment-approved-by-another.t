Nobody pays by their own word: one person proposes a batch, another approves it, and only then it is sent; the file for the bank is the same each time.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=12 wage=4.990 paid=44.910" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.

Sari is owed 12 x 4,990 - 44,910 = 14,970, Budi 2 x 4,990 = 9,980; together 24,950. The agency pays half of it, 12,475.
Each gets half: 14,970 / 2 = 7,485 and 9,980 / 2 = 4,990.

  $ settlement=$(settled "$upah" "$pt" 12.475)
  $ bank=$(trust_account)

The legal team proposes a batch. It may not approve it.

  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment approve "$batch"
  klaim: you may not make this call (it needs PERMISSION_APPROVE_MONEY): ask an administrator
  [1]

Also who holds both roles, treasurer and approver, can't approve what they proposed themselves. Ratna is opened with both; she
rejects the first batch, proposes another one, and is refused.

  $ person ratna treasurer+approver
  $ klaim --as ratna payment reject "$batch" --reason "To be proposed by Ratna."
  Rejected.
  $ batch=$(klaim --json --as ratna payment propose "$settlement" | value payment_batch_id)
  $ klaim --as ratna payment approve "$batch"
  klaim: payment_batch_id: you proposed this batch: another person must approve or reject it
  [1]

What isn't approved can't be sent.

  $ klaim payment send "$batch" --trust-account "$bank"
  klaim: payment_batch_id: was not approved
  [1]

The approver approves. Now it is sent, once; a second time it is refused.

  $ klaim --as approver payment approve "$batch"
  Approved.
  $ klaim payment send "$batch" --trust-account "$bank" >sent.out
  $ klaim payment send "$batch" --trust-account "$bank"
  klaim: payment_batch_id: payment batch 52 can't be sent: it is not approved, or was sent already
  [1]

The file is handed out twice: its bytes are the same. It asks the bank for two transfers of together
7,485 + 4,990 = 12,475 (number and sum stand in its head, and once more above the transfers).

  $ klaim payment file "$batch" --out first.xml >file.out
  $ klaim payment file "$batch" --out second.xml >file.out
  $ cmp first.xml second.xml && echo "the same bytes"
  the same bytes
  $ grep -E "<NbOfTxs>|<CtrlSum>|<InstdAmt|<Nm>" first.xml
     <NbOfTxs>2</NbOfTxs>
     <CtrlSum>12475.00</CtrlSum>
      <Nm>SBMI Titipan</Nm>
     <NbOfTxs>2</NbOfTxs>
     <CtrlSum>12475.00</CtrlSum>
      <Nm>SBMI Titipan</Nm>
       <InstdAmt Ccy="HKD">7485.00</InstdAmt>
       <Nm>Sari Dewi</Nm>
       <InstdAmt Ccy="HKD">4990.00</InstdAmt>
       <Nm>Budi Santoso</Nm>

The bank says that it paid both. Then each claim has half of what is owed, and the trust account holds nothing any more.

  $ klaim payment confirm "$batch" --booked-on 24-11-2026
  Confirmed.
  $ klaim payment show "$batch"
  Payment batch 52: sent, settlement 36, HKD 12.475,00
  no  claim  claimant  amount        status     reissue of  held by  because
   1     16        14  HKD 7.485,00  confirmed
   2     22        20  HKD 4.990,00  confirmed
  $ klaim claim show "$sari"
  Claim 16: allocated, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated     paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00  HKD 7.485,00  HKD 7.485,00
  $ klaim ledger accounts
  account                              balance
  assets:receivable:settlement 36      HKD 0,00
  assets:trust:bank                    HKD 0,00
  liabilities:claimants:settlement 36  HKD 0,00
  liabilities:held:settlement 36       HKD 0,00
  liabilities:promised:settlement 36   HKD 0,00
