#include "services/intake/evidence_service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/core/refusal.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/documents/documents_query.h"
#include "services/boundary/told_fields.h"
#include "services/boundary/write_reactors.h"
#include "services/common/limits.h"
#include "services/common/system_clock.h"
#include "services/intake/upload_stream.h"

namespace klaim::services {
namespace {

constexpr int64_t kStaleUploadSeconds = 14 * 86'400;
constexpr size_t kDownloadChunkBytes = 256 << 10;
constexpr uint64_t kProgressEvery = 100;  // documents

class RefusedUpload final : public grpc::ServerReadReactor<v1::UploadDocumentRequest> {
 public:
  explicit RefusedUpload(const absl::Status& status) { Finish(ToWire(status)); }
  void OnDone() override { delete this; }
};

absl::StatusOr<v1::Document> DocumentOf(const projections::DocumentsQuery& documents, uint64_t document_id) {
  ASSIGN_OR_RETURN(auto document, documents.Document(document_id));
  if (!document.has_value()) return domain::UnknownId("document_id", "document", document_id);
  return *std::move(document);
}

// Sends a document's content, or a part of it.
class Download final : public PartWriter<v1::DownloadDocumentResponse> {
 public:
  Download(CallPipeline& calls, Turns& turns, grpc::CallbackServerContext& context, const Caller& caller,
           uint64_t document_id, std::string blob_id, privacy::DataKey key, uint64_t offset, uint64_t length)
      : PartWriter(turns, caller.actor, calls.timers(), context),
        calls_(calls),
        context_(context),
        caller_(caller),
        document_id_(document_id),
        blob_id_(std::move(blob_id)),
        key_(std::move(key)),
        offset_(offset),
        left_(length) {}

  // The look is recorded before the first byte leaves.
  void Begin(const absl::Status& recorded) {
    if (!recorded.ok()) return Finish(ToWire(recorded));
    GoOn();
  }

 private:
  // The role, the sharing or the consent may end while it goes on.
  absl::Status StillAllowed() override {
    RETURN_IF_ERROR(calls_.StillAllowed(context_, v1::DownloadDocumentRequest::default_instance()));
    return calls_.scope().Require(caller_, "document_id", "document", document_id_, Access::kRead);
  }

  absl::StatusOr<More> Next(v1::DownloadDocumentResponse& part) override {
    if (stored_ == nullptr) {
      ASSIGN_OR_RETURN(stored_, calls_.docket().evidence->Read(blob_id_, key_));
    }
    if (left_ == 0) return More::kNone;
    const uint64_t size = std::min<uint64_t>(left_, kDownloadChunkBytes);
    absl::Status read = stored_->Read(offset_, size, [&](absl::string_view bytes) {
      part.mutable_chunk()->append(bytes.data(), bytes.size());
      return true;
    });
    if (!read.ok()) return read;
    offset_ += size;
    left_ -= size;
    return More::kPart;
  }

  CallPipeline& calls_;
  grpc::CallbackServerContext& context_;
  const Caller caller_;
  const uint64_t document_id_;
  const std::string blob_id_;
  const privacy::DataKey key_;
  std::unique_ptr<evidence::Stored> stored_;
  uint64_t offset_;
  uint64_t left_;
};

// Hashes every document in the store, and compares with what the log says.
class StoreCheck final : public ProgressWriter<v1::VerifyStoreResponse> {
 public:
  StoreCheck(CallPipeline& calls, grpc::CallbackServerContext& context)
      : ProgressWriter(calls.timers(), context) {
    While([&calls, &context] {
      return calls.StillAllowed(context, v1::VerifyStoreRequest::default_instance());
    });
  }
  void Run(const projections::DocumentsQuery& documents, const evidence::EvidenceStore& store) {
    v1::VerifyStoreResponse message;
    absl::Status status = documents.All().ForEach([&](uint64_t) {
      message.set_total(message.total() + 1);
      return absl::OkStatus();
    });
    if (status.ok()) {
      status = documents.From(0).Read("", [&](absl::string_view, const v1::Document& document) {
        Check(document, store, message);
        if (message.checked() % kProgressEvery == 0 || !message.faults().empty()) {
          if (Tell(message)) message.clear_faults();
        }
        return !gone();
      });
    }
    End(status, std::move(message));
  }

