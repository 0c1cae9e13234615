// A sample of a group: drawn by lot from what nobody could choose, reviewed by hand, and what it says of the whole, in money.
// The UNCC's auditors found that its sampling error was never turned into money; here no sample ends without that.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/mass_decision_service.pb.h"

namespace klaim::domain {

class Docket;

struct SampleState : Aggregate {
  static constexpr char kKind[] = "sample";
  uint64_t announced_at = 0;  // sequence of the announcement
  v1::SampleAnnounced announced;
  v1::SampleDrawn drawn;
  std::map<uint64_t, v1::SampleReviewed> reviewed;  // by claim; the last review counts
  bool estimated = false;
  v1::SampleEstimated estimate;
};

void Evolve(SampleState& state, const v1::EventRecord& event);

// How many of `population` are to be drawn so that a share is known within the margin with the confidence: Cochran's
// formula for a share of one half, with the correction for a finite population. Both in hundredths of a percent.
uint32_t SampleSize(uint32_t population, uint32_t confidence_basis_points, uint32_t margin_basis_points);

// The seed from the root of all records up to the announcement, 32 bytes.
std::string SeedOf(const std::string& announcement_root);

// Who is drawn: anyone can do it again from the announcement and the seed.
std::vector<uint64_t> Draw(const v1::SampleAnnounced& announced, const std::string& seed);

// The estimate once all that were drawn are reviewed. Margins are rounded up.
v1::SampleEstimated Estimate(const SampleState& sample);

absl::Status Decide(const v1::AnnounceSampleRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::DrawSampleRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::ReviewSampleRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::EstimateSampleRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
