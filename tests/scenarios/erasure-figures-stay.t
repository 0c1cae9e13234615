Who asks for it is erased: the name can't be read any more by anybody, the claim and its figures stay; while money is on its way it is refused.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ settlement=$(settled "$upah" "$pt" 14.970)
  $ bank=$(trust_account)
  $ pdf kontrak.pdf "Kontrak kerja"
  $ paper=$(klaim --json evidence add kontrak.pdf --case "$(casefile "$sari")" | value document_id)
  $ person=$(claimant "$sari")
  $ klaim claimant show "$person"
  Claimant 14: Sari Dewi
  NIK -, born 1990-02-01, phone -

A batch is proposed and approved: Sari can't be erased now, since the bank's file needs her name and account.

  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim --as approver payment approve "$batch"
  Approved.
  $ klaim claimant erase "$person" --reason "At her own request." --yes
  klaim: claimant_id: payment batch 45 has money for the person: wait until the bank has confirmed or returned it, or have the payment held and the batch sent without it
  [1]
  $ klaim payment send "$batch" --trust-account "$bank" >sent.out
  $ klaim claimant erase "$person" --reason "At her own request." --yes
  klaim: claimant_id: payment batch 45 has money for the person: wait until the bank has confirmed or returned it, or have the payment held and the batch sent without it
  [1]

The bank has paid. Call centre and approver may not erase; the lawyer may.

  $ klaim payment confirm "$batch" --booked-on 24-11-2026
  Confirmed.
  $ klaim --as call-centre claimant erase "$person" --reason "At her own request." --yes
  klaim: you may not make this call (it needs PERMISSION_ERASE_PERSONS): ask an administrator
  [1]
  $ klaim claimant erase "$person" --reason "At her own request." --yes
  Claimant 14 is erased. Vault backups of before still open the data until they have rotated away.

Nobody reads her name, finds her, or opens her contract.

  $ klaim claimant show "$person"
  Claimant 14: (sudah dihapus)
  NIK -, born (sudah dihapus), phone -
  $ klaim claimant find "Sari"
  claimant  name  born  village  claims
  $ klaim evidence get "$paper" --out again.pdf
  klaim: document_id: the claimant was erased: nothing more can be recorded about the person
  [1]

Her claim and all figures are as they were: 4,990 claimed, determined and paid.

  $ klaim claim show "$sari"
  Claim 16: paid, programme 11, claimant 14, case 15
  head          claimed       valued        determined    allocated     paid
  unpaid_wages  HKD 4.990,00  HKD 4.990,00  HKD 4.990,00  HKD 4.990,00  HKD 4.990,00
  $ klaim status
  55 events: 2 claimants, 2 cases, 2 claims
  programme  status  claims
         11  paid         2
  
  programme  claimed        determined     promised       received       allocated      paid           returned  outstanding
  UPAH       HKD 14.970,00  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00  HKD 0,00     HKD 0,00

Budi isn't touched. The record is whole: nothing was taken out of it.

  $ klaim claimant show "$(claimant "$budi")"
  Claimant 20: Budi Santoso
  NIK -, born 1985-03-03, phone -
  $ klaim --as auditor audit verify --english --work verification | grep -i proven
  RESULT: PROVEN WHOLE.
