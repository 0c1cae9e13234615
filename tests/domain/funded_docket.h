// A docket whose money is there to be paid.
#pragma once

#include "engine/domain/money/payment_batch.h"
#include "testing/docket_story.h"

namespace klaim::testing {

inline uint64_t ClaimantOf(DocketStory& story, uint64_t claim_id) {
  return story.claim(claim_id).claimant_id;
}

// Two claims with money and accounts; the settlement was overpaid by 100,000.
struct Funded {
  DocketStory story;
  uint64_t a = 0;
  uint64_t b = 0;
  uint64_t settlement = 0;

  Funded() {
    a = story.File(400'000);
    b = story.File(200'000);
    story.Determine(a);
    story.Determine(b);
    settlement = story.Settle(story.Certify({a, b}), {600'000});
    story.Receive(settlement, 0, 700'000);
    story.Allocate(settlement);
    story.ConfirmAccount(a);
    story.ConfirmAccount(b);
  }
  template <class Request>
  Request Of(uint64_t proposal) const {
    Request request;
    request.set_settlement_id(settlement);
    request.set_proposal_id(proposal);
    return request;
  }
  uint64_t Propose() {
    v1::ProposePaymentBatchRequest request;
    request.set_settlement_id(settlement);
    return story.Must(request);
  }
  template <class Request>
  static Request OfBatch(uint64_t batch) {
    Request request;
    request.set_payment_batch_id(batch);
    return request;
  }
  domain::PaymentBatchState Batch(uint64_t id) {
    return **story.docket().Find<domain::PaymentBatchState>("payment_batch_id", id);
  }
};

}  // namespace klaim::testing
