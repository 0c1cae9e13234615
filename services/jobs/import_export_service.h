// ImportExportService: lists come in, and the log and the books go out, as jobs.
#pragma once

#include "klaim/v1/import_export_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"
#include "services/docket/import_staging.h"
#include "services/jobs/export_folders.h"
#include "services/jobs/job_runner.h"

namespace klaim::services {

class ImportExportService final : public ServiceMethods {
 public:
  // All must live longer.
  ImportExportService(CallPipeline& calls, ImportStaging& staging, const ExportFolders& exports,
                      const JobRunner& jobs);

  grpc::ServerUnaryReactor* StageImport(grpc::CallbackServerContext* context,
                                        const v1::StageImportRequest* request,
                                        v1::StageImportResponse* response);
  grpc::ServerUnaryReactor* StartImport(grpc::CallbackServerContext* context,
                                        const v1::StartImportRequest* request,
                                        v1::StartImportResponse* response);
  grpc::ServerUnaryReactor* GetImport(grpc::CallbackServerContext* context,
                                      const v1::GetImportRequest* request, v1::GetImportResponse* response);
  grpc::ServerUnaryReactor* ListImportOutcomes(grpc::CallbackServerContext* context,
                                               const v1::ListImportOutcomesRequest* request,
                                               v1::ListImportOutcomesResponse* response);
  grpc::ServerUnaryReactor* CancelImport(grpc::CallbackServerContext* context,
                                         const v1::CancelImportRequest* request,
                                         v1::CancelImportResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* StartLedgerExport(grpc::CallbackServerContext* context,
                                              const v1::StartLedgerExportRequest* request,
                                              v1::StartLedgerExportResponse* response);
  grpc::ServerUnaryReactor* StartLogExport(grpc::CallbackServerContext* context,
                                           const v1::StartLogExportRequest* request,
                                           v1::StartLogExportResponse* response);
  grpc::ServerWriteReactor<v1::ReadLedgerExportResponse>* ReadLedgerExport(
      grpc::CallbackServerContext* context, const v1::ReadLedgerExportRequest* request);
  grpc::ServerWriteReactor<v1::ReadLogExportResponse>* ReadLogExport(grpc::CallbackServerContext* context,
                                                                     const v1::ReadLogExportRequest* request);

 private:
  absl::Status CheckLines(const Caller& caller, const v1::StageImportRequest& request) const;
  absl::Status CheckWhole(const std::string& actor, const v1::StartImportRequest& request);
  absl::Status FillImport(const Caller& caller, const std::string& name, v1::GetImportResponse& response);
  absl::Status FillOutcomes(const Caller& caller, const v1::ListImportOutcomesRequest& request,
                            v1::ListImportOutcomesResponse& response) const;
  // What was exported by such a job, in parts.
  template <class Request, class Response>
  grpc::ServerWriteReactor<Response>* ReadExport(grpc::CallbackServerContext& context, const Request& request,
                                                 bool (v1::EventRecord::*of_the_kind)() const);

  CallPipeline& calls_;
  ImportStaging& staging_;
  const ExportFolders& exports_;
  const JobRunner& jobs_;
  Turns workers_{1, 1};  // what is staged
  Turns readers_{2, 1};  // what is read of exports
};

}  // namespace klaim::services
