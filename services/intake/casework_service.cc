#include "services/intake/casework_service.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "engine/base/return_if_error.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/accounts_service.pb.h"
#include "projections/casework/casework.h"
#include "projections/casework/casework_query.h"
#include "projections/core/sums.h"
#include "projections/people/accounts_query.h"
#include "services/common/limits.h"

namespace klaim::services {
namespace {

using sequencer::Outcome;

bool WorksOnCases(const v1::Account& account) {
  return std::any_of(account.roles().begin(), account.roles().end(),
                     [](int role) { return role == v1::ROLE_PARALEGAL || role == v1::ROLE_MEDIATOR; });
}

// Adds what is said up, link by link and currency by currency. Of what is proven, the larger of paid and received counts:
// both ends may have a slip of the same transfer.
class ChainOfTransfers {
 public:
  void Add(const v1::TransferStated& transfer) {
    Sums& sums =
        links_[{transfer.from_respondent_id(), transfer.to_respondent_id(), transfer.amount().currency()}];
    const int64_t amount = transfer.amount().minor_units();
    const bool denies = transfer.stance() == v1::TRANSFER_STANCE_NOT_RECEIVED;
    absl::int128& said = denies                                          ? sums.denied
                         : transfer.stance() == v1::TRANSFER_STANCE_PAID ? sums.asserted
                                                                         : sums.received;
    said += amount;
    if (transfer.proven() && transfer.stance() == v1::TRANSFER_STANCE_PAID) sums.proven_paid += amount;
    if (transfer.proven() && transfer.stance() == v1::TRANSFER_STANCE_RECEIVED)
      sums.proven_received += amount;
    if (transfer.document_id() != 0) (denies ? sums.denying : sums.asserting).insert(transfer.document_id());
  }

  template <class Links>
  void Fill(Links& links) const {
    for (const auto& [key, sums] : links_) {
      v1::TransferLink& link = *links.Add();
      link.set_from_respondent_id(std::get<0>(key));
      link.set_to_respondent_id(std::get<1>(key));
      link.set_currency(std::get<2>(key));
      bool too_large = false;
      link.set_asserted_minor(projections::Told(std::max(sums.asserted, sums.received), too_large));
      link.set_proven_minor(projections::Told(std::max(sums.proven_paid, sums.proven_received), too_large));
      link.set_denied_minor(projections::Told(sums.denied, too_large));
      link.set_too_large(too_large);
      link.set_contradicted(sums.denied > 0 && sums.asserted > 0);
      link.mutable_asserting_document_ids()->Assign(sums.asserting.begin(), sums.asserting.end());
      link.mutable_denying_document_ids()->Assign(sums.denying.begin(), sums.denying.end());
    }
  }

 private:
  struct Sums {
    absl::int128 asserted = 0;
    absl::int128 received = 0;
    absl::int128 denied = 0;
    absl::int128 proven_paid = 0;
    absl::int128 proven_received = 0;
    std::set<uint64_t> asserting;
    std::set<uint64_t> denying;
  };
  std::map<std::tuple<uint64_t, uint64_t, std::string>, Sums> links_;
};

void KeepDocumentsInScope(const ScopeCheck& scope, const Principal& principal,
                          google::protobuf::RepeatedField<uint64_t>& document_ids) {
  document_ids.erase(std::remove_if(document_ids.begin(), document_ids.end(),
                                    [&](uint64_t id) { return !scope.MayRead(principal, "document", id); }),
                     document_ids.end());
}

}  // namespace

CaseworkService::CaseworkService(CallPipeline& calls) : calls_(calls) {
  Serve(&CaseworkService::CloseMeeting, &CaseworkService::AssignCase, &CaseworkService::StateTransfer,
        &CaseworkService::ScheduleMeeting, &CaseworkService::GetTransfers, &CaseworkService::SumTransfers,
        &CaseworkService::ListDeadlines, &CaseworkService::ListCaseload);
}

grpc::ServerUnaryReactor* CaseworkService::GetTransfers(grpc::CallbackServerContext* context,
                                                        const v1::GetTransfersRequest* request,
                                                        v1::GetTransfersResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) {
                       ChainOfTransfers chain;
                       absl::Status read = calls_.ModelsFor(caller)
                                               .casework()
                                               .TransfersOf(request->case_id())
                                               .ForEach([&](const v1::TransferStated& transfer) {
                                                 chain.Add(transfer);
                                                 return absl::OkStatus();
                                               });
                       chain.Fill(*response->mutable_links());
                       for (v1::TransferLink& link : *response->mutable_links()) {
                         KeepDocumentsInScope(calls_.scope(), caller, *link.mutable_asserting_document_ids());
                         KeepDocumentsInScope(calls_.scope(), caller, *link.mutable_denying_document_ids());
                       }
                       return read;
                     });
}

