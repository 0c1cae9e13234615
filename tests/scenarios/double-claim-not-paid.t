While a loss that was claimed twice isn't decided, a payment batch leaves both claims out, although money was allocated; found by two persons to be two losses, both are paid.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ slamet=$(file UPAH S-1 "Slamet Riyadi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "bic=HSBCHKHH;rekening=1234567890")
  $ siti=$(file UPAH S-2 "Siti Aminah" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ rini=$(file UPAH S-3 "Rini Wulandari" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=05-05-1993;bic=HSBCHKHH;rekening=3333333333")
  $ klaim claim determine "$slamet" "$siti" "$rini"
  3 claims determined.
  $ settlement=$(settled "$upah" "$pt" 19.960)

Slamet and Siti turn out to be married, and claim for the same month against the same agency.

  $ klaim family link "$(claimant "$slamet")" "$(claimant "$siti")" --relation spouse --evidence "buku nikah"
  Linked as one family.
  $ klaim double-claims list
  claim  and claim  heads         one family  decided
     16         22  unpaid_wages  yes

The batch pays Rini alone: 9,980.

  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$batch"
  Payment batch 56: proposed, settlement 47, HKD 9.980,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     28        26  HKD 9.980,00  open

A claim for which money was allocated can't give way any more.

  $ klaim double-claims decide "$siti" "$slamet" --reason "One loss."
  klaim: claim_id: money was allocated for its unpaid_wages already: let the other claim give way, or let the allocation lapse
  [1]

Nor does it help to say that they aren't one family: both would be paid.

  $ klaim family unlink "$(claimant "$slamet")" "$(claimant "$siti")" --reason "Not married."
  klaim: other_id: claims 16 and 22 look like one loss claimed twice (unpaid_wages): decide on them first
  [1]

Both had a contract of their own: two losses. That frees money, so that one person's word isn't enough, even when repeated.

  $ klaim double-claims decide "$siti" "$slamet" --separate --reason "Two contracts."
  Noted. It holds once another person decides the same.
  $ klaim double-claims list
  claim  and claim  heads         one family  decided
     16         22  unpaid_wages  yes         two losses, by one person
  $ klaim double-claims decide "$siti" "$slamet" --separate --reason "Two contracts."
  klaim: separate: you found this already: it holds once another person finds the same
  [1]
  $ klaim payment propose "$settlement"
  klaim: claim_ids: claims 16 and 22 look like one loss claimed twice (unpaid_wages): decide on them first; claim_ids: claims 22 and 16 look like one loss claimed twice (unpaid_wages): decide on them first
  [1]

Another lawyer finds the same. Now both are paid, 4,990 each.

  $ person second lawyer
  $ klaim --as second double-claims decide "$slamet" "$siti" --separate --reason "Two contracts, seen."
  Decided.
  $ klaim double-claims list
  None.
  
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$batch"
  Payment batch 65: proposed, settlement 47, HKD 9.980,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     16        14  HKD 4.990,00  open
   2     22        20  HKD 4.990,00  open
