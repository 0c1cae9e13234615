# Groups, settlements, plans and the bank, for docket.sh.
#
#   group PROGRAMME [OPTIONS]     certifies the largest proposed group of the programme, and says its number
#   settlement PROGRAMME GROUP PAYER DUE=AMOUNT [OPTIONS]   records a settlement in HKD with that payer, of that instalment (more with
#                                 --instalment), and says its number
#   received SETTLEMENT AMOUNT REFERENCE   that money arrived on 24 November 2026, under the bank's reference
#   settled PROGRAMME PAYER AMOUNT   certifies the largest proposed group of the programme, records a settlement of AMOUNT with PAYER, due and
#                                 received on 24 November 2026, shared out pro rata and approved by the approver; says the settlement's number
#   trust_account                 names the union's trust account in HKD, and says its number
#   bank_says ACCOUNT NAME ENTRIES   hands in a statement (camt.053) of the trust account, of 24 November 2026; ENTRIES as in
#                                 "A-1 3000.00 PT Jaya, S44; A-2 -3000.00 Reversal of A-1, S44" (below zero: a receipt that is taken back)
#   bank_entry NAME AMOUNT PAYMENT     one line of a bank's statement, money that went out; PAYMENT as in K43-1, or "charge"
#   bank_statement NAME ENTRIES        a bank's statement of 24 November 2026 (camt.053) of the trust account, with these entries
#   plan FILE STEPS [MORE]        writes a plan of allocation: STEPS as in "equal cap=1.000; pro_rata tier=1; pro_rata" (words: cap, floor,
#                                 tier, most as in most=50%, award as in award=5122:3.000+5123:500), MORE as in "costs=3%;
#                                 costs_rule=Decision 4/2026; reserve=10%; reserve_used=900; no_provision_reason=..." (costs: a
#                                 percentage or an amount)
#   allocate SETTLEMENT [FILE]    proposes an allocation, by the plan in the file if there is one, and says its number
#   statement NUMBER [KIND]       the words of the statement (PDF, in English) of a claim, or with KIND settlement of a settlement
group() {
  local programme=$1 proposal
  shift
  proposal=$(klaim --json groups proposals --programme "$programme" | value proposals 0 proposal_id) || return 1
  klaim --json groups certify "$proposal" --name "Group of programme $programme" "$@" >group.out && value group_id <group.out
}
settlement() {
  local programme=$1 group=$2 payer=$3 instalment=$4
  shift 4
  klaim --json settlement record --programme "$programme" --group "$group" --respondent "$payer" --currency HKD --instalment "$instalment" \
    --forum "Labour Tribunal Hong Kong" "$@" >settlement.out && value settlement_id <settlement.out
}
received() { klaim settlement receive "$1" --amount "$2" --booked-on 24-11-2026 --bank-reference "$3" >received.out || cat received.out; }
settled() {
  local group settlement
  group=$(klaim --json groups proposals --programme "$1" | value proposals 0 proposal_id) || return 1
  group=$(klaim --json groups certify "$group" --name "Group of programme $1" | value group_id) || return 1
  settlement=$(klaim --json settlement record --programme "$1" --group "$group" --respondent "$2" --currency HKD --instalment "24-11-2026=$3" \
    --forum "Labour Tribunal Hong Kong" | value settlement_id) || return 1
  klaim settlement receive "$settlement" --instalment 1 --amount "$3" --booked-on 24-11-2026 --bank-reference "HSBC-$settlement" >settled.out || cat settled.out
  klaim --as approver settlement approve "$settlement" "$(klaim --json settlement allocate "$settlement" | value allocation_id)" >settled.out || cat settled.out
  echo "$settlement"
}
trust_account() { klaim --json treasury trust-account --holder "SBMI Titipan" --number 00123456 --bic HSBCHKHH --currency HKD | value trust_account_id; }
bank_says() {
  python3 - "$2" "$3" >"$2.xml" <<'PYTHON'
import sys
name, entries = sys.argv[1:]
def entry(text):
    reference, amount, words = text.split(None, 2)
    back = amount.startswith('-')
    sum_and_side = f'<Amt Ccy="HKD">{amount.lstrip("-")}</Amt><CdtDbtInd>{"DBIT" if back else "CRDT"}</CdtDbtInd>'
    return (f'<Ntry><NtryRef>{reference}</NtryRef>{sum_and_side}{"<RvslInd>true</RvslInd>" if back else ""}<Sts><Cd>BOOK</Cd></Sts>'
            f'<BookgDt><Dt>2026-11-24</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls>{sum_and_side}'
            f'<RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>')
print('<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
      f'<GrpHdr><MsgId>{name}</MsgId><CreDtTm>2026-11-24T08:00:00</CreDtTm></GrpHdr><Stmt><Id>{name}</Id><CreDtTm>2026-11-24T08:00:00</CreDtTm>'
      f'<Acct><Id><Othr><Id>00123456</Id></Othr></Id><Ccy>HKD</Ccy></Acct>{"".join(map(entry, entries.split("; ")))}</Stmt></BkToCstmrStmt></Document>')
PYTHON
  klaim treasury report "$1" "$2.xml"
}
bank_entry() {
  local told='<BkTxCd><Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn></BkTxCd>'
  [ "$3" = charge ] || told="<BkTxCd/><NtryDtls><TxDtls><Refs><EndToEndId>$3</EndToEndId></Refs><Amt Ccy=\"HKD\">$2</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls></NtryDtls>"
  echo "<Ntry><NtryRef>$1</NtryRef><Amt Ccy=\"HKD\">$2</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-24</Dt></BookgDt><AcctSvcrRef>$1</AcctSvcrRef>$told</Ntry>"
}
bank_statement() {
  local head="<CreDtTm>2026-11-24T08:00:00</CreDtTm>"
  echo "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>$1</MsgId>$head</GrpHdr><Stmt><Id>$1</Id>$head\
<Acct><Id><Othr><Id>00123456</Id></Othr></Id><Ccy>HKD</Ccy></Acct>$2</Stmt></BkToCstmrStmt></Document>" >"$1.xml"
}
plan() {
  python3 - "$2" "${3:-}" >"$1" <<'PYTHON'
import json, sys
def minor(text): return int(text.replace('.', '')) * 100
def basis_points(text): return int(text.rstrip('%')) * 100
def step(text):
    rule, *rest = text.split()
    told = {'rule': 'ALLOCATION_RULE_' + rule.upper()}
    for word in rest:
        what, given = word.split('=')
        if what == 'tier': told['tiers'] = [int(tier) for tier in given.split('+')]
        elif what == 'most': told['most_basis_points'] = basis_points(given)
        elif what == 'award': told['awards'] = [{'claim_id': claim, 'amount_minor': minor(amount)} for claim, amount in
                                                 (award.split(':') for award in given.split('+'))]
        else: told[what + '_minor'] = minor(given)
    return told
told = {'name': sys.argv[1].replace('_', ' ')[:100], 'steps': [step(text) for text in sys.argv[1].split(';') if text.strip()]}
for pair in filter(str.strip, sys.argv[2].split(';')):
    what, given = pair.strip().split('=', 1)
    if what in ('costs_rule', 'no_provision_reason'): told[what] = given
    elif given.endswith('%'): told[what + '_basis_points'] = basis_points(given)
    else: told[what + '_minor'] = minor(given)
print(json.dumps(told))
PYTHON
}
allocate() { klaim --json settlement allocate "$1" ${2:+--plan "$2"} >allocation.out && value allocation_id <allocation.out; }
statement() {
  klaim statement "${2:-claim}" "$1" --english --out "$1.pdf" >statement.out || cat statement.out
  pdftotext -layout "$1.pdf" - 2>/dev/null | sed '/^$/d; s/ *$//; s/\f//'
}
