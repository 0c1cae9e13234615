// EvidenceService: documents arrive in parts, lie encrypted, and are read with every look recorded.
#pragma once

#include <string>

#include "klaim/v1/evidence_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class EvidenceService final : public ServiceMethods {
 public:
  // `clamd_socket` is empty where no scanner is set up.
  EvidenceService(CallPipeline& calls, std::string clamd_socket);

  grpc::ServerReadReactor<v1::UploadDocumentRequest>* UploadDocument(grpc::CallbackServerContext* context,
                                                                     v1::UploadDocumentResponse* response);
  grpc::ServerUnaryReactor* GetUpload(grpc::CallbackServerContext* context,
                                      const v1::GetUploadRequest* request, v1::GetUploadResponse* response);
  grpc::ServerUnaryReactor* LinkDocument(grpc::CallbackServerContext* context,
                                         const v1::LinkDocumentRequest* request,
                                         v1::LinkDocumentResponse* response);
  grpc::ServerUnaryReactor* NoteCustody(grpc::CallbackServerContext* context,
                                        const v1::NoteCustodyRequest* request,
                                        v1::NoteCustodyResponse* response);
  grpc::ServerUnaryReactor* VerifyDocument(grpc::CallbackServerContext* context,
                                           const v1::VerifyDocumentRequest* request,
                                           v1::VerifyDocumentResponse* response);
  grpc::ServerUnaryReactor* HoldDocument(grpc::CallbackServerContext* context,
                                         const v1::HoldDocumentRequest* request,
                                         v1::HoldDocumentResponse* response);
  grpc::ServerUnaryReactor* LiftHold(grpc::CallbackServerContext* context, const v1::LiftHoldRequest* request,
                                     v1::LiftHoldResponse* response);
  grpc::ServerUnaryReactor* GetDocument(grpc::CallbackServerContext* context,
                                        const v1::GetDocumentRequest* request,
                                        v1::GetDocumentResponse* response);
  grpc::ServerUnaryReactor* ListDocuments(grpc::CallbackServerContext* context,
                                          const v1::ListDocumentsRequest* request,
                                          v1::ListDocumentsResponse* response);
  grpc::ServerWriteReactor<v1::DownloadDocumentResponse>* DownloadDocument(
      grpc::CallbackServerContext* context, const v1::DownloadDocumentRequest* request);
  grpc::ServerWriteReactor<v1::VerifyStoreResponse>* VerifyStore(grpc::CallbackServerContext* context,
                                                                 const v1::VerifyStoreRequest* request);

 private:
  absl::Status AnswerUpload(const Caller& caller, const v1::GetUploadRequest& request,
                            v1::GetUploadResponse& response);
  absl::Status AnswerDocument(Caller& caller, const v1::GetDocumentRequest& request,
                              v1::GetDocumentResponse& response);
  // Takes out what the caller isn't told, and other documents that it may not see.
  void KeepToldOf(const Caller& caller, v1::Document& document) const;
  absl::Status AnswerDocuments(const Caller& caller, const v1::ListDocumentsRequest& request,
                               v1::ListDocumentsResponse& response);

  CallPipeline& calls_;
  const std::string clamd_socket_;
  Turns workers_{4, 2};  // hashing, scanning, reading
  Turns checks_{2, 1};   // of the whole store
};

}  // namespace klaim::services
