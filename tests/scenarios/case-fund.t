The cooperative sets aside 5 % of its surplus for the social fund and 5 % for education, rounded down; what is set aside and what is spent takes two persons.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")
  $ fund=$(klaim --json treasury case-fund --name "Koperasi SBMI" --currency IDR --source "Anggaran dasar, pasal 41" | value case_fund_id)

The surplus of 2025 is Rp 125,000,000.99. 5 % of it are 6,250,000.0495, rounded down 6,250,000.04, for each of the two.
As long as it waits for another person, nothing is in the fund. Who proposed it may not approve it.

  $ surplus=$(klaim --json treasury accrue "$fund" --year 2025 --surplus-minor 12500000099 | value proposal_id)
  $ klaim treasury funds
  fund  name           social   education  proposal  proposed by   what
    18  Koperasi SBMI  Rp 0,00    Rp 0,00
                                                 19  legal-team@0  surplus of 2025, Rp 125.000.000,99
  $ klaim treasury approve "$fund" "$surplus"
  klaim: you may not make this call (it needs PERMISSION_APPROVE_MONEY): ask an administrator
  [1]
  $ klaim --as approver treasury approve "$fund" "$surplus"
  Approved and recorded.
  $ klaim treasury funds
  fund  name           social           education        proposal  proposed by  what
    18  Koperasi SBMI  Rp 6.250.000,04  Rp 6.250.000,04

The surplus of a year is divided once.

  $ klaim treasury accrue "$fund" --year 2025 --surplus-minor 12500000099
  klaim: year: the surplus of 2025 was divided already
  [1]

A sworn translation for Sari's case costs Rp 350,000.00. It is proposed out of the social part, and approved by another person:
6,250,000.04 - 350,000.00 = 5,900,000.04.

  $ cost=$(klaim --json treasury cost "$fund" --case "$(casefile "$sari")" --amount-minor 35000000 --purpose "sworn translation" --paid-on 24-11-2026 | value proposal_id)
  $ klaim treasury approve "$fund" "$cost"
  klaim: you may not make this call (it needs PERMISSION_APPROVE_MONEY): ask an administrator
  [1]
  $ klaim --as approver treasury approve "$fund" "$cost"
  Approved and recorded.
  $ klaim treasury funds
  fund  name           social           education        proposal  proposed by  what
    18  Koperasi SBMI  Rp 5.900.000,04  Rp 6.250.000,04

A part of the fund can't be overdrawn: Rp 5,900,000.05 are one too many.

  $ klaim treasury cost "$fund" --amount-minor 590000005 --purpose "expert" --paid-on 24-11-2026
  klaim: cost.amount_minor: only 5900000.04 IDR is left in this part of the fund
  [1]

What the other person rejects takes nothing.

  $ course=$(klaim --json treasury cost "$fund" --part education --amount-minor 5000000 --purpose "course" --paid-on 24-11-2026 | value proposal_id)
  $ klaim --as approver treasury reject "$fund" "$course" --reason "No receipt."
  Rejected.
  $ klaim treasury funds
  fund  name           social           education        proposal  proposed by  what
    18  Koperasi SBMI  Rp 5.900.000,04  Rp 6.250.000,04

The books: 12,500,000.08 were set aside, 350,000.00 of them went into the costs of the case.

  $ klaim ledger accounts
  account                          balance
  assets:case fund:bank            Rp 12.150.000,08
  equity:case costs covered          -Rp 350.000,00
  expenses:case costs:case 15         Rp 350.000,00
  liabilities:case fund:education  -Rp 6.250.000,04
  liabilities:case fund:social     -Rp 5.900.000,04
