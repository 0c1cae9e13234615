Money of a worker who died goes to the heir: one lawyer proposes with a document of the worker's own case, another confirms, and the heir is paid.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")

Slamet died. Siti, his widow, claims for her own work too, so she has a number, and an account.

  $ slamet=$(file UPAH S-1 "Slamet Riyadi" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "keadaan=meninggal")
  $ siti=$(file UPAH S-2 "Siti Aminah" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$slamet" "$siti"
  2 claims determined.
  $ settlement=$(settled "$upah" "$pt" 14.970)
  $ bank=$(trust_account)

Before an heir is named, only Siti's own 4,990 can be paid. That batch is rejected again.

  $ early=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$early"
  Payment batch 42: proposed, settlement 35, HKD 4.990,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     21        19  HKD 4.990,00  open
  $ klaim --as approver payment reject "$early" --reason "The heir comes first."
  Rejected.

The document must be of a case of who died: one of Siti's own case is refused.

  $ pdf waris.pdf "Surat keterangan waris 12/2026"
  $ hers=$(klaim --json evidence add waris.pdf --case "$(casefile "$siti")" | value document_id)
  $ klaim payment heir "$(claimant "$slamet")" "$(claimant "$siti")" --evidence "surat keterangan waris 12/2026" --document "$hers"
  klaim: heir.document_id: is a document of another claimant's case: upload it to a case of this claimant
  [1]
  $ his=$(klaim --json evidence add waris.pdf --case "$(casefile "$slamet")" | value document_id)
  $ proposal=$(klaim --json payment heir "$(claimant "$slamet")" "$(claimant "$siti")" --evidence "surat keterangan waris 12/2026" --document "$his" | value proposal_id)

Who proposed doesn't confirm. Lestari, another lawyer, does.

  $ klaim payment heir-confirm "$(claimant "$slamet")" --proposal "$proposal"
  klaim: proposal_id: you proposed this heir: another person must confirm it
  [1]
  $ person lestari lawyer
  $ klaim --as lestari payment heir-confirm "$(claimant "$slamet")" --proposal "$proposal"
  Confirmed.

The batch pays both claims to Siti (both lines bear her number): 9,980 for Slamet's claim and 4,990 for her own.

  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$batch"
  Payment batch 53: proposed, settlement 35, HKD 14.970,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        19  HKD 9.980,00  open
   2     21        19  HKD 4.990,00  open
  $ klaim --as approver payment approve "$batch"
  Approved.
  $ klaim payment send "$batch" --trust-account "$bank" >sent.out
  $ klaim payment confirm "$batch" --booked-on 24-11-2026
  Confirmed.

Slamet's claim is paid in full.

  $ klaim claim show "$slamet"
  Claim 16: paid, programme 11, claimant 14, case 15
  head          claimed       valued        determined    allocated     paid
  unpaid_wages  HKD 9.980,00  HKD 9.980,00  HKD 9.980,00  HKD 9.980,00  HKD 9.980,00

A second heir is refused while there is one: how an estate is shared isn't known to the docket.

  $ budi=$(file UPAH S-3 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=05-05-1993")
  $ klaim payment heir "$(claimant "$slamet")" "$(claimant "$budi")" --evidence "surat keterangan waris 14/2026" --document "$his"
  klaim: heir.heir_id: claimant 19 is named as heir already, and shares of several aren't known yet: have that taken back first, with the claimant as heir
  [1]
