A claim can only be for heads that its programme has.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")

The programme is about wages. A sheet that asks for an injury is told so, and the line waits.

  $ file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "injury=50.000"
  waits: pos_1 programme UPAH has no head "injury"

The daemon says the same to a partner's own system.

  $ file_directly "$upah" S-2 "Sari Dewi" "$pt" "injury=50.000"
  heads[0].code: programme UPAH has no head "injury"

If one head is known and the other isn't, nothing is filed.

  $ file UPAH S-3 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990; injury=50.000"
  waits: pos_2 programme UPAH has no head "injury"
  $ klaim claim list
  claim  status  programme  claimed  determined  paid
