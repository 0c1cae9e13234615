// UploadDocument: one document in parts. What has arrived is kept when the stream is cut, and an upload goes on
// from there; only a whole document, with the hash that was declared, of a media type that is taken, reaches
// the log.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>

#include "klaim/v1/evidence_service.grpc.pb.h"
#include "services/calls.h"

namespace klaim::services {

// Names the file of an upload: the same caller's same request gives the same one.
evidence::BlobId BlobOf(const std::string& actor, const std::string& request_id);

// Deletes itself when the call is over.
class UploadStream final : public grpc::ServerReadReactor<v1::UploadDocumentRequest> {
 public:
  UploadStream(Calls& calls, grpc::CallbackServerContext& context, Caller caller,
               const std::string& clamd_socket, boost::asio::thread_pool& workers,
               v1::UploadDocumentResponse& response);

  void OnReadDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  void ReadNext();
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

  Calls& calls_;
  const Caller caller_;
  const std::string& clamd_socket_;
  boost::asio::thread_pool& workers_;
  v1::UploadDocumentResponse& response_;
  Patience patience_;
  v1::UploadDocumentRequest message_;
  v1::UploadBegun begun_;
  bool has_begun_ = false;
  evidence::BlobId blob_;
  privacy::DataKey key_;
  std::string media_type_;
  std::string scanned_by_;
  std::unique_ptr<evidence::Incoming> incoming_;  // null where the document is in its place already
};

}  // namespace klaim::services
