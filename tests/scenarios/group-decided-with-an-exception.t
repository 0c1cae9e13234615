Many claims of a group can be decided at once, with those taken out that need a look of their own; each that is left is named, with the reason.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")
  $ wati=$(file UPAH S-3 "Wati Nur" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=04-04-1986")
  $ group=$(klaim --json groups certify "$(klaim --json groups proposals --programme "$upah" | value proposals 0 proposal_id)" --name "Wages" | value group_id)

All three are reviewed. Wati's is looked at by itself; the other two are found eligible together.

  $ klaim bulk review --group "$group"
  Job 32: 3 done, 0 left as they were.
  
  $ klaim bulk decide --group "$group" --except "$wati" --decision eligible --reason-code meets_criteria --reasons "Contracts seen."
  Job 37: 2 done, 0 left as they were.
  
  $ klaim claim list --programme "$upah"
  claim  status        programme  claimed        determined  paid
     16  eligible             11  HKD 14.970,00    HKD 0,00  HKD 0,00
     21  eligible             11   HKD 9.980,00    HKD 0,00  HKD 0,00
     26  under_review         11   HKD 4.990,00    HKD 0,00  HKD 0,00

Valuing the group leaves hers, and says why. 3 x 4,990 = 14,970 and 2 x 4,990 = 9,980.

  $ klaim bulk value --group "$group"
  Job 41: 2 done, 1 left as they were.
    claim 26: claim_id: claim 26 is under_review; to be valued it must be eligible or valued
  
  $ klaim bulk determine --group "$group" --reason-code as_valued --reasons "By the rules."
  Job 45: 2 done, 1 left as they were.
    claim 26: claim_id: claim 26 is under_review; to be determined it must be valued
  
  $ klaim claim list --programme "$upah"
  claim  status        programme  claimed        determined     paid
     16  determined           11  HKD 14.970,00  HKD 14.970,00  HKD 0,00
     21  determined           11   HKD 9.980,00   HKD 9.980,00  HKD 0,00
     26  under_review         11   HKD 4.990,00       HKD 0,00  HKD 0,00

Asked again, nothing is decided twice.

  $ klaim bulk determine --group "$group" --reason-code as_valued --reasons "By the rules."
  Job 49: 0 done, 3 left as they were.
    claim 16: claim_id: claim 16 is determined; to be determined it must be valued
    claim 21: claim_id: claim 21 is determined; to be determined it must be valued
    claim 26: claim_id: claim 26 is under_review; to be determined it must be valued
  
