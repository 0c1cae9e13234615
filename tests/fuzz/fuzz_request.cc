// Bytes as requests: as the stubs parse them, and as the domain decides them. The first byte chooses which.

#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "proto/request_parser.h"
#include "testing/docket_story.h"

namespace {

template <class Request>
void Try(const uint8_t* data, size_t size) {
  using namespace klaim;
  const grpc::Slice slice(data, size);
  grpc::ByteBuffer bytes(&slice, 1);
  Request request;
  if (!proto::Parse(bytes, request).ok() || proto::FaultOf(request).has_value()) return;
  // Deciding twice is the same, and what is accepted can be folded: the story checks both.
  klaim::testing::DocketStory story;
  (void)story.Ask(request);
}

}  // namespace

// What can't be parsed is told to the log by Protocol Buffers, each time.
static const google::protobuf::LogSilencer silence;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace klaim::v1;
  if (size == 0) return 0;
  const uint8_t* rest = data + 1;
  switch (data[0] % 12) {
    case 0:
      Try<FileClaimRequest>(rest, size - 1);
      break;
    case 1:
      Try<OpenProgrammeRequest>(rest, size - 1);
      break;
    case 2:
      Try<RegisterRespondentRequest>(rest, size - 1);
      break;
    case 3:
      Try<RegisterOrganisationRequest>(rest, size - 1);
      break;
    case 4:
      Try<RecordSettlementRequest>(rest, size - 1);
      break;
    case 5:
      Try<CertifyGroupRequest>(rest, size - 1);
      break;
    case 6:
      Try<GiveConsentRequest>(rest, size - 1);
      break;
    case 7:
      Try<ConfirmPayoutAccountRequest>(rest, size - 1);
      break;
    case 8:
      Try<NoticeDeficiencyRequest>(rest, size - 1);
      break;
    case 9:
      Try<OpenAccountRequest>(rest, size - 1);
      break;
    case 10:
      Try<ProposeAllocationRequest>(rest, size - 1);
      break;
    default:
      Try<UploadBegun>(rest, size - 1);
      break;
  }
  return 0;
}
