A programme is handed over to another docket with its claims, people and keys: there it goes on, here nothing more is decided about it, and both records are whole.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ hk=$(programme HK "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")
  $ budi=$(file HK S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ sari_person=$(claimant "$sari")
  $ budi_person=$(claimant "$budi")

The daemon must be stopped first. Programme HK goes to the docket of Serikat Hong Kong: one claim, of one person.

  $ klaim docket split --docket docket --into hongkong --programme "$hk" --name SBMI --new-name "Serikat Hong Kong"
  klaim: another process has the docket in docket/data: stop it first, or use another folder
  [1]
  $ stop
  $ klaim docket split --docket docket --into hongkong --programme "$hk" --name SBMI --new-name "Serikat Hong Kong"
  Split: programmes 12 with 1 claims of 1 claimants go on in hongkong; 0 of these claimants have claims in both.
  Both logs share * records with the tree root *. (glob)
  Keep a copy of hongkong/master.key apart from the data. Next: klaimd --docket hongkong; passwords are made anew there (klaim account recover), certificates are in people/.
  Backups of before hold what was destroyed here: let them go when they may.

Here: Budi's claim is handed over, isn't decided any more, and takes no new claims; his name can't be read, for its key isn't here any more. Sari's goes on.

  $ serve docket
  $ klaim claim list
  claim  status       programme  claimed       determined    paid
     17  determined          11  HKD 4.990,00  HKD 4.990,00  HKD 0,00
     22  handed_over         12  HKD 9.980,00  HKD 9.980,00  HKD 0,00
  $ klaim claim suspend "$budi" --reason "A question."
  klaim: claim_id: claim 22 goes on in another docket, with its programme: ask there
  [1]
  $ sed 's/S-2/S-3/; s/Budi Santoso/Rini Wulandari/; s/03-03-1985/05-05-1993/' S-2.csv >rini.csv
  $ klaim import rini.csv --programme HK >import.out
  $ tail -1 rini.csv.report.csv
  2,S-3,waits,,"programme_id: programme HK goes on in docket ""Serikat Hong Kong"": file there"
  $ klaim --purpose "check" claimant show "$budi_person"
  Claimant 20: (sudah dihapus)
  NIK -, born (sudah dihapus), phone -
  $ klaim --purpose "check" claimant show "$sari_person"
  Claimant 15: Sari Dewi
  NIK -, born 1990-02-01, phone -
  $ klaim audit verify --english | grep RESULT
  RESULT: PROVEN WHOLE.

There it is the other way round: Budi is known and his claim goes on, Sari's doesn't.

  $ serve hongkong
  $ export KLAIM_ADDRESSES="$PWD/hongkong/addresses.json"
  $ klaim claim list
  claim  status       programme  claimed       determined    paid
     17  handed_over         11  HKD 4.990,00  HKD 4.990,00  HKD 0,00
     22  determined          12  HKD 9.980,00  HKD 9.980,00  HKD 0,00
  $ klaim --purpose "check" claimant show "$budi_person"
  Claimant 20: Budi Santoso
  NIK -, born 1985-03-03, phone -
  $ klaim --purpose "check" claimant show "$sari_person"
  Claimant 15: (sudah dihapus)
  NIK -, born (sudah dihapus), phone -
  $ klaim claim suspend "$budi" --reason "A question."
  The claim is on hold.
  $ klaim claim suspend "$sari" --reason "A question."
  klaim: claim_id: claim 17 goes on in another docket, with its programme: ask there
  [1]
  $ klaim audit verify --english | grep RESULT
  RESULT: PROVEN WHOLE.
