People of one family are linked and never merged: each keeps their own claim, and only what both claim for one loss is compared.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")

Slamet is missing. He had filed a claim for his wages; now Siti, his wife, claims the same wages for him.

  $ slamet=$(file UPAH S-1 "Slamet Riyadi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "keadaan=hilang;bic=HSBCHKHH;rekening=1234567890")
  $ siti=$(file UPAH S-2 "Siti Aminah" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=03-03-1985;selaku=istri;keadaan=hilang;bic=HSBCHKHH;rekening=2222222222")

Two strangers who claim against one agency are no double claim.

  $ klaim double-claims list
  None.
  

The marriage book shows that they are a family: linked, the two claims are seen as one loss claimed twice.

  $ klaim family link "$(claimant "$slamet")" "$(claimant "$siti")" --relation spouse --evidence "buku nikah"
  Linked as one family.
  $ klaim double-claims list
  claim  and claim  heads         one family  decided
     16         22  unpaid_wages  yes

Both stay who they are, and both claims stay.

  $ klaim --purpose "check" claimant show "$(claimant "$slamet")"
  Claimant 14: Slamet Riyadi
  NIK -, born 1990-02-01, phone -
  $ klaim --purpose "check" claimant show "$(claimant "$siti")"
  Claimant 20: Siti Aminah
  NIK -, born 1985-03-03, phone -
  $ klaim claim list
  claim  status  programme  claimed       determined  paid
     16  filed          11  HKD 4.990,00    HKD 0,00  HKD 0,00
     22  filed          11  HKD 4.990,00    HKD 0,00  HKD 0,00

The book was another couple's. Without the link both would be paid: so two persons first find that the losses are two. Then the link is taken back,
and nothing is compared any more.

  $ klaim family unlink "$(claimant "$slamet")" "$(claimant "$siti")" --reason "The book is another couple's."
  klaim: other_id: claims 16 and 22 look like one loss claimed twice (unpaid_wages): decide on them first
  [1]
  $ person second lawyer
  $ klaim double-claims decide "$slamet" "$siti" --separate --reason "The book is another couple's."
  Noted. It holds once another person decides the same.
  $ klaim --as second double-claims decide "$slamet" "$siti" --separate --reason "The book is another couple's, seen."
  Decided.
  $ klaim family unlink "$(claimant "$slamet")" "$(claimant "$siti")" --reason "The book is another couple's."
  No longer linked.
  $ klaim double-claims list
  None.
  
