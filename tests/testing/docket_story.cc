#include "testing/docket_story.h"

#include "absl/strings/str_cat.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/people/heir.h"
#include "engine/domain/registry/organisation.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/respondent.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::testing {
namespace {

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

v1::PartialDate Date(uint32_t year, uint32_t month, uint32_t day) {
  v1::PartialDate date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

}  // namespace

::testing::AssertionResult Refuses(const absl::Status& status, absl::StatusCode code,
                                   const std::string& field) {
  if (status.code() != code)
    return ::testing::AssertionFailure() << "expected code " << static_cast<int>(code) << ", got " << status;
  const auto fields = domain::FieldsOf(status);
  if (fields.size() != 1 || fields[0] != field)
    return ::testing::AssertionFailure() << "expected field " << field << ", got " << status;
  return ::testing::AssertionSuccess();
}

DocketStory::DocketStory()
    : docket_(
          [this](uint64_t stream, absl::FunctionRef<absl::Status(const v1::EventRecord&)> visitor) {
            if (stream >= records_.size()) return absl::NotFoundError("");
            for (uint64_t sequence = stream; sequence < records_.size(); ++sequence) {
              const v1::EventRecord event = record(sequence);
              if (event.stream() != stream && sequence != stream) continue;
              if (absl::Status status = visitor(event); !status.ok()) return status;
            }
            return absl::OkStatus();
          },
          64) {  // small, so that stories also run through forgetting and folding again
  v1::RegisterOrganisationRequest organisation;
  organisation.mutable_organisation()->set_name("Union");
  organisation.mutable_organisation()->set_country("ID");
  organisation.mutable_organisation()->set_kind(v1::ORGANISATION_KIND_NATIONAL);
  Must(organisation);
  v1::OpenProgrammeRequest opened;
  auto& rules = *opened.mutable_programme();
  rules.set_code("HK");
  rules.set_title("Hong Kong");
  rules.set_currency("HKD");
  *rules.mutable_filing_deadline() = Date(2027, 12, 31);
  *rules.add_heads() = Head("excess_recruitment_fee", v1::VALUATION_RULE_DOCUMENTED_AMOUNT, 0, 2'000'000);
  *rules.add_heads() = Head("document_retention", v1::VALUATION_RULE_FIXED_SUM, 200'000, 0);
  *rules.add_heads() = Head("unpaid_wages", v1::VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID, 0, 0);
  rules.mutable_grouping()->add_dimensions(v1::GROUPING_DIMENSION_RESPONDENT_NETWORK);
  rules.mutable_grouping()->add_dimensions(v1::GROUPING_DIMENSION_HEAD);
  rules.mutable_grouping()->set_least_size(1);
  programme = Must(opened);
  for (uint64_t* id : {&agency, &partner_agency}) {
    v1::RegisterRespondentRequest respondent;
    respondent.mutable_respondent()->set_name("PT Agency");
    respondent.mutable_respondent()->set_country(id == &agency ? "ID" : "HK");
    respondent.mutable_respondent()->set_kind(v1::RESPONDENT_KIND_RECRUITMENT_AGENCY);
    *id = Must(respondent);
  }
}

std::string DocketStory::Bytes(const domain::Decision& decision) {
  std::string bytes;
  for (const auto* event : decision.events()) bytes += event->SerializeAsString();
  return bytes;
}

void DocketStory::Record(const domain::Decision& decision, const std::string& actor) {
  for (v1::EventRecord* event : decision.events()) {
    event->set_actor(actor);
    event->set_recorded_at_micros(now_micros);
    records_.push_back(event->SerializeAsString());
  }
  for (const v1::EventRecord* event : decision.events()) {
    const absl::Status evolved = docket_.Evolve(*event);
    EXPECT_TRUE(evolved.ok()) << "evolve failed on what decide emitted: " << evolved;
  }
  docket_.Trim(records_.size());
}

v1::EventRecord DocketStory::record(uint64_t sequence) const {
  v1::EventRecord event;
  EXPECT_TRUE(event.ParseFromString(records_.at(sequence)));
  return event;
}

const domain::ClaimState& DocketStory::claim(uint64_t id) {
  return **docket_.Find<domain::ClaimState>("claim_id", id);
}

const domain::SettlementState& DocketStory::settlement(uint64_t id) {
  return **docket_.Find<domain::SettlementState>("settlement_id", id);
}

v1::FileClaimRequest DocketStory::Filing(int64_t documented_minor) const {
  v1::FileClaimRequest filing;
  filing.set_programme_id(programme);
  auto& claimant = *filing.mutable_new_claimant();
  claimant.mutable_person()->mutable_name()->mutable_sealed()->set_key_id(1);
  claimant.set_capacity(v1::CLAIMANT_CAPACITY_WORKER);
  claimant.set_worker_status(v1::WORKER_STATUS_RETURNED);
  auto* consent = claimant.add_consents();
  consent->set_purpose(v1::CONSENT_PURPOSE_PURSUE_CLAIM);
  *consent->mutable_given_on() = Date(2026, 1, 15);
  filing.mutable_new_case()->mutable_placement()->set_destination("HK");
  filing.mutable_new_case()->mutable_placement()->mutable_origin()->set_code("33.02");
  filing.add_respondent_ids(agency);
  auto* head = filing.add_heads();
  head->set_code("excess_recruitment_fee");
  head->mutable_claimed()->set_currency("HKD");
  head->mutable_claimed()->set_minor_units(std::max<int64_t>(1, documented_minor));
  head->set_documented_minor(documented_minor);
  return filing;
}

uint64_t DocketStory::File(int64_t documented_minor) { return File(Filing(documented_minor)); }

uint64_t DocketStory::File(const v1::FileClaimRequest& filing) {
  Must(filing);
  return size() - 1;
}

void DocketStory::Determine(uint64_t claim_id) {
  v1::StartReviewRequest review;
  review.set_claim_id(claim_id);
  Must(review);
  v1::DecideEligibilityRequest eligibility;
  eligibility.set_claim_id(claim_id);
  eligibility.mutable_decision()->set_eligible(true);
  eligibility.mutable_decision()->set_reason_code("meets_criteria");
  eligibility.mutable_decision()->set_reasons("Receipts seen.");
  Must(eligibility);
  v1::ValueClaimRequest value;
  value.set_claim_id(claim_id);
  Must(value);
  v1::DetermineClaimRequest determine;
  determine.set_claim_id(claim_id);
  determine.set_reason_code("as_valued");
  determine.set_reasons("As valued.");
  Must(determine);
}

uint64_t DocketStory::Certify(const std::vector<uint64_t>& claim_ids, const std::string& head) {
  v1::CertifyGroupRequest request;
  request.set_name("Group");
  request.set_programme_id(programme);
  request.set_head(head);
  request.mutable_claim_ids()->Assign(claim_ids.begin(), claim_ids.end());
  return Must(request);
}

uint64_t DocketStory::Settle(uint64_t group_id, const std::vector<int64_t>& instalments) {
  v1::RecordSettlementRequest request;
  auto& settlement = *request.mutable_settlement();
  settlement.set_programme_id(programme);
  settlement.add_group_ids(group_id);
  settlement.add_respondent_ids(agency);
  settlement.set_forum("Labour Tribunal");
  settlement.mutable_amount()->set_currency("HKD");
  for (size_t i = 0; i < instalments.size(); ++i) {
    auto* instalment = settlement.add_instalments();
    *instalment->mutable_due_on() = Date(2027, static_cast<uint32_t>(1 + i % 12), 28);
    instalment->set_amount_minor(instalments[i]);
    settlement.mutable_amount()->set_minor_units(settlement.amount().minor_units() + instalments[i]);
  }
  return Must(request);
}

void DocketStory::Receive(uint64_t settlement_id, uint32_t instalment, int64_t amount_minor) {
  v1::RecordInstalmentRequest request;
  request.set_settlement_id(settlement_id);
  request.mutable_received()->set_instalment_number(instalment);
  request.mutable_received()->set_amount_minor(amount_minor);
  *request.mutable_received()->mutable_booked_on() = Date(2027, 1, 31);
  request.mutable_received()->set_bank_reference(absl::StrCat("REF", size()));
  Must(request);
}

uint64_t DocketStory::Allocate(uint64_t settlement_id) {
  v1::ProposeAllocationRequest propose;
  propose.set_settlement_id(settlement_id);
  const uint64_t allocation = Must(propose);
  v1::ApproveAllocationRequest approve;
  approve.set_settlement_id(settlement_id);
  approve.set_allocation_id(allocation);
  Must(approve, "budi@0");
  return allocation;
}

void DocketStory::ConfirmAccount(uint64_t claim_id) {
  v1::ConfirmPayoutAccountRequest request;
  request.set_claimant_id(claim(claim_id).claimant_id);
  request.mutable_account()->mutable_holder()->mutable_sealed();
  request.mutable_account()->mutable_number()->mutable_sealed();
  request.mutable_account()->set_bank_bic("BRINIDJA");
  request.mutable_account()->set_currency("HKD");
  Must(request);
}

uint64_t DocketStory::Upload(uint64_t claim_id) {
  v1::UploadBegun begun;
  begun.set_case_id(claim(claim_id).case_id);
  begun.mutable_title()->mutable_text()->set_clear("Surat keterangan waris");
  return Must(begun);
}

v1::NameHeirRequest DocketStory::Naming(uint64_t claim_id, uint64_t heir_id) {
  v1::NameHeirRequest name;
  name.set_claimant_id((*docket_.Find<domain::CaseState>("", claim(claim_id).case_id))->claimant_id);
  name.mutable_heir()->set_heir_id(heir_id);
  name.mutable_heir()->set_evidence("surat keterangan waris 12/2026");
  name.mutable_heir()->set_document_id(Upload(claim_id));
  return name;
}

absl::Status DocketStory::NameHeir(uint64_t claim_id, uint64_t heir_id) {
  const v1::NameHeirRequest name = Naming(claim_id, heir_id);
  v1::ConfirmHeirRequest confirm;
  confirm.set_claimant_id(name.claimant_id());
  confirm.set_proposal_id(records_.size());
  const absl::Status proposed = Ask(name);
  return proposed.ok() ? Ask(confirm, "budi@0") : proposed;
}

uint64_t DocketStory::Send(uint64_t settlement_id) {
  v1::ProposePaymentBatchRequest propose;
  propose.set_settlement_id(settlement_id);
  const uint64_t batch = Must(propose);
  v1::ApprovePaymentBatchRequest approve;
  approve.set_payment_batch_id(batch);
  Must(approve, "budi@0");
  v1::SendPaymentBatchRequest send;
  send.set_payment_batch_id(batch);
  send.set_message_id(absl::StrCat("MSG", batch));
  Must(send);
  return batch;
}

}  // namespace klaim::testing
