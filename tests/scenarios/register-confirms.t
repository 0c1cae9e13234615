A list that somebody else kept can prove a claim: when the claimant stands in it and all that both tell agrees.

The programme says that a list of deployments proves wages when its time and the agency agree.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH '[{"code": "unpaid_wages", "valuation_rule": "VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID", "proof_standard": "PROOF_STANDARD_PLAUSIBLE",
  >   "priority_tier": 1, "register_proofs": [{"register_kind": "REGISTER_KIND_DEPLOYMENT", "facts": ["REGISTER_FACT_PERIOD", "REGISTER_FACT_RESPONDENT"]}]}]')
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi Lestari" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990" "nik=3301014102900001")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985;nik=3301010303850001")

The ministry's list has Sari, with the same agency and the same two years; Budi isn't in it.

  $ cat >list.csv <<EOF
  > Nama;NIK;Agen;Negara;Mulai;Selesai
  > Sari Dewi Lestari;3301014102900001;PT JAYA SENTOSA;HK;01-01-2024;31-12-2025
  > Rina Kartika;3301014505910002;PT JAYA SENTOSA;HK;01-03-2023;28-02-2025
  > EOF

Each column is named, or left out by name: one that nobody named stops it.

  $ klaim register import list.csv --code P2MI-2025 --kind deployment --as-of 31-12-2025 --source "KP2MI, letter 12/2026" \
  >   --column name=Nama --column national_id=NIK --column respondent=Agen --column destination=Negara --column from=Mulai
  klaim: line 1: the column "selesai" isn't known: rename it, or leave it out with --leave-out "selesai"
  [1]
  $ klaim register import list.csv --code P2MI-2025 --kind deployment --as-of 31-12-2025 --source "KP2MI, letter 12/2026" \
  >   --column name=Nama --column national_id=NIK --column respondent=Agen --column destination=Negara --column from=Mulai --column until=Selesai
  2 lines can be taken, 0 can't.
  Register P2MI-2025 is number 23, with 2 lines.
  $ list=$(klaim --json register list | value registers 0 reference_register_id)

Both claims are compared with it.

  $ klaim register match "$list" --programme "$upah"
  Job 27: 2 done, 0 left as they were.
    confirmed: 1
    no_record: 1
  
  $ klaim register checks "$sari"
  P2MI-2025: confirmed, line 2
    period agrees: 2024-01/2025-12 / 2024-01-01/2025-12-31; respondent agrees: PT Jaya Sentosa / PT JAYA SENTOSA; destination agrees: HK / HK
    proves unpaid_wages
    line 2: Sari Dewi Lestari, PT JAYA SENTOSA, , 01-01-2024 to 31-12-2025
  
  $ klaim register checks "$budi"
  P2MI-2025: no_record
    
  

Sari's claim can be found eligible by the list alone. Budi's is left: that a list doesn't have him proves nothing for him, and nothing against him.

  $ klaim bulk review --claim "$sari" --claim "$budi"
  Job 32: 2 done, 0 left as they were.
  
  $ klaim bulk decide --claim "$sari" --claim "$budi" --only-proven-by-register --decision eligible --reason-code deployment_list --reasons "The ministry's list has them."
  Job 36: 1 done, 1 left as they were.
    claim 21: claim_id: no register proves every head of claim 21
  
  $ klaim claim list --programme "$upah"
  claim  status        programme  claimed        determined  paid
     16  eligible             11  HKD 14.970,00    HKD 0,00  HKD 0,00
     21  under_review         11   HKD 9.980,00    HKD 0,00  HKD 0,00

Budi's is decided by other papers.

  $ klaim claim find-eligible "$budi" --reason-code meets_criteria --reasons "Passport stamps seen."
  The claim is eligible.
