#include "engine/domain/claims/sample.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/allocation.h"
#include "engine/domain/registry/programme.h"
#include "engine/merkle/hash.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

// Squares of the normal quantiles for 90, 95 and 99 %, times 10,000.
int64_t SquaredQuantile(uint32_t confidence_basis_points) {
  switch (confidence_basis_points) {
    case 9'000:
      return 27'055;
    case 9'500:
      return 38'415;
    case 9'900:
      return 66'349;
    default:
      return 0;
  }
}

// Amounts beyond this would leave 128 bits in the variance.
constexpr int64_t kMaxAmount = 1'000'000'000'000;

size_t StratumOf(const v1::SampleAnnounced& announced, int64_t amount) {
  size_t stratum = 0;
  while (stratum + 1 < static_cast<size_t>(announced.strata_size()) &&
         amount >= announced.strata(static_cast<int>(stratum) + 1).from_minor()) {
    ++stratum;
  }
  return stratum;
}

// At least two of each stratum, so that its variance is known; the others by what the strata are worth.
void ShareDraws(uint32_t wished, v1::SampleAnnounced& announced) {
  std::vector<Sharer> sharers;
  for (const v1::Stratum& stratum : announced.strata()) {
    const int64_t claims = stratum.claims();
    sharers.push_back(
        {std::max<int64_t>(1, stratum.sum_minor() / 100), std::min<int64_t>(2, claims), claims});
  }
  int64_t least = 0;
  for (const Sharer& sharer : sharers) least += sharer.least;
  const std::vector<int64_t> shares = ShareWithin(std::max<int64_t>(wished, least), sharers);
  for (size_t i = 0; i < shares.size(); ++i) {
    announced.mutable_strata(static_cast<int>(i))->set_drawn(static_cast<uint32_t>(shares[i]));
  }
}

// The integer root, rounded up.
int64_t RootUp(absl::int128 value) {
  if (value <= 0) return 0;
  absl::int128 low = 0;
  absl::int128 high = absl::int128(1) << 62;
  while (low < high) {
    const absl::int128 middle = (low + high) / 2;
    if (middle * middle >= value) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return static_cast<int64_t>(low);
}

absl::int128 RoundedDivision(absl::int128 value, absl::int128 by) {
  return value >= 0 ? (value + by / 2) / by : -((-value + by / 2) / by);
}

int64_t DeterminedOf(const ClaimState& claim) {
  int64_t sum = 0;
  for (const ClaimHead& head : claim.heads) sum += head.determined_minor;
  return sum;
}

absl::StatusOr<const SampleState*> FindSample(Docket& docket, uint64_t sample_id, bool drawn) {
  ASSIGN_OR_RETURN(auto sample, docket.Find<SampleState>("sample_id", sample_id));
  if (sample->estimated) return NotNow("sample_id", v1::REASON_IS_ESTIMATED_ALREADY);
  if (sample->drawn.seed().empty() == drawn) {
    return drawn ? NotNow("sample_id", v1::REASON_WAS_NOT_DRAWN_YET)
                 : NotNow("sample_id", v1::REASON_WAS_DRAWN_ALREADY);
  }
  return sample;
}

}  // namespace

void Evolve(SampleState& state, const v1::EventRecord& event) {
  if (event.has_sample_announced()) {
    state.announced = event.sample_announced();
    state.announced_at = event.sequence();
  } else if (event.has_sample_drawn()) {
    state.drawn = event.sample_drawn();
  } else if (event.has_sample_reviewed()) {
    state.reviewed[event.sample_reviewed().claim_id()] = event.sample_reviewed();
  } else if (event.has_sample_estimated()) {
    state.estimated = true;
    state.estimate = event.sample_estimated();
  }
}

uint32_t SampleSize(uint32_t population, uint32_t confidence_basis_points, uint32_t margin_basis_points) {
  // n0 = z^2 / 4 / e^2; n = n0 / (1 + (n0 - 1) / N), rounded up; exactly, as one fraction.
  const absl::int128 top =
      absl::int128(SquaredQuantile(confidence_basis_points)) * 10'000;  // n0 = top / bottom
  const absl::int128 bottom = absl::int128(4) * margin_basis_points * margin_basis_points;
  const absl::int128 numerator = top * population;
  const absl::int128 denominator = bottom * population + top - bottom;
  if (population == 0 || denominator <= 0) return population;
  return std::min(population, static_cast<uint32_t>((numerator + denominator - 1) / denominator));
}

