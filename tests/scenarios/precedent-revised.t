A decision that others followed turns out to be wrong. Once it is revised, each claim that followed it is among what is to be done.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=14.970 months=3 wage=4.990")
  $ wati=$(file UPAH S-2 "Wati Nur" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "tanggal_lahir=04-04-1986")
  $ klaim claim determine "$sari"
  1 claims determined.
  $ klaim bulk review --claim "$wati" >bulk.out
  $ klaim bulk decide --claim "$wati" --decision eligible --precedent "$sari" --reason-code as_precedent --reasons "Same agency, same year." >bulk.out
  $ klaim case deadlines
  on  what  of  unit  responsible  about
  $ klaim claim revise "$sari" --kind evidence --ineligible --reason-code another_employer --reasons "She worked for somebody else."
  The decision is revised.
  $ klaim case deadlines
  on          what       of        unit  responsible  about
  24-11-2026  precedent  claim 21     0               claim 16, which it followed, is decided otherwise

Once Wati's own claim is decided again, it isn't among them any more.

  $ klaim claim revise "$wati" --kind precedent --ineligible --reason-code as_precedent --reasons "As the claim that it followed."
  The decision is revised.
  $ klaim case deadlines
  on  what  of  unit  responsible  about
