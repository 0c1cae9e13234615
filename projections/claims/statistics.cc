#include "projections/claims/statistics.h"

#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "engine/domain/core/aggregate.h"
#include "engine/record/byte_order.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::projections {
namespace {

constexpr size_t kMinListedClaim = 30;  // bytes, of one without a corridor

std::string EncodeListedClaim(const ListedClaim& claim) {
  std::string row = Key('-').Number(claim.programme_id).Number(claim.organisation_id);
  row.push_back(static_cast<char>(claim.status));
  row.push_back(static_cast<char>(claim.status_before_suspension));
  row.push_back(static_cast<char>(claim.status_before_merging));
  row.push_back(static_cast<char>(claim.status_before_ending));
  record::AppendBig64(row, claim.month);
  row += claim.origin;
  row += '\0';
  row += claim.destination;
  return row;
}

std::string KeyByStatus(v1::ClaimStatus status, uint64_t programme_id, uint64_t claim_id) {
  return Key('f').Number(status).Number(programme_id).Number(claim_id);
}
std::string KeyByStatus(v1::ClaimStatus status, uint64_t claim_id) {
  return Key('s').Number(status).Number(claim_id);
}

uint64_t MonthOf(int64_t micros) {
  const absl::CivilMonth month = absl::ToCivilMonth(absl::FromUnixMicros(micros), absl::UTCTimeZone());
  return static_cast<uint64_t>(month.year()) * 100 + static_cast<uint64_t>(month.month());
}

std::string CorridorOf(const v1::ClaimFiled& filed) {
  std::string corridor;
  record::AppendBig64(corridor, filed.programme_id());
  corridor += filed.corridor().origin();
  corridor += '\0';
  corridor += filed.corridor().destination();
  return corridor;
}

void PutClaim(Rows& rows, uint64_t claim_id, const ListedClaim& claim) {
  const std::string row = EncodeListedClaim(claim);
  rows.Put(KeyByStatus(claim.status, claim.programme_id, claim_id), row);
  rows.Put(KeyByStatus(claim.status, claim_id), row);
  rows.Put(Key('c').Number(claim_id), row);
}

}  // namespace

ListedClaim DecodeListedClaim(absl::string_view row) {
  ListedClaim claim;
  if (row.size() < kMinListedClaim) return claim;
  claim.programme_id = NumberAt(row, 1);
  claim.organisation_id = NumberAt(row, 9);
  claim.status = static_cast<v1::ClaimStatus>(row[17]);
  claim.status_before_suspension = static_cast<v1::ClaimStatus>(row[18]);
  claim.status_before_merging = static_cast<v1::ClaimStatus>(row[19]);
  claim.status_before_ending = static_cast<v1::ClaimStatus>(row[20]);
  claim.month = NumberAt(row, 21);
  const std::pair<std::string, std::string> corridor =
      absl::StrSplit(row.substr(29), absl::MaxSplits('\0', 1));
  claim.origin = corridor.first;
  claim.destination = corridor.second;
  return claim;
}

void Statistics::Load(Rows& rows) {
  rows.Scan("n", [&](const std::string& key, const std::string& value) {
    counts_[{NumberAt(key, 1), NumberAt(key, 9)}] = NumberAt(value, 1);
  });
  rows.Scan("m", [&](const std::string& key, const std::string& value) {
    months_[{NumberAt(key, 1), NumberAt(key, 9)}] = NumberAt(value, 1);
  });
  rows.Scan("o", [&](const std::string& key, const std::string& value) {
    corridors_[key.substr(1)] = NumberAt(value, 1);
  });
  const std::string totals = rows.Get(Key('t')).value_or("");
  for (size_t i = 0; i < totals_.size(); ++i) totals_[i] = NumberAt(totals, 1 + 8 * i);
}

void Statistics::Apply(const v1::EventRecord& event, Rows& rows) {
  totals_[0] += event.has_claimant_registered() ? 1 : 0;
  totals_[1] += event.has_case_opened() ? 1 : 0;
  totals_[2] += event.has_claim_filed() ? 1 : 0;
  totals_[3] += 1;
  if (domain::KindOf(event) != v1::AGGREGATE_KIND_CLAIM) return;
  if (event.has_claim_filed()) {
    const v1::ClaimFiled& filed = event.claim_filed();
    ++counts_[{filed.programme_id(), v1::CLAIM_STATUS_FILED}];
    ++corridors_[CorridorOf(filed)];
    ListedClaim claim;
    claim.programme_id = filed.programme_id();
    claim.organisation_id = filed.organisation_id();
    domain::EvolveLife(claim, event);
    claim.month = MonthOf(event.recorded_at_micros());
    claim.origin = filed.corridor().origin();
    claim.destination = filed.corridor().destination();
    ++months_[{claim.programme_id, claim.month}];
    return PutClaim(rows, event.stream(), claim);
  }
  ListedClaim claim =
      DecodeListedClaim(rows.GetWhole(Key('c').Number(event.stream()), kMinListedClaim).value_or(""));
  const v1::ClaimStatus before = claim.status;
  domain::EvolveLife(claim, event);
  if (claim.status == before) return;
  rows.Delete(KeyByStatus(before, claim.programme_id, event.stream()));
  rows.Delete(KeyByStatus(before, event.stream()));
  --counts_[{claim.programme_id, before}];
  ++counts_[{claim.programme_id, claim.status}];
  PutClaim(rows, event.stream(), claim);
}

void Statistics::BeforeCommit(Rows& rows) {
  for (const auto& [place, count] : counts_) {
    rows.Put(Key('n').Number(place.first).Number(place.second), Key('-').Number(count));
  }
  for (const auto& [place, count] : months_) {
    rows.Put(Key('m').Number(place.first).Number(place.second), Key('-').Number(count));
  }
  for (const auto& [corridor, count] : corridors_) rows.Put(Key('o').Text(corridor), Key('-').Number(count));
  Key totals('-');
  for (uint64_t total : totals_) totals.Number(total);
  rows.Put(Key('t'), std::move(totals));
}

}  // namespace klaim::projections