 private:
  static void Check(const v1::Document& document, const evidence::EvidenceStore& store,
                    v1::VerifyStoreResponse& message) {
    message.set_checked(message.checked() + 1);
    if (document.erased()) return message.set_erased(message.erased() + 1);
    auto hash = store.HashStored(document.received().blob_id());
    std::string what;
    if (!hash.ok()) {
      what = std::string(hash.status().message());
    } else if (merkle::AsBytes(*hash) != absl::string_view(document.received().stored_sha256())) {
      what = "the file is not the one that was received";
    }
    message.set_bytes(message.bytes() + document.received().size_bytes());
    if (what.empty()) return;
    auto* fault = message.add_faults();
    fault->set_document_id(document.document_id());
    fault->set_what(what);
  }
};

}  // namespace

EvidenceService::EvidenceService(CallPipeline& calls, std::string clamd_socket)
    : calls_(calls), clamd_socket_(std::move(clamd_socket)) {
  Serve(&EvidenceService::UploadDocument, &EvidenceService::GetUpload, &EvidenceService::LinkDocument,
        &EvidenceService::NoteCustody, &EvidenceService::VerifyDocument, &EvidenceService::HoldDocument,
        &EvidenceService::LiftHold, &EvidenceService::GetDocument, &EvidenceService::ListDocuments,
        &EvidenceService::DownloadDocument, &EvidenceService::VerifyStore);
  calls_.docket().evidence->RemoveStale(SystemClockMicros() / 1'000'000, kStaleUploadSeconds);
}

grpc::ServerReadReactor<v1::UploadDocumentRequest>* EvidenceService::UploadDocument(
    grpc::CallbackServerContext* context, v1::UploadDocumentResponse* response) {
  auto caller = calls_.AuthoriseNow(*context, v1::UploadDocumentRequest::default_instance());
  if (!caller.ok()) return new RefusedUpload(caller.status());
  return new UploadStream(calls_, *context, *std::move(caller), clamd_socket_, workers_, *response);
}

absl::Status EvidenceService::AnswerUpload(const Caller& caller, const v1::GetUploadRequest& request,
                                           v1::GetUploadResponse& response) {
  RETURN_IF_ERROR(calls_.scope().RequireSubjects(caller, request, Access::kWrite));
  ASSIGN_OR_RETURN(auto key, calls_.KeyOf("case_id", "case", request.case_id()));
  evidence::EvidenceStore& store = *calls_.docket().evidence;
  ASSIGN_OR_RETURN(auto blob, BlobOf(calls_.docket(), caller.actor, request.request_id()));
  ASSIGN_OR_RETURN(auto turn, store.TakeTurn(blob));
  auto whole = store.SizeOf(blob);
  if (whole.ok()) response.set_size_bytes(*whole);
  if (!absl::IsNotFound(whole.status())) return whole.status();
  ASSIGN_OR_RETURN(auto incoming, store.Resume(std::move(turn), key));
  response.set_size_bytes(incoming->size());
  return incoming->Pause();
}

grpc::ServerUnaryReactor* EvidenceService::GetUpload(grpc::CallbackServerContext* context,
                                                     const v1::GetUploadRequest* request,
                                                     v1::GetUploadResponse* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.AuthoriseNow(*context, *request);
  if (!caller.ok()) return CallPipeline::Refuse(reactor, caller.status());
  // What has arrived is read, which may take a second or two.
  const std::string who = caller->actor;
  workers_.Do(who, [this, reactor, request, response, caller = *std::move(caller)] {
    reactor->Finish(ToWire(AnswerUpload(caller, *request, *response)));
  });
  return reactor;
}

#define KLAIM_PLAIN_WRITE(Method)                                                         \
  grpc::ServerUnaryReactor* EvidenceService::Method(grpc::CallbackServerContext* context, \
                                                    const v1::Method##Request* request,   \
                                                    v1::Method##Response* response) {     \
    return calls_.Write(context, request, response);                                      \
  }
KLAIM_PLAIN_WRITE(LinkDocument)
KLAIM_PLAIN_WRITE(NoteCustody)
KLAIM_PLAIN_WRITE(VerifyDocument)
KLAIM_PLAIN_WRITE(HoldDocument)
KLAIM_PLAIN_WRITE(LiftHold)
#undef KLAIM_PLAIN_WRITE

absl::Status EvidenceService::AnswerDocument(Caller& caller, const v1::GetDocumentRequest& request,
                                             v1::GetDocumentResponse& response) {
  const projections::DocumentsQuery documents = calls_.ModelsFor(caller).documents();
  ASSIGN_OR_RETURN(auto row, DocumentOf(documents, request.document_id()));
  absl::Status status;
  absl::Status read =
      documents.CustodyOf(request.document_id()).Read("", [&](absl::string_view, uint64_t sequence) {
        v1::EventRecord event;
        status = log::ReadRecord(calls_.LogFor(caller), sequence, event);
        if (!status.ok()) return false;
        v1::CustodyStep& step = *response.add_custody();
        step.set_sequence(event.sequence());
        step.set_recorded_at_micros(event.recorded_at_micros());
        step.set_actor(event.actor());
        if (event.has_document_received()) step.set_received(true);
        if (event.has_document_custody_noted()) *step.mutable_noted() = event.document_custody_noted();
        if (event.has_personal_data_viewed()) {
          step.set_actor(event.personal_data_viewed().viewer());
          step.set_viewed(event.personal_data_viewed().purpose());
        }
        return response.custody_size() < static_cast<int>(kMaxPageSize);
      });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  const uint64_t claimant_id = row.received().claimant_id();
  *response.mutable_document() = std::move(row);
  status = calls_.OpenPersonalData(caller, claimant_id, *response.mutable_document());
  KeepToldOf(caller, *response.mutable_document());
  return status;
}

void EvidenceService::KeepToldOf(const Caller& caller, v1::Document& document) const {
  KeepTold(calls_.scope(), caller, document);
  auto& redactions = *document.mutable_redactions();
  redactions.erase(
      std::remove_if(redactions.begin(), redactions.end(),
                     [&](uint64_t id) { return !calls_.scope().MayRead(caller, "document", id); }),
      redactions.end());
}

grpc::ServerUnaryReactor* EvidenceService::GetDocument(grpc::CallbackServerContext* context,
                                                       const v1::GetDocumentRequest* request,
                                                       v1::GetDocumentResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](Caller& caller) { return AnswerDocument(caller, *request, *response); });
}

