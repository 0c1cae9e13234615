#include "simulation/desk.h"

#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/claims/credit.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/claims/double_claim.h"
#include "engine/domain/claims/hold.h"
#include "engine/domain/claims/loss.h"
#include "engine/domain/claims/revision.h"
#include "engine/domain/claims/sample.h"
#include "engine/domain/money/case_fund.h"
#include "engine/domain/money/debtors.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/money/trust_account.h"
#include "engine/domain/people/account.h"
#include "engine/domain/people/data_access.h"
#include "engine/domain/people/duplicate.h"
#include "engine/domain/people/heir.h"
#include "engine/domain/registry/exchange.h"
#include "engine/domain/registry/organisation.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_register.h"
#include "engine/domain/registry/reference_table.h"
#include "engine/domain/registry/respondent.h"
#include "engine/domain/work/handover.h"
#include "engine/domain/work/job.h"
#include "klaim/v1/accounts_service.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/view_events.pb.h"
#include "simulation/random_filling.h"

namespace klaim::simulation {
namespace {

void SetDate(v1::PartialDate& date, uint32_t year, uint32_t month, uint32_t day) {
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
}

v1::HeadRule Head(const std::string& code, v1::ValuationRule rule, int64_t fixed, int64_t cap) {
  v1::HeadRule head;
  head.set_code(code);
  head.set_proof_standard(v1::PROOF_STANDARD_PLAUSIBLE);
  head.set_valuation_rule(rule);
  head.set_fixed_sum_minor(fixed);
  head.set_cap_minor(cap);
  head.set_priority_tier(1);
  return head;
}

// What a field's name ends with, and of which kind the number in it is.
const std::map<std::string, v1::AggregateKind>& KindsByField() {
  static const auto& kinds = *new std::map<std::string, v1::AggregateKind>{
      {"organisation_id", v1::AGGREGATE_KIND_ORGANISATION},
      {"recipient_id", v1::AGGREGATE_KIND_ORGANISATION},
      {"programme_id", v1::AGGREGATE_KIND_PROGRAMME},
      {"respondent_id", v1::AGGREGATE_KIND_RESPONDENT},
      {"network_id", v1::AGGREGATE_KIND_RESPONDENT},
      {"claimant_id", v1::AGGREGATE_KIND_CLAIMANT},
      {"other_id", v1::AGGREGATE_KIND_CLAIMANT},
      {"into_id", v1::AGGREGATE_KIND_CLAIMANT},
      {"heir_id", v1::AGGREGATE_KIND_CLAIMANT},
      {"case_id", v1::AGGREGATE_KIND_CASE},
      {"claim_id", v1::AGGREGATE_KIND_CLAIM},
      {"group_id", v1::AGGREGATE_KIND_CLAIMANT_GROUP},
      {"settlement_id", v1::AGGREGATE_KIND_SETTLEMENT},
      {"payment_batch_id", v1::AGGREGATE_KIND_PAYMENT_BATCH},
      {"account_id", v1::AGGREGATE_KIND_ACCOUNT},
      {"responsible_id", v1::AGGREGATE_KIND_ACCOUNT},
      {"document_id", v1::AGGREGATE_KIND_DOCUMENT},
      {"trust_account_id", v1::AGGREGATE_KIND_TRUST_ACCOUNT},
      {"case_fund_id", v1::AGGREGATE_KIND_CASE_FUND},
      {"reference_table_id", v1::AGGREGATE_KIND_REFERENCE_TABLE},
      {"job_id", v1::AGGREGATE_KIND_JOB},
      {"sample_id", v1::AGGREGATE_KIND_SAMPLE},
      {"reference_register_id", v1::AGGREGATE_KIND_REFERENCE_REGISTER},
      {"partner_id", v1::AGGREGATE_KIND_ORGANISATION},
      {"exchange_id", v1::AGGREGATE_KIND_EXCHANGE},
      {"loss_id", v1::AGGREGATE_KIND_LOSS}};
  return kinds;
}

}  // namespace

template <class Request>
Asked Desk::Ask(Request request, const std::string& actor) {
  Asked asked;
  asked.actor = actor;
  asked.request_type = Request::descriptor()->name();
  auto shared = std::make_shared<Request>(std::move(request));
  asked.decide = [shared](uint64_t) -> Decide {
    return [shared](domain::Docket& docket, const domain::Context& context, domain::Decision& decision) {
      return domain::Decide(*shared, docket, context, decision);
    };
  };
  return asked;
}

std::vector<Asked> Desk::Fixtures() {
  std::vector<Asked> asked;
  v1::RegisterOrganisationRequest organisation;
  organisation.mutable_organisation()->set_name("Union");
  organisation.mutable_organisation()->set_country("ID");
  organisation.mutable_organisation()->set_kind(v1::ORGANISATION_KIND_NATIONAL);
  asked.push_back(Ask(organisation));
  for (const char* name : {"sari", "budi"}) {
    v1::OpenAccountRequest account;
    account.set_name(name);
    account.add_roles(v1::ROLE_LAWYER);
    asked.push_back(Ask(account));
  }
  v1::OpenProgrammeRequest opened;
  auto& rules = *opened.mutable_programme();
  rules.set_code("HK");
  rules.set_title("Hong Kong");
  rules.set_currency("HKD");
  SetDate(*rules.mutable_filing_deadline(), 2099, 12, 31);
  *rules.add_heads() = Head("excess_recruitment_fee", v1::VALUATION_RULE_DOCUMENTED_AMOUNT, 0, 2'000'000);
  *rules.add_heads() = Head("document_retention", v1::VALUATION_RULE_FIXED_SUM, 200'000, 0);
  rules.mutable_grouping()->add_dimensions(v1::GROUPING_DIMENSION_HEAD);
  rules.mutable_grouping()->set_least_size(1);
  asked.push_back(Ask(opened));
  v1::RegisterRespondentRequest respondent;
  respondent.mutable_respondent()->set_name("PT Agency");
  respondent.mutable_respondent()->set_country("ID");
  respondent.mutable_respondent()->set_kind(v1::RESPONDENT_KIND_RECRUITMENT_AGENCY);
  asked.push_back(Ask(respondent));
  return asked;
}

void Desk::Learn(const v1::EventRecord& event) {
  last_ = event.sequence();
  if (event.stream_version() == 0) known_[domain::KindOf(event)].push_back(event.stream());
  if (event.has_claim_filed()) claimant_of_[event.sequence()] = event.claim_filed().claimant_id();
  if (event.has_claim_review_started()) steps_[event.stream()] = 1;
  if (event.has_claim_eligibility_decided()) steps_[event.stream()] = 2;
  if (event.has_claim_valued()) steps_[event.stream()] = 3;
  if (event.has_claim_determined()) steps_[event.stream()] = 4;
  if (event.has_claim_allocated()) allocated_claims_.push_back(event.stream());
  LearnOfMoney(event);
  if (event.has_allocation_proposed()) {
    allocations_.push_back(event.sequence());
    settlement_of_[event.sequence()] = event.stream();
  }
  if (event.has_settlement_move_proposed() || event.has_case_fund_move_proposed()) {
    moves_.push_back(event.sequence());
  }
}

void Desk::LearnOfMoney(const v1::EventRecord& event) {
  static const auto& next = *new std::map<v1::EventRecord::EventCase, uint64_t>{
      {v1::EventRecord::kGroupCertified, 1},       {v1::EventRecord::kSettlementRecorded, 2},
      {v1::EventRecord::kInstalmentReceived, 3},   {v1::EventRecord::kAllocationProposed, 4},
      {v1::EventRecord::kAllocationApproved, 5},   {v1::EventRecord::kPaymentBatchProposed, 7},
      {v1::EventRecord::kPaymentBatchApproved, 8}, {v1::EventRecord::kPaymentBatchSent, 9},
      {v1::EventRecord::kPaymentsConfirmed, 0}};
  if (const auto step = next.find(event.event_case()); step != next.end()) money_step_ = step->second;
  if (event.has_payout_account_confirmed() && money_step_ == 5) money_step_ = 6;
}

const std::vector<uint64_t>& Desk::Of(v1::AggregateKind kind) const {
  static const std::vector<uint64_t> none;
  const auto found = known_.find(kind);
  return found == known_.end() ? none : found->second;
}

uint64_t Desk::Newest(v1::AggregateKind kind) {
  const auto& known = Of(kind);
  return known.empty() || Below(random_, 4) == 0 ? Any(kind) : known.back();
}

uint64_t Desk::Any(v1::AggregateKind kind) {
  const auto& known = Of(kind);
  return known.empty() ? 0 : known[Below(random_, known.size())];
}

Asked Desk::Next() { return Below(random_, 4) == 0 ? Anything() : Work(); }

Asked Desk::Filing() {
  v1::FileClaimRequest filing;
  filing.set_programme_id(Any(v1::AGGREGATE_KIND_PROGRAMME));
  auto& claimant = *filing.mutable_new_claimant();
  claimant.set_capacity(v1::CLAIMANT_CAPACITY_WORKER);
  claimant.set_worker_status(v1::WORKER_STATUS_RETURNED);
  auto* consent = claimant.add_consents();
  consent->set_purpose(v1::CONSENT_PURPOSE_PURSUE_CLAIM);
  SetDate(*consent->mutable_given_on(), 2026, 1, 15);
  filing.mutable_new_case()->mutable_placement()->set_destination("HK");
  filing.add_respondent_ids(Any(v1::AGGREGATE_KIND_RESPONDENT));
  const int64_t amount = 1 + static_cast<int64_t>(Below(random_, 1'500'000));
  auto* head = filing.add_heads();
  head->set_code("excess_recruitment_fee");
  head->mutable_claimed()->set_currency("HKD");
  head->mutable_claimed()->set_minor_units(amount);
  head->set_documented_minor(amount);
  Asked asked;
  asked.actor = "sari@0";
  asked.request_type = v1::FileClaimRequest::descriptor()->name();
  asked.registers_person = true;
  asked.decide = [filing](uint64_t key_id) -> Decide {
    auto sealed = std::make_shared<v1::FileClaimRequest>(filing);
    v1::Sealed& name = *sealed->mutable_new_claimant()->mutable_person()->mutable_name()->mutable_sealed();
    name.set_key_id(key_id);
    name.set_nonce(std::string(24, 'n'));
    name.set_ciphertext(absl::StrCat("sealed under ", key_id));
    sealed->mutable_new_claimant()->set_key_id(key_id);
    return [sealed](domain::Docket& docket, const domain::Context& context, domain::Decision& decision) {
      return domain::Decide(*sealed, docket, context, decision);
    };
  };
  return asked;
}

Asked Desk::Work() {
  const uint64_t claim = Any(v1::AGGREGATE_KIND_CLAIM);
  const uint64_t work = Below(random_, 12);
  // Mostly what comes next for it.
  const uint64_t step = Below(random_, 5) == 0 ? Below(random_, 4) : static_cast<uint64_t>(steps_[claim]);
  switch (work < 2 ? 0 : work < 6 && step < 4 ? 2 + step : work == 6 && step < 4 ? 1 : 9) {
    case 0:
      return Filing();
    case 1:
      return InBulk(step);
    case 2: {
      v1::StartReviewRequest request;
      request.set_claim_id(claim);
      return Ask(request);
    }
    case 3: {
      v1::DecideEligibilityRequest request;
      request.set_claim_id(claim);
      request.mutable_decision()->set_eligible(true);
      request.mutable_decision()->set_reason_code("meets_criteria");
      request.mutable_decision()->set_reasons("Receipts seen.");
      return Ask(request);
    }
    case 4: {
      v1::ValueClaimRequest request;
      request.set_claim_id(claim);
      return Ask(request);
    }
    case 5: {
      v1::DetermineClaimRequest request;
      request.set_claim_id(claim);
      request.set_reason_code("as_valued");
      request.set_reasons("As valued.");
      return Ask(request);
    }
    default:
      return Money();
  }
}

// The next step of several claims that are as far.
Asked Desk::InBulk(uint64_t step) {
  static constexpr v1::BulkAction kActions[] = {v1::BULK_ACTION_START_REVIEW,
                                                v1::BULK_ACTION_DECIDE_ELIGIBILITY, v1::BULK_ACTION_VALUE,
                                                v1::BULK_ACTION_DETERMINE};
  v1::BulkDecisionStarted bulk;
  bulk.set_action(kActions[step]);
  for (uint64_t claim : Of(v1::AGGREGATE_KIND_CLAIM)) {
    if (static_cast<uint64_t>(steps_[claim]) == step && bulk.claim_ids_size() < 6) bulk.add_claim_ids(claim);
  }
  if (bulk.action() == v1::BULK_ACTION_DECIDE_ELIGIBILITY) bulk.set_eligible(true);
  if (step % 2 == 1) {
    bulk.set_reason_code("meets_criteria");
    bulk.set_reasons("Receipts seen.");
  }
  if (bulk.action() == v1::BULK_ACTION_VALUE) {
    v1::StartBulkValuationRequest request;
    *request.mutable_decision() = bulk;
    return Ask(request);
  }
  v1::StartBulkDecisionRequest request;
  *request.mutable_decision() = bulk;
  return Ask(request);
}

Asked Desk::Money() {
  // One proposes and another approves, but now and then.
  const bool as_usual = Below(random_, 8) != 0;
  const std::string proposer = as_usual ? "sari@0" : "budi@0";
  const std::string approver = as_usual ? "budi@0" : "sari@0";
  // Mostly what comes next.
  switch (Below(random_, 3) != 0 ? money_step_ : Below(random_, 13)) {
    case 0: {
      v1::CertifyGroupRequest request;
      request.set_name("Group");
      request.set_programme_id(Any(v1::AGGREGATE_KIND_PROGRAMME));
      for (uint64_t claim : Of(v1::AGGREGATE_KIND_CLAIM)) {
        if (Below(random_, 2) == 0) request.add_claim_ids(claim);
      }
      return Ask(request);
    }
    case 1: {
      v1::RecordSettlementRequest request;
      auto& settlement = *request.mutable_settlement();
      settlement.set_programme_id(Any(v1::AGGREGATE_KIND_PROGRAMME));
      settlement.add_group_ids(Newest(v1::AGGREGATE_KIND_CLAIMANT_GROUP));
      settlement.add_respondent_ids(Any(v1::AGGREGATE_KIND_RESPONDENT));
      settlement.set_forum("Labour Tribunal");
      const int64_t amount = 1 + static_cast<int64_t>(Below(random_, 900'000));
      settlement.mutable_amount()->set_currency("HKD");
      settlement.mutable_amount()->set_minor_units(amount);
      auto* instalment = settlement.add_instalments();
      SetDate(*instalment->mutable_due_on(), 2027, 1, 28);
      instalment->set_amount_minor(amount);
      return Ask(request);
    }
    case 2: {
      v1::RecordInstalmentRequest request;
      request.set_settlement_id(Newest(v1::AGGREGATE_KIND_SETTLEMENT));
      request.mutable_received()->set_instalment_number(1);
      request.mutable_received()->set_amount_minor(1 + static_cast<int64_t>(Below(random_, 400'000)));
      SetDate(*request.mutable_received()->mutable_booked_on(), 2027, 1, 2);
      request.mutable_received()->set_bank_reference(absl::StrCat(Below(random_, 1'000)));
      return Ask(request);
    }
    case 3: {
      v1::ProposeAllocationRequest request;
      request.set_settlement_id(Newest(v1::AGGREGATE_KIND_SETTLEMENT));
      return Ask(request, proposer);
    }
    case 4: {
      v1::ApproveAllocationRequest request;
      const uint64_t allocation = allocations_.empty() ? 0 : allocations_.back();
      request.set_allocation_id(allocation);
      request.set_settlement_id(settlement_of_[allocation]);
      return Ask(request, approver);
    }
    case 5: {
      v1::ConfirmPayoutAccountRequest request;
      const uint64_t claim = allocated_claims_.empty()
                                 ? Any(v1::AGGREGATE_KIND_CLAIM)
                                 : allocated_claims_[Below(random_, allocated_claims_.size())];
      request.set_claimant_id(claimant_of_[claim]);
      request.mutable_account()->mutable_holder()->mutable_sealed();
      request.mutable_account()->mutable_number()->mutable_sealed();
      request.mutable_account()->set_bank_bic("BRINIDJA");
      request.mutable_account()->set_currency("HKD");
      return Ask(request);
    }
    case 6: {
      v1::ProposePaymentBatchRequest request;
      request.set_settlement_id(Newest(v1::AGGREGATE_KIND_SETTLEMENT));
      return Ask(request, proposer);
    }
    case 7: {
      v1::ApprovePaymentBatchRequest request;
      request.set_payment_batch_id(Newest(v1::AGGREGATE_KIND_PAYMENT_BATCH));
      return Ask(request, approver);
    }
    case 8: {
      v1::SendPaymentBatchRequest request;
      request.set_payment_batch_id(Newest(v1::AGGREGATE_KIND_PAYMENT_BATCH));
      request.set_message_id(absl::StrCat("M", Below(random_, 1'000'000)));
      return Ask(request);
    }
    case 9: {
      v1::ConfirmPaymentsRequest request;
      request.set_payment_batch_id(Newest(v1::AGGREGATE_KIND_PAYMENT_BATCH));
      SetDate(*request.mutable_confirmed()->mutable_booked_on(), 2027, 3, 1);
      if (Below(random_, 2) == 0)
        request.mutable_confirmed()->add_numbers(1 + static_cast<uint32_t>(Below(random_, 4)));
      return Ask(request);
    }
    case 10: {
      v1::RecordCreditRequest request;
      request.set_claim_id(Any(v1::AGGREGATE_KIND_CLAIM));
      v1::ClaimCredited& credit = *request.mutable_credit();
      credit.set_kind(v1::CREDIT_KIND_DIRECT_PAYMENT);
      credit.set_respondent_id(Any(v1::AGGREGATE_KIND_RESPONDENT));
      credit.set_confirmed_by_claimant(true);
      SetDate(*credit.mutable_paid_on(), 2025, 8, 17);
      v1::CreditedHead& head = *credit.add_heads();
      head.set_head(Below(random_, 2) == 0 ? "excess_recruitment_fee" : "document_retention");
      head.mutable_paid()->set_currency("HKD");
      head.mutable_paid()->set_minor_units(1 + static_cast<int64_t>(Below(random_, 200'000)));
      return Ask(request);
    }
    case 11: {
      v1::ReleaseRespondentRequest request;
      request.set_settlement_id(Newest(v1::AGGREGATE_KIND_SETTLEMENT));
      request.set_respondent_id(Any(v1::AGGREGATE_KIND_RESPONDENT));
      request.set_rights_kept(Below(random_, 2) == 0);
      request.set_share_minor(request.rights_kept() ? static_cast<int64_t>(Below(random_, 1'000)) : 0);
      request.set_reason("Insolvent.");
      return Ask(request, proposer);
    }
    default: {
      v1::ReturnPaymentRequest request;
      request.set_payment_batch_id(Newest(v1::AGGREGATE_KIND_PAYMENT_BATCH));
      request.mutable_returned()->set_number(1 + static_cast<uint32_t>(Below(random_, 4)));
      request.mutable_returned()->set_reason_code("AC04");
      return Ask(request);
    }
  }
}

template <class Request>
Asked Desk::Filled() {
  Request request;
  RandomFilling(random_, [this](const std::string& field) { return NumberFor(field); }).Fill(request);
  return Ask(std::move(request), Below(random_, 2) == 0 ? "sari@0" : "budi@0");
}

// A claim to another docket; now and then a programme, after which nothing more may be decided about it.
Asked Desk::HandingOver() {
  Asked asked;
  asked.actor = "split@0";
  if (Below(random_, 40) != 0) {
    asked.request_type = "HandOverClaim";
    asked.decide = [claim = domain::HandOverClaim{Any(v1::AGGREGATE_KIND_CLAIM)}](uint64_t) -> Decide {
      return [claim](domain::Docket& docket, const domain::Context& context, domain::Decision& decision) {
        return domain::Decide(claim, docket, context, decision);
      };
    };
    return asked;
  }
  asked.request_type = "HandOverProgrammes";
  asked.decide = [programmes = domain::HandOverProgrammes{{Any(v1::AGGREGATE_KIND_PROGRAMME)},
                                                          "the other one",
                                                          last_,
                                                          std::string(32, 'r')}](uint64_t) -> Decide {
    return [programmes](domain::Docket& docket, const domain::Context& context, domain::Decision& decision) {
      return domain::Decide(programmes, docket, context, decision);
    };
  };
  return asked;
}

// Every request that the domain decides (engine/domain).
Asked Desk::Anything() {
  using Make = Asked (Desk::*)();
  static constexpr Make kAll[] = {
      &Desk::Filled<v1::OpenAccountRequest>,
      &Desk::Filled<v1::GrantRoleRequest>,
      &Desk::Filled<v1::WithdrawRoleRequest>,
      &Desk::Filled<v1::GrantPermissionRequest>,
      &Desk::Filled<v1::WithdrawPermissionRequest>,
      &Desk::Filled<v1::RecoverAccountRequest>,
      &Desk::Filled<v1::ConfirmAccountChangeRequest>,
      &Desk::Filled<v1::RefuseAccountChangeRequest>,
      &Desk::Filled<v1::CloseAccountRequest>,
      &Desk::Filled<v1::ConfirmSecondFactorRequest>,
      &Desk::Filled<v1::ShareCaseRequest>,
      &Desk::Filled<v1::EndCaseSharingRequest>,
      &Desk::Filled<v1::ScheduleMeetingRequest>,
      &Desk::Filled<v1::CloseMeetingRequest>,
      &Desk::Filled<v1::StateTransferRequest>,
      &Desk::Filled<v1::AssignCaseRequest>,
      &Desk::Filled<v1::AddCaseNoteRequest>,
      &Desk::Filled<v1::OpenCaseFundRequest>,
      &Desk::Filled<v1::AccrueCaseFundRequest>,
      &Desk::Filled<v1::PayCaseCostRequest>,
      &Desk::Filled<v1::ApproveCaseFundMoveRequest>,
      &Desk::Filled<v1::RejectCaseFundMoveRequest>,
      &Desk::Filled<v1::NoticeDeficiencyRequest>,
      &Desk::Filled<v1::CureDeficiencyRequest>,
      &Desk::Filled<v1::StartReviewRequest>,
      &Desk::Filled<v1::DecideEligibilityRequest>,
      &Desk::Filled<v1::ValueClaimRequest>,
      &Desk::Filled<v1::DetermineClaimRequest>,
      &Desk::Filled<v1::WithdrawClaimRequest>,
      &Desk::Filled<v1::SuspendClaimRequest>,
      &Desk::Filled<v1::ResumeClaimRequest>,
      &Desk::Filled<v1::AppealClaimRequest>,
      &Desk::Filled<v1::CloseClaimRequest>,
      &Desk::Filled<v1::OptOutRequest>,
      &Desk::Filled<v1::GiveConsentRequest>,
      &Desk::Filled<v1::WithdrawConsentRequest>,
      &Desk::Filled<v1::ConfirmPayoutAccountRequest>,
      &Desk::Filled<v1::NameHeirRequest>,
      &Desk::Filled<v1::ConfirmHeirRequest>,
      &Desk::Filled<v1::RefuseHeirRequest>,
      &Desk::Filled<v1::CorrectClaimantRequest>,
      &Desk::Filled<v1::EraseClaimantRequest>,
      &Desk::Filled<v1::CertifyGroupRequest>,
      &Desk::Filled<v1::CertifyAddendumRequest>,
      &Desk::Filled<v1::UploadBegun>,
      &Desk::Filled<v1::LinkDocumentRequest>,
      &Desk::Filled<v1::NoteCustodyRequest>,
      &Desk::Filled<v1::VerifyDocumentRequest>,
      &Desk::Filled<v1::HoldDocumentRequest>,
      &Desk::Filled<v1::LiftHoldRequest>,
      &Desk::Filled<v1::DecideDoubleClaimRequest>,
      &Desk::Filled<v1::AttributeReceiptRequest>,
      &Desk::Filled<v1::ReleaseRespondentRequest>,
      &Desk::Filled<v1::RecordCreditRequest>,
      &Desk::Filled<v1::ReverseCreditRequest>,
      &Desk::Filled<v1::RecordRepaymentRequest>,
      &Desk::Filled<v1::ReverseRepaymentRequest>,
      &Desk::Filled<v1::ForgiveOverpaymentRequest>,
      &Desk::Filled<v1::ReviseDecisionRequest>,
      &Desk::Filled<v1::ApproveClaimMoveRequest>,
      &Desk::Filled<v1::RejectClaimMoveRequest>,
      &Desk::Filled<v1::DismissAppealRequest>,
      &Desk::Filled<v1::HoldClaimRequest>,
      &Desk::Filled<v1::ReleaseClaimHoldRequest>,
      &Desk::Filled<v1::ReopenClaimRequest>,
      &Desk::Filled<v1::OpenLossRequest>,
      &Desk::Filled<v1::JoinLossRequest>,
      &Desk::Filled<v1::SeparateLossRequest>,
      &Desk::Filled<v1::SetLossCeilingRequest>,
      &Desk::Filled<v1::RefuseDuplicateRequest>,
      &Desk::Filled<v1::MergeClaimantsRequest>,
      &Desk::Filled<v1::UndoMergeRequest>,
      &Desk::Filled<v1::LinkFamilyRequest>,
      &Desk::Filled<v1::UnlinkFamilyRequest>,
      &Desk::Filled<v1::StartBulkDecisionRequest>,
      &Desk::Filled<v1::StartBulkValuationRequest>,
      &Desk::Filled<v1::StartRegisterMatchingRequest>,
      &Desk::Filled<v1::StartLinkingRequest>,
      &Desk::Filled<v1::StartAllocationRequest>,
      &Desk::Filled<v1::StartImportRequest>,
      &Desk::Filled<v1::StartLedgerExportRequest>,
      &Desk::Filled<v1::StartLogExportRequest>,
      &Desk::Filled<v1::CancelImportRequest>,
      &Desk::Filled<v1::CancelJobRequest>,
      &Desk::Filled<v1::RegisterOrganisationRequest>,
      &Desk::Filled<v1::ProposePaymentBatchRequest>,
      &Desk::Filled<v1::ApprovePaymentBatchRequest>,
      &Desk::Filled<v1::RejectPaymentBatchRequest>,
      &Desk::Filled<v1::SendPaymentBatchRequest>,
      &Desk::Filled<v1::ConfirmPaymentsRequest>,
      &Desk::Filled<v1::ReturnPaymentRequest>,
      &Desk::Filled<v1::OpenProgrammeRequest>,
      &Desk::Filled<v1::ReviseProgrammeRequest>,
      &Desk::Filled<v1::CloseProgrammeRequest>,
      &Desk::Filled<v1::PublishReferenceRegisterRequest>,
      &Desk::Filled<v1::AddRegisterLinesRequest>,
      &Desk::Filled<v1::WithdrawReferenceRegisterRequest>,
      &Desk::Filled<v1::PublishReferenceTableRequest>,
      &Desk::Filled<v1::ExtendReferenceTableRequest>,
      &Desk::Filled<v1::RegisterRespondentRequest>,
      &Desk::Filled<v1::LinkRespondentsRequest>,
      &Desk::Filled<v1::UnlinkRespondentsRequest>,
      &Desk::Filled<v1::AddRespondentDetailsRequest>,
      &Desk::Filled<v1::RecordLicenceStatusRequest>,
      &Desk::Filled<v1::RefuseSuspectedLinkRequest>,
      &Desk::Filled<v1::AnnounceSampleRequest>,
      &Desk::Filled<v1::DrawSampleRequest>,
      &Desk::Filled<v1::ReviewSampleRequest>,
      &Desk::Filled<v1::EstimateSampleRequest>,
      &Desk::Filled<v1::RecordSettlementRequest>,
      &Desk::Filled<v1::RecordInstalmentRequest>,
      &Desk::Filled<v1::ProposeAllocationRequest>,
      &Desk::Filled<v1::ApproveAllocationRequest>,
      &Desk::Filled<v1::LapseAllocationsRequest>,
      &Desk::Filled<v1::ReturnExcessRequest>,
      &Desk::Filled<v1::ReverseReceiptRequest>,
      &Desk::Filled<v1::PayTrustCostRequest>,
      &Desk::Filled<v1::ReleaseHeldMoneyRequest>,
      &Desk::Filled<v1::ApproveSettlementMoveRequest>,
      &Desk::Filled<v1::RejectSettlementMoveRequest>,
      &Desk::Filled<v1::HoldPaymentRequest>,
      &Desk::Filled<v1::ReleasePaymentRequest>,
      &Desk::Filled<v1::RejectAllocationRequest>,
      &Desk::Filled<v1::OpenTrustAccountRequest>,
      &Desk::Filled<v1::RecordBankReportRequest>,
      &Desk::Filled<v1::PersonalDataViewed>,
      &Desk::Filled<v1::OpenExchangeRequest>,
      &Desk::Filled<v1::CloseExchangeRequest>,
      &Desk::HandingOver,
  };
  return (this->*kAll[Below(random_, std::size(kAll))])();
}

uint64_t Desk::NumberFor(const std::string& field) {
  if (absl::EndsWith(field, "allocation_id")) {
    return allocations_.empty() ? 0 : allocations_[Below(random_, allocations_.size())];
  }
  if (field == "proposal_id" && !moves_.empty()) return moves_[Below(random_, moves_.size())];
  std::string singular(absl::StripSuffix(field, "s"));
  for (const auto& [name, kind] : KindsByField()) {
    if (absl::EndsWith(singular, name) && Below(random_, 12) != 0) return Any(kind);
  }
  return Below(random_, last_ + 3);
}

}  // namespace klaim::simulation
