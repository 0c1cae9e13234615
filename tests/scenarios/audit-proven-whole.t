Anybody with the log's public key can check the whole record: as exported it is proven whole; with a single letter changed it is not.

  $ . "$TESTDIR/docket.sh"
  $ upah=$(programme UPAH "unpaid_wages=months_times_wage_less_paid")
  $ pt=$(agency "PT Jaya Sentosa")
  $ sari=$(file UPAH S-1 "Sari Dewi" "PT Jaya Sentosa" "unpaid_wages=4.990 months=1 wage=4.990")
  $ klaim claim determine "$sari"
  1 claims determined.

The auditor exports the log, and checks the folder without any server.

  $ klaim --as auditor audit export exported >exported.out
  $ klaim audit verify --english --folder exported --vkey docket/log.vkey
  REPORT ON THE EXAMINATION OF A RECORD
  
  Record: klaim.invalid/* (glob)
  Holds: * events in * files, 24-11-2026 09:00 UTC - 24-11-2026 09:00 UTC (glob)
  Root (SHA-256): * (glob)
  
  RESULT: PROVEN WHOLE.
    - Every event was read and hashed; together they make the root above.
    - That root is signed with the key of this record.
    - No event is missing, out of place or goes back in time (none missing).
    - All lists and figures were computed anew from * events and equal those that the server uses. (glob)

In a copy, one letter of the exported events is changed: the title "Programme UPAH" becomes "Programme UPAX".

  $ cp -r exported changed
  $ find changed/tile/entries -type f -exec sed -i 's/Programme UPAH/Programme UPAX/' {} +
  $ klaim audit verify --english --folder changed --vkey docket/log.vkey
  REPORT ON THE EXAMINATION OF A RECORD
  
  Record: klaim.invalid/* (glob)
  Holds: * events in * files, 24-11-2026 09:00 UTC - 24-11-2026 09:00 UTC (glob)
  Root (SHA-256): * (glob)
  
  RESULT: NOT PROVEN. What was found:
    - tile/0/000.p/* is not that of the entries (glob)
    - the root of the * entries is *, the signed checkpoint says * (glob)
  klaim: the log is not proven: tile/0/000.p/* is not that of the entries (glob)
  [1]

The folder that wasn't touched is still proven.

  $ klaim audit verify --english --folder exported --vkey docket/log.vkey | grep RESULT
  RESULT: PROVEN WHOLE.

With the key of another log it isn't: whose record it is belongs to the proof.

  $ "$KLAIM_SCENARIO_BIN/klaim" init --docket "$PWD/strange" --name "Another union" >strange.out
  $ klaim audit verify --english --folder exported --vkey strange/log.vkey
  klaim: the checkpoint can't be trusted: it isn't signed by klaim.invalid/* (glob)
  [2]

A folder of which a file is missing could not be examined, which says nothing against the record.

  $ rm changed/checkpoint
  $ klaim audit verify --english --folder changed --vkey docket/log.vkey
  klaim: can't read changed/checkpoint: No such file or directory
  [2]
