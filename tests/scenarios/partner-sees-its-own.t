A partner organisation sees the claims that it filed, and of all others not even that they exist.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")
  $ hk=$(partner "Mitra Hong Kong" ngo-hk HK)
  $ tw=$(partner "Mitra Taiwan" ngo-tw TW)

Mitra Hong Kong files a sheet with Rini's claim. Under the same number S-1 the union filed Sari: numbers are each organisation's own.

  $ sed -e 's/Sari Dewi/Rini Wulandari/; s/01-02-1990/05-05-1993/' S-1.csv >rini.csv
  $ klaim --as ngo-hk import rini.csv --programme UPAH
  1 lines: 1 can be filed, 0 have problems
  1 filed, 0 filed before, 0 wait; 0 look like somebody registered before and are queued for review.
  What became of every line: rini.csv.report.csv
  $ rini=$(klaim --json claim list --newest | value claims 0 claim_id)

The union sees both claims, Mitra Hong Kong sees Rini's, Mitra Taiwan none.

  $ klaim claim list
  claim  status  programme  claimed       determined  paid
     16  filed          11  HKD 4.990,00    HKD 0,00  HKD 0,00
     29  filed          11  HKD 4.990,00    HKD 0,00  HKD 0,00
  $ klaim --as ngo-hk claim list
  claim  status  programme  claimed       determined  paid
     29  filed          11  HKD 4.990,00    HKD 0,00  HKD 0,00
  $ klaim --as ngo-tw claim list
  claim  status  programme  claimed  determined  paid

A claim of another and a number that nobody has are answered alike.

  $ klaim --as ngo-hk claim show "$sari"
  klaim: claim_id: no claim has the number 16
  [1]
  $ klaim --as ngo-hk claim show 9999
  klaim: claim_id: no claim has the number 9999
  [1]
  $ klaim --as ngo-tw claimant show "$(claimant "$rini")"
  klaim: claimant_id: no claimant has the number 27
  [1]
  $ klaim --as ngo-hk claimant show "$(claimant "$rini")"
  Claimant 27: Rini Wulandari
  NIK -, born 1993-05-05, phone -

It neither decides nor sees money.

  $ klaim --as ngo-hk claim determine "$rini"
  0 claims determined.
  klaim: 1 claims were left as they are:
    claim 29: you may not make this call (it needs PERMISSION_DECIDE_CLAIMS): ask an administrator
  [1]
  $ klaim --as ngo-hk settlement list
  klaim: you may not make this call (it needs PERMISSION_READ_MONEY): ask an administrator
  [1]
  $ klaim --as ngo-hk status
  klaim: you may not make this call (it needs PERMISSION_READ_MONEY): ask an administrator
  [1]
