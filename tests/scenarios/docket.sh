# What each scenario begins with (. "$TESTDIR/docket.sh"): a docket of its own, served, on the morning of 24 November 2026. Its clock
# stands until the scenario moves it. README.md in this folder tells how to write one.
#
#   klaim ...                     as the legal team; with --as approver, auditor, administrator, call-centre: as they
#   clock 2027-01-31              the clock stands at 09:00 UTC of that day from now on
#   value PATH ... < JSON         one value of an answer that was asked for with --json, as in: value claims 0 claim_id
#   stop, serve FOLDER            stops klaimd; serves this folder (docket at first, so that "serve" is for after a stop, or for a second docket)
#
# The other words are told at the heads of filing.sh, money.sh and people.sh.
set -u
export LC_ALL=C.UTF-8 KLAIM_CLOCK="$PWD/clock" KLAIM_ADDRESSES="$PWD/docket/addresses.json"
clock() { echo "$1T09:00:00Z" >"$KLAIM_CLOCK"; }
klaim() { "$KLAIM_SCENARIO_BIN/klaim" --quiet "$@"; }
value() {
  python3 -c '
import functools, json, sys
text = sys.stdin.read()
try:
    print(functools.reduce(lambda all, step: all[int(step) if step.lstrip("-").isdigit() else step], sys.argv[1:], json.loads(text)))
except (ValueError, LookupError):
    sys.exit("no %s in: %s" % (" ".join(sys.argv[1:]), text.strip()))' "$@"
}
stop() { kill "$daemon"; wait "$daemon" 2>/dev/null; }
serve() {
  : >klaimd.out
  "$KLAIM_SCENARIO_BIN/klaimd" --docket "$PWD/$1" >klaimd.out 2>klaimd.log &
  daemon=$!
  daemons="${daemons:-} $daemon"
  trap 'kill $daemons 2>/dev/null; wait 2>/dev/null' EXIT
  until grep -q '^ready' klaimd.out; do kill -0 "$daemon" 2>/dev/null || { cat klaimd.log; break; }; sleep 0.05; done
}
. "$TESTDIR/filing.sh"
. "$TESTDIR/money.sh"
. "$TESTDIR/people.sh"
clock 2026-11-24
"$KLAIM_SCENARIO_BIN/klaim" init --docket "$PWD/docket" --name "Serikat" >init.out || cat init.out
serve docket
