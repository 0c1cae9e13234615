Who files after a group was certified joins it by an addendum; nobody joins twice, and nobody whose claim is at its end.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ group=$(group "$upah")

Ani files later and joins. The group has four members, and the addendum in the log has a new root, over
the numbers of old and new ones.

  $ ani=$(file UPAH S-4 "Ani Rahma" "PT Jaya Sentosa" "unpaid_wages=2.000 proof=2.000" "tanggal_lahir=06-06-1991")
  $ klaim groups addendum "$group" "$ani"
  1 claims joined group 28.
  $ klaim groups list
  no  name                   programme  head          members  lead claim
  28  Group of programme 11         11  unpaid_wages        4          16
  $ klaim --json log read --stream "$group" | tail -n 1 | value group_addendum_certified members_root
  5vStQEiVVGFLpPE3Tw4NhOF8PTfXZBc3Mws5F8jTyew=
  $ python3 - "$sari" "$budi" "$rini" "$ani" <<'END'
  > import base64, hashlib, sys
  > leaf = lambda claim: hashlib.sha256(b"\0" + int(claim).to_bytes(8, "big")).digest()
  > pair = lambda left, right: hashlib.sha256(b"\1" + left + right).digest()
  > sari, budi, rini, ani = map(leaf, sys.argv[1:])
  > print(base64.b64encode(pair(pair(sari, budi), pair(rini, ani))).decode())
  > END
  5vStQEiVVGFLpPE3Tw4NhOF8PTfXZBc3Mws5F8jTyew=

She can't join twice.

  $ klaim groups addendum "$group" "$ani"
  klaim: claim_ids: claim 35 is a member of group 28 already
  [1]

A claim that was withdrawn can't join, nor a claim of another programme.

  $ tono=$(file UPAH S-5 "Tono Hartono" "PT Jaya Sentosa" "unpaid_wages=2.000 proof=2.000" "tanggal_lahir=07-07-1988")
  $ klaim claim withdraw "$tono" --reason "He settled by himself."
  The claim is withdrawn.
  $ klaim groups addendum "$group" "$tono"
  klaim: claim_ids: claim 42 is decided against, left or paid: take it out
  [1]
  $ biaya=$(programme BIAYA "excess_recruitment_fee=documented_amount")
  $ wati=$(file BIAYA B-1 "Wati Lestari" "PT Jaya Sentosa" "excess_recruitment_fee=9.000 proof=9.000" "tanggal_lahir=08-08-1990")
  $ klaim groups addendum "$group" "$wati"
  klaim: claim_ids: claim 49 is of another programme
  [1]
