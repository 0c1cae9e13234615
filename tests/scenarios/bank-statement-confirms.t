The bank's own statement (camt.053) says what was paid: it confirms payments by their identification, and its charges are booked where the programme says.

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
  $ klaim --as approver payment approve "$batch"
  Approved.
  $ klaim payment send "$batch" --trust-account "$bank" >sent.out

The statement of the day: Sari's 4,990 went out, and the bank took HKD 35 for itself. A third line of 7,000 names Budi's payment, which is 9,980.

  $ bank_statement ST-1 "$(bank_entry B1 4990.00 "K$batch-1") $(bank_entry B2 35.00 charge) $(bank_entry B3 7000.00 "K$batch-2")"

Who bears the charge must be said: nothing of the statement is booked before.

  $ klaim treasury report "$bank" ST-1.xml
  klaim: charges_programme_id: is missing: the bank took charges that came with no receipt and no payment. Name the programme that bears them
  [1]
  $ klaim payment show "$batch"
  Payment batch 43: sent, settlement 36, HKD 14.970,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        14  HKD 4.990,00  open
   2     22        20  HKD 9.980,00  open

The programme bears it. Sari's payment is confirmed, the charge is booked to its account; the line that doesn't fit changes nothing and is to be looked at.

  $ klaim treasury report "$bank" ST-1.xml --charges-programme "$upah"
  reference  amount (minor units)  booked      what became of it
         B1               -499000  24-11-2026  payment 1 of batch 43 paid
         B2                 -3500  24-11-2026  charge, booked to expenses:bank charges
         B3               -700000  24-11-2026  to look at: is of another amount than the payment
  $ klaim payment show "$batch"
  Payment batch 43: sent, settlement 36, HKD 14.970,00
  no  claim  claimant  amount        status     reissue of  held by  because
   1     16        14  HKD 4.990,00  confirmed
   2     22        20  HKD 9.980,00  open

In trust are 14,970 - 4,990 - 35 = 9,945.

  $ klaim ledger accounts
  account                              balance
  assets:receivable:settlement 36           HKD 0,00
  assets:trust:bank                     HKD 9.945,00
  expenses:bank charges                    HKD 35,00
  liabilities:claimants:settlement 36  -HKD 9.980,00
  liabilities:held:settlement 36            HKD 0,00
  liabilities:promised:settlement 36        HKD 0,00

The same statement again is refused; so nothing is booked twice.

  $ klaim treasury report "$bank" ST-1.xml --charges-programme "$upah"
  klaim: document: the report ST-1 is recorded already
  [1]

The next statement has Budi's 9,980 right. Both are paid.

  $ bank_statement ST-2 "$(bank_entry B4 9980.00 "K$batch-2")"
  $ klaim treasury report "$bank" ST-2.xml
  reference  amount (minor units)  booked      what became of it
         B4               -998000  24-11-2026  payment 2 of batch 43 paid
  $ klaim claim list
  claim  status  programme  claimed       determined    paid
     16  paid           11  HKD 4.990,00  HKD 4.990,00  HKD 4.990,00
     22  paid           11  HKD 9.980,00  HKD 9.980,00  HKD 9.980,00
