Respondents who owe with shares owe the whole together: their shares sum to it, and each is named among who pays.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=1.000 proof=1.000" "tanggal_lahir=05-05-1993")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ group=$(group "$upah")
  $ maju=$(agency "Maju Manpower Sdn Bhd" MY)

Two agencies settle for 4,000: one owes 3,000, the other 1,000. 3,000 + 1,000 = 4,000.

  $ klaim settlement record --programme "$upah" --group "$group" --respondent "$pt" --respondent "$maju" --currency HKD \
  >   --instalment 24-11-2026=4.000 --share "$pt=3.000" --share "$maju=1.000" --forum "Labour Tribunal Hong Kong"
  Settlement 45 over HKD 4.000,00 recorded.

Shares that don't make the whole are refused: 3,000 + 500 = 3,500.

  $ klaim settlement record --programme "$upah" --group "$group" --respondent "$pt" --respondent "$maju" --currency HKD \
  >   --instalment 24-11-2026=4.000 --share "$pt=3.000" --share "$maju=500" --forum "Labour Tribunal Hong Kong"
  klaim: settlement.shares: sum to 350000 minor units, the settlement is 400000
  [1]

So is a share of who isn't among those who pay.

  $ klaim settlement record --programme "$upah" --group "$group" --respondent "$pt" --currency HKD \
  >   --instalment 24-11-2026=4.000 --share "$pt=3.000" --share "$maju=1.000" --forum "Labour Tribunal Hong Kong"
  klaim: settlement.shares[1].respondent_id: must be one of the respondents who pay, each once
  [1]

Whoever pays, the money is one: it is shared out as one sum.

  $ settlement=$(klaim --json settlement list | value settlements 0 settlement_id)
  $ received "$settlement" 4.000 HSBC-1
  klaim: received.payer_id: say which respondent paid: several pay under this settlement
  $ klaim settlement receive "$settlement" --amount 4.000 --booked-on 24-11-2026 --bank-reference HSBC-1 --payer "$pt"
  HKD 4.000,00 recorded as received.
  $ klaim settlement shares "$settlement" "$(allocate "$settlement")"
  costs HKD 0,00, reserve HKD 0,00, shared out HKD 4.000,00 of HKD 10.000,00 owed, to 3 claims: least HKD 400,00, middle HKD 1.200,00, most HKD 2.400,00.
  claim  gets          why
     16  HKD 2.400,00  Of 6000.00 HKD still owed, 2400.00 HKD is allocated: 2400.00 HKD in proportion to what was owed.
     21  HKD 1.200,00  Of 3000.00 HKD still owed, 1200.00 HKD is allocated: 1200.00 HKD in proportion to what was owed.
     26    HKD 400,00  Of 1000.00 HKD still owed, 400.00 HKD is allocated: 400.00 HKD in proportion to what was owed.

The first agency paid 1,000 beyond its share: the other owes it a contribution, which isn't a matter of the workers.

  $ klaim settlement payers "$settlement"
  respondent  own share     paid          beyond the share
          12  HKD 3.000,00  HKD 4.000,00      HKD 1.000,00
          44  HKD 1.000,00      HKD 0,00          HKD 0,00