std::string SeedOf(const std::string& announcement_root) {
  const merkle::Hash seed = merkle::Sha256(absl::StrCat("klaim sample v1\n", announcement_root));
  return std::string(seed.begin(), seed.end());
}

std::vector<uint64_t> Draw(const v1::SampleAnnounced& announced, const std::string& seed) {
  std::vector<std::vector<std::pair<merkle::Hash, uint64_t>>> lots(
      static_cast<size_t>(announced.strata_size()));
  for (int i = 0; i < announced.claim_ids_size(); ++i) {
    const uint64_t claim_id = announced.claim_ids(i);
    std::string text = seed;
    for (int shift = 56; shift >= 0; shift -= 8) text.push_back(static_cast<char>(claim_id >> shift & 0xFF));
    lots[StratumOf(announced, announced.amounts_minor(i))].emplace_back(merkle::Sha256(text), claim_id);
  }
  std::vector<uint64_t> drawn;
  for (size_t stratum = 0; stratum < lots.size(); ++stratum) {
    std::sort(lots[stratum].begin(), lots[stratum].end());
    const size_t begin = drawn.size();
    const uint32_t count = announced.strata(static_cast<int>(stratum)).drawn();
    for (size_t i = 0; i < count && i < lots[stratum].size(); ++i) drawn.push_back(lots[stratum][i].second);
    std::sort(drawn.begin() + static_cast<std::ptrdiff_t>(begin), drawn.end());
  }
  return drawn;
}

v1::SampleEstimated Estimate(const SampleState& sample) {
  const v1::SampleAnnounced& announced = sample.announced;
  std::vector<std::vector<int64_t>> errors(static_cast<size_t>(announced.strata_size()));
  v1::SampleEstimated estimate;
  for (int i = 0; i < announced.claim_ids_size(); ++i) {
    estimate.set_determined_minor(estimate.determined_minor() + announced.amounts_minor(i));
    const auto reviewed = sample.reviewed.find(announced.claim_ids(i));
    if (reviewed == sample.reviewed.end()) continue;
    const int64_t error = reviewed->second.found_minor() - announced.amounts_minor(i);
    errors[StratumOf(announced, announced.amounts_minor(i))].push_back(error);
    estimate.set_reviewed(estimate.reviewed() + 1);
    if (error != 0) estimate.set_wrong(estimate.wrong() + 1);
  }
  absl::int128 variance = 0;
  for (size_t stratum = 0; stratum < errors.size(); ++stratum) {
    const absl::int128 population = announced.strata(static_cast<int>(stratum)).claims();
    const absl::int128 drawn = static_cast<int64_t>(errors[stratum].size());
    if (drawn == 0) continue;
    absl::int128 sum = 0;
    for (int64_t error : errors[stratum]) sum += error;
    estimate.set_error_minor(estimate.error_minor() +
                             static_cast<int64_t>(RoundedDivision(sum * population, drawn)));
    if (drawn < 2 || drawn == population) continue;
    // Sum of squares about the mean, times n: n * sum(x^2) - sum(x)^2.
    absl::int128 squares = 0;
    for (int64_t error : errors[stratum]) squares += absl::int128(error) * error;
    const absl::int128 deviations = (drawn * squares - sum * sum) / drawn;
    variance += deviations / (drawn - 1) * population / drawn * (population - drawn);
  }
  estimate.set_margin_minor(RootUp(variance / 10'000 * SquaredQuantile(announced.confidence_basis_points())));
  return estimate;
}

absl::Status Decide(const v1::AnnounceSampleRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  if (SquaredQuantile(request.confidence_basis_points()) == 0) {
    return InvalidField("confidence_basis_points", v1::REASON_MUST_BE_9000_9500_OR_9900);
  }
  if (request.margin_basis_points() < 100 || request.margin_basis_points() > 5'000) {
    return InvalidField("margin_basis_points", v1::REASON_MUST_BE_100_TO_5000);
  }
  if (request.bounds_minor_size() > 19)
    return InvalidField("bounds_minor", v1::REASON_HAS_MORE_THAN_19_BOUNDS);
  for (int i = 0; i < request.bounds_minor_size(); ++i) {
    if (request.bounds_minor(i) <= (i == 0 ? 0 : request.bounds_minor(i - 1))) {
      return InvalidField("bounds_minor", v1::REASON_MUST_RISE_FROM_ONE_TO_NEXT_FROM_MORE_THAN_0_ON);
    }
  }
  ASSIGN_OR_RETURN(auto group, docket.Find<ClaimantGroupState>("group_id", request.group_id()));
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("group_id", group->programme_id));
  v1::SampleAnnounced announced;
  announced.set_group_id(request.group_id());
  announced.set_currency(programme->rules.currency());
  announced.set_confidence_basis_points(request.confidence_basis_points());
  announced.set_margin_basis_points(request.margin_basis_points());
  announced.add_strata();
  for (int64_t bound : request.bounds_minor()) announced.add_strata()->set_from_minor(bound);
  for (uint64_t claim_id : group->members) {
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("group_id", claim_id));
    const int64_t amount = DeterminedOf(*claim);
    if (claim->status == v1::CLAIM_STATUS_MERGED || amount == 0) continue;
    if (amount > kMaxAmount)
      return InvalidField("group_id", v1::REASON_CLAIM_IS_WORTH_TOO_MUCH_TO_BE_SAMPLED, claim_id);
    announced.add_claim_ids(claim_id);
    announced.add_amounts_minor(amount);
    v1::Stratum& stratum = *announced.mutable_strata(static_cast<int>(StratumOf(announced, amount)));
    stratum.set_claims(stratum.claims() + 1);
    stratum.set_sum_minor(stratum.sum_minor() + amount);
  }
  if (announced.claim_ids_size() < 2)
    return NotNow("group_id", v1::REASON_HAS_FEWER_THAN_TWO_CLAIMS_WITH_DETERMINED_VALUE);
  ShareDraws(SampleSize(static_cast<uint32_t>(announced.claim_ids_size()), request.confidence_basis_points(),
                        request.margin_basis_points()),
             announced);
  *decision.Open().mutable_sample_announced() = std::move(announced);
  return absl::OkStatus();
}

