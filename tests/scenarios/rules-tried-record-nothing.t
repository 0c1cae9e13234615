Other rules can be tried before they are made: what each claim would be worth is shown, and nothing is recorded.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")

Sari's wages are worth 3 x 4,990 = 14,970, Budi's 2 x 4,990 = 9,980.

  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")
  $ klaim claim determine "$sari" "$budi"
  2 claims determined.

What if there were a cap of HKD 12,000? Sari would lose 14,970 - 12,000 = 2,970, and Budi nothing:
14,970 + 9,980 = 24,950 would become 12,000 + 9,980 = 21,980.

  $ cat >rules.json <<EOF
  > {"heads": [{"code": "unpaid_wages", "valuation_rule": "VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID", "proof_standard": "PROOF_STANDARD_PLAUSIBLE",
  >   "priority_tier": 1, "cap_minor": 1200000}], "source": "Draft of 20 November 2026", "reason": "To share the money among more."}
  > EOF
  $ klaim programme try "$upah" rules.json >tried
  $ grep -o "$sari  HKD 14.970,00   HKD 12.000,00" tried
  16  HKD 14.970,00   HKD 12.000,00
  $ grep -o "1 of 2 values would change.*" tried
  1 of 2 values would change: from HKD 24.950,00 to HKD 21.980,00. Nothing was recorded.

A stricter cap of HKD 8,000 would touch both: 2 x 8,000 = 16,000.

  $ sed 's/1200000/800000/' rules.json >strict.json
  $ klaim programme try "$upah" strict.json | grep -o "2 of 2 values would change.*"
  2 of 2 values would change: from HKD 24.950,00 to HKD 16.000,00. Nothing was recorded.

Nothing happened.

  $ klaim claim show "$sari"
  Claim 16: determined, programme 11, claimant 14, case 15
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00   HKD 0,00  HKD 0,00
  $ klaim --json programme list | value programmes 0 rules_version
  1
