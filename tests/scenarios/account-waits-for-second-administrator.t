A role that opens names or money is in force only when a second administrator has confirmed it.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")

The administrator of the legal team opens an account for Ratna, treasurer. It waits.

  $ ratna=$(klaim --json account open --name ratna --role treasurer | value account_id)
  $ klaim organisation certificate issue --docket docket --organisation 0 --name ratna >issued.out
  $ klaim account list
  no  name             roles                                          second factor  closed  waits
   1  legal-team@0     lawyer+valuer+treasurer+auditor+administrator
   3  approver@0       approver
   5  auditor@0        auditor
   7  call-centre@0    intake
   9  administrator@0  administrator
  18  ratna@0                                                                                18: treasurer (legal-team@0)
  $ klaim --as ratna claim show "$sari"
  klaim: you may not make this call (it needs PERMISSION_READ_CLAIMS): ask an administrator
  [1]

Who proposed it may not confirm it. The other administrator does; then she can work.

  $ klaim account confirm "$ratna"
  klaim: proposal: is your own: another administrator must confirm it; where there is none, whoever keeps the machine opens one (klaim account administrator)
  [1]
  $ klaim --as administrator account confirm "$ratna"
  In force:
    18: treasurer (legal-team@0)
  $ klaim --as ratna claim show "$sari"
  Claim 16: filed, programme 11, claimant 14, case 15
  head          claimed       valued    determined  allocated  paid
  unpaid_wages  HKD 4.990,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00

A valuer sees neither names nor moves money: that role needs no second administrator.

  $ klaim account open --name valen --role valuer
  Account 21 opened.
  $ klaim organisation certificate issue --docket docket --organisation 0 --name valen >issued.out
  $ klaim --as valen claim show "$sari" | head -1
  Claim 16: filed, programme 11, claimant 14, case 15

What nobody asked for is refused by the second administrator, and stays without effect.

  $ bayu=$(klaim --json account open --name bayu --role lawyer | value account_id)
  $ klaim --as administrator account refuse "$bayu" --reason "Nobody asked for it."
  Refused.
  $ klaim account list | grep bayu
  23  bayu@0

Who is no administrator opens no account.

  $ klaim --as approver account open --name siapa --role treasurer
  klaim: you may not make this call (it needs PERMISSION_MANAGE_ACCOUNTS): ask an administrator
  [1]
