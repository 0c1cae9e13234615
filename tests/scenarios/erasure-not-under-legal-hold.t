A person isn't erased while a document of theirs is kept for a court; when the hold is lifted, they can be.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")
  $ person=$(claimant "$sari")
  $ pdf kontrak.pdf "Kontrak kerja"
  $ paper=$(klaim --json evidence add kontrak.pdf --case "$(casefile "$sari")" | value document_id)

A court has asked for the contract. It is held, and Sari can't be erased.

  $ klaim evidence hold "$paper" --reason "Labour Tribunal, 12/2026"
  Recorded.
  $ klaim claimant erase "$person" --reason "At her own request." --yes
  klaim: claimant_id: document 18 is under legal hold: lift that first
  [1]

It can still be read, byte for byte as it came in.

  $ klaim evidence get "$paper" --out again.pdf >got.out
  $ cmp kontrak.pdf again.pdf && echo "the same bytes"
  the same bytes

The case is over. The hold is lifted, and she is erased, with the contract.

  $ klaim evidence lift-hold "$paper" --reason "The case is over."
  Recorded.
  $ klaim claimant erase "$person" --reason "At her own request." --yes
  Claimant 14 is erased. Vault backups of before still open the data until they have rotated away.
  $ klaim claimant show "$person"
  Claimant 14: (sudah dihapus)
  NIK -, born (sudah dihapus), phone -
  $ klaim evidence get "$paper" --out gone.pdf
  klaim: document_id: the claimant was erased: nothing more can be recorded about the person
  [1]

The stock of documents is still as the record says: what was erased is no loss.

  $ klaim --as auditor evidence verify
  1 documents, 0 bytes, 1 of erased persons; 0 faults
