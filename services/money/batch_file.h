// The file of a payment batch, made from the log: as it would be sent now, and as it was sent.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "klaim/v1/compensation_service.pb.h"
#include "klaim/v1/treasury_service.pb.h"
#include "services/boundary/call_pipeline.h"

namespace klaim::services {

// Fills what the service boundary tells of the file of a batch that is to be sent: its hash, its day, the payments that are left out. Nobody
// sees the file here. FAILED_PRECONDITION before the batch was approved.
absl::Status FillFile(CallPipeline& calls, v1::SendPaymentBatchRequest& request);

// The bytes of a batch's file as it was sent; the caller is noted to have seen whom it pays. FAILED_PRECONDITION where there is none, or
// another program wrote it.
absl::StatusOr<std::string> FileOfSentBatch(CallPipeline& calls, Caller& caller, uint64_t batch_id);

// How the file would be, payment by payment. Names only for who makes or approves payments, who is noted to have seen them.
absl::Status PreviewFile(CallPipeline& calls, Caller& caller, const v1::PreviewPaymentFileRequest& request,
                         v1::PreviewPaymentFileResponse& response);

}  // namespace klaim::services
