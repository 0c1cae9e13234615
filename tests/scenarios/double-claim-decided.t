One loss that is claimed twice is paid on neither claim until somebody decides which one gives way.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid;document_retention=fixed_sum fixed_sum=2.000")
  $ pt=$(agency "PT Jaya Sentosa")
  $ slamet=$(file UPAH S-1 "Slamet Riyadi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990;document_retention=2.000" "keadaan=hilang;bic=HSBCHKHH;rekening=1234567890")
  $ siti=$(file UPAH S-2 "Siti Aminah" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=03-03-1985;selaku=istri;keadaan=hilang;bic=HSBCHKHH;rekening=2222222222")
  $ klaim family link "$(claimant "$slamet")" "$(claimant "$siti")" --relation spouse --evidence "buku nikah"
  Linked as one family.
  $ klaim claim determine "$slamet" "$siti"
  2 claims determined.

Both claim the wages of one month. The head is listed; the passport isn't, since only Slamet claims it.

  $ klaim double-claims list
  claim  and claim  heads         one family  decided
     16         22  unpaid_wages  yes

It is decided: Siti's claim gives way to Slamet's. Nothing is left of hers, and his stays as it was: 4,990 + 2,000.

  $ klaim double-claims decide "$siti" "$slamet" --reason "One loss; he filed first."
  Decided.
  $ klaim double-claims list
  None.
  
  $ klaim claim show "$siti"
  Claim 22: merged, programme 11, claimant 20, case 21
  head          claimed       valued        determined  allocated  paid
  unpaid_wages  HKD 4.990,00  HKD 4.990,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim claim show "$slamet"
  Claim 16: determined, programme 11, claimant 14, case 15
  head                claimed       valued        determined    allocated  paid
  unpaid_wages        HKD 4.990,00  HKD 4.990,00  HKD 4.990,00   HKD 0,00  HKD 0,00
  document_retention  HKD 2.000,00  HKD 2.000,00  HKD 2.000,00   HKD 0,00  HKD 0,00

Deciding once more is refused.

  $ klaim double-claims decide "$siti" "$slamet" --reason "Again."
  klaim: other_claim_id: the two claims don't look like one loss, or were decided on
  [1]