grpc::ServerUnaryReactor* CaseworkService::SumTransfers(grpc::CallbackServerContext* context,
                                                        const v1::SumTransfersRequest* request,
                                                        v1::SumTransfersResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) {
                       ChainOfTransfers chain;
                       std::set<uint64_t> cases;
                       absl::Status read = calls_.ModelsFor(caller)
                                               .casework()
                                               .TransfersWith(request->respondent_id())
                                               .ForEach([&](const projections::TransferOnCase& stated) {
                                                 cases.insert(stated.case_id);
                                                 chain.Add(stated.transfer);
                                                 return absl::OkStatus();
                                               });
                       chain.Fill(*response->mutable_links());
                       for (v1::TransferLink& link : *response->mutable_links()) {
                         // Documents are told case by case, to who may see the case.
                         link.clear_asserting_document_ids();
                         link.clear_denying_document_ids();
                       }
                       response->set_cases(cases.size());
                       return read;
                     });
}

grpc::ServerUnaryReactor* CaseworkService::ScheduleMeeting(grpc::CallbackServerContext* context,
                                                           const v1::ScheduleMeetingRequest* request,
                                                           v1::ScheduleMeetingResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_meeting_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CaseworkService::ListDeadlines(grpc::CallbackServerContext* context,
                                                         const v1::ListDeadlinesRequest* request,
                                                         v1::ListDeadlinesResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](Caller& caller) { return AnswerDeadlines(caller, *request, *response); });
}

absl::Status CaseworkService::AnswerDeadlines(const Caller& caller, const v1::ListDeadlinesRequest& request,
                                              v1::ListDeadlinesResponse& response) {
  for (const auto& [field, date] :
       {std::pair("from", &request.from()), std::pair("until", &request.until())}) {
    RETURN_IF_ERROR(domain::CheckDate(field, *date, true, true));
  }
  // Days that no date reaches stand for no bound.
  constexpr int64_t kDistant = int64_t{1} << 30;
  const int64_t first_day = request.from().year() == 0 ? -kDistant : domain::LastDayOf(request.from());
  const int64_t last_day = request.until().year() == 0 ? kDistant : domain::LastDayOf(request.until());
  const projections::CaseworkQuery casework = calls_.ModelsFor(caller).casework();
  return calls_.AnswerPage(
      caller, request, response, casework.Deadlines(first_day, last_day),
      [&](v1::Deadline deadline) -> absl::StatusOr<bool> {
        // What is about the whole docket is the national body's.
        auto reached = deadline.case_id() == 0
                           ? absl::StatusOr<bool>(caller.national())
                           : calls_.scope().Reaches(caller, deadline.organisation_id(), deadline.case_id());
        if (!reached.ok() || !*reached) return reached;
        if (deadline.kind() == v1::DEADLINE_KIND_PROPOSAL && !caller.national()) return false;
        if (deadline.case_id() != 0) {
          ASSIGN_OR_RETURN(auto responsible, casework.ResponsibleFor(deadline.case_id()));
          // Who works on it elsewhere is nobody here.
          if (calls_.scope().MayRead(caller, "account", responsible))
            deadline.set_responsible_id(responsible);
        }
        if (request.responsible_id() != 0 && deadline.responsible_id() != request.responsible_id())
          return false;
        *response.add_deadlines() = std::move(deadline);
        return true;
      });
}

grpc::ServerUnaryReactor* CaseworkService::ListCaseload(grpc::CallbackServerContext* context,
                                                        const v1::ListCaseloadRequest* request,
                                                        v1::ListCaseloadResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](Caller& caller) { return AnswerCaseload(caller, *request, *response); });
}

absl::Status CaseworkService::AnswerCaseload(const Caller& caller, const v1::ListCaseloadRequest& request,
                                             v1::ListCaseloadResponse& response) {
  const projections::ReadModels models = calls_.ModelsFor(caller);
  uint64_t least = UINT64_MAX;
  return models.accounts().All().ForEach([&](const v1::Account& account) -> absl::Status {
    if (account.organisation_id() != request.of_organisation() || account.closed() ||
        !WorksOnCases(account)) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(auto load, models.casework().CaseloadOf(account.account_id()));
    v1::Caseload& person = *response.add_people();
    person.set_account_id(account.account_id());
    person.set_name(account.name());
    person.set_cases(load.cases);
    person.set_at_risk(load.at_risk);
    if (person.cases() + person.at_risk() < least) {
      least = person.cases() + person.at_risk();
      response.set_proposed_account_id(account.account_id());
    }
    return absl::OkStatus();
  });
}

}  // namespace klaim::services
