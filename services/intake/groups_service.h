// GroupsService: what the projection proposes and what the legal team certifies.
#pragma once

#include "engine/domain/claims/claim.h"
#include "klaim/v1/groups_service.grpc.pb.h"
#include "services/boundary/call_pipeline.h"

namespace klaim::services {

class GroupsService final : public v1::GroupsService::CallbackService {
 public:
  explicit GroupsService(CallPipeline& calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* ListProposals(grpc::CallbackServerContext* context,
                                          const v1::ListProposalsRequest* request,
                                          v1::ListProposalsResponse* response) override;
  grpc::ServerUnaryReactor* DescribeProposal(grpc::CallbackServerContext* context,
                                             const v1::DescribeProposalRequest* request,
                                             v1::DescribeProposalResponse* response) override;
  grpc::ServerUnaryReactor* ListMembers(grpc::CallbackServerContext* context,
                                        const v1::ListMembersRequest* request,
                                        v1::ListMembersResponse* response) override;
  grpc::ServerUnaryReactor* CertifyGroup(grpc::CallbackServerContext* context,
                                         const v1::CertifyGroupRequest* request,
                                         v1::CertifyGroupResponse* response) override;
  grpc::ServerUnaryReactor* CertifyAddendum(grpc::CallbackServerContext* context,
                                            const v1::CertifyAddendumRequest* request,
                                            v1::CertifyAddendumResponse* response) override;
  grpc::ServerUnaryReactor* OptOut(grpc::CallbackServerContext* context, const v1::OptOutRequest* request,
                                   v1::OptOutResponse* response) override;
  grpc::ServerUnaryReactor* ListGroups(grpc::CallbackServerContext* context,
                                       const v1::ListGroupsRequest* request,
                                       v1::ListGroupsResponse* response) override;

 private:
  absl::Status AnswerMembersOfGroup(const Caller& caller, const v1::ListMembersRequest& request,
                                    v1::ListMembersResponse& response);
  // Fills in the members and what groups them, as the proposal has them now.
  absl::Status FillFromProposal(v1::CertifyGroupRequest& request);

  CallPipeline& calls_;
};

}  // namespace klaim::services
