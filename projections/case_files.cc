#include "projections/case_files.h"

#include <set>

namespace klaim::projections {
namespace {

void AppendVarint(std::string& row, uint64_t number) {
  for (; number >= 0x80; number >>= 7) row.push_back(static_cast<char>(number | 0x80));
  row.push_back(static_cast<char>(number));
}

void AppendSequence(std::string key, uint64_t sequence, Rows& rows) {
  std::string row = rows.Get(key).value_or("");
  const std::vector<uint64_t> before = DecodeSequences(row);
  AppendVarint(row, sequence - (before.empty() ? 0 : before.back()));
  rows.Put(std::move(key), std::move(row));
}

bool IsClaimEvent(const v1::EventRecord& event) { return event.event_case() >= 200 && event.event_case() < 240; }

}  // namespace

std::vector<uint64_t> DecodeSequences(absl::string_view row) {
  std::vector<uint64_t> sequences;
  uint64_t sequence = 0;
  uint64_t number = 0;
  int shift = 0;
  for (char c : row) {
    number |= static_cast<uint64_t>(c & 0x7F) << shift;
    shift += 7;
    if ((c & 0x80) != 0) continue;
    sequence += number;
    sequences.push_back(sequence);
    number = 0;
    shift = 0;
  }
  return sequences;
}

void CaseFiles::Apply(const v1::EventRecord& event, Rows& rows) {
  switch (event.event_case()) {
    case v1::EventRecord::kClaimantRegistered: {
      rows.Put(Key('d').Number(event.claimant_registered().key_id()), Key('-').Number(event.stream()));
      std::set<uint64_t> similar;
      for (uint64_t key_id : event.claimant_registered().similar_key_ids()) {
        // A key without a claimant belonged to a filing that was refused.
        if (auto row = rows.Get(Key('d').Number(key_id)); row.has_value()) similar.insert(NumberAt(*row, 1));
      }
      similar.erase(event.stream());
      for (uint64_t earlier : similar) rows.Put(Key('q').Number(event.stream()).Number(earlier), "");
      break;
    }
    case v1::EventRecord::kClaimantConsentGiven:
    case v1::EventRecord::kClaimantConsentWithdrawn:
    case v1::EventRecord::kPayoutAccountConfirmed:
      AppendSequence(Key('p').Number(event.stream()), event.sequence(), rows);
      break;
    case v1::EventRecord::kCaseOpened:
    case v1::EventRecord::kCaseNoteAdded:
      AppendSequence(Key('c').Number(event.stream()), event.sequence(), rows);
      break;
    case v1::EventRecord::kClaimFiled:
      rows.Put(Key('k').Number(event.stream()), Key('-').Number(event.claim_filed().case_id()));
      AppendSequence(Key('c').Number(event.claim_filed().case_id()), event.sequence(), rows);
      break;
    default:
      if (!IsClaimEvent(event)) break;
      if (auto row = rows.Get(Key('k').Number(event.stream())); row.has_value()) {
        AppendSequence(Key('c').Number(NumberAt(*row, 1)), event.sequence(), rows);
      }
      break;
  }
}

}  // namespace klaim::projections
