Everybody may have what is held about them, and have it put right: the correction is a new entry beside the old one, and in the log no name can be read.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990" "telepon=0812-3456-7890")
  $ person=$(claimant "$sari")

Her number changed. The new one is asked for, and read as a number of Indonesia.

  $ printf '0812-9999-8888\n' | klaim claimant correct "$person" --field phone --reason "New number." >correct.out 2>&1
  $ klaim --purpose "check" claimant show "$person"
  Claimant 14: Sari Dewi
  NIK -, born 1990-02-01, phone +6281299998888

What she gets handed out has both, the number as filed and the number as corrected.

  $ klaim --purpose "own copy" claimant export "$person" --english | grep -E "Name|Phone|Reason"
      Name: Sari Dewi
      Phone: +6281234567890
      Phone: +6281299998888
      Reason: New number.

The auditor reads the whole log and finds no name and no number in it: they are sealed.

  $ klaim --as auditor --json log read --count 0 >log.json
  $ grep -c claim_filed log.json
  1
  $ grep -q -E "Sari|81234567890|81299998888" log.json || echo "no name, no number"
  no name, no number
