#include "services/identity/methods.h"

#include <map>

#include "klaim/v1/accounts_service.pb.h"
#include "klaim/v1/audit_service.pb.h"
#include "klaim/v1/casework_service.pb.h"
#include "klaim/v1/compensation_service.pb.h"
#include "klaim/v1/evidence_service.pb.h"
#include "klaim/v1/exchange_service.pb.h"
#include "klaim/v1/groups_service.pb.h"
#include "klaim/v1/import_export_service.pb.h"
#include "klaim/v1/intake_service.pb.h"
#include "klaim/v1/linkage_service.pb.h"
#include "klaim/v1/mass_decision_service.pb.h"
#include "klaim/v1/network_service.pb.h"
#include "klaim/v1/operations_service.pb.h"
#include "klaim/v1/privacy_service.pb.h"
#include "klaim/v1/reference_register_service.pb.h"
#include "klaim/v1/registry_service.pb.h"
#include "klaim/v1/review_service.pb.h"
#include "klaim/v1/search_service.pb.h"
#include "klaim/v1/treasury_service.pb.h"

namespace klaim::services {

const std::vector<const google::protobuf::MethodDescriptor*>& AllMethods() {
  static const auto& methods = *[] {
    auto* all = new std::vector<const google::protobuf::MethodDescriptor*>;
    // One message of each file that has services.
    for (const auto* message :
         {v1::OpenAccountRequest::descriptor(), v1::ShareCaseRequest::descriptor(),
          v1::UploadDocumentRequest::descriptor(), v1::BackUpRequest::descriptor(),
          v1::ReadLogRequest::descriptor(), v1::GetStatisticsRequest::descriptor(),
          v1::OptOutRequest::descriptor(), v1::ListClaimsRequest::descriptor(),
          v1::OpenProgrammeRequest::descriptor(), v1::ValueClaimRequest::descriptor(),
          v1::MergeClaimantsRequest::descriptor(), v1::ListLedgerRequest::descriptor(),
          v1::GetJobRequest::descriptor(), v1::AssignCaseRequest::descriptor(),
          v1::GetNetworkRequest::descriptor(), v1::GetRegisterChecksRequest::descriptor(),
          v1::StageImportRequest::descriptor(), v1::SearchRequest::descriptor(),
          v1::OpenExchangeRequest::descriptor()}) {
      for (int s = 0; s < message->file()->service_count(); ++s) {
        for (int m = 0; m < message->file()->service(s)->method_count(); ++m) {
          all->push_back(message->file()->service(s)->method(m));
        }
      }
    }
    return all;
  }();
  return methods;
}

const google::protobuf::MethodDescriptor* MethodOf(const google::protobuf::Descriptor* request_type) {
  static const auto& by_request = *[] {
    auto* all = new std::map<const google::protobuf::Descriptor*, const google::protobuf::MethodDescriptor*>;
    for (const auto* method : AllMethods()) (*all)[method->input_type()] = method;
    return all;
  }();
  const auto found = by_request.find(request_type);
  return found == by_request.end() ? nullptr : found->second;
}

Demand DemandOf(const google::protobuf::Descriptor* request_type) {
  const auto* method = MethodOf(request_type);
  if (method == nullptr) return {};
  return {method->options().GetExtension(v1::permission), method->options().GetExtension(v1::scope)};
}

}  // namespace klaim::services
