// Tests of the domain as stories: given this docket, when that is asked, then these events or this refusal.
// Nothing but the domain runs: events are kept in memory, and each accepted one is also folded from its
// serialised bytes.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/domain/claims/double_claim.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/invariants.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/people/duplicate.h"
#include "engine/domain/work/handover.h"
#include "gtest/gtest.h"

namespace klaim::testing {

inline constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
inline constexpr auto kNotNow = absl::StatusCode::kFailedPrecondition;

inline v1::PartialDate Day(uint32_t year, uint32_t month, uint32_t day) {
  v1::PartialDate date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

class DocketStory {
 public:
  DocketStory();

  // Asks as `actor`; OK when accepted.
  template <class Request>
  absl::Status Ask(const Request& request, const std::string& actor = "sari@0") {
    domain::Context context;
    context.now_micros = now_micros;
    context.actor = actor;
    google::protobuf::Arena arena;
    domain::Decision decision(&arena, records_.size());
    absl::Status status = Decide(request, docket_, context, decision);
    if (status.ok()) status = domain::CheckDecision(decision, docket_);
    EXPECT_FALSE(absl::IsInternal(status)) << status;
    if (!status.ok()) return status;
    // Deciding twice is the same.
    domain::Decision again(&arena, records_.size());
    EXPECT_TRUE(Decide(request, docket_, context, again).ok());
    EXPECT_EQ(Bytes(decision), Bytes(again));
    Record(decision, actor);
    return status;
  }

  // Asks, expects to be accepted, and returns the sequence of the first event.
  template <class Request>
  uint64_t Must(const Request& request, const std::string& actor = "sari@0") {
    const uint64_t first = records_.size();
    absl::Status status = Ask(request, actor);
    EXPECT_TRUE(status.ok()) << request.GetDescriptor()->name() << ": " << status;
    return first;
  }

  uint64_t size() const { return records_.size(); }
  v1::EventRecord record(uint64_t sequence) const;
  const domain::ClaimState& claim(uint64_t id);
  const domain::SettlementState& settlement(uint64_t id);
  domain::Docket& docket() { return docket_; }

  // The docket's fixtures, made by the constructor.
  uint64_t programme = 0;  // HKD: excess_recruitment_fee (documented, cap 20,000.00), document_retention
                           // (fixed 2,000.00), unpaid_wages
  uint64_t agency = 0;
  uint64_t partner_agency = 0;
  int64_t now_micros = 1'790'000'000'000'000;  // September 2026

  // A filing of a new claimant, claiming and documenting this much for excess_recruitment_fee.
  v1::FileClaimRequest Filing(int64_t documented_minor) const;
  // Files it; returns the claim's number.
  uint64_t File(int64_t documented_minor);
  uint64_t File(const v1::FileClaimRequest& filing);
  // Takes it from filed to determined.
  void Determine(uint64_t claim_id);
  uint64_t Certify(const std::vector<uint64_t>& claim_ids, const std::string& head = "");
  uint64_t Settle(uint64_t group_id, const std::vector<int64_t>& instalments);
  void Receive(uint64_t settlement_id, uint32_t instalment, int64_t amount_minor);
  // Proposes and approves; returns the number of the proposal.
  uint64_t Allocate(uint64_t settlement_id);
  void ConfirmAccount(uint64_t claim_id);
  // Uploads a paper to the claim's case; returns the document's number.
  uint64_t Upload(uint64_t claim_id);
  // What asks that the money of this claim's claimant goes to an heir, shown by a paper that is uploaded for it.
  v1::NameHeirRequest Naming(uint64_t claim_id, uint64_t heir_id);
  // Proposes an heir and has it confirmed by a second person; what is refused first.
  absl::Status NameHeir(uint64_t claim_id, uint64_t heir_id);
  // Proposes, approves and sends; returns the batch's number.
  uint64_t Send(uint64_t settlement_id);

 private:
  static std::string Bytes(const domain::Decision& decision);
  void Record(const domain::Decision& decision, const std::string& actor);

  std::vector<std::string> records_;
  domain::Docket docket_;
};

// Says which field a refusal names, as "field: message" begins with it.
::testing::AssertionResult Refuses(const absl::Status& status, absl::StatusCode code,
                                   const std::string& field);

}  // namespace klaim::testing
