A certified group does not move when agencies turn out to be one; the proposal beside it does.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ jaya=$(agency "PT Jaya Sentosa")
  $ makmur=$(agency "PT Makmur Abadi")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Makmur Abadi" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")

Sari and Budi claim against one agency, Rini against another: a group needs two, so Rini is in none.

  $ klaim groups proposals
  proposal             claims  claimed       determined  head          from  to
  11.n12.unpaid_wages       2  HKD 9.000,00    HKD 0,00  unpaid_wages
  $ group=$(group "$upah")

A deed shows that both agencies are one, and Ani files against the first. She is proposed together with Rini now: 1,000 + 2,000 = 3,000. The
certified group has two members as before.

  $ klaim network link "$makmur" "$jaya" --kind same_as --evidence "the same deed"
  Link 32 stands.
  $ ani=$(file UPAH S-4 "Ani Rahma" "PT Jaya Sentosa" "unpaid_wages=2.000 proof=2.000" "tanggal_lahir=06-06-1991")
  $ klaim groups proposals
  proposal             claims  claimed       determined  head          from  to
  11.n12.unpaid_wages       2  HKD 3.000,00    HKD 0,00  unpaid_wages
  $ klaim groups members --group "$group"
  17
  22

The proposal remembers why Rini is in it.

  $ klaim groups describe "$(klaim --json groups proposals | value proposals 0 proposal_id)" | grep "networks became one"
  1 claims came from 11.n13.unpaid_wages when networks became one (record 32)
