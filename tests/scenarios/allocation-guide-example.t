The example of the guide: 3 % costs, 10 % reserve, an equal first payment of at most 1,000, then the first tier, then the rest.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount tier=1; document_retention=documented_amount tier=2")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=9.000 proof=9.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.600 proof=3.600" "tanggal_lahir=03-03-1985")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "document_retention=2.000 proof=2.000" "tanggal_lahir=05-05-1993")
  $ ani=$(file UPAH S-4 "Ani Rahma" "PT Jaya Sentosa" "document_retention=1 proof=1" "tanggal_lahir=06-06-1991")
  $ klaim claim determine "$sari" "$budi" "$rini"
  3 claims determined.
  $ wages=$(group "$upah")
  $ documents=$(group "$upah")

Ani's claim makes the second group large enough, and isn't decided yet: the plan says why nothing is set aside for it.

  $ settlement=$(settlement "$upah" "$wages" "$pt" 24-11-2026=10.000 --group "$documents")
  $ received "$settlement" 10.000 HSBC-1

10,000 are there. Costs: 300. Reserve: a tenth of 9,700 = 970. 8,730 are left. Each gets 1,000 first: 8,730 - 3,000 = 5,730. The first tier
is still owed 8,000 + 2,600 = 10,600, more than there is: Sari gets 5,730 x 8,000 / 10,600 = 4,324.53, Budi 5,730 x 2,600 / 10,600 = 1,405.47.
With their first 1,000 that is 5,324.53 and 2,405.47. Nothing is left for Rini's second tier: she has her first 1,000.

  $ plan guide.json "equal cap=1.000; pro_rata tier=1; pro_rata" "costs=3%; costs_rule=Members' decision 4/2026; reserve=10%; no_provision_reason=Her 1 dollar is known to be a mistake."
  $ klaim settlement preview "$settlement" --plan guide.json
  Plan: costs HKD 300,00, reserve HKD 970,00, shared out HKD 8.730,00 of HKD 14.600,00 owed, to 3 claims: least HKD 1.000,00, middle HKD 2.405,47, most HKD 5.324,53.
  claim  plan          why
     16  HKD 5.324,53  Of 9000.00 HKD still owed, 5324.53 HKD is allocated: 1000.00 HKD as the equal payment, the most that a claim gets, and 4324.53 HKD in proportion to what was owed for tier 1.
     21  HKD 2.405,47  Of 3600.00 HKD still owed, 2405.47 HKD is allocated: 1000.00 HKD as the equal payment, the most that a claim gets, and 1405.47 HKD in proportion to what was owed for tier 1.
     26  HKD 1.000,00  Of 2000.00 HKD still owed, 1000.00 HKD is allocated: 1000.00 HKD as the equal payment, the most that a claim gets.
