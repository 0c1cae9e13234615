A sheet with a column that isn't known stops, and nothing of it is filed: what isn't to be taken in is said, never guessed.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")

The heading of a column was mistyped, "telpon" for "telepon". The nearest known name is asked about.

  $ cat >sheet.csv <<'END'
  > nomor;nama;telpon;tanggal_lahir;desa;keadaan;tanggal_persetujuan;termohon;pos_1;jumlah_1;bulan_1;upah_1
  > S-1;Sari Dewi;0812-3456-7890;01-02-1990;33.01.01.2001;pulang;01-11-2026;PT Jaya Sentosa;unpaid_wages;4.990;1;4.990
  > END
  $ klaim import sheet.csv --programme UPAH
  klaim: line 1: the column "telpon" isn't known: is telepon meant? Rename it, or leave it out with --leave-out "telpon"
  [1]
  $ klaim claim list
  claim  status  programme  claimed  determined  paid

Put right, it is filed, with the telephone.

  $ sed '1s/telpon/telepon/' sheet.csv >right.csv
  $ klaim import right.csv --programme UPAH
  1 lines: 1 can be filed, 0 have problems
  1 filed, 0 filed before, 0 wait; 0 look like somebody registered before and are queued for review.
  What became of every line: right.csv.report.csv
  $ klaim --purpose "check" claimant show "$(claimant "$(klaim --json claim list | value claims 0 claim_id)")"
  Claimant 14: Sari Dewi
  NIK -, born 1990-02-01, phone +6281234567890

A column of the union's own notes isn't like any known one. It stops the import too, until somebody says that it stays out.

  $ sed '1s/telpon/telepon/; 1s/$/;catatan/; 2s/$/;call in the evening/; 2s/S-1/S-2/; 2s/Sari Dewi/Rini Wulandari/; 2s/01-02-1990/05-05-1993/' sheet.csv >notes.csv
  $ klaim import notes.csv --programme UPAH
  klaim: line 1: the column "catatan" isn't known: rename it, or leave it out with --leave-out "catatan"
  [1]
  $ klaim import notes.csv --programme UPAH --leave-out catatan
  1 lines: 1 can be filed, 0 have problems
  1 filed, 0 filed before, 0 wait; 0 look like somebody registered before and are queued for review.
  What became of every line: notes.csv.report.csv
  $ klaim claim list
  claim  status  programme  claimed       determined  paid
     16  filed          11  HKD 4.990,00    HKD 0,00  HKD 0,00
     22  filed          11  HKD 4.990,00    HKD 0,00  HKD 0,00