absl::Status Decide(const v1::DrawSampleRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto sample, FindSample(docket, request.sample_id(), false));
  if (request.announcement_root().size() != 32)
    return InvalidField("announcement_root", v1::REASON_MUST_BE_32_BYTES);
  v1::SampleDrawn& drawn = *decision.Append(*sample).mutable_sample_drawn();
  drawn.set_seed(SeedOf(request.announcement_root()));
  drawn.set_checkpoint(request.checkpoint());
  const std::vector<uint64_t> claims = Draw(sample->announced, drawn.seed());
  drawn.mutable_claim_ids()->Assign(claims.begin(), claims.end());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ReviewSampleRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  const v1::SampleReviewed& review = request.review();
  RETURN_IF_ERROR(CheckAmount("review.found_minor", review.found_minor(), 0));
  if (review.found_minor() > kMaxAmount)
    return InvalidField("review.found_minor", v1::REASON_IS_TOO_MUCH_FOR_SAMPLE);
  RETURN_IF_ERROR(CheckText("review.finding", review.finding(), 1, 1000));
  ASSIGN_OR_RETURN(auto sample, FindSample(docket, request.sample_id(), true));
  const auto& claims = sample->drawn.claim_ids();
  if (std::find(claims.begin(), claims.end(), review.claim_id()) == claims.end()) {
    return InvalidField("review.claim_id", v1::REASON_CLAIM_WAS_NOT_DRAWN, review.claim_id());
  }
  *decision.Append(*sample).mutable_sample_reviewed() = review;
  return absl::OkStatus();
}

absl::Status Decide(const v1::EstimateSampleRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto sample, FindSample(docket, request.sample_id(), true));
  for (uint64_t claim_id : sample->drawn.claim_ids()) {
    if (!sample->reviewed.contains(claim_id)) {
      return NotNow("sample_id", v1::REASON_CLAIM_OF_SAMPLE_IS_NOT_REVIEWED_YET, claim_id);
    }
  }
  *decision.Append(*sample).mutable_sample_estimated() = Estimate(*sample);
  return absl::OkStatus();
}

}  // namespace klaim::domain
