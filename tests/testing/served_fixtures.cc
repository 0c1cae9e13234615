#include "testing/served_fixtures.h"

#include <gtest/gtest.h>

#include "engine/domain/claims/claim.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/respondent.h"
#include "klaim/v1/registry_service.grpc.pb.h"

namespace klaim::testing {

v1::FileClaimRequest ServedFixtures::Filing(const std::string& request_id) const {
  v1::FileClaimRequest filing;
  filing.set_request_id(request_id);
  filing.set_programme_id(programme);
  auto& claimant = *filing.mutable_new_claimant();
  claimant.mutable_person()->mutable_name()->set_clear("Siti Aminah " + request_id);
  claimant.mutable_person()->mutable_phone()->set_clear("+6281234567890");
  claimant.set_capacity(v1::CLAIMANT_CAPACITY_WORKER);
  claimant.set_worker_status(v1::WORKER_STATUS_RETURNED);
  auto* consent = claimant.add_consents();
  consent->set_purpose(v1::CONSENT_PURPOSE_PURSUE_CLAIM);
  consent->mutable_given_on()->set_year(2026);
  filing.mutable_new_case()->mutable_story()->mutable_text()->set_clear("My passport was kept.");
  filing.add_respondent_ids(agency);
  auto* head = filing.add_heads();
  head->set_code("excess_recruitment_fee");
  head->mutable_claimed()->set_currency("HKD");
  head->mutable_claimed()->set_minor_units(1'500'000);
  return filing;
}

ServedFixtures RegisterFixtures(const std::shared_ptr<grpc::Channel>& channel) {
  auto registry = v1::RegistryService::NewStub(channel);
  v1::OpenProgrammeRequest programme;
  programme.set_request_id("programme");
  auto& opened = *programme.mutable_programme();
  opened.set_code("HK");
  opened.set_title("Hong Kong");
  opened.set_currency("HKD");
  opened.mutable_filing_deadline()->set_year(2030);
  opened.mutable_filing_deadline()->set_month(1);
  opened.mutable_filing_deadline()->set_day(1);
  auto* head = opened.add_heads();
  head->set_code("excess_recruitment_fee");
  head->set_proof_standard(v1::PROOF_STANDARD_PLAUSIBLE);
  head->set_valuation_rule(v1::VALUATION_RULE_DOCUMENTED_AMOUNT);
  head->set_priority_tier(1);
  opened.mutable_grouping()->add_dimensions(v1::GROUPING_DIMENSION_HEAD);
  opened.mutable_grouping()->set_least_size(1);
  v1::OpenProgrammeResponse programme_opened;
  grpc::ClientContext one;
  EXPECT_TRUE(registry->OpenProgramme(&one, programme, &programme_opened).ok());
  v1::RegisterRespondentRequest respondent;
  respondent.set_request_id("agency");
  respondent.mutable_respondent()->set_name("PT Agency");
  respondent.mutable_respondent()->set_country("ID");
  respondent.mutable_respondent()->set_kind(v1::RESPONDENT_KIND_RECRUITMENT_AGENCY);
  v1::RegisterRespondentResponse registered;
  grpc::ClientContext two;
  EXPECT_TRUE(registry->RegisterRespondent(&two, respondent, &registered).ok());
  return {programme_opened.programme_id(), registered.respondent_id()};
}

}  // namespace klaim::testing
