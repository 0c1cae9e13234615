What an employer pays to a worker directly is owed no more: it is neither allocated nor paid a second time.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid" '{"grouping": {"dimensions": ["GROUPING_DIMENSION_HEAD"], "least_size": 1}}')
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=15.000 months=3 wage=5.000" "bic=HSBCHKHH;rekening=1234567890")
  $ klaim claim determine "$sari"
  1 claims determined.

The agency pays HKD 5,000 into her hand, and she says so. Without her word, or a paper, nobody's claim is made smaller.

  $ klaim credit record "$sari" --head unpaid_wages=5.000 --currency HKD --kind direct_payment --respondent "$pt" --on 20-11-2026
  klaim: credit.document_id: needs a document that shows it, or the claimant's word
  [1]
  $ klaim credit record "$sari" --head unpaid_wages=5.000 --currency HKD --kind direct_payment --respondent "$pt" --on 20-11-2026 --confirmed-by-claimant
  Credit 23 of claim 16 recorded: it is owed so much less.
  $ klaim credit list "$sari"
  credit  paid on     kind            by             head          paid          credited      shown by             recorded by   to be taken back by
      23  20-11-2026  direct_payment  respondent 12  unpaid_wages  HKD 5.000,00  HKD 5.000,00  the claimant's word  legal-team@0
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid      got otherwise  still owed
  unpaid_wages  HKD 15.000,00  HKD 15.000,00  HKD 15.000,00   HKD 0,00  HKD 0,00   HKD 5.000,00  HKD 10.000,00

Then a settlement over the whole HKD 15,000 comes in: she is owed 10,000 of it, and the rest stays held.

  $ settlement=$(settled "$upah" "$pt" 15.000)
  $ klaim claim show "$sari"
  Claim 16: allocated, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated      paid      got otherwise  still owed
  unpaid_wages  HKD 15.000,00  HKD 15.000,00  HKD 15.000,00  HKD 10.000,00  HKD 0,00   HKD 5.000,00    HKD 0,00

Before she is paid, the agency gives her HKD 4,000 more, by a transfer of which there is a slip. The batch has 6,000.

  $ pdf slip.pdf "Bukti transfer HKD 4.000"
  $ slip=$(klaim --json evidence add slip.pdf --case "$(casefile "$sari")" | value document_id)
  $ klaim credit record "$sari" --head unpaid_wages=4.000 --currency HKD --kind direct_payment --respondent "$pt" --on 23-11-2026 --document "$slip"
  Credit 32 of claim 16 recorded: it is owed so much less.
  $ klaim credit record "$sari" --head unpaid_wages=4.000 --currency HKD --kind direct_payment --respondent "$pt" --on 23-11-2026 --document "$slip"
  klaim: credit.document_id: shows credit 32 of claim 16 already
  [1]
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$batch"
  Payment batch 33: proposed, settlement 26, HKD 6.000,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        14  HKD 6.000,00  open

The transfer is recalled while the batch waits. One person alone doesn't take it back; once another person did so too, HKD 4,000 are owed again, and the next batch
pays them.

  $ credit=$(klaim --json credit list "$sari" | value credits 1 credit_id)
  $ klaim credit reverse "$sari" "$credit" --reason "Transfernya ditarik kembali."
  Noted. It holds once another person decides the same.
  $ person second lawyer
  $ klaim --as second credit reverse "$sari" "$credit" --reason "Transfernya ditarik kembali."
  Taken back: it is owed again.
  $ klaim payment propose "$settlement"
  Payment batch 40 proposed with 1 payments. Another person approves it:
    klaim --as approver payment approve 40

What she got otherwise after a batch was proposed stops it: it is rejected, and made again for less.

  $ klaim credit record "$sari" --head unpaid_wages=1.000 --currency HKD --kind in_kind --respondent "$pt" --on 24-11-2026 --confirmed-by-claimant --note "Tiket pulang."
  Credit 42 of claim 16 recorded: it is owed so much less.
  $ klaim --as approver payment approve "$batch"
  klaim: payment_batch_id: no payment of the batch may be made by now: reject it. Of payment 1: more is ordered or waits to be for unpaid_wages of claim 16 than is left beside what its claimant got otherwise: reject what waits, and propose it anew
  [1]
