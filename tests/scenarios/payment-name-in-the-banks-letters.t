A bank takes only its own letters: the approver sees beforehand how the file would write each name.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "bic=HSBCHKHH;rekening=1234567890")
  $ ahmad=$(file UPAH S-2 "Ahmad @ Amat" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$sari" "$ahmad"
  2 claims determined.
  $ settlement=$(settled "$upah" "$pt" 14.970)
  $ bank=$(trust_account)
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)

In Malaysia an alias is written with "@", a sign that SWIFT doesn't know. Only what changes is shown.

  $ klaim --as approver payment preview "$batch" --trust-account "$bank" --only-changed | grep -v executed
  payment  amount        payee         in the file  same account as  problem
        2  HKD 9.980,00  Ahmad @ Amat  Ahmad Amat

The file says it so. The record keeps the name as it is.

  $ klaim --as approver payment approve "$batch"
  Approved.
  $ klaim payment send "$batch" --trust-account "$bank" >sent.out
  $ klaim payment file "$batch" --out batch.xml >file.out
  $ grep "<Nm>" batch.xml
      <Nm>SBMI Titipan</Nm>
      <Nm>SBMI Titipan</Nm>
       <Nm>Sari Dewi</Nm>
       <Nm>Ahmad Amat</Nm>
  $ klaim --purpose "check" claimant show "$(claimant "$ahmad")"
  Claimant 20: Ahmad @ Amat
  NIK -, born 1985-03-03, phone -
