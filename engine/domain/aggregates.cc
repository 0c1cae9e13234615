// All aggregates: the compiler names one that was forgotten here.
#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/claims/loss.h"
#include "engine/domain/claims/sample.h"
#include "engine/domain/core/aggregate.h"
#include "engine/domain/money/case_fund.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/money/trust_account.h"
#include "engine/domain/people/account.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/people/data_access.h"
#include "engine/domain/registry/exchange.h"
#include "engine/domain/registry/organisation.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_register.h"
#include "engine/domain/registry/reference_table.h"
#include "engine/domain/registry/respondent.h"
#include "engine/domain/work/job.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {

absl::StatusOr<std::unique_ptr<AnyAggregate>> MakeState(const v1::EventRecord& event) {
  switch (KindOf(event)) {
    case v1::AGGREGATE_KIND_ORGANISATION:
      return std::make_unique<AggregateOf<OrganisationState>>();
    case v1::AGGREGATE_KIND_PROGRAMME:
      return std::make_unique<AggregateOf<ProgrammeState>>();
    case v1::AGGREGATE_KIND_RESPONDENT:
      return std::make_unique<AggregateOf<RespondentState>>();
    case v1::AGGREGATE_KIND_CLAIMANT:
      return std::make_unique<AggregateOf<ClaimantState>>();
    case v1::AGGREGATE_KIND_CASE:
      return std::make_unique<AggregateOf<CaseState>>();
    case v1::AGGREGATE_KIND_CLAIM:
      return std::make_unique<AggregateOf<ClaimState>>();
    case v1::AGGREGATE_KIND_CLAIMANT_GROUP:
      return std::make_unique<AggregateOf<ClaimantGroupState>>();
    case v1::AGGREGATE_KIND_SETTLEMENT:
      return std::make_unique<AggregateOf<SettlementState>>();
    case v1::AGGREGATE_KIND_PAYMENT_BATCH:
      return std::make_unique<AggregateOf<PaymentBatchState>>();
    case v1::AGGREGATE_KIND_ACCOUNT:
      return std::make_unique<AggregateOf<AccountState>>();
    case v1::AGGREGATE_KIND_VIEW:
      return std::make_unique<AggregateOf<DataAccessState>>();
    case v1::AGGREGATE_KIND_DOCUMENT:
      return std::make_unique<AggregateOf<DocumentState>>();
    case v1::AGGREGATE_KIND_TRUST_ACCOUNT:
      return std::make_unique<AggregateOf<TrustAccountState>>();
    case v1::AGGREGATE_KIND_CASE_FUND:
      return std::make_unique<AggregateOf<CaseFundState>>();
    case v1::AGGREGATE_KIND_REFERENCE_TABLE:
      return std::make_unique<AggregateOf<ReferenceTableState>>();
    case v1::AGGREGATE_KIND_JOB:
      return std::make_unique<AggregateOf<JobState>>();
    case v1::AGGREGATE_KIND_SAMPLE:
      return std::make_unique<AggregateOf<SampleState>>();
    case v1::AGGREGATE_KIND_REFERENCE_REGISTER:
      return std::make_unique<AggregateOf<ReferenceRegisterState>>();
    case v1::AGGREGATE_KIND_EXCHANGE:
      return std::make_unique<AggregateOf<ExchangeState>>();
    case v1::AGGREGATE_KIND_LOSS:
      return std::make_unique<AggregateOf<LossState>>();
    case v1::AGGREGATE_KIND_UNSPECIFIED:
    case v1::AggregateKind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::AggregateKind_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return absl::DataLossError(
      absl::StrCat("record ", event.sequence(),
                   " of the log is of a kind that this program doesn't know: use a newer klaimd"));
}

}  // namespace klaim::domain
