A certified group is frozen: who was a member on that day stays one, and who files later is none until an addendum says so.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")

Klaim proposes a group: three claims for unpaid wages against one agency, together 6,000 + 3,000 + 1,000 = 10,000.

  $ klaim groups proposals
  proposal             claims  claimed        determined  head          from  to
  11.n12.unpaid_wages       3  HKD 10.000,00    HKD 0,00  unpaid_wages
  $ proposal=$(klaim --json groups proposals | value proposals 0 proposal_id)

The legal team certifies it, and puts Budi's claim forward for all.

  $ klaim groups certify "$proposal" --name "Wages, PT Jaya Sentosa" --lead "$budi"
  Group 28 certified with 3 claims.
  $ group=$(klaim --json groups list | value groups 0 group_id)
  $ klaim groups list
  no  name                    programme  head          members  lead claim
  28  Wages, PT Jaya Sentosa         11  unpaid_wages        3          21

The members are frozen by a number that is computed from theirs, and from nothing else: each member's number is hashed, then pairs are hashed
together (RFC 6962). Anybody can compute it again.

  $ klaim --json groups list | value groups 0 certified members_root
  P6mTezlwDSrIgRIpN9I7EjFeKdjcEbDcc1xSpdGy0Mo=
  $ python3 - "$sari" "$budi" "$rini" <<'END'
  > import base64, hashlib, sys
  > leaf = lambda claim: hashlib.sha256(b"\0" + int(claim).to_bytes(8, "big")).digest()
  > pair = lambda left, right: hashlib.sha256(b"\1" + left + right).digest()
  > sari, budi, rini = map(leaf, sys.argv[1:])
  > print(base64.b64encode(pair(pair(sari, budi), rini)).decode())
  > END
  P6mTezlwDSrIgRIpN9I7EjFeKdjcEbDcc1xSpdGy0Mo=

Members of a certified group are proposed no more. Ani and Tono file a day later: a new proposal has them, the certified group hasn't.

  $ klaim groups proposals
  proposal  claims  claimed  determined  head  from  to
  $ ani=$(file UPAH S-4 "Ani Rahma" "PT Jaya Sentosa" "unpaid_wages=2.000 proof=2.000" "tanggal_lahir=06-06-1991")
  $ tono=$(file UPAH S-5 "Tono Hartono" "PT Jaya Sentosa" "unpaid_wages=2.500 proof=2.500" "tanggal_lahir=07-07-1988")
  $ klaim groups proposals
  proposal             claims  claimed       determined  head          from  to
  11.n12.unpaid_wages       2  HKD 4.500,00    HKD 0,00  unpaid_wages
  $ klaim groups members --group "$group"
  16
  21
  26

Sari is a member of the first group: she can't be put forward for the second.

  $ klaim groups certify "$proposal" --name "Latecomers" --lead "$sari"
  klaim: lead_claim_id: claim 16 is not among the members
  [1]
