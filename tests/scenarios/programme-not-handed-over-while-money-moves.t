A programme isn't handed over to another docket while its money is under way; once all is paid, it is.

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

The batch of 4,990 + 9,980 = 14,970 is with the bank.

  $ stop
  $ klaim docket split --docket docket --into other --programme "$upah" --name SBMI --new-name "Other"
  klaim: programme_ids: claim 16 has money under way
  [1]

The bank has paid both. Now it goes.

  $ serve docket
  $ klaim payment confirm "$batch" --booked-on 24-11-2026
  Confirmed.
  $ stop
  $ klaim docket split --docket docket --into other --programme "$upah" --name SBMI --new-name "Other" | head -1
  Split: programmes 11 with 2 claims of 2 claimants go on in other; 0 of these claimants have claims in both.
