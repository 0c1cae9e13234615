# People, organisations and their papers, for docket.sh.
#
#   claimant CLAIM, casefile CLAIM   the numbers of a claim's claimant and of its case
#   account PERSON HOLDER NUMBER [KIND]   the account that a person confirmed: bank (in HKD, at HSBC), or cash
#   partner NAME ACCOUNT COUNTRY  registers a partner organisation with an account and its certificate (--as ACCOUNT), and says its number
#   person ACCOUNT ROLES          opens an account of the union with its certificate, confirmed by the second administrator
#   suspected                     lists the pairs that may be one person, once there is one (the daemon compares in the background; ten seconds at most)
#   pdf FILE WORDS                writes a document of one page that says WORDS
claimant() { klaim --json claim show "$1" | value claim filed claimant_id; }
casefile() { klaim --json claim show "$1" | value claim filed case_id; }
account() {
  local bic="--bic HSBCHKHH"
  [ "${4:-bank}" = bank ] || bic=
  printf '%s\n%s\n' "$2" "$3" | klaim payment account "$1" --kind "${4:-bank}" --currency HKD $bic >account.out 2>&1 || cat account.out
}
partner() {
  local organisation
  organisation=$(klaim --json organisation register --name "$1" --kind partner --country "$3" | value organisation_id) || return 1
  person "$2" partner "$organisation"
  echo "$organisation"
}
person() {
  klaim --as administrator account confirm "$(klaim --json account open --organisation "${3:-0}" --name "$1" --role "$2" | value account_id)" >person.out || cat person.out
  klaim organisation certificate issue --docket docket --organisation "${3:-0}" --name "$1" >person.out || cat person.out
}
suspected() {
  local tries=0
  while [ "$((tries += 1))" -lt 50 ] && klaim duplicates list | grep -q '^Nothing'; do sleep 0.2; done
  klaim duplicates list
}
pdf() {
  printf '%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n%% %s\ntrailer<</Root 1 0 R>>\n%%%%EOF\n' "$2" >"$1"
}
