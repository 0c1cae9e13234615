A payroll contradicts a claim when it shows more paid than the claimant told; as much or less does not.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH '[{"code": "unpaid_wages", "valuation_rule": "VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID", "proof_standard": "PROOF_STANDARD_PLAUSIBLE",
  >   "priority_tier": 1, "register_proofs": [{"register_kind": "REGISTER_KIND_PAYROLL", "facts": ["REGISTER_FACT_PAID"]}]}]')
  $ pt=$(agency "PT Jaya Sentosa")

Sari and Budi each say that HKD 44,910 of twelve months' wages were paid: 12 x 4,990 - 44,910 = 14,970.

  $ sari=$(file UPAH S-1 "Sari Dewi Lestari" "PT Jaya Sentosa" "unpaid_wages=14.970 months=12 wage=4.990 paid=44.910" "nik=3301014102900001")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=14.970 months=12 wage=4.990 paid=44.910" "tanggal_lahir=03-03-1985;nik=3301010303850001")

The agency's payroll shows HKD 44,910 for Sari, and HKD 50,000 for Budi.

  $ cat >payroll.csv <<EOF
  > Nama;NIK;Agen;Dibayar
  > Sari Dewi Lestari;3301014102900001;PT Jaya Sentosa;44.910
  > Budi Santoso;3301010303850001;PT Jaya Sentosa;50.000
  > EOF
  $ klaim register import payroll.csv --code PAY-2025 --kind payroll --as-of 31-12-2025 --source "the agency, letter 7/2026" --currency HKD \
  >   --column name=Nama --column national_id=NIK --column respondent=Agen --column paid=Dibayar
  2 lines can be taken, 0 can't.
  Register PAY-2025 is number 23, with 2 lines.
  $ klaim register match "$(klaim --json register list | value registers 0 reference_register_id)" --programme "$upah"
  Job 27: 2 done, 0 left as they were.
    confirmed: 1
    contradicted: 1
  
  $ klaim register checks "$sari"
  PAY-2025: confirmed, line 2
    respondent agrees: PT Jaya Sentosa / PT Jaya Sentosa; paid agrees: 44910.00 HKD / 44910.00 HKD
    proves unpaid_wages
    line 2: Sari Dewi Lestari, PT Jaya Sentosa, ,  to 
  
  $ klaim register checks "$budi"
  PAY-2025: contradicted, line 3
    respondent agrees: PT Jaya Sentosa / PT Jaya Sentosa; paid contradicts: 44910.00 HKD / 50000.00 HKD
    line 3: Budi Santoso, PT Jaya Sentosa, ,  to 
  

A payroll of the other side decides nothing by itself: the value stays what it is until somebody decides on it.

  $ klaim claim show "$budi"
  Claim 21: filed, programme 11, claimant 19, case 20
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
