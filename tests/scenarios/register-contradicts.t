A claim that a list contradicts isn't found eligible by the way: somebody has to say that it is, although the list says otherwise, and why.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH '[{"code": "unpaid_wages", "valuation_rule": "VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID", "proof_standard": "PROOF_STANDARD_PLAUSIBLE",
  >   "priority_tier": 1, "register_proofs": [{"register_kind": "REGISTER_KIND_DEPLOYMENT", "facts": ["REGISTER_FACT_PERIOD", "REGISTER_FACT_RESPONDENT"]}]}]')
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi Lestari" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990" "nik=3301014102900001")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985;nik=3301010303850001")

Both say that PT Jaya Sentosa placed them from January 2024 to December 2025. The list has Sari with another agency, and Budi four years earlier.

  $ cat >list.csv <<EOF
  > Nama;NIK;Agen;Negara;Mulai;Selesai
  > Sari Dewi Lestari;3301014102900001;PT MITRA ABADI;HK;01-01-2024;31-12-2025
  > Budi Santoso;3301010303850001;PT JAYA SENTOSA;HK;01-01-2020;31-12-2021
  > EOF
  $ klaim register import list.csv --code P2MI-2025 --kind deployment --as-of 31-12-2025 --source "KP2MI, letter 12/2026" \
  >   --column name=Nama --column national_id=NIK --column respondent=Agen --column destination=Negara --column from=Mulai --column until=Selesai
  2 lines can be taken, 0 can't.
  Register P2MI-2025 is number 23, with 2 lines.
  $ klaim register match "$(klaim --json register list | value registers 0 reference_register_id)" --programme "$upah"
  Job 27: 2 done, 0 left as they were.
    contradicted: 2
  
  $ klaim register checks "$sari"
  P2MI-2025: contradicted, line 2
    period agrees: 2024-01/2025-12 / 2024-01-01/2025-12-31; respondent contradicts: PT Jaya Sentosa / PT MITRA ABADI; destination agrees: HK / HK
    line 2: Sari Dewi Lestari, PT MITRA ABADI, , 01-01-2024 to 31-12-2025
  
  $ klaim register checks "$budi"
  P2MI-2025: contradicted, line 3
    period contradicts: 2024-01/2025-12 / 2020-01-01/2021-12-31; respondent agrees: PT Jaya Sentosa / PT JAYA SENTOSA; destination agrees: HK / HK
    line 3: Budi Santoso, PT JAYA SENTOSA, , 01-01-2020 to 31-12-2021
  

Neither can be found eligible by the way, one by one or many at once.

  $ klaim bulk review --claim "$sari" --claim "$budi"
  Job 33: 2 done, 0 left as they were.
  
  $ klaim claim find-eligible "$sari" --reason-code meets_criteria --reasons "Contract seen."
  klaim: decision.eligible: a reference register contradicts claim 16: decide despite it, with reasons, or refuse it
  [1]
  $ klaim bulk decide --claim "$sari" --claim "$budi" --decision eligible --reason-code meets_criteria --reasons "Contracts seen."
  Job 37: 0 done, 2 left as they were.
    claim 16: decision.eligible: a reference register contradicts claim 16: decide despite it, with reasons, or refuse it
    claim 21: decision.eligible: a reference register contradicts claim 21: decide despite it, with reasons, or refuse it
  
  $ klaim claim determine "$sari"
  0 claims determined.
  klaim: 1 claims were left as they are:
    claim 16: decision.eligible: a reference register contradicts claim 16: decide despite it, with reasons, or refuse it
  [1]

The legal team knows that PT Mitra Abadi only lent its licence. It says so, and the claim's history keeps that it was decided despite the list.

  $ klaim claim find-eligible "$sari" --despite-register --reason-code list_incomplete --reasons "The other agency lent its licence: letter of 3 March."
  The claim is eligible.
  $ klaim claim show "$sari"
  Claim 16: eligible, programme 11, claimant 14, case 15
  head          claimed        valued    determined  allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 0,00    HKD 0,00   HKD 0,00  HKD 0,00
  $ klaim audit explain "$sari" --english | grep -e Reasons: -e despite
      Reasons: The other agency lent its licence: letter of 3 March.
      despite_register: yes

Budi's is refused; for that a list is no hindrance.

  $ klaim claim refuse "$budi" --reason-code outside_period --reasons "The ministry's list has him four years earlier."
  1 claims refused.
