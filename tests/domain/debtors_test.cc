// Who pays a settlement: own shares, own receipts, and whom it lets out.
#include "engine/domain/money/debtors.h"

#include "engine/domain/money/settlement.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

class Debtors : public ::testing::Test {
 protected:
  // Over 5,000.00 in two instalments, which both agencies owe: jointly, or 3,000.00 and 2,000.00.
  uint64_t Settle(bool shares) {
    const uint64_t claim = story_.File(1'000'000);
    story_.Determine(claim);
    v1::RecordSettlementRequest request;
    v1::SettlementRecorded& settlement = *request.mutable_settlement();
    settlement.set_programme_id(story_.programme);
    settlement.add_group_ids(story_.Certify({claim}));
    settlement.add_respondent_ids(story_.agency);
    settlement.add_respondent_ids(story_.partner_agency);
    settlement.mutable_amount()->set_currency("HKD");
    settlement.mutable_amount()->set_minor_units(500'000);
    for (uint32_t month : {1u, 2u}) {
      auto& instalment = *settlement.add_instalments();
      instalment.mutable_due_on()->set_year(2027);
      instalment.mutable_due_on()->set_month(month);
      instalment.mutable_due_on()->set_day(1);
      instalment.set_amount_minor(250'000);
    }
    settlement.set_forum("Labour Tribunal");
    if (shares) {
      for (const auto& [respondent, amount] :
           {std::pair(story_.agency, 300'000), std::pair(story_.partner_agency, 200'000)}) {
        auto& share = *settlement.add_shares();
        share.set_respondent_id(respondent);
        share.set_amount_minor(amount);
      }
    }
    return story_.Must(request);
  }
  v1::RecordInstalmentRequest Receipt(uint64_t settlement, uint64_t payer, int64_t amount,
                                      const std::string& reference) {
    v1::RecordInstalmentRequest request;
    request.set_settlement_id(settlement);
    request.mutable_received()->set_amount_minor(amount);
    request.mutable_received()->set_bank_reference(reference);
    request.mutable_received()->set_payer_id(payer);
    request.mutable_received()->mutable_booked_on()->set_year(2027);
    request.mutable_received()->mutable_booked_on()->set_month(1);
    request.mutable_received()->mutable_booked_on()->set_day(5);
    return request;
  }
  v1::ReleaseRespondentRequest Release(uint64_t settlement, uint64_t respondent, bool keep,
                                       int64_t share = 0) {
    v1::ReleaseRespondentRequest request;
    request.set_settlement_id(settlement);
    request.set_respondent_id(respondent);
    request.set_rights_kept(keep);
    request.set_share_minor(share);
    request.set_reason("Tidak mampu.");
    return request;
  }
  absl::Status Approve(uint64_t settlement, uint64_t proposal, const std::string& actor = "budi@0") {
    v1::ApproveSettlementMoveRequest request;
    request.set_settlement_id(settlement);
    request.set_proposal_id(proposal);
    return story_.Ask(request, actor);
  }
  v1::SettlementPayer Payer(uint64_t settlement, uint64_t respondent) {
    for (const v1::SettlementPayer& payer : domain::PayersOf(story_.settlement(settlement))) {
      if (payer.respondent_id() == respondent) return payer;
    }
    return {};
  }
  int64_t Open(uint64_t settlement) {
    const auto& state = story_.settlement(settlement);
    int64_t open = 0;
    for (size_t i = 0; i < state.received_minor.size(); ++i)
      open += state.DueMinor(i) - state.received_minor[i];
    return open;
  }

  DocketStory story_;
};

TEST_F(Debtors, EachHasItsOwnShareAndItsOwnReceipts) {
  const uint64_t settlement = Settle(true);
  EXPECT_TRUE(Refuses(story_.Ask(Receipt(settlement, 0, 1, "B-1")), kInvalid, "received.payer_id"))
      << "of two, it is told who paid";
  EXPECT_TRUE(
      Refuses(story_.Ask(Receipt(settlement, story_.programme, 1, "B-1")), kInvalid, "received.payer_id"));
  story_.Must(Receipt(settlement, story_.agency, 350'000, "B-1"));
  EXPECT_EQ(Payer(settlement, story_.agency).received_minor(), 350'000);
  EXPECT_EQ(Payer(settlement, story_.agency).beyond_share_minor(), 50'000)
      << "the other owes it a contribution";
  EXPECT_EQ(Payer(settlement, story_.partner_agency).received_minor(), 0);
  v1::AttributeReceiptRequest attribute;
  attribute.set_settlement_id(settlement);
  attribute.mutable_attributed()->set_bank_reference("B-1");
  attribute.mutable_attributed()->set_payer_id(story_.partner_agency);
  story_.Must(attribute);
  EXPECT_EQ(Payer(settlement, story_.agency).received_minor(), 0);
  EXPECT_EQ(Payer(settlement, story_.partner_agency).beyond_share_minor(), 150'000);
  EXPECT_TRUE(Refuses(story_.Ask(attribute), kNotNow, "attributed.payer_id"));
  attribute.mutable_attributed()->set_bank_reference("B-2");
  EXPECT_TRUE(Refuses(story_.Ask(attribute), kNotNow, "attributed.bank_reference"));
}

TEST_F(Debtors, WhoIsLetOutWithRightsKeptTakesTheOwnShareAlong) {
  const uint64_t settlement = Settle(true);
  story_.Must(Receipt(settlement, story_.agency, 50'000, "B-1"));
  const uint64_t proposal = story_.Must(Release(settlement, story_.agency, true));
  EXPECT_EQ(Open(settlement), 450'000) << "a proposal lets nobody out";
  EXPECT_TRUE(
      Refuses(Approve(settlement, proposal, "sari@0"), absl::StatusCode::kPermissionDenied, "proposal_id"));
  ASSERT_TRUE(Approve(settlement, proposal).ok());
  EXPECT_EQ(Open(settlement), 200'000) << "3,000.00 was its share, of which 500.00 were paid";
  EXPECT_TRUE(Payer(settlement, story_.agency).released());
  EXPECT_FALSE(Payer(settlement, story_.partner_agency).released());
  EXPECT_TRUE(Refuses(story_.Ask(Release(settlement, story_.agency, true)), kNotNow, "respondent_id"));
  // What comes in after is put against what is left, and what is more is held for the payer.
  story_.Must(Receipt(settlement, story_.partner_agency, 210'000, "B-2"));
  EXPECT_EQ(story_.settlement(settlement).excess_minor, 10'000);
}

TEST_F(Debtors, WithoutRightsKeptAllAreLetOut) {
  const uint64_t settlement = Settle(false);
  story_.Must(Receipt(settlement, story_.agency, 100'000, "B-1"));
  EXPECT_TRUE(Refuses(story_.Ask(Release(settlement, story_.agency, false, 1)), kInvalid, "share_minor"));
  const uint64_t proposal = story_.Must(Release(settlement, story_.agency, false));
  EXPECT_TRUE(
      Refuses(story_.Ask(Release(settlement, story_.partner_agency, true, 1)), kNotNow, "settlement_id"));
  // What is open has changed since: it is looked at again.
  story_.Must(Receipt(settlement, story_.agency, 1, "B-2"));
  EXPECT_TRUE(Refuses(Approve(settlement, proposal), kNotNow, "proposal_id"));
  v1::RejectSettlementMoveRequest reject;
  reject.set_settlement_id(settlement);
  reject.set_proposal_id(proposal);
  reject.set_reason("Jumlahnya lain.");
  story_.Must(reject, "budi@0");
  ASSERT_TRUE(Approve(settlement, story_.Must(Release(settlement, story_.agency, false))).ok());
  EXPECT_EQ(Open(settlement), 0);
  EXPECT_TRUE(Payer(settlement, story_.partner_agency).released());
  EXPECT_TRUE(
      Refuses(story_.Ask(Release(settlement, story_.partner_agency, true)), kNotNow, "respondent_id"));
}

TEST_F(Debtors, OfAJointDebtTheShareIsSaid) {
  const uint64_t settlement = Settle(false);
  EXPECT_TRUE(Refuses(story_.Ask(Release(settlement, story_.agency, true, 500'001)), kNotNow, "share_minor"));
  ASSERT_TRUE(Approve(settlement, story_.Must(Release(settlement, story_.agency, true, 200'000))).ok());
  EXPECT_EQ(Open(settlement), 300'000);
  EXPECT_EQ(story_.settlement(settlement).DueMinor(0), 250'000) << "the last instalments are less first";
  EXPECT_EQ(story_.settlement(settlement).DueMinor(1), 50'000);
}

}  // namespace
}  // namespace klaim::testing
