Priority: heads of the first tier are paid in full before heads of the second get anything.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=documented_amount tier=1; document_retention=fixed_sum fixed_sum=2.000 tier=2")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=6.000 proof=6.000; document_retention=2.000")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=3.000 proof=3.000; document_retention=2.000" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.

A group is for one head, so there are two; the settlement serves both.

  $ one=$(group "$upah")
  $ other=$(group "$upah")
  $ klaim groups list
  no  name                   programme  head                members  lead claim
  31  Group of programme 11         11  document_retention        2          16
  34  Group of programme 11         11  unpaid_wages              2          16
  $ settlement=$(settlement "$upah" "$one" "$pt" 24-11-2026=10.000 --group "$other")
  $ received "$settlement" 10.000 HSBC-1

Wages are of the first tier: 6,000 + 3,000 = 9,000 are owed. Documents that were kept back are of the second: 2,000 + 2,000 = 4,000. 10,000 are there:
all wages are paid, and 10,000 - 9,000 = 1,000 are left for the second tier, 500 to each.

  $ plan tiers.json "pro_rata tier=1; pro_rata tier=2"
  $ klaim settlement preview "$settlement" --plan tiers.json
  Plan: costs HKD 0,00, reserve HKD 0,00, shared out HKD 10.000,00 of HKD 13.000,00 owed, to 2 claims: least HKD 3.500,00, middle HKD 6.500,00, most HKD 6.500,00.
  claim  plan          why
     16  HKD 6.500,00  Of 8000.00 HKD still owed, 6500.00 HKD is allocated: 6000.00 HKD in proportion to what was owed for tier 1, and 500.00 HKD in proportion to what was owed for tier 2.
     21  HKD 3.500,00  Of 5000.00 HKD still owed, 3500.00 HKD is allocated: 3000.00 HKD in proportion to what was owed for tier 1, and 500.00 HKD in proportion to what was owed for tier 2.

The other way round the second tier is paid in full (4,000), and 10,000 - 4,000 = 6,000 are left for wages: 4,000 for Sari, 2,000 for Budi; with the
2,000 of the second tier 6,000 and 4,000. Pro rata of all, without tiers, would give Sari 8,000 / 13,000 and Budi 5,000 / 13,000 of the
money: 6,153.85 and 3,846.15.

  $ plan reverse.json "pro_rata tier=2; pro_rata tier=1"
  $ plan rata.json "pro_rata"
  $ klaim settlement preview "$settlement" --plan reverse.json --other rata.json
  Plan: costs HKD 0,00, reserve HKD 0,00, shared out HKD 10.000,00 of HKD 13.000,00 owed, to 2 claims: least HKD 4.000,00, middle HKD 6.000,00, most HKD 6.000,00.
  Other: costs HKD 0,00, reserve HKD 0,00, shared out HKD 10.000,00 of HKD 13.000,00 owed, to 2 claims: least HKD 3.846,15, middle HKD 6.153,85, most HKD 6.153,85.
  claim  plan          other         why
     16  HKD 6.000,00  HKD 6.153,85  Of 8000.00 HKD still owed, 6000.00 HKD is allocated: 2000.00 HKD in proportion to what was owed for tier 2, and 4000.00 HKD in proportion to what was owed for tier 1.
     21  HKD 4.000,00  HKD 3.846,15  Of 5000.00 HKD still owed, 4000.00 HKD is allocated: 2000.00 HKD in proportion to what was owed for tier 2, and 2000.00 HKD in proportion to what was owed for tier 1.

The first plan is proposed and approved. Each claim shows which head got what.

  $ allocation=$(allocate "$settlement" tiers.json)
  $ klaim --as approver settlement approve "$settlement" "$allocation"
  Allocated to 2 claims.
  $ klaim claim show "$sari"
  Claim 16: allocated, programme 11, claimant 14, case 15
  head                claimed       valued        determined    allocated     paid
  unpaid_wages        HKD 6.000,00  HKD 6.000,00  HKD 6.000,00  HKD 6.000,00  HKD 0,00
  document_retention  HKD 2.000,00  HKD 2.000,00  HKD 2.000,00    HKD 500,00  HKD 0,00
  $ klaim claim show "$budi"
  Claim 21: allocated, programme 11, claimant 19, case 20
  head                claimed       valued        determined    allocated     paid
  unpaid_wages        HKD 3.000,00  HKD 3.000,00  HKD 3.000,00  HKD 3.000,00  HKD 0,00
  document_retention  HKD 2.000,00  HKD 2.000,00  HKD 2.000,00    HKD 500,00  HKD 0,00
