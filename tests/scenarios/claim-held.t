A claim is held whatever its status: nothing is paid to it, or nothing is allocated, until another person ends the hold.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=10.000 months=2 wage=5.000" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=5.000 months=1 wage=5.000" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ settlement=$(settled "$upah" "$pt" 15.000)
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)

While the batch waits, somebody says that Sari's account is another's. Her payments are held: the batch is approved without hers, and Budi doesn't wait.

  $ klaim claim hold "$sari" --what payments --reason "Whose account it is, is in doubt."
  Held by hold 45, until another person ends it. What was handed to a bank already is on its way.
  $ hold=$(klaim --json claim money "$sari" | value holds 0 hold_id)
  $ klaim --as approver payment approve "$batch"
  Approved.
  Without payment 1: claim 16 is held by hold 45: another person than who held it must end it first.
  $ klaim payment show "$batch"
  Payment batch 42: approved, settlement 36, HKD 15.000,00, of which HKD 10.000,00 held
  no  claim  claimant  amount         status    reissue of  held by     because
   1     16        14  HKD 10.000,00  left_out              approver@0  claim 16 is held by hold 45: another person than who held it must end it first
   2     22        20   HKD 5.000,00  open

What is held can't be ordered again, and doesn't lapse.

  $ klaim payment propose "$settlement" --claim "$sari"
  klaim: claim_ids: claim 16 is held by hold 45: another person than who held it must end it first
  [1]
  $ klaim settlement lapse "$settlement" --claim "$sari" --rule share-again --reason "Nobody answered."
  klaim: claim_ids: claim 16 is held by hold 45: another person than who held it must end it first
  [1]

Who held it doesn't end it; another person does, once the bank book was seen. Then she is paid.

  $ klaim claim release-hold "$sari" "$hold" --reason "It is hers."
  klaim: hold_id: you held this claim: another person must end the hold
  [1]
  $ person second lawyer
  $ klaim --as second claim release-hold "$sari" "$hold" --reason "The bank book was seen."
  That hold is ended.
  $ klaim payment propose "$settlement" --claim "$sari"
  Payment batch 52 proposed with 1 payments. Another person approves it:
    klaim --as approver payment approve 52

Of a claim whose decisions are held nothing is decided.

  $ maya=$(file UPAH S-3 "Maya Sari" "PT Jaya Sentosa" "unpaid_wages=5.000 months=1 wage=5.000" "tanggal_lahir=05-05-1985")
  $ klaim claim determine "$maya"
  1 claims determined.
  $ klaim claim hold "$maya" --what everything --reason "x"
  klaim: --what: "everything" is none of decisions, allocations, payments
  [1]
  $ klaim claim hold "$maya" --what decisions --reason "The police asks for her file."
  Held by hold 63, until another person ends it.
  $ klaim claim revise "$maya" --kind evidence --head unpaid_wages=4.000 --reason-code a_receipt --reasons "A receipt."
  klaim: claim_id: claim 57 is held by hold 63: another person than who held it must end it first
  [1]
