// Filing: what is refused, with the field that is wrong, and what is recorded.

#include <functional>

#include "engine/domain/claims/claim.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/programme.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

struct BadFiling {
  const char* name;
  std::function<void(DocketStory&, v1::FileClaimRequest&)> spoil;
  absl::StatusCode code;
  const char* field;
};

constexpr auto kUnknown = absl::StatusCode::kNotFound;

const BadFiling kBadFilings[] = {
    {"no programme", [](auto&, auto& f) { f.set_programme_id(999); }, kUnknown, "programme_id"},
    {"programme that is a respondent", [](auto& s, auto& f) { f.set_programme_id(s.agency); }, kUnknown,
     "programme_id"},
    {"no head", [](auto&, auto& f) { f.clear_heads(); }, kInvalid, "heads"},
    {"unknown head", [](auto&, auto& f) { f.mutable_heads(0)->set_code("overtime"); }, kInvalid,
     "heads[0].code"},
    {"head twice", [](auto&, auto& f) { *f.add_heads() = f.heads(0); }, kInvalid, "heads[1].code"},
    {"wrong currency", [](auto&, auto& f) { f.mutable_heads(0)->mutable_claimed()->set_currency("IDR"); },
     kInvalid, "heads[0].claimed.currency"},
    {"a wage's documents in another currency",
     [](auto&, auto& f) {
       f.mutable_heads(0)->set_code("unpaid_wages");
       f.mutable_heads(0)->set_documented_currency("KWD");
     },
     kInvalid, "heads[0].documented_currency"},
    {"lower-case currency",
     [](auto&, auto& f) { f.mutable_heads(0)->mutable_claimed()->set_currency("hkd"); }, kInvalid,
     "heads[0].claimed.currency"},
    {"nothing claimed", [](auto&, auto& f) { f.mutable_heads(0)->mutable_claimed()->set_minor_units(0); },
     kInvalid, "heads[0].claimed.minor_units"},
    {"negative claim", [](auto&, auto& f) { f.mutable_heads(0)->mutable_claimed()->set_minor_units(-1); },
     kInvalid, "heads[0].claimed.minor_units"},
    {"overflowing claim",
     [](auto&, auto& f) { f.mutable_heads(0)->mutable_claimed()->set_minor_units(INT64_MAX); }, kInvalid,
     "heads[0].claimed.minor_units"},
    {"negative document", [](auto&, auto& f) { f.mutable_heads(0)->set_documented_minor(-5); }, kInvalid,
     "heads[0].documented_minor"},
    {"negative wage", [](auto&, auto& f) { f.mutable_heads(0)->set_agreed_wage_minor(-5); }, kInvalid,
     "heads[0].agreed_wage_minor"},
    {"fifty years", [](auto&, auto& f) { f.mutable_heads(0)->set_months_hundredths(60'001); }, kInvalid,
     "heads[0].months_hundredths"},
    {"30 February",
     [](auto&, auto& f) {
       auto* d = f.mutable_heads(0)->mutable_period_from();
       d->set_year(2024);
       d->set_month(2);
       d->set_day(30);
     },
     kInvalid, "heads[0].period_from"},
    {"29 February of no leap year",
     [](auto&, auto& f) {
       auto* d = f.mutable_heads(0)->mutable_period_from();
       d->set_year(2023);
       d->set_month(2);
       d->set_day(29);
     },
     kInvalid, "heads[0].period_from"},
    {"13th month",
     [](auto&, auto& f) {
       auto* d = f.mutable_heads(0)->mutable_period_from();
       d->set_year(2023);
       d->set_month(13);
     },
     kInvalid, "heads[0].period_from"},
    {"day without month",
     [](auto&, auto& f) {
       auto* d = f.mutable_heads(0)->mutable_period_from();
       d->set_year(2023);
       d->set_day(3);
     },
     kInvalid, "heads[0].period_from"},
    {"period backwards",
     [](auto&, auto& f) {
       f.mutable_heads(0)->mutable_period_from()->set_year(2024);
       f.mutable_heads(0)->mutable_period_until()->set_year(2023);
     },
     kInvalid, "heads[0].period_until"},
    {"no respondent", [](auto&, auto& f) { f.clear_respondent_ids(); }, kInvalid, "respondent_ids"},
    {"unknown respondent", [](auto&, auto& f) { f.add_respondent_ids(12345); }, kUnknown, "respondent_ids"},
    {"respondent twice", [](auto& s, auto& f) { f.add_respondent_ids(s.agency); }, kInvalid,
     "respondent_ids"},
    {"no claimant", [](auto&, auto& f) { f.clear_new_claimant(); }, kInvalid, "claimant_id"},
    {"unknown claimant", [](auto&, auto& f) { f.set_claimant_id(777); }, kUnknown, "claimant_id"},
    {"no name", [](auto&, auto& f) { f.mutable_new_claimant()->mutable_person()->clear_name(); }, kInvalid,
     "new_claimant.person.name"},
    {"no capacity", [](auto&, auto& f) { f.mutable_new_claimant()->clear_capacity(); }, kInvalid,
     "new_claimant.capacity"},
    {"no consent", [](auto&, auto& f) { f.mutable_new_claimant()->clear_consents(); }, kInvalid,
     "new_claimant.consents"},
    {"consent for research alone",
     [](auto&, auto& f) {
       f.mutable_new_claimant()->mutable_consents(0)->set_purpose(v1::CONSENT_PURPOSE_RESEARCH);
     },
     kInvalid, "new_claimant.consents"},
    {"consent to share with nobody who is known",
     [](auto&, auto& f) {
       auto* consent = f.mutable_new_claimant()->add_consents();
       *consent = f.new_claimant().consents(0);
       consent->set_purpose(v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER);
       consent->set_recipient_id(999);
     },
     kUnknown, "new_claimant.consents[1].recipient_id"},
    {"no case", [](auto&, auto& f) { f.clear_new_case(); }, kInvalid, "case_id"},
    {"unknown country",
     [](auto&, auto& f) { f.mutable_new_case()->mutable_placement()->set_destination("XX"); }, kInvalid,
     "new_case.placement.destination"},
    {"village as origin",
     [](auto&, auto& f) {
       f.mutable_new_case()->mutable_placement()->mutable_origin()->set_code("33.02.01.2001");
     },
     kInvalid, "new_case.placement.origin.code"},
    {"unknown wage currency",
     [](auto&, auto& f) {
       auto* w = f.mutable_new_case()->mutable_placement()->mutable_agreed_monthly_wage();
       w->set_currency("XYZ");
       w->set_minor_units(5);
     },
     kInvalid, "new_case.placement.agreed_monthly_wage.currency"},
    {"case of another",
     [](auto& s, auto& f) {
       const uint64_t c = s.File(1000);
       f.set_case_id(c - 1);
     },
     kInvalid, "case_id"},
};

TEST(Filing, RefusesBadInputNamingTheFieldAndChangesNothing) {
  for (const BadFiling& bad : kBadFilings) {
    DocketStory story;
    v1::FileClaimRequest filing = story.Filing(10'000);
    bad.spoil(story, filing);
    const uint64_t before = story.size();
    EXPECT_TRUE(Refuses(story.Ask(filing), bad.code, bad.field)) << bad.name;
    EXPECT_EQ(story.size(), before) << bad.name;
  }
}

TEST(Filing, RecordsClaimantCaseAndClaimWithTheClaimLast) {
  DocketStory story;
  const uint64_t claim_id = story.File(10'000);
  EXPECT_TRUE(story.record(claim_id - 2).has_claimant_registered());
  EXPECT_TRUE(story.record(claim_id - 1).has_case_opened());
  const auto filed = story.record(claim_id).claim_filed();
  EXPECT_EQ(filed.claimant_id(), claim_id - 2);
  EXPECT_EQ(filed.case_id(), claim_id - 1);
  EXPECT_EQ(filed.corridor().origin(), "33.02");
  EXPECT_EQ(filed.corridor().destination(), "HK");
  EXPECT_FALSE(filed.late());
}

TEST(Filing, AfterTheDeadlineIsMarkedLate) {
  DocketStory story;
  story.now_micros = 1'830'297'599'000'000;  // 2027-12-31T23:59:59Z
  EXPECT_FALSE(story.record(story.File(1)).claim_filed().late());
  story.now_micros += 1'000'000;
  EXPECT_TRUE(story.record(story.File(1)).claim_filed().late());
}

TEST(Filing, StopsWithTheProgramme) {
  DocketStory story;
  v1::CloseProgrammeRequest close;
  close.set_programme_id(story.programme);
  close.set_reason("All settled.");
  story.Must(close);
  EXPECT_TRUE(Refuses(story.Ask(story.Filing(1)), kNotNow, "programme_id"));
  EXPECT_TRUE(Refuses(story.Ask(close), kNotNow, "programme_id"));
}

TEST(Filing, ASecondClaimNeedsTheConsentStill) {
  DocketStory story;
  const uint64_t first = story.File(1000);
  v1::FileClaimRequest second = story.Filing(2000);
  second.set_claimant_id(first - 2);
  second.set_case_id(first - 1);
  EXPECT_TRUE(story.Ask(second).ok());
  v1::WithdrawConsentRequest withdraw;
  withdraw.set_claimant_id(first - 2);
  withdraw.set_purpose(v1::CONSENT_PURPOSE_PURSUE_CLAIM);
  story.Must(withdraw);
  EXPECT_TRUE(Refuses(story.Ask(second), kNotNow, "claimant_id"));
  v1::GiveConsentRequest give;
  give.set_claimant_id(first - 2);
  give.mutable_consent()->set_purpose(v1::CONSENT_PURPOSE_PURSUE_CLAIM);
  give.mutable_consent()->mutable_given_on()->set_year(2026);
  story.Must(give);
  EXPECT_TRUE(story.Ask(second).ok());
}

}  // namespace
}  // namespace klaim::testing
