A settlement is in the currency of its programme, for groups of that programme, and over the sum of its instalments.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")

In rupiah, in a programme in HKD:

  $ klaim settlement record --programme "$upah" --group "$group" --respondent "$pt" --currency IDR --instalment 24-11-2026=4.000 --forum "Labour Tribunal Hong Kong"
  klaim: settlement.amount.currency: is "IDR", here amounts are in HKD
  [1]

For a group of another programme:

  $ biaya=$(programme BIAYA "excess_recruitment_fee=documented_amount")
  $ settlement "$biaya" "$group" "$pt" 24-11-2026=4.000
  klaim: settlement.group_ids: group 40 is of another programme
  [1]

For a group that there isn't, with a respondent that there isn't:

  $ settlement "$upah" 999999 "$pt" 24-11-2026=4.000
  klaim: settlement.group_ids: no claimant group has the number 999999
  [1]
  $ settlement "$upah" "$group" 999999 24-11-2026=4.000
  klaim: settlement.respondent_ids: no respondent has the number 999999
  [1]

An instalment of nothing, and one on a day that there isn't:

  $ settlement "$upah" "$group" "$pt" 24-11-2026=0
  klaim: settlement.amount.minor_units: is 0 minor units; it must be 1 or more
  [1]
  $ settlement "$upah" "$group" "$pt" 31-02-2027=4.000
  klaim: --instalment is a date that doesn't exist (dates are day first, as in 31-12-2025)
  [1]

None was recorded. The right one is, over the sum of its instalments: 2,500 + 1,500 = 4,000.

  $ klaim settlement list
  no  amount  instalment  due  promised  received  allocated  overdue  interest
  $ klaim settlement record --programme "$upah" --group "$group" --respondent "$pt" --currency HKD --instalment 24-12-2026=2.500 --instalment 24-01-2027=1.500 --forum "Labour Tribunal Hong Kong"
  Settlement 45 over HKD 4.000,00 recorded.
