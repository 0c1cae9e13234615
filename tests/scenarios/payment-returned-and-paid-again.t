What the bank sends back is paid again, but only to an account that the claimant confirmed since.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "bic=HSBCHKHH;rekening=1234567890")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985;bic=HSBCHKHH;rekening=2222222222")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.
  $ settlement=$(settled "$upah" "$pt" 14.970)
  $ bank=$(trust_account)
  $ batch=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim --as approver payment approve "$batch"
  Approved.
  $ klaim payment send "$batch" --trust-account "$bank" >sent.out

The bank pays Sari's 4,990. Budi's 9,980 come back: his account is closed (AC04).

  $ klaim payment confirm "$batch" --payment 1 --booked-on 24-11-2026
  Confirmed.
  $ klaim payment return "$batch" --payment 2 --reason-code AC04
  Recorded as returned: confirm a new account with the claimant, then propose a batch again.
  $ klaim payment show "$batch"
  Payment batch 43: sent, settlement 36, HKD 14.970,00
  no  claim  claimant  amount        status     reissue of  held by  because
   1     16        14  HKD 4.990,00  confirmed
   2     22        20  HKD 9.980,00  returned

Sari's money is gone and Budi's is in trust again: 14,970 - 4,990 = 9,980.

  $ klaim ledger accounts | grep trust
  assets:trust:bank                     HKD 9.980,00

Budi's payment isn't ordered again to the account that was closed.

  $ klaim payment propose "$settlement"
  klaim: claim_ids: the payment for claim 22 came back: confirm a new account with the claimant first
  [1]

He confirms another account. Then it is paid again; the new payment names the one that it repeats.

  $ person=$(claimant "$budi")
  $ account "$person" "Budi Santoso" 9876543210
  $ again=$(klaim --json payment propose "$settlement" | value payment_batch_id)
  $ klaim payment show "$again"
  Payment batch 53: proposed, settlement 36, HKD 9.980,00
  no  claim  claimant  amount        status  reissue of  held by  because
   1     22        20  HKD 9.980,00  open    43/2
  $ klaim --as approver payment approve "$again"
  Approved.
  $ klaim payment send "$again" --trust-account "$bank" >sent.out
  $ klaim payment confirm "$again" --booked-on 24-11-2026
  Confirmed.
  $ klaim claim show "$budi"
  Claim 22: paid, programme 11, claimant 20, case 21
  head          claimed       valued        determined    allocated     paid
  unpaid_wages  HKD 9.980,00  HKD 9.980,00  HKD 9.980,00  HKD 9.980,00  HKD 9.980,00
  $ klaim ledger accounts | grep trust
  assets:trust:bank                    HKD 0,00

Who was paid isn't paid twice: nothing is left to propose.

  $ klaim payment propose "$settlement"
  klaim: settlement_id: no claim of its groups has both allocated money and a confirmed account to pay to
  [1]
