What is documented in another currency is exchanged at the rate of the table on the first day of its period.

The table: one US dollar was worth HKD 7.80 from January 2024, and HKD 7.75 from January 2025.

  $ . "$TESTDIR/docket.sh"
  $ kurs=$(rate_table USD-HKD USD "01-01-2024=7,80; 01-01-2025=7,75")
  $ biaya=$(programme BIAYA "excess_recruitment_fee=documented_amount cap=20.000 exchange_table_id=$kurs; security_deposit=documented_amount")
  $ pt=$(agency "PT Jaya Sentosa")

Sari paid USD 2,000 in 2024: 2,000 x 7.80 = HKD 15,600. Budi paid USD 2,000 in 2025: 2,000 x 7.75 = HKD 15,500.

  $ sari=$(file_directly "$biaya" S-1 "Sari Dewi" "$pt" "excess_recruitment_fee=15.600 proof=2.000 currency=USD since=03-2024 until=03-2024")
  $ budi=$(file_directly "$biaya" S-2 "Budi Santoso" "$pt" "excess_recruitment_fee=15.500 proof=2.000 currency=USD since=03-2025 until=03-2025")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 12, claimant 14, case 15
  head                    claimed        valued         determined     allocated  paid
  excess_recruitment_fee  HKD 15.600,00  HKD 15.600,00  HKD 15.600,00   HKD 0,00  HKD 0,00
  $ reckoning "$sari"
  documented 2000.00 USD, 1 USD = 7.8 HKD (Gazette), rounded half up = 15600.00 HKD
  $ reckoning "$budi"
  documented 2000.00 USD, 1 USD = 7.75 HKD (Gazette), rounded half up = 15500.00 HKD

The cap holds for the exchanged amount: 3,000 x 7.80 = 23,400, of which HKD 20,000 stay.

  $ wati=$(file_directly "$biaya" S-3 "Wati Nur" "$pt" "excess_recruitment_fee=20.000 proof=3.000 currency=USD since=03-2024 until=03-2024")
  $ klaim claim determine "$wati"
  1 claims determined.
  $ reckoning "$wati"
  documented 3000.00 USD, 1 USD = 7.8 HKD (Gazette), rounded half up; cut to the cap 20000.00 HKD = 20000.00 HKD

Nothing is guessed: the table has no rate before 2024, none for the euro, and the other head has no table.

  $ early=$(file_directly "$biaya" S-4 "Lina Marlina" "$pt" "excess_recruitment_fee=1.000 proof=100 currency=USD since=03-2023 until=03-2023")
  $ euro=$(file_directly "$biaya" S-5 "Eko Prasetyo" "$pt" "excess_recruitment_fee=1.000 proof=100 currency=EUR since=03-2024 until=03-2024")
  $ deposit=$(file_directly "$biaya" S-6 "Joko Widagdo" "$pt" "security_deposit=1.000 proof=100 currency=USD since=03-2024 until=03-2024")
  $ klaim claim determine "$early" "$euro" "$deposit"
  0 claims determined.
  klaim: 3 claims were left as they are:
    claim 37: heads: excess_recruitment_fee has no exchange rate for the beginning of its period
    claim 40: heads: excess_recruitment_fee is documented in EUR: the exchange rates are of USD
    claim 43: heads: security_deposit is documented in USD: its rule names no exchange rates
  [1]

Banks quote rates for 1 dollar or 100 yen, whatever the decimals of a currency are; the yen has none, the Kuwaiti dinar three. A table that doesn't say for
how much its rates are is refused, since it could be read in two ways.

  $ QUOTED_FOR=0 rate_table JPY-HKD JPY "01-01-2024=5,20"
  klaim: table.quoted_for: JPY and HKD have different decimals: say for how much of the first the rate is quoted (quoted_for), as in 1, or 100 for 100 yen
  $ yen=$(QUOTED_FOR=100 rate_table JPY-HKD JPY "01-01-2024=5,20")
  $ dinar=$(rate_table KWD-HKD KWD "01-01-2024=25,40")
  $ klaim reference-table show "$yen"
  JPY-HKD
  from        value              source
  01-01-2024  100 JPY = 5.2 HKD  Gazette
