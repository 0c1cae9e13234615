A worker who was thought dead and is found alive gets the money himself: the heir is taken back by two persons, and a batch that would pay the heir is stopped.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ joko=$(file UPAH S-1 "Joko Widagdo" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "keadaan=hilang;bic=HSBCHKHH;rekening=1234567890")
  $ siti=$(file UPAH S-2 "Siti Aminah" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$joko" "$siti"
  2 claims determined.
  $ settlement=$(settled "$upah" "$pt" 14.970)
  $ bank=$(trust_account)
  $ person lestari lawyer

Joko is missing and thought dead. Siti is named as his heir, and a batch is made that pays her 9,980 + 4,990.

  $ pdf waris.pdf "Surat keterangan waris 12/2026"
  $ paper=$(klaim --json evidence add waris.pdf --case "$(casefile "$joko")" | value document_id)
  $ proposal=$(klaim --json payment heir "$(claimant "$joko")" "$(claimant "$siti")" --evidence "surat keterangan waris 12/2026" --document "$paper" | value proposal_id)
  $ klaim --as lestari payment heir-confirm "$(claimant "$joko")" --proposal "$proposal"
  Confirmed.
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$batch"
  Payment batch 49: proposed, settlement 36, HKD 14.970,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        20  HKD 9.980,00  open
   2     22        20  HKD 4.990,00  open

Then he comes home. He is named in his own place; that waits for another person too.

  $ back=$(klaim --json payment heir "$(claimant "$joko")" "$(claimant "$joko")" --evidence "found alive, seen at the branch" --document "$paper" | value proposal_id)
  $ klaim payment heir-confirm "$(claimant "$joko")" --proposal "$back"
  klaim: proposal_id: you proposed this heir: another person must confirm it
  [1]
  $ klaim --as lestari payment heir-confirm "$(claimant "$joko")" --proposal "$back"
  Confirmed.

The batch still names Siti for his money: it would go without that payment. It is rejected, and the next one pays each their own.

  $ klaim --as approver payment approve "$batch"
  Approved.
  Without payment 1: payment 1 goes to claimant 20, the money of claim 16 to claimant 14 by now: hold that payment.
  $ klaim --as approver payment reject "$batch" --reason "He is alive."
  Rejected.
  $ next=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$next"
  Payment batch 59: proposed, settlement 36, HKD 14.970,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        14  HKD 9.980,00  open
   2     22        20  HKD 4.990,00  open
