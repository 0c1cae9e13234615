Of a large group a part is drawn by lot and reviewed by hand; what it was wrong by tells, in money, how wrong the whole group may be.

Eight claims of HKD 11,000 to HKD 18,000 are one group; all are determined. Together they are 116,000.

  $ . "$TESTDIR/docket.sh"
  $ biaya=$(programme BIAYA "excess_recruitment_fee=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ for n in 1 2 3 4 5 6 7 8; do
  >   file BIAYA S-$n "$(echo "Sari Budi Wati Lina Eko Joko Fitri Agus" | cut -d' ' -f$n) $(echo "Dewi Santoso Nur Marlina Prasetyo Widagdo Handayani Salim" | cut -d' ' -f$n)" \
  >     "PT Jaya Sentosa" "excess_recruitment_fee=1$n.000 proof=1$n.000" "tanggal_lahir=0$n-0$n-198$n"
  > done >numbers
  $ group=$(klaim --json groups certify "$(klaim --json groups proposals --programme "$biaya" | value proposals 0 proposal_id)" --name "Fees" | value group_id)

Before values are determined there is nothing to review.

  $ klaim sample announce "$group"
  klaim: group_id: has fewer than two claims with a determined value
  [1]
  $ klaim claim determine --group "$group"
  8 claims determined.

The sample is announced in two strata: below HKD 15,000, and from there on. Nobody knows yet who will be drawn, and nothing can be reviewed or estimated.

  $ sample=$(klaim --json sample announce "$group" --margin 2500 --bound-minor 1500000 | value sample_id)
  $ klaim sample review "$sample" "$(head -n 1 numbers)" --found-minor 1 --finding "Too early."
  klaim: sample_id: was not drawn yet
  [1]
  $ klaim sample estimate "$sample"
  klaim: sample_id: was not drawn yet
  [1]

It is drawn, once: three of each four claims. Who they are follows from the log itself, and so differs each time.

  $ klaim sample draw "$sample"
  Drawn: klaim sample show 94
  $ klaim sample draw "$sample"
  klaim: sample_id: was drawn already
  [1]
  $ klaim --json sample show "$sample" | value announced strata 0 drawn
  3
  $ klaim --json sample show "$sample" | value announced strata 1 drawn
  3
  $ drawn=$(klaim --json sample show "$sample" | value drawn claim_ids | tr -d "[]',")

In each drawn claim below HKD 15,000 a receipt of HKD 1,000 was counted twice; the larger ones are right.

  $ for claim in $drawn; do
  >   minor=$(klaim --json claim show "$claim" | value claim heads 0 determined_minor)
  >   if [ "$minor" -lt 1500000 ]; then found=$((minor - 100000)); else found=$minor; fi
  >   klaim sample review "$sample" "$claim" --found-minor "$found" --finding "Looked at by hand."
  > done
  Recorded.
  Recorded.
  Recorded.
  Recorded.
  Recorded.
  Recorded.
  $ klaim sample review "$sample" 1 --found-minor 1 --finding "Not drawn."
  klaim: review.claim_id: claim 1 was not drawn
  [1]

So each of the four smaller ones is likely to be worth 1,000 too much: 4 x -1,000 = -4,000 of 116,000. Since all three agree, there is no margin.

  $ klaim sample estimate "$sample"
  Estimated: klaim sample show 94
  $ klaim sample show "$sample" | grep -e Reviewed -e Estimate -e error -e wrong
  Reviewed: 6 of 6
  Determined: HKD 116.000,00; estimated error -HKD 4.000,00 plus or minus HKD 0,00; wrong in the sample: 3 of 6.

It is estimated once.

  $ klaim sample estimate "$sample"
  klaim: sample_id: is estimated already
  [1]
