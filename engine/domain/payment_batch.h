// A payment batch: proposed, approved by another person, handed to the bank, and followed to the bank's last
// word.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/domain/decision.h"
#include "klaim/v1/compensation_service.pb.h"

namespace klaim::domain {

class Docket;

struct PaymentBatchState : Aggregate {
  static constexpr char kKind[] = "payment batch";
  v1::PaymentBatchProposed proposed;
  std::string proposer;
  v1::PaymentBatchStatus status = v1::PAYMENT_BATCH_STATUS_UNSPECIFIED;
  std::vector<v1::PaymentStatus> payments;  // by number, from 1
  v1::PaymentBatchSent sent;
};

// The message identification of a batch's file, unless another was named.
std::string MessageIdOf(uint64_t batch_id);

void Evolve(PaymentBatchState& state, const v1::EventRecord& event);

// Orders, for each claim of the settlement's groups, what was allocated to it and is not ordered yet, to the
// account confirmed last. A claim without an account in the currency, or whose payment came back from its
// present account, is left out, or refused if it was named.
absl::Status Decide(const v1::ProposePaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Four eyes: neither is for the proposer.
absl::Status Decide(const v1::ApprovePaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RejectPaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

absl::Status Decide(const v1::SendPaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::ConfirmPaymentsRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::ReturnPaymentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
