Each look at a name is recorded before the name is shown: who looked, when, at whom, and what for.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")
  $ budi=$(file UPAH S-2 "Budi Santoso" "PT Jaya Sentosa" "unpaid_wages=9.980 months=2 wage=4.990" "tanggal_lahir=03-03-1985")

The call centre looks Sari up by name, the legal team looks at both.

  $ klaim --as call-centre --purpose "she called" claimant find "Sari Dewi"
  claimant  name       born        village        claims
        14  Sari Dewi  1990-02-01  33.01.01.2001      16
  $ klaim --purpose "letter to her" claimant show "$(claimant "$sari")"
  Claimant 14: Sari Dewi
  NIK -, born 1990-02-01, phone -
  $ klaim claimant show "$(claimant "$budi")"
  Claimant 19: Budi Santoso
  NIK -, born 1985-03-03, phone -

The approver and the auditor may not see names at all.

  $ klaim --as approver claimant show "$(claimant "$sari")"
  klaim: you may not make this call (it needs PERMISSION_READ_PERSONAL_DATA): ask an administrator
  [1]
  $ klaim --as auditor claimant show "$(claimant "$sari")"
  klaim: you may not make this call (it needs PERMISSION_READ_PERSONAL_DATA): ask an administrator
  [1]

The auditor lists the looks: three, of all persons; one, of Budi. Whoever isn't an auditor may not.

  $ klaim --as auditor claimant views
  no  when                  who            whose  what for
  23  24-11-2026 09:00 UTC  call-centre@0     14  she called
  24  24-11-2026 09:00 UTC  legal-team@0      14  letter to her
  25  24-11-2026 09:00 UTC  legal-team@0      19
  $ klaim --as auditor claimant views --claimant "$(claimant "$budi")"
  no  when                  who           whose  what for
  25  24-11-2026 09:00 UTC  legal-team@0     19
  $ klaim --as call-centre claimant views
  klaim: you may not make this call (it needs PERMISSION_AUDIT): ask an administrator
  [1]
