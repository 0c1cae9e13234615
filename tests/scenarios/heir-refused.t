An heir who was proposed and isn't the right one is refused, with a reason; then the money doesn't go to them, and another can be proposed.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ slamet=$(file UPAH S-1 "Slamet Riyadi" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "keadaan=meninggal")
  $ siti=$(file UPAH S-2 "Siti Aminah" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ agus=$(file UPAH S-3 "Agus Wibowo" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=05-05-1993;bic=HSBCHKHH;rekening=3333333333")
  $ klaim claim determine "$slamet" "$siti" "$agus"
  3 claims determined.
  $ settlement=$(settled "$upah" "$pt" 19.960)
  $ person lestari lawyer
  $ pdf waris.pdf "Surat keterangan waris 12/2026"
  $ paper=$(klaim --json evidence add waris.pdf --case "$(casefile "$slamet")" | value document_id)

Agus is proposed as Slamet's heir. While that waits, nobody else can be proposed.

  $ first=$(klaim --json payment heir "$(claimant "$slamet")" "$(claimant "$agus")" --evidence "surat keterangan waris 12/2026" --document "$paper" | value proposal_id)
  $ klaim payment heir "$(claimant "$slamet")" "$(claimant "$siti")" --evidence "surat keterangan waris 13/2026" --document "$paper"
  klaim: heir.heir_id: claimant 25 waits to be confirmed, by proposal 57: have that confirmed or refused first
  [1]

Lestari reads the letter: it is another family's. She refuses him. He can't be confirmed any more.

  $ klaim --as lestari payment heir-refuse "$(claimant "$slamet")" --proposal "$first" --reason "The letter is another family's."
  Refused: nothing changes.
  $ klaim --as lestari payment heir-confirm "$(claimant "$slamet")" --proposal "$first"
  klaim: proposal_id: no heir who was proposed so waits to be confirmed
  [1]

A batch pays Siti and Agus their own 4,990 each, and nothing of Slamet's 9,980.

  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$batch"
  Payment batch 59: proposed, settlement 46, HKD 9.980,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     21        19  HKD 4.990,00  open
   2     27        25  HKD 4.990,00  open

Siti is proposed, and Lestari confirms her. The next batch pays her Slamet's 9,980.

  $ second=$(klaim --json payment heir "$(claimant "$slamet")" "$(claimant "$siti")" --evidence "surat keterangan waris 13/2026" --document "$paper" | value proposal_id)
  $ klaim --as lestari payment heir-confirm "$(claimant "$slamet")" --proposal "$second"
  Confirmed.
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$batch"
  Payment batch 64: proposed, settlement 46, HKD 9.980,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        19  HKD 9.980,00  open
