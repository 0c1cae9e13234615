Where the terms say so, a receipt pays what was promised first and late interest last; what is more than both is excess.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 31-12-2026=3.650 --late-interest 600 --interest-last)

On 10 January 6.00 of interest are due. 3,700 come: 3,650, 6.00, and 44.00 that are too much.

  $ clock 2027-01-10
  $ klaim settlement receive "$settlement" --amount 3.700 --booked-on 10-01-2027 --bank-reference HSBC-1
  $ klaim settlement list
  $ klaim ledger accounts
