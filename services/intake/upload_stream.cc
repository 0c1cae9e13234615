#include "services/intake/upload_stream.h"

#include <sodium.h>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/time/steady.h"
#include "klaim/v1/event_record.pb.h"
#include "services/common/limits.h"
#include "services/intake/content_check.h"

namespace klaim::services {
namespace {

constexpr size_t kCrumbBytes = 4 << 10;

absl::Status AnotherDocument() {
  return domain::Taken("begun.request_id", v1::REASON_WAS_THAT_OF_ANOTHER_DOCUMENT);
}

}  // namespace

absl::StatusOr<std::optional<v1::DocumentReceived>> RecordedUpload(const log::EventLog& log,
                                                                   const std::string& actor,
                                                                   const std::string& request_id) {
  const uint64_t fingerprint = log::RequestFingerprint(actor, request_id);
  ASSIGN_OR_RETURN(auto found, log.FindRequests(absl::MakeConstSpan(&fingerprint, 1)));
  const std::optional<uint64_t> sequence = found.front();
  if (!sequence.has_value()) return std::nullopt;
  v1::EventRecord event;
  RETURN_IF_ERROR(log::ReadRecord(log, *sequence, event));
  // Two requests may share a fingerprint.
  if (event.actor() != actor || event.request_id() != request_id || !event.has_document_received())
    return std::nullopt;
  return event.document_received();
}

absl::StatusOr<evidence::BlobId> BlobOf(const OpenDocket& docket, const std::string& actor,
                                        const std::string& request_id) {
  ASSIGN_OR_RETURN(auto recorded, RecordedUpload(*docket.log, actor, request_id));
  if (recorded.has_value()) return recorded->blob_id();
  const absl::string_view end("\0", 1);
  const std::string named = absl::StrCat("klaim upload ", docket.places.origin, end, actor, end, request_id);
  evidence::BlobId blob(16, '\0');
  crypto_generichash(reinterpret_cast<uint8_t*>(blob.data()), blob.size(),
                     reinterpret_cast<const uint8_t*>(named.data()), named.size(), nullptr, 0);
  return blob;
}

UploadStream::UploadStream(CallPipeline& calls, grpc::CallbackServerContext& context, Caller caller,
                           const std::string& clamd_socket, Turns& workers,
                           v1::UploadDocumentResponse& response)
    : calls_(calls),
      context_(context),
      caller_(std::move(caller)),
      clamd_socket_(clamd_socket),
      workers_(workers),
      response_(response),
      peer_deadline_(calls.timers(), context) {
  ReadNext();
}

void UploadStream::ReadNext() {
  peer_deadline_.Expect();
  StartRead(&message_);
}

void UploadStream::OnReadDone(bool ok) {
  peer_deadline_.Rest();
  if (!ok) {
    if (!has_begun_) return End(domain::InvalidField("begun", v1::REASON_SAY_FIRST_WHAT_IS_UPLOADED));
    if (incoming_ != nullptr && incoming_->size() < begun_.size_bytes()) {
      absl::Status paused = incoming_->Pause();
      return End(!paused.ok()
                     ? paused
                     : domain::Refuse(absl::StatusCode::kAborted, v1::REASON_UPLOAD_WAS_CUT_AFTER_OF_BYTES,
                                      incoming_->size(), begun_.size_bytes()));
    }
    workers_.Do(caller_.actor, [this] { Complete(); });
    return;
  }
  // What comes in crumbs is slowed.
  const bool crumb = message_.chunk().size() < kCrumbBytes;
  const absl::Duration wait = calls_.filing_rate().TakeAndWait(caller_.actor, crumb ? kMinCostOfMessage : 1,
                                                               absl::ToInt64Microseconds(steady::Now()));
  if (wait <= absl::ZeroDuration()) return TakeMessage();
  calls_.timers().After(wait, [this] { TakeMessage(); });
}

void UploadStream::TakeMessage() {
  absl::Status status = CallPipeline::CheckParsed(message_);
  if (status.ok()) status = StillAllowed();
  if (status.ok() && message_.part_case() == 0) {
    status = domain::InvalidField("part", v1::REASON_UPLOAD_MESSAGE_IS_EMPTY);
  } else if (status.ok() && message_.has_begun() == has_begun_) {
    status = has_begun_ ? domain::InvalidField("part", v1::REASON_BEGINS_SECOND_UPLOAD)
                        : domain::InvalidField("part", v1::REASON_MUST_SAY_FIRST_WHAT_IS_UPLOADED);
  }
  if (!status.ok() || message_.has_chunk()) return GoOn(status.ok() ? Take(message_.chunk()) : status);
  // What has arrived before may have to be read, which takes a second or two.
  workers_.Do(caller_.actor, [this] { GoOn(Begin(message_.begun())); });
}

absl::Status UploadStream::StillAllowed() {
  absl::Status allowed = calls_.StillAllowed(context_, v1::UploadDocumentRequest::default_instance());
  if (!allowed.ok() || !has_begun_) return allowed;
  return calls_.scope().RequireSubjects(caller_, begun_, Access::kWrite);
}

void UploadStream::GoOn(const absl::Status& status) {
  if (status.ok()) return ReadNext();
  if (incoming_ != nullptr) (void)incoming_->Pause();
  End(status);
}

// Whoever is answered may go on at once: what has arrived is let go of before.
void UploadStream::End(const absl::Status& status) {
  incoming_.reset();
  turn_.reset();
  Finish(ToWire(status));
}

absl::Status UploadStream::CheckBegun(const v1::UploadBegun& begun) const {
  RETURN_IF_ERROR(domain::CheckText("begun.request_id", begun.request_id(), 1, kMaxRequestIdCharacters));
  if (begun.has_received())
    return domain::InvalidField("begun.received", v1::REASON_IS_FILLED_HERE_NEVER_BY_CALLER);
  if (begun.size_bytes() == 0 || begun.size_bytes() > evidence::kMaxDocumentBytes) {
    return domain::InvalidField("begun.size_bytes", v1::REASON_IS_TOO_LONG_OR_EMPTY, begun.size_bytes(),
                                evidence::kMaxDocumentBytes);
  }
  if (begun.sha256().size() != sizeof(merkle::Hash)) {
    return domain::InvalidField("begun.sha256", v1::REASON_MUST_BE_32_BYTES_OF_CONTENT_SHA_256);
  }
  if (!begun.title().text().has_clear())
    return domain::InvalidField("begun.title.text", v1::REASON_SAY_WHAT_DOCUMENT_IS_AS_CLEAR);
  return CheckMediaTypeAllowed(begun.media_type());
}

absl::Status UploadStream::Begin(const v1::UploadBegun& begun) {
  has_begun_ = true;
  begun_ = begun;
  absl::Status status = calls_.scope().RequireSubjects(caller_, begun, Access::kWrite);
  if (status.ok()) status = CheckBegun(begun);
  if (!status.ok()) return status;
  ASSIGN_OR_RETURN(key_, calls_.KeyOf("begun.case_id", "case", begun.case_id()));
  ASSIGN_OR_RETURN(blob_, BlobOf(calls_.docket(), caller_.actor, begun.request_id()));
  // No other call of this upload may have it recorded, or begin it anew, before this one is over.
  ASSIGN_OR_RETURN(turn_, calls_.docket().evidence->TakeTurn(blob_));
  const absl::Status whole = calls_.docket().evidence->SizeOf(blob_).status();
  if (!absl::IsNotFound(whole)) return whole;
  ASSIGN_OR_RETURN(incoming_, calls_.docket().evidence->Resume(std::move(turn_), key_));
  if (begun.offset() != incoming_->size()) {
    return domain::InvalidField("begun.offset", v1::REASON_UPLOAD_GOES_ON_ELSEWHERE, begun.offset(),
                                incoming_->size());
  }
  return absl::OkStatus();
}

absl::Status UploadStream::Take(const std::string& chunk) {
  if (incoming_ == nullptr) return absl::OkStatus();  // it is all there
  if (chunk.empty() || chunk.size() > kMaxChunkBytes) {
    return domain::InvalidField("chunk", v1::REASON_HAS_BYTES, chunk.size(), kMaxChunkBytes);
  }
  if (incoming_->size() + chunk.size() > begun_.size_bytes()) {
    incoming_->Discard();
    return domain::InvalidField("chunk", v1::REASON_THERE_IS_MORE_CONTENT_THAN_WAS_DECLARED);
  }
  return incoming_->Append(chunk);
}

absl::Status UploadStream::CheckContent(const evidence::Content& content) {
  if (absl::string_view(begun_.sha256()) != merkle::AsBytes(content.sha256)) {
    return domain::InvalidField("begun.sha256", v1::REASON_IS_NOT_THAT_OF_WHAT_ARRIVED,
                                merkle::ToHex(merkle::AsBytes(content.sha256)));
  }
  ASSIGN_OR_RETURN(auto media_type, CheckMediaType(begun_.media_type(), incoming_->head()));
  media_type_ = media_type;
  if (clamd_socket_.empty()) return absl::OkStatus();
  auto scanned = ScanWithClamd(clamd_socket_, [this](absl::FunctionRef<bool(absl::string_view)> visit) {
    return incoming_->ReadAll(visit);
  });
  if (scanned.ok()) scanned_by_ = *scanned;
  return scanned.status();
}

absl::StatusOr<evidence::Content> UploadStream::ReadBack() {
  ASSIGN_OR_RETURN(auto recorded, RecordedUpload(*calls_.docket().log, caller_.actor, begun_.request_id()));
  ASSIGN_OR_RETURN(auto size, calls_.docket().evidence->SizeOf(blob_));
  // Another's content can't be read as this one's, and another case's not under this key: neither is damage.
  const bool of_another_case = recorded.has_value() && recorded->case_id() != begun_.case_id();
  if (of_another_case || size != begun_.size_bytes()) return AnotherDocument();
  ASSIGN_OR_RETURN(auto stored, calls_.docket().evidence->Read(blob_, key_));
  merkle::Sha256Stream hash;
  evidence::Content content;
  std::string head;
  absl::Status read = stored->Read(0, begun_.size_bytes(), [&](absl::string_view bytes) {
    hash.Update(bytes);
    content.size += bytes.size();
    if (head.empty()) head = std::string(bytes);
    return true;
  });
  if (!read.ok()) return read;
  content.sha256 = hash.Finish();
  ASSIGN_OR_RETURN(auto stored_hash, calls_.docket().evidence->HashStored(blob_));
  content.stored_sha256 = stored_hash;
  if (absl::string_view(begun_.sha256()) != merkle::AsBytes(content.sha256)) {
    return AnotherDocument();
  }
  ASSIGN_OR_RETURN(auto media_type, CheckMediaType(begun_.media_type(), head));
  media_type_ = media_type;
  if (!clamd_socket_.empty()) scanned_by_ = "clamd";  // before it was put in its place
  return content;
}

void UploadStream::Complete() {
  absl::StatusOr<evidence::Content> content = incoming_ == nullptr ? ReadBack() : incoming_->Complete();
  if (content.ok() && incoming_ != nullptr) {
    absl::Status checked = CheckContent(*content);
    // What can never be taken is forgotten; what couldn't be scanned waits for another try.
    if (absl::IsInvalidArgument(checked)) incoming_->Discard();
    // Hashing and scanning took a while.
    if (checked.ok()) checked = StillAllowed();
    if (checked.ok()) checked = incoming_->Keep();
    if (!checked.ok()) content = checked;
  } else if (absl::Status allowed = StillAllowed(); content.ok() && !allowed.ok()) {
    content = allowed;
  }
  if (!content.ok()) return End(content.status());
  Record(*content);
}

void UploadStream::Record(const evidence::Content& content) {
  v1::DocumentReceived& received = *begun_.mutable_received();
  received.set_media_type(media_type_);
  received.set_size_bytes(content.size);
  received.set_content_sha256(std::string(merkle::AsBytes(content.sha256)));
  received.set_stored_sha256(std::string(merkle::AsBytes(content.stored_sha256)));
  received.set_blob_id(blob_);
  received.set_scanned_by(scanned_by_);
  auto command = calls_.Prepare(
      caller_, begun_,
      [this](domain::Docket& docket, const domain::Context& context, domain::Decision& decision) {
        absl::Status status = domain::Decide(begun_, docket, context, decision);
        // An error of what the decision rests on is none of its own.
        refused_ = status.GetPayload(domain::kBadRequestUrl).has_value();
        return status;
      });
  if (!command.ok()) return End(command.status());
  command->done = [this](const absl::StatusOr<sequencer::Outcome>& outcome) {
    if (outcome.ok()) {
      CallPipeline::FillReceipt(*outcome, *response_.mutable_receipt());
      response_.set_document_id(outcome->first_sequence);
    }
    if (outcome.ok() || !refused_ || absl::IsUnavailable(outcome.status())) return End(outcome.status());
    // All answers of the docket wait for this thread, and the store may be far.
    workers_.Do(caller_.actor, [this, refusal = outcome.status()] {
      RemoveUnlessRecorded();
      End(refusal);
    });
  };
  absl::Status submitted = calls_.docket().sequencer->Submit(*std::move(command));
  if (!submitted.ok()) End(submitted);
}

// What was refused is nobody's, but for what another call of the same upload had recorded. On a cluster that may have been at
// another node, of which this one's log needn't know yet: there it stays, encrypted, and unread.
void UploadStream::RemoveUnlessRecorded() {
  const OpenDocket& docket = calls_.docket();
  if (docket.places.cluster.has_value()) return;
  const auto recorded = RecordedUpload(*docket.log, caller_.actor, begun_.request_id());
  if (recorded.ok() && !recorded->has_value()) (void)docket.evidence->Remove(blob_);
}

}  // namespace klaim::services