absl::Status EvidenceService::AnswerDocuments(const Caller& caller, const v1::ListDocumentsRequest& request,
                                              v1::ListDocumentsResponse& response) {
  const projections::DocumentsQuery documents = calls_.ModelsFor(caller).documents();
  const projections::Listing<uint64_t> listed = request.of_claim() != 0
                                                    ? documents.OfClaim(request.of_claim())
                                                : request.of_case() != 0 ? documents.OfCase(request.of_case())
                                                                         : documents.All();
  return calls_.AnswerPage(
      caller, request, response, listed, [&](uint64_t document_id) -> absl::StatusOr<bool> {
        ASSIGN_OR_RETURN(auto document, DocumentOf(documents, document_id));
        const v1::DocumentReceived& received = document.received();
        if (request.of_case() != 0 && received.case_id() != request.of_case()) return false;
        auto reached = calls_.scope().Reaches(caller, received.organisation_id(), received.case_id());
        if (!reached.ok() || !*reached) return reached;
        KeepToldOf(caller, document);
        *response.add_documents() = std::move(document);
        return true;
      });
}

grpc::ServerUnaryReactor* EvidenceService::ListDocuments(grpc::CallbackServerContext* context,
                                                         const v1::ListDocumentsRequest* request,
                                                         v1::ListDocumentsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) {
                       return AnswerDocuments(caller, *request, *response);
                     });
}

grpc::ServerWriteReactor<v1::DownloadDocumentResponse>* EvidenceService::DownloadDocument(
    grpc::CallbackServerContext* context, const v1::DownloadDocumentRequest* request) {
  using Refused = RefusedWriter<v1::DownloadDocumentResponse>;
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return new Refused(caller.status());
  absl::Status status =
      calls_.scope().Require(*caller, "document_id", "document", request->document_id(), Access::kRead);
  if (!status.ok()) return new Refused(status);
  v1::EventRecord event;
  status = log::ReadRecord(*calls_.docket().log, request->document_id(), event);
  if (!status.ok() && !absl::IsNotFound(status)) return new Refused(status);
  // A document's content never changes: as of then it was there, or it wasn't.
  const bool later = caller->as_of_size != 0 && request->document_id() >= caller->as_of_size;
  if (!status.ok() || later || !event.has_document_received()) {
    return new Refused(domain::UnknownId("document_id", "document", request->document_id()));
  }
  const v1::DocumentReceived received = event.document_received();
  if (request->offset() > received.size_bytes()) {
    return new Refused(
        domain::InvalidField("offset", v1::REASON_LIES_BEHIND_END_OF_DOCUMENT, received.size_bytes()));
  }
  const uint64_t rest = received.size_bytes() - request->offset();
  const uint64_t length = request->length() == 0 ? rest : std::min(request->length(), rest);
  auto key = calls_.KeyOf("document_id", "claimant", received.claimant_id());
  if (!key.ok()) return new Refused(key.status());
  status = calls_.NoteDocumentViewed(*caller, received.claimant_id(), request->document_id());
  if (!status.ok()) return new Refused(status);
  auto* download = new Download(calls_, workers_, *context, *caller, request->document_id(),
                                received.blob_id(), *std::move(key), request->offset(), length);
  calls_.FinishViewing(*caller, absl::OkStatus(),
                       [download](const absl::Status& recorded) { download->Begin(recorded); });
  return download;
}

grpc::ServerWriteReactor<v1::VerifyStoreResponse>* EvidenceService::VerifyStore(
    grpc::CallbackServerContext* context, const v1::VerifyStoreRequest* request) {
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return new RefusedWriter<v1::VerifyStoreResponse>(caller.status());
  auto* check = new StoreCheck(calls_, *context);
  // Every document that is in the log now is looked at.
  calls_.docket().projector->WhenVisible(
      calls_.docket().log->next_sequence() - 1, [this, check, who = caller->actor](bool) {
        checks_.Do(who, [this, check] {
          check->Run(calls_.docket().models().documents(), *calls_.docket().evidence);
        });
      });
  return check;
}

}  // namespace klaim::services
