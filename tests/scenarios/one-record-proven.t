One event can be proven for itself, years later and without any server: a small file shows that it stands in the record, and a changed file shows nothing.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")

The filing of Sari's claim is written into a file, with the hashes that lead to the signed root.

  $ klaim --as auditor audit prove --claim "$sari" --out filing.proof >proof.out
  $ stop
  $ klaim audit check filing.proof --vkey docket/log.vkey --english
  PROVEN: this event stands in the record klaim.invalid/*, number 16 of *. (glob)
  
  24-11-2026 09:00 UTC  Claim filed  (legal-team@0)
    Programme no.: 11
    Claimant no.: 14
    Case no.: 15
    Respondents no.: 12
    Head of claim: unpaid_wages
    Claimed: HKD 4.990,00
    months_hundredths: 100
    Agreed wage: HKD 4.990,00
    Area of origin: 33.01
    Country of placement: HK

In a copy the event is changed: the country of her work, HK, becomes HJ. That event isn't in the record.

  $ sed '/^extra /s/SEs=$/SEo=/' filing.proof >changed.proof
  $ cmp -s filing.proof changed.proof || echo changed
  changed
  $ klaim audit check changed.proof --vkey docket/log.vkey --english
  klaim: record 16 is NOT under the signed checkpoint
  [1]

In another copy the proof's number is changed: it isn't record 17 either.

  $ sed 's/^index .*/index 17/' filing.proof >other.proof
  $ klaim audit check other.proof --vkey docket/log.vkey --english
  klaim: record 17 is NOT under the signed checkpoint
  [1]
