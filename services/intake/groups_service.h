// GroupsService: what the projection proposes and what the legal team certifies.
#pragma once

#include "engine/domain/claims/claim.h"
#include "klaim/v1/groups_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class GroupsService final : public ServiceMethods {
 public:
  explicit GroupsService(CallPipeline& calls);

  grpc::ServerUnaryReactor* ListProposals(grpc::CallbackServerContext* context,
                                          const v1::ListProposalsRequest* request,
                                          v1::ListProposalsResponse* response);
  grpc::ServerUnaryReactor* DescribeProposal(grpc::CallbackServerContext* context,
                                             const v1::DescribeProposalRequest* request,
                                             v1::DescribeProposalResponse* response);
  grpc::ServerUnaryReactor* ListMembers(grpc::CallbackServerContext* context,
                                        const v1::ListMembersRequest* request,
                                        v1::ListMembersResponse* response);
  grpc::ServerUnaryReactor* CertifyGroup(grpc::CallbackServerContext* context,
                                         const v1::CertifyGroupRequest* request,
                                         v1::CertifyGroupResponse* response);
  grpc::ServerUnaryReactor* CertifyAddendum(grpc::CallbackServerContext* context,
                                            const v1::CertifyAddendumRequest* request,
                                            v1::CertifyAddendumResponse* response);
  grpc::ServerUnaryReactor* OptOut(grpc::CallbackServerContext* context, const v1::OptOutRequest* request,
                                   v1::OptOutResponse* response);
  grpc::ServerUnaryReactor* ListGroups(grpc::CallbackServerContext* context,
                                       const v1::ListGroupsRequest* request,
                                       v1::ListGroupsResponse* response);

 private:
  absl::Status AnswerMembersOfGroup(const Caller& caller, const v1::ListMembersRequest& request,
                                    v1::ListMembersResponse& response);
  // Fills in the members and what groups them, as the proposal has them now.
  absl::Status FillFromProposal(v1::CertifyGroupRequest& request);

  CallPipeline& calls_;
};

}  // namespace klaim::services
