# Programmes, claims and tables, for docket.sh.
#
#   programme CODE HEADS [MORE]   opens a programme in HKD, and says its number; HEADS as in
#                                 "unpaid_wages=months_times_wage_less_paid proof=documented cap=20.000; document_retention=fixed_sum fixed_sum=2.000"
#                                 (words: proof, tier, cap, floor, fixed_sum, most_claimed), or JSON of HeadRule; MORE is JSON of other fields
#   agency NAME [COUNTRY]         registers a recruitment agency, and says its number
#   file PROGRAMME REFERENCE NAME AGENCY HEADS [MORE]   files one claim of a worker who came home; HEADS as in
#                                 "unpaid_wages=14.970 months=12 wage=4.990 paid=44.910; document_retention=4.990" (words: months, wage,
#                                 paid, proof, since), MORE as in "bic=HSBCHKHH;rekening=1234567890"; says the claim's number
#   file_directly PROGRAMME REFERENCE NAME AGENCY-NUMBERS HEADS   files one claim as a partner's system does, for what a sheet has no column for; HEADS
#                                 as in "injury=20.000 schedule=loss_of_finger; deposit=5.000 proof=1.000 currency=USD" (words: since, until, months,
#                                 wage, paid, paid_monthly, proof, currency, schedule); says the claim's number, or why it was refused
#   file_also CLAIM PROGRAMME CURRENCY REFERENCE HEAD=AMOUNT   files a further claim of who filed CLAIM, on the same case and against the same, for what
#                                 documents show, as in biaya_penempatan=31.500.000; says its number
#   wage_table CODE LINES         publishes legal minimum wages a month in HKD, as in "01-09-2023=4.870; 01-09-2024=4.990"; says the table's number
#   rate_table CODE FROM LINES    publishes the exchange rate from a currency into HKD, as in "01-01-2024=7,80"; says the table's number
#   determine_otherwise CLAIM HEADS REASONS   decides the value of a claim that was valued, otherwise than computed, as the page does; HEADS as in
#                                 "unpaid_wages=10.000; document_retention=1.000"
#   call SERVICE/METHOD < JSON    one call over HTTP as the legal team, for what klaim has no command for
#   reckoning CLAIM               the sums that the claim keeps: how each head's last value came about
#   reasons CLAIM                 what was decided on the claim, with code and reasons
programme() {
  python3 - "$1" "$2" "${3:-}" >"$1.json" <<'PYTHON'
import json, sys
code, heads, more = sys.argv[1:]
def head(text):
    named, *rest = text.split()
    name, rule = named.split('=')
    told = {'code': name, 'valuation_rule': 'VALUATION_RULE_' + rule.upper(), 'proof_standard': 'PROOF_STANDARD_PLAUSIBLE', 'priority_tier': 1}
    for word in rest:
        what, given = word.split('=')
        if what == 'proof': told['proof_standard'] = 'PROOF_STANDARD_' + given.upper()
        elif what == 'tier': told['priority_tier'] = int(given)
        elif what in ('fixed_sum', 'cap', 'floor', 'most_claimed'): told[what + '_minor'] = int(given.replace('.', '')) * 100
        else: told[what] = int(given) if given.isdigit() else given
    return told
told = {'code': code, 'title': f'Programme {code}', 'currency': 'HKD', 'filing_deadline': {'year': 2027, 'month': 12, 'day': 31},
        'heads': json.loads(heads) if heads.startswith('[') else [head(text) for text in heads.split(';')],
        'grouping': {'dimensions': ['GROUPING_DIMENSION_RESPONDENT_NETWORK', 'GROUPING_DIMENSION_HEAD'], 'least_size': 2},
        'source': 'Employment Ordinance Cap. 57', 'bank_charges_account': 'expenses:bank charges'}
told.update(json.loads(more or '{}'))
print(json.dumps(told))
PYTHON
  klaim --json programme open "$1.json" >"$1.out" 2>&1 && value programme_id <"$1.out" || cat "$1.out"
}
agency() {
  printf 'code,name,aliases,kind,country,licence_kind,licence_number\n%s,%s,,recruitment_agency,%s,,\n' "$(echo "$1" | tr ' ' -)" "$1" "${2:-ID}" >agency.csv
  klaim --json respondent import agency.csv >agency.out 2>&1 || { cat agency.out; return 1; }
  klaim --json respondent list | python3 -c 'import json, sys
print([row["respondent_id"] for row in json.load(sys.stdin)["respondents"] if row["registered"]["name"] == sys.argv[1]][-1])' "$1"
}
file() {
  python3 - "$2" "$3" "$4" "$5" "${6:-}" >"$2.csv" <<'PYTHON'
import sys
reference, name, agency, heads, more = sys.argv[1:]
columns = {'nomor': reference, 'nama': name, 'tanggal_lahir': '01-02-1990', 'desa': '33.01.01.2001', 'selaku': 'pekerja', 'keadaan': 'pulang',
           'tanggal_persetujuan': '01-11-2026', 'tujuan': 'HK', 'pekerjaan': 'domestic worker', 'mulai_kerja': '01-2024', 'selesai_kerja': '12-2025', 'termohon': agency}
words = {'months': 'bulan', 'wage': 'upah', 'paid': 'dibayar', 'proof': 'bukti', 'since': 'dari'}
for number, head in enumerate(heads.split(';'), 1):
    first, *rest = head.split()
    code, amount = first.split('=')
    columns[f'pos_{number}'], columns[f'jumlah_{number}'] = code, amount
    for word in rest:
        what, given = word.split('=')
        columns[f'{words[what]}_{number}'] = given
columns.update(pair.split('=', 1) for pair in more.split(';') if pair)
print(';'.join(columns))
print(';'.join(columns.values()))
PYTHON
  klaim import "$2.csv" --programme "$1" >"$2.out" 2>&1 || { cat "$2.out"; return 1; }
  python3 - "$2.csv.report.csv" <<'PYTHON'
import csv, sys
for line in csv.DictReader(open(sys.argv[1], newline='')):
    print(line['claim'] or line['outcome'] + ': ' + line['details'])
PYTHON
}
file_directly() {
  python3 - "$@" >"$2.json" <<'PYTHON'
import json, sys
programme, reference, name, respondents, heads = sys.argv[1:]
minor = lambda text: int(text.replace('.', '')) * 100
def date(text):
    day, month, year = ([0, 0] + [int(part) for part in text.split('-')])[-3:]
    return {'year': year, 'month': month, 'day': day}
def head(text):
    named, *rest = text.split()
    code, amount = named.split('=')
    told = {'code': code, 'claimed': {'currency': 'HKD', 'minor_units': minor(amount)}}
    for word in rest:
        what, given = word.split('=')
        if what in ('since', 'until'): told['period_' + what.replace('since', 'from')] = date(given)
        elif what == 'months': told['months_hundredths'] = int(given) * 100
        elif what in ('currency', 'schedule'): told[{'currency': 'documented_currency', 'schedule': 'schedule_code'}[what]] = given
        else: told[{'wage': 'agreed_wage_minor', 'paid': 'paid_minor', 'proof': 'documented_minor', 'paid_monthly': 'paid_monthly_minor'}[what]] = minor(given)
    return told
print(json.dumps({'request_id': reference, 'programme_id': programme, 'respondent_ids': respondents.split(), 'heads': [head(text) for text in heads.split(';')],
    'new_claimant': {'person': {'name': {'clear': name}}, 'capacity': 'CLAIMANT_CAPACITY_WORKER', 'worker_status': 'WORKER_STATUS_RETURNED',
        'consents': [{'purpose': 'CONSENT_PURPOSE_PURSUE_CLAIM', 'given_on': date('01-11-2026')}]},
    'new_case': {'placement': {'job': 'domestic worker', 'destination': 'HK', 'origin': {'code': '33.01'}, 'began_on': date('01-2024'), 'ended_on': date('12-2025')}}}))
PYTHON
  call IntakeService/FileClaim <"$2.json" >"$2.out"
  value claimId <"$2.out" 2>/dev/null || value message <"$2.out"
}
file_also() {
  klaim --json claim show "$1" >shown.out
  python3 - "$@" <<'PYTHON' >"$4.json"
import json, sys
_, programme, currency, reference, head = sys.argv[1:]
filed = json.load(open('shown.out'))['claim']['filed']
code, amount = head.split('=')
minor = int(amount.replace('.', '')) * 100
print(json.dumps({'request_id': reference, 'programme_id': programme, 'claimant_id': filed['claimant_id'], 'case_id': filed['case_id'],
    'respondent_ids': filed['respondent_ids'], 'heads': [{'code': code, 'claimed': {'currency': currency, 'minor_units': minor}, 'documented_minor': minor}]}))
PYTHON
  call IntakeService/FileClaim <"$4.json" >"$4.out"
  value claimId <"$4.out" 2>/dev/null || value message <"$4.out"
}
table() {
  python3 - "$@" >"$1.json" <<'PYTHON'
import json, os, sys
code, kind, currency, into, lines = sys.argv[1:]
def line(text):
    day, figure = text.strip().split('=')
    day, month, year = map(int, day.split('-'))
    figure = float(figure.replace('.', '').replace(',', '.'))
    return {'valid_from': {'year': year, 'month': month, 'day': day}, 'value': round(figure * (1000000 if into else 100)), 'source': 'Gazette'}
quoted_for = {'quoted_for': int(os.environ.get('QUOTED_FOR', 1))} if into else {}
print(json.dumps({'code': code, 'kind': 'REFERENCE_TABLE_KIND_' + kind, 'currency': currency, 'into_currency': into, **quoted_for, 'lines': [line(text) for text in lines.split(';')]}))
PYTHON
  klaim --json reference-table publish "$1.json" >"$1.out" 2>&1 && value reference_table_id <"$1.out" || cat "$1.out"
}
wage_table() { table "$1" MONTHLY_WAGE HKD "" "$2"; }
rate_table() { table "$1" EXCHANGE_RATE "$2" HKD "$3"; }
determine_otherwise() {
  python3 - "$@" <<'PYTHON' | call ReviewService/DetermineClaim >determined.out
import json, sys, uuid
claim, heads, reasons = sys.argv[1:]
print(json.dumps({'request_id': str(uuid.uuid4()), 'claim_id': claim, 'reason_code': 'otherwise_than_valued', 'reasons': reasons,
    'heads': [{'code': code, 'minor_units': int(amount.replace('.', '')) * 100} for code, amount in (head.strip().split('=') for head in heads.split(';'))]}))
PYTHON
  value message <determined.out 2>/dev/null || echo "Determined."
}
call() {
  curl --silent --cacert docket/authority/ca.crt --cert docket/people/legal-team.crt --key docket/people/legal-team.key -H 'Content-Type: application/json' \
    --data @- "https://$(value http <"$KLAIM_ADDRESSES")/klaim.v1.$1"
}
reckoning() {
  klaim audit explain "$1" --english | sed -n '/Claim valued/{s/.*//;x;d};/Computation: /{s/ *Computation: //;H};${x;s/^\n*//;p}'
}
reasons() { klaim audit explain "$1" --english | sed -n '/Eligibility decided\|Value determined\|Appeal made/{s/.*UTC  //;s/  (.*//;p};/^    \(Eligible\|Reason code\|Reasons\|grounds\): /p'; }
