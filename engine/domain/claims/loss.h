// A loss: what one person, or one family, lost once, though several heads pursue it, of one claim or of several, under one programme or
// under one abroad and one at home. Whoever is paid for it here is owed so much less there (satisfaction bars a second recovery;
// Indonesian Civil Code, articles 1381 and 1382), and the United Nations Compensation Commission overpaid US$ 80.3 million on losses that
// it couldn't tell to be one.
//
// Invariant: what payments order for the heads of a loss, each converted at the rate of the day on which it was ordered, is at most the
// ceiling; unless it was more before the heads were found to be one loss, and then nothing more is ordered.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/claim_events.pb.h"
#include "klaim/v1/linkage_service.pb.h"

namespace klaim::domain {

class Docket;
struct ClaimHead;
struct ClaimState;
struct ProgrammeState;

struct LossState : Aggregate {
  static constexpr char kKind[] = "loss";
  v1::LossOpened opened;  // with the heads, tables and ceiling of now

  // What frees money takes two persons: the first one's finding is a proposal.
  struct Proposal {
    uint64_t id = 0;  // sequence of its event; 0 for none
    std::string proposer;
  };
  std::map<std::pair<uint64_t, std::string>, Proposal> separations;  // by claim and head
  Proposal raise;
  v1::Money raised_to;
};

void Evolve(LossState& state, const v1::EventRecord& event);

// What a head is a loss of, by its programme's rules: its family, or its own code. Of the arguments.
absl::string_view LossFamilyOf(const ProgrammeState& programme, const v1::ClaimedHead& head);

// Whether the times of two heads are known to be apart, in days: of a month that isn't known the whole year may be meant, of a day
// the whole month.
bool KnownApart(const v1::ClaimedHead& one, const v1::ClaimedHead& other);

// A head that is pursued, as far as it may be one loss with another.
struct LossCandidate {
  const v1::ClaimedHead& filed;
  absl::string_view family;
  uint64_t loss_id = 0;
  absl::Span<const uint64_t> separate_losses;  // that it was found not to be of
};

// Whether two heads look like one loss, and nobody decided that they are, or aren't.
bool LookLikeOneLoss(const LossCandidate& one, const LossCandidate& other);

// What may still be allocated to, or ordered for, heads that are one loss with others, while one decision gives it out. Belongs to that
// decision.
class LossRoom {
 public:
  LossRoom(Docket& docket, int64_t now_micros) : docket_(docket), now_micros_(now_micros) {}

  // How much of `wished_minor` more may be allocated to the head; that counts as given then. All of it for a head of no loss, and where it
  // can't be known: then nothing is paid.
  absl::StatusOr<int64_t> TakeForAllocation(absl::string_view field, const ClaimState& claim,
                                            const ClaimHead& head, int64_t wished_minor);

  // The same of what a payment orders. `draw` is filled for a head of a loss: but for the payment. FAILED_PRECONDITION, naming `field`,
  // when it can't be known: a claim of the loss went to another docket.
  absl::StatusOr<int64_t> TakeForPayment(absl::string_view field, const ClaimState& claim,
                                         const ClaimHead& head, int64_t wished_minor, v1::LossDraw& draw);

  // What isn't ordered after all.
  void GiveBack(const ClaimState& claim, const google::protobuf::RepeatedPtrField<v1::LossDraw>& draws);

 private:
  struct Left {
    int64_t to_allocate = 0;
    int64_t to_order = 0;
  };
  absl::StatusOr<Left*> LeftOf(absl::string_view field, uint64_t loss_id);
  absl::StatusOr<v1::ExchangeRate> RateOf(absl::string_view field, const ClaimState& claim, uint64_t loss_id);

  Docket& docket_;
  const int64_t now_micros_;
  std::map<uint64_t, Left> left_;  // by loss, in the ceiling's currency
};

// What a credit of a head of a loss takes of its ceiling, at the rate of the day on which it was paid.
absl::StatusOr<v1::LossDraw> DrawOfCredit(const std::string& field, const v1::CreditedHead& credit,
                                          const ClaimHead& head, const std::string& currency, int64_t day,
                                          Docket& docket);

// What payments and credits take of the ceiling, all heads together.
absl::StatusOr<int64_t> DrawnOf(absl::string_view field, const LossState& loss, Docket& docket);

// FAILED_PRECONDITION, naming `field`, when payments order more of a loss of these heads than its ceiling: as when they were ordered
// before the heads were found to be one loss. Asked of each payment that isn't made yet.
absl::Status CheckWithinCeilings(absl::string_view field, const ClaimState& claim,
                                 const google::protobuf::RepeatedPtrField<v1::HeadAmount>& heads,
                                 Docket& docket);

// Finds heads to be one loss. Refused when they are of several people who aren't one family, of several loss families, of a loss already,
// or when there is no rate for a currency of theirs.
absl::Status Decide(const v1::OpenLossRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::JoinLossRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// What payments drew for the head is free again for the others: a proposal, until another person decides the same.
absl::Status Decide(const v1::SeparateLossRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Refused below what is drawn. A higher one is a proposal, until another person sets the same.
absl::Status Decide(const v1::SetLossCeilingRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
