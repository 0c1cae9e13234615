A pair that was found to be two persons isn't suggested again, and isn't merged by a slip.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ first=$(file UPAH S-1 "Slamet Riyadi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "nik=3301010102900001")
  $ second=$(file UPAH S-2 "Slamet Riyadhi" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "nik=3301010102900001")
  $ suspected
  claimant  may be  probability  sure  at stake
        19      14       1.0000  yes     499000

The two were asked: they are brothers, and one had given the other's card. They are found to be two persons.

  $ klaim duplicates refuse "$(claimant "$second")" "$(claimant "$first")" --reason "Brothers; one gave the other's card."
  Two persons.
  $ klaim duplicates list
  Nothing waits for a decision.
  

All claimants are compared once more, on demand: the pair isn't suspected again.

  $ klaim job link
  Job 25: 0 done, 0 left as they were.
    compared: 2
    suspected: 0
  
  $ klaim duplicates list
  Nothing waits for a decision.
  

Who merges them all the same, by a mistyped number, is refused and sees both beside each other.

  $ klaim duplicates merge "$(claimant "$second")" "$(claimant "$first")" --reason "A slip."
             claimant 19       claimant 14
  name       Slamet Riyadhi    Slamet Riyadi     differs
  NIK        3301010102900001  3301010102900001
  born             1990-02-01        1990-02-01
  phone      -                 -
  village       33.01.01.2001     33.01.01.2001
  address    -                 -
  claims as  worker            worker
  klaim: although_not_suspected: nobody suspects that these two are one person: compare them, and say so if you know that they are, by --although-not-suspected
  [1]

Both claims go on, each for its own person.

  $ klaim claim determine "$first" "$second"
  2 claims determined.
  $ klaim claim list
  claim  status      programme  claimed       determined    paid
     16  determined         11  HKD 4.990,00  HKD 4.990,00  HKD 0,00
     21  determined         11  HKD 9.980,00  HKD 9.980,00  HKD 0,00
