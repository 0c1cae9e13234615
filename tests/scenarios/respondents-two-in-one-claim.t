A claim can be against several: what it is worth is worth it once, whoever pays, and who answers beside them follows from the programme's liability rule.

The rule: who recruits for another answers with him (Law 18/2017).

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid" '{"liability": {"link_kinds": ["LINK_KIND_RECRUITS_FOR"], "source": "Law 18/2017"}}')
  $ pt=$(agency "PT Jaya Sentosa")
  $ abc=$(agency "ABC Employment" HK)
  $ sponsor=$(agency "Haji Karim")
  $ klaim network link "$sponsor" "$pt" --kind recruits_for --evidence "letter of 3 March"
  Link 15 stands.

Sari claims against the agency at home and the one in Hong Kong. Her wages are 3 x 4,990 = 14,970: not twice that.

  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa|ABC Employment" "unpaid_wages=14.970 months=3 wage=4.990")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim claim show "$sari"
  Claim 19: determined, programme 11, claimant 17, case 18
  head          claimed        valued         determined     allocated  paid
  unpaid_wages  HKD 14.970,00  HKD 14.970,00  HKD 14.970,00   HKD 0,00  HKD 0,00

Both are named in the claim and answer; the sponsor in the village, who recruited for the agency at home, answers too, though she named him not.

  $ klaim network show --claim "$sari"
  Network 12
  no  name             country  named  answers  by link  licence
  12  PT Jaya Sentosa  ID       yes    yes
  13  ABC Employment   HK       yes    yes
  14  Haji Karim       ID              yes           15
  link  who  how           whom  from  until  evidence
    15   14  recruits_for    12               letter of 3 March
  Who answers, answers jointly and severally: Law 18/2017
  24-11-2026 09:00 UTC: networks 12 and 14 became 12 (link 15)
  

Somebody whom nobody registered can't be claimed against.

  $ file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa|Nobody Ltd" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985"
  waits: termohon no respondent is registered as "Nobody Ltd": register it, or correct the name
