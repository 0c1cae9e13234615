#include "tools/benchmark/workload.h"

#include <algorithm>
#include <filesystem>
#include <future>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/blocking_counter.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/people/account.h"
#include "engine/domain/registry/organisation.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/respondent.h"
#include "engine/privacy/sealing.h"
#include "services/common/personal_data.h"
#include "services/common/system_clock.h"
#include "services/docket/identity_tags.h"
#include "tools/benchmark/figures.h"

namespace klaim::benchmark {
namespace {

// A name of its own for each number, in letters.
std::string NameOf(uint64_t number) {
  std::string name = "Siti Aminah ";
  for (; number > 0; number /= 26) name += static_cast<char>('a' + number % 26);
  return name + "wati";
}

}  // namespace

std::unique_ptr<BenchDocket> OpenBenchDocket(const std::string& folder, size_t max_batch_commands) {
  std::filesystem::create_directories(folder);
  auto docket = std::make_unique<BenchDocket>();
  docket->log = Must(log::RocksDbEventLog::Open(folder + "/log"));
  docket->vault = Must(privacy::Vault::Open(folder + "/vault", privacy::SecretKey()));
  Need(docket->vault->MakeKeysAhead());
  sequencer::Options options;
  options.clock = services::SystemClockMicros;
  options.max_batch_commands = max_batch_commands;
  options.queue_capacity = 1 << 20;
  docket->sequencer = Must(sequencer::Sequencer::Start(*docket->log, *docket->vault, options, Need));
  Furnish(*docket->sequencer, docket->fixtures);
  return docket;
}

uint64_t RunNow(
    sequencer::Sequencer& sequencer, const std::string& request_id,
    absl::AnyInvocable<absl::Status(domain::Docket&, const domain::Context&, domain::Decision&)> decide) {
  std::promise<absl::StatusOr<sequencer::Outcome>> promise;
  sequencer::Command command;
  command.actor = "bench@0";
  command.request_id = request_id;
  command.decide = std::move(decide);
  command.done = [&](absl::StatusOr<sequencer::Outcome> outcome) { promise.set_value(std::move(outcome)); };
  (void)sequencer.Submit(std::move(command));
  return Must(promise.get_future().get()).first_sequence;
}

SealedFiling SealedAtTheBoundary(v1::FileClaimRequest filing, privacy::Vault& vault) {
  SealedFiling sealed;
  if (filing.has_new_claimant()) {
    v1::NewClaimant& claimant = *filing.mutable_new_claimant();
    sealed.key = Must(vault.NewKey());
    sealed.person = services::IdentityTagsOf(claimant.person(), sealed.key.key_id, vault);
    Need(privacy::Seal(filing, sealed.key));
    claimant.set_key_id(sealed.key.key_id);
  }
  sealed.request = std::move(filing);
  return sealed;
}

void FileAll(sequencer::Sequencer& sequencer, privacy::Vault& vault,
             const std::vector<SealedFiling>& filings) {
  absl::BlockingCounter unanswered(static_cast<int>(filings.size()));
  for (const SealedFiling& filing : filings) {
    sequencer::Command command;
    command.actor = "bench@0";
    command.request_id = filing.request.request_id();
    command.request_type = filing.request.GetDescriptor()->name();
    command.new_person = filing.person;
    if (filing.person.has_value()) Need(vault.NoteIdentity(*filing.person).status());
    command.decide = [&request = filing.request](domain::Docket& d, const domain::Context& c,
                                                 domain::Decision& out) {
      return domain::Decide(request, d, c, out);
    };
    command.done = [&unanswered](const absl::StatusOr<sequencer::Outcome>& outcome) {
      Need(outcome.status());
      unanswered.DecrementCount();
    };
    Need(sequencer.Submit(std::move(command)));
  }
  unanswered.Wait();
}

void FileInParts(sequencer::Sequencer& sequencer, privacy::Vault& vault, const Fixtures& fixtures,
                 uint64_t from, uint64_t until) {
  constexpr uint64_t kPart = 4'000;
  for (uint64_t base = from; base < until; base += kPart) {
    std::vector<SealedFiling> filings;
    for (uint64_t number = base; number < std::min(base + kPart, until); ++number) {
      filings.push_back(SealedAtTheBoundary(WholeFiling(fixtures, number), vault));
    }
    FileAll(sequencer, vault, filings);
  }
}

void Furnish(sequencer::Sequencer& sequencer, Fixtures& fixtures) {
  const auto run = [&](const auto& request) {
    return RunNow(sequencer, request.request_id(),
                  [&](domain::Docket& d, const domain::Context& c, domain::Decision& out) {
                    return domain::Decide(request, d, c, out);
                  });
  };
  v1::RegisterOrganisationRequest organisation;
  organisation.set_request_id("organisation");
  organisation.mutable_organisation()->set_name("Union");
  organisation.mutable_organisation()->set_country("ID");
  organisation.mutable_organisation()->set_kind(v1::ORGANISATION_KIND_NATIONAL);
  run(organisation);
  v1::OpenAccountRequest account;
  account.set_request_id("account");
  account.set_name("bench");
  for (auto role : {v1::ROLE_LAWYER, v1::ROLE_TREASURER, v1::ROLE_AUDITOR}) account.add_roles(role);
  RunNow(sequencer, account.request_id(),
         [&](domain::Docket& d, const domain::Context&, domain::Decision& out) {
           return domain::OpenFirstAccount(account, d, out);
         });
  v1::OpenProgrammeRequest programme;
  programme.set_request_id("programme");
  auto& opened = *programme.mutable_programme();
  opened.set_code("HK");
  opened.set_title("Hong Kong");
  opened.set_currency("HKD");
  opened.mutable_filing_deadline()->set_year(2030);
  opened.mutable_filing_deadline()->set_month(12);
  opened.mutable_filing_deadline()->set_day(31);
  auto* head = opened.add_heads();
  head->set_code("excess_recruitment_fee");
  head->set_proof_standard(v1::PROOF_STANDARD_PLAUSIBLE);
  head->set_valuation_rule(v1::VALUATION_RULE_DOCUMENTED_AMOUNT);
  head->set_priority_tier(1);
  for (auto dimension : {v1::GROUPING_DIMENSION_RESPONDENT_NETWORK, v1::GROUPING_DIMENSION_CORRIDOR_PROVINCE,
                         v1::GROUPING_DIMENSION_HEAD}) {
    opened.mutable_grouping()->add_dimensions(dimension);
  }
  opened.mutable_grouping()->set_least_size(3);
  fixtures.programme_id = run(programme);
  fixtures.respondents = 200;
  for (uint64_t i = 0; i < fixtures.respondents; ++i) {
    v1::RegisterRespondentRequest respondent;
    respondent.set_request_id(absl::StrCat("respondent", i));
    respondent.mutable_respondent()->set_name(absl::StrCat("PT Agency ", i));
    respondent.mutable_respondent()->set_country(i % 2 == 0 ? "ID" : "HK");
    respondent.mutable_respondent()->set_kind(i % 2 == 0 ? v1::RESPONDENT_KIND_RECRUITMENT_AGENCY
                                                         : v1::RESPONDENT_KIND_PLACEMENT_AGENCY);
    const uint64_t id = run(respondent);
    if (i == 0) fixtures.first_respondent = id;
  }
  for (uint64_t i = 0; i < fixtures.respondents; i += 2) {
    v1::LinkRespondentsRequest link;
    link.set_request_id(absl::StrCat("link", i));
    link.set_respondent_id(fixtures.first_respondent + i);
    link.mutable_link()->set_other_id(fixtures.first_respondent + i + 1);
    link.mutable_link()->set_kind(v1::LINK_KIND_PARTNER_OF);
    link.mutable_link()->set_evidence("agreement");
    run(link);
  }
}

v1::FileClaimRequest FilingFor(const Fixtures& fixtures, uint64_t number, uint64_t claimant_id,
                               uint64_t case_id) {
  v1::FileClaimRequest filing;
  filing.set_request_id(absl::StrFormat("HK-FEES-2025:K-%09d", number));
  filing.set_programme_id(fixtures.programme_id);
  filing.set_claimant_id(claimant_id);
  filing.set_case_id(case_id);
  const uint64_t pair = number * 7919 % (fixtures.respondents / 2) * 2;
  filing.add_respondent_ids(fixtures.first_respondent + pair);
  filing.add_respondent_ids(fixtures.first_respondent + pair + 1);
  auto* head = filing.add_heads();
  head->set_code("excess_recruitment_fee");
  head->mutable_claimed()->set_currency("HKD");
  head->mutable_claimed()->set_minor_units(1'400'000 + static_cast<int64_t>(number % 1000) * 100);
  head->set_documented_minor(1'400'000);
  head->mutable_period_from()->set_year(2019 + number % 6);
  return filing;
}

v1::FileClaimRequest WholeFiling(const Fixtures& fixtures, uint64_t number) {
  v1::FileClaimRequest filing = FilingFor(fixtures, number, 0, 0);
  auto& claimant = *filing.mutable_new_claimant();
  claimant.mutable_person()->mutable_name()->set_clear(NameOf(number));
  claimant.mutable_person()->mutable_national_id()->set_clear(
      // A place, the birth date and a serial: nobody has another's.
      absl::StrFormat("%06d%02d0580%04d", 110101 + number / (28 * 9'999), 41 + number / 9'999 % 28,
                      1 + number % 9'999));
  claimant.mutable_person()->mutable_birth_date()->set_clear("1980-05-17");
  claimant.mutable_person()->mutable_phone()->set_clear(absl::StrFormat("+628%09d", number));
  claimant.mutable_person()->mutable_village()->set_clear("33.02.01.2001");
  claimant.set_capacity(v1::CLAIMANT_CAPACITY_WORKER);
  claimant.set_worker_status(v1::WORKER_STATUS_RETURNED);
  auto* consent = claimant.add_consents();
  consent->set_purpose(v1::CONSENT_PURPOSE_PURSUE_CLAIM);
  consent->mutable_given_on()->set_year(2026);
  auto& placement = *filing.mutable_new_case()->mutable_placement();
  placement.set_job("domestic worker");
  placement.set_destination("HK");
  placement.mutable_origin()->set_code(absl::StrFormat("33.%02d", 1 + number % 29));
  placement.mutable_began_on()->set_year(2020);
  return filing;
}

}  // namespace klaim::benchmark
