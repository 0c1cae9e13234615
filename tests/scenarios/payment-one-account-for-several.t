Whoever approves a batch sees which payments to different claimants go to one account: a family's, or somebody's who gathers what is others'.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=123-456-7890")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=05-05-1993;bic=HSBCHKHH;rekening=3333333333")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ settlement=$(settled "$upah" "$pt" 14.970)
  $ bank=$(trust_account)
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim --as approver payment preview "$batch" --trust-account "$bank" --only-changed
  payment  amount        payee         in the file   same account as  problem
        1  HKD 4.990,00  Sari Dewi     Sari Dewi                   2
        2  HKD 4.990,00  Budi Santoso  Budi Santoso                1
  Sent now, it would be executed on 24-11-2026.
