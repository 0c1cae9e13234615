What is presumed for a group needs no paper of each member: once the group is certified, each member has the fixed sum.

  $ . "$TESTDIR/docket.sh"
  $ paspor=$(programme PASPOR "document_retention=fixed_sum fixed_sum=2.000 proof=presumed_by_group")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file PASPOR S-1 "Sari Dewi" "PT Jaya Sentosa" "document_retention=4.990")
  $ budi=$(file PASPOR S-2 "Budi Santoso" "PT Jaya Sentosa" "document_retention=2.000" "tanggal_lahir=03-03-1985")
  $ wati=$(file PASPOR S-3 "Wati Nur" "PT Jaya Sentosa" "document_retention=1.000" "tanggal_lahir=04-04-1986")

The three were placed by one agency, and it held back all passports. They are one group, and its members are named.

  $ klaim groups proposals --programme "$paspor"
  proposal                   claims  claimed       determined  head                from  to
  11.n12.document_retention       3  HKD 7.990,00    HKD 0,00  document_retention
  $ group=$(klaim --json groups certify "$(klaim --json groups proposals --programme "$paspor" | value proposals 0 proposal_id)" --name "Passports" | value group_id)
  $ klaim groups members --group "$group"
  16
  21
  26

Nobody handed in a paper; each gets HKD 2,000, together 3 x 2,000 = 6,000.

  $ klaim claim determine --group "$group"
  3 claims determined.
  $ klaim claim list --programme "$paspor"
  claim  status      programme  claimed       determined    paid
     16  determined         11  HKD 4.990,00  HKD 2.000,00  HKD 0,00
     21  determined         11  HKD 2.000,00  HKD 2.000,00  HKD 0,00
     26  determined         11  HKD 1.000,00  HKD 2.000,00  HKD 0,00
  $ reckoning "$wati"
  fixed sum 2000.00 HKD = 2000.00 HKD
