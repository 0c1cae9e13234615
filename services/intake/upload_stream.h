// UploadDocument: one document in parts. What has arrived is kept when the stream is cut, and an upload goes on
// from there; only a whole document, with the hash that was declared, of a media type that is taken, reaches
// the log.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "klaim/v1/evidence_service.pb.h"
#include "services/boundary/call_pipeline.h"

namespace klaim::services {

// The document that a request had recorded, if the log has one.
absl::StatusOr<std::optional<v1::DocumentReceived>> RecordedUpload(const log::EventLog& log,
                                                                   const std::string& actor,
                                                                   const std::string& request_id);

// Names the file of an upload: the same caller's same request in the same docket gives the same one. What was recorded keeps the
// name that the log has.
absl::StatusOr<evidence::BlobId> BlobOf(const OpenDocket& docket, const std::string& actor,
                                        const std::string& request_id);

// Deletes itself when the call is over.
class UploadStream final : public grpc::ServerReadReactor<v1::UploadDocumentRequest> {
 public:
  UploadStream(CallPipeline& calls, grpc::CallbackServerContext& context, Caller caller,
               const std::string& clamd_socket, Turns& workers, v1::UploadDocumentResponse& response);

  void OnReadDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  void ReadNext();
  void TakeMessage();
  // Whether the role still stands, and what is uploaded still belongs to what the caller reaches.
  absl::Status StillAllowed();
  // Reads on, or ends the call and keeps what has arrived.
  void GoOn(const absl::Status& status);
  void End(const absl::Status& status);
  absl::Status Begin(const v1::UploadBegun& begun);
  absl::Status CheckBegun(const v1::UploadBegun& begun) const;
  absl::Status Take(const std::string& chunk);
  void Complete();
  absl::Status CheckContent(const evidence::Content& content);
  // Of a document that is in its place already: its answer was lost, or the process ended before it was recorded.
  absl::StatusOr<evidence::Content> ReadBack();
  void Record(const evidence::Content& content);
  void RemoveUnlessRecorded();

  CallPipeline& calls_;
  grpc::CallbackServerContext& context_;
  const Caller caller_;
  const std::string& clamd_socket_;
  Turns& workers_;
  v1::UploadDocumentResponse& response_;
  PeerDeadline peer_deadline_;
  v1::UploadDocumentRequest message_;
  v1::UploadBegun begun_;
  bool has_begun_ = false;
  evidence::BlobId blob_;
  bool refused_ = false;  // the domain said no to it
  privacy::DataKey key_;
  std::string media_type_;
  std::string scanned_by_;
  std::unique_ptr<evidence::Turn> turn_;          // until the call is over, where incoming_ hasn't it
  std::unique_ptr<evidence::Incoming> incoming_;  // null where the document is in its place already
};

}  // namespace klaim::services
