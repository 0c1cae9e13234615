A receipt that is taken back after its money was shared out is shown to a person; nothing is taken from a claimant by itself.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ settlement=$(settlement "$upah" "$group" "$pt" 24-11-2026=5.000)
  $ bank=$(trust_account)
  $ bank_says "$bank" MONDAY "A-1 3000.00 PT Jaya, S$settlement; A-2 2000.00 PT Jaya, S$settlement"
  reference  amount (minor units)  booked      what became of it
        A-1                300000  24-11-2026  receipt for settlement 44
        A-2                200000  24-11-2026  receipt for settlement 44
  $ klaim --as approver settlement approve "$settlement" "$(allocate "$settlement")"
  Allocated to 3 claims.

All 5,000 are shared out when the bank takes 2,000 back.

  $ bank_says "$bank" TUESDAY "A-3 -2000.00 Reversal of A-2, S$settlement"
  reference  amount (minor units)  booked      what became of it
        A-3               -200000  24-11-2026  to look at: takes back a receipt whose money was allocated, spent or returned already: what becomes of it is for a person to decide

Each claim keeps what it was given. A person decides.

  $ klaim ledger accounts | grep claimants
  liabilities:claimants:settlement 44  -HKD 5.000,00
  $ klaim claim show "$sari"
  Claim 16: allocated, programme 11, claimant 14, case 15
  head          claimed       valued        determined    allocated     paid
  unpaid_wages  HKD 6.000,00  HKD 6.000,00  HKD 6.000,00  HKD 3.000,00  HKD 0,00
