When a claimant withdraws the consent to pursue the claim, nothing more is decided about it, until the consent is given again.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")

Sari withdraws. Her claim isn't decided; Budi's is.

  $ klaim claimant withdraw-consent "$(claimant "$sari")"
  Recorded.
  $ klaim claim determine "$sari"
  0 claims determined.
  klaim: 1 claims were left as they are:
    claim 16: claim_id: the claimant withdrew the consent to pursue the claim, or was erased
  [1]
  $ klaim claim determine "$budi"
  1 claims determined.
  $ klaim claim list
  claim  status      programme  claimed       determined    paid
     16  filed              11  HKD 4.990,00      HKD 0,00  HKD 0,00
     21  determined         11  HKD 9.980,00  HKD 9.980,00  HKD 0,00

She gives it again, on a day that has been; a consent to come is refused.

  $ klaim claimant consent "$(claimant "$sari")" --given-on 01-01-2030
  klaim: consent.given_on: is in the future: look at the year again
  [1]
  $ klaim claimant consent "$(claimant "$sari")" --given-on 24-11-2026
  Recorded.
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed       valued        determined    allocated  paid
  unpaid_wages  HKD 4.990,00  HKD 4.990,00  HKD 4.990,00   HKD 0,00  HKD 0,00
