A claim is barred so many months after its period ended: the day stands among the deadlines, with the tribunal.

The programme: 24 months for wages before the Labour Tribunal; fees aren't barred.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH '[
  >   {"code": "unpaid_wages", "valuation_rule": "VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID", "proof_standard": "PROOF_STANDARD_PLAUSIBLE",
  >    "priority_tier": 1, "limitation_months": 24, "limitation_forum": "Labour Tribunal Hong Kong"},
  >   {"code": "underpayment", "valuation_rule": "VALUATION_RULE_DOCUMENTED_AMOUNT", "proof_standard": "PROOF_STANDARD_PLAUSIBLE",
  >    "priority_tier": 1, "limitation_months": 18, "limitation_forum": "Labour Department"},
  >   {"code": "excess_recruitment_fee", "valuation_rule": "VALUATION_RULE_DOCUMENTED_AMOUNT", "proof_standard": "PROOF_STANDARD_PLAUSIBLE", "priority_tier": 1}]')
  $ pt=$(agency "PT Jaya Sentosa")

Sari's wages are unpaid until 31 May 2026: 24 months later is 31 May 2028. The fee in the same claim has no limit and no line.

  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990 since=01-03-2026; excess_recruitment_fee=100 proof=100" "sampai_1=31-05-2026")
  $ klaim case deadlines
  on          what        of        unit  responsible  about
  31-05-2028  limitation  claim 16     0               unpaid_wages: Labour Tribunal Hong Kong

Budi knows only the month, December 2025: its last day counts, and 24 months later is 31 December 2027.

  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990 since=10-2025" "sampai_1=12-2025;tanggal_lahir=03-03-1985")

Wati's payslips end on 31 August 2025. 18 months later would be 31 February 2027, which isn't there: it is 28 February 2027.

  $ wati=$(file UPAH S-3 "Wati Nur" "PT Jaya Sentosa" "underpayment=1.000 proof=1.000 since=06-2025" "sampai_1=31-08-2025;tanggal_lahir=04-04-1986")

The earliest stands first.

  $ klaim case deadlines
  on          what        of        unit  responsible  about
  28-02-2027  limitation  claim 26     0               underpayment: Labour Department
  31-12-2027  limitation  claim 21     0               unpaid_wages: Labour Tribunal Hong Kong
  31-05-2028  limitation  claim 16     0               unpaid_wages: Labour Tribunal Hong Kong

One can ask for a time only.

  $ klaim case deadlines --from 01-01-2027 --until 31-12-2027
  on          what        of        unit  responsible  about
  28-02-2027  limitation  claim 26     0               underpayment: Labour Department
  31-12-2027  limitation  claim 21     0               unpaid_wages: Labour Tribunal Hong Kong

A claim that was withdrawn has no deadline any more.

  $ klaim claim withdraw "$wati" --reason "The employer paid her."
  The claim is withdrawn.
  $ klaim case deadlines
  on          what        of        unit  responsible  about
  31-12-2027  limitation  claim 21     0               unpaid_wages: Labour Tribunal Hong Kong
  31-05-2028  limitation  claim 16     0               unpaid_wages: Labour Tribunal Hong Kong
