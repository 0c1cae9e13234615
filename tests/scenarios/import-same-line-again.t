A line of a sheet is filed once: the same number with the same content files nothing more, and with other content it is refused.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")

The same sheet again, and the same line in a file of another name: "filed before", with the first claim's number.

  $ klaim import S-1.csv --programme UPAH
  1 lines: 1 can be filed, 0 have problems
  0 filed, 1 filed before, 0 wait; 0 look like somebody registered before and are queued for review.
  What became of every line: S-1.csv.report.csv
  $ cp S-1.csv copied.csv
  $ klaim import copied.csv --programme UPAH
  1 lines: 1 can be filed, 0 have problems
  0 filed, 1 filed before, 0 wait; 0 look like somebody registered before and are queued for review.
  What became of every line: copied.csv.report.csv
  $ cat copied.csv.report.csv
  line,reference,outcome,claim,details
  2,S-1,filed before,16,

The number S-1 with another amount, 9,980 instead of 4,990: refused, with what differs and the claim that the number names.

  $ sed '2s/unpaid_wages;4.990;1;/unpaid_wages;9.980;2;/' S-1.csv >other.csv
  $ klaim import other.csv --programme UPAH
  1 lines: 1 can be filed, 0 have problems
  0 filed, 0 filed before, 1 wait in other.csv.mend.csv; 0 look like somebody registered before and are queued for review.
  What became of every line: other.csv.report.csv
  $ cat other.csv.report.csv
  line,reference,outcome,claim,details
  2,S-1,waits,,"request_id: was used before, for claim 16: what differs is heads[0]. Nothing was recorded: correct what was recorded then, or choose another name. A line of another sheet with the same number: import that sheet with --series NAME"

Nothing of that line was recorded: there is one claim, of 4,990.

  $ klaim claim list
  claim  status  programme  claimed       determined  paid
     16  filed          11  HKD 4.990,00    HKD 0,00  HKD 0,00

Another sheet that counts from 1 too is named apart by --series: there S-1 is another line. It is filed.

  $ klaim import other.csv --programme UPAH --series cilacap-2
  1 lines: 1 can be filed, 0 have problems
  1 filed, 0 filed before, 0 wait; 1 look like somebody registered before and are queued for review.
  What became of every line: other.csv.report.csv
  $ klaim claim list
  claim  status  programme  claimed       determined  paid
     16  filed          11  HKD 4.990,00    HKD 0,00  HKD 0,00
     23  filed          11  HKD 9.980,00    HKD 0,00  HKD 0,00
