// Read models: folded live, in parts, anew or as of then, they are the same to the byte, and say what the log
// says.

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <atomic>
#include <future>

#include "engine/domain/money/payment_batch.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_register.h"
#include "engine/domain/registry/respondent.h"
#include "engine/domain/work/handover.h"
#include "engine/domain/work/job.h"
#include "engine/log/rocksdb_event_log.h"
#include "klaim/v1/compensation_service.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/groups_service.pb.h"
#include "klaim/v1/read_models.pb.h"
#include "projections/claims/statistics.h"
#include "projections/core/projector.h"
#include "projections/money/compensation.h"
#include "testing/bounded_tests.h"
#include "testing/docket_story.h"
#include "testing/forwarding_log.h"
#include "testing/temporary_folder.h"

namespace klaim::projections {
namespace {

using klaim::testing::DocketStory;
using klaim::testing::TemporaryFolder;

// Copies a story's records into a log, from where the log ends.
void Write(const DocketStory& story, log::RocksDbEventLog& log) {
  record::EncodedRecords records;
  const uint64_t first = log.next_sequence();
  for (uint64_t sequence = first; sequence < story.size(); ++sequence)
    ASSERT_TRUE(records.Add(story.record(sequence), 0).ok());
  ASSERT_TRUE(log.Append(first, records).ok());
}

std::map<std::string, std::string> FoldAnew(const std::string& folder, const log::LogReader& log,
                                            uint64_t end) {
  auto projector = Projector::Open(folder, log);
  EXPECT_TRUE(projector.ok()) << projector.status();
  EXPECT_TRUE((*projector)->FoldTo(end, [](uint64_t) {}).ok());
  return *(*projector)->ContentHashes();
}

// A docket of every kind of event: links made and undone, claims through all states, money paid and returned.
void TellAll(DocketStory& story) {
  v1::LinkRespondentsRequest link;
  link.set_respondent_id(story.agency);
  link.mutable_link()->set_other_id(story.partner_agency);
  link.mutable_link()->set_kind(v1::LINK_KIND_PARTNER_OF);
  link.mutable_link()->set_evidence("agreement");
  std::vector<uint64_t> claims;
  for (int i = 0; i < 30; ++i) {
    v1::FileClaimRequest filing = story.Filing(100'000 + i * 1000);
    if (i % 3 == 0) filing.add_respondent_ids(story.partner_agency);
    claims.push_back(story.File(filing));
    if (i == 10) story.Must(link);
  }
  for (int i = 0; i < 20; ++i) story.Determine(claims[static_cast<size_t>(i)]);
  const uint64_t settlement =
      story.Settle(story.Certify({claims.begin(), claims.begin() + 15}), {500'000, 500'000});
  story.Receive(settlement, 1, 500'000);
  story.Allocate(settlement);
  for (int i = 0; i < 8; ++i) story.ConfirmAccount(claims[static_cast<size_t>(i)]);
  const uint64_t batch = story.Send(settlement);
  v1::ConfirmPaymentsRequest confirm;
  confirm.set_payment_batch_id(batch);
  auto* date = confirm.mutable_confirmed()->mutable_booked_on();
  date->set_year(2027);
  date->set_month(2);
  date->set_day(1);
  story.Must(confirm);
  v1::ReturnPaymentRequest back;
  back.set_payment_batch_id(batch);
  back.mutable_returned()->set_number(2);
  back.mutable_returned()->set_reason_code("AC04");
  story.Must(back);
  v1::UnlinkRespondentsRequest unlink;
  unlink.set_respondent_id(story.agency);
  unlink.set_link_id((*story.docket().Find<domain::RespondentState>("", story.agency))->links.begin()->first);
  unlink.set_reason("another company of the same name");
  story.Must(unlink);
  v1::WithdrawClaimRequest withdraw;
  withdraw.set_claim_id(claims[25]);
  withdraw.set_reason("settled privately");
  story.Must(withdraw);
}

// Respondents that are linked for times, known better, suspected, and registers that are matched and withdrawn; proposals
// become one, empty, and come back.
void TellOfNetworksAndRegisters(DocketStory& story) {
  const auto year = [](uint32_t number) {
    v1::PartialDate date;
    date.set_year(number);
    return date;
  };
  v1::RegisterRespondentRequest shell;
  shell.mutable_respondent()->set_name("PT Shell");
  shell.mutable_respondent()->set_country("ID");
  shell.mutable_respondent()->set_kind(v1::RESPONDENT_KIND_RECRUITMENT_AGENCY);
  const uint64_t shell_id = story.Must(shell);
  std::vector<uint64_t> claims;
  for (uint32_t i = 0; i < 12; ++i) {
    v1::FileClaimRequest filing = story.Filing(200'000);
    *filing.mutable_heads(0)->mutable_period_from() = year(2019 + i % 4);
    filing.clear_respondent_ids();
    filing.add_respondent_ids(i % 2 == 0 ? shell_id : story.partner_agency);
    claims.push_back(story.File(filing));
  }
  for (int round = 0; round < 3; ++round) {
    v1::LinkRespondentsRequest link;
    link.set_respondent_id(shell_id);
    link.mutable_link()->set_other_id(round == 1 ? story.agency : story.partner_agency);
    link.mutable_link()->set_kind(v1::LINK_KIND_SUCCESSOR_OF);
    link.mutable_link()->set_evidence("deed");
    if (round != 1) *link.mutable_link()->mutable_valid_from() = year(2020);
    if (round == 2) *link.mutable_link()->mutable_valid_until() = year(2021);
    const uint64_t link_id = story.Must(link);
    if (round == 2) break;
    v1::UnlinkRespondentsRequest unlink;
    unlink.set_respondent_id(shell_id);
    unlink.set_link_id(link_id);
    unlink.set_reason("wrong deed");
    story.Must(unlink);
  }
  v1::AddRespondentDetailsRequest details;
  details.set_respondent_id(shell_id);
  details.mutable_details()->set_source("register");
  auto* licence = details.mutable_details()->add_licences();
  licence->set_kind("SIP3MI");
  licence->set_number("1");
  story.Must(details);
  v1::RecordLicenceStatusRequest status;
  status.set_respondent_id(shell_id);
  status.mutable_status()->set_kind("SIP3MI");
  status.mutable_status()->set_number("1");
  status.mutable_status()->set_status(v1::LICENCE_STATUS_REVOKED);
  status.mutable_status()->set_source("decree");
  *status.mutable_status()->mutable_since() = year(2022);
  status.mutable_status()->mutable_since()->set_month(1);
  status.mutable_status()->mutable_since()->set_day(1);
  story.Must(status);
  for (v1::LinkKind kind : {v1::LINK_KIND_SAME_DIRECTOR, v1::LINK_KIND_SAME_ADDRESS}) {
    domain::SuspectedRespondentLink found{shell_id, {}};
    found.suspected.set_other_id(story.agency);
    found.suspected.set_kind(kind);
    found.suspected.set_probability_millionths(400'000);
    ASSERT_TRUE(story.Ask(found).ok());
  }
  v1::RefuseSuspectedLinkRequest refuse;
  refuse.set_respondent_id(shell_id);
  refuse.set_other_id(story.agency);
  refuse.set_kind(v1::LINK_KIND_SAME_ADDRESS);
  refuse.set_reason("a tower of offices");
  story.Must(refuse);
  v1::PublishReferenceRegisterRequest publish;
  publish.mutable_register_()->set_code("CREW");
  publish.mutable_register_()->set_kind(v1::REGISTER_KIND_CREW);
  publish.mutable_register_()->set_source("harbour master");
  *publish.mutable_register_()->mutable_as_of() = year(2023);
  publish.mutable_register_()->set_file_sha256(std::string(32, 'x'));
  const uint64_t register_id = story.Must(publish);
  v1::AddRegisterLinesRequest lines;
  lines.set_reference_register_id(register_id);
  lines.add_lines()->set_number(2);
  lines.mutable_lines(0)->mutable_person()->mutable_name()->mutable_sealed();
  story.Must(lines);
  v1::StartRegisterMatchingRequest match;
  match.set_reference_register_id(register_id);
  match.set_programme_id(story.programme);
  story.Must(match);
  for (v1::RegisterResult result :
       {v1::REGISTER_RESULT_NO_RECORD, v1::REGISTER_RESULT_CONTRADICTED, v1::REGISTER_RESULT_CONFIRMED}) {
    domain::RegisterFinding finding;
    finding.claim_id = claims[result == v1::REGISTER_RESULT_CONFIRMED ? 0 : 1];
    finding.checked.set_reference_register_id(register_id);
    finding.checked.set_result(result);
    ASSERT_TRUE(story.Ask(finding).ok());
  }
  v1::WithdrawReferenceRegisterRequest withdraw;
  withdraw.set_reference_register_id(register_id);
  withdraw.set_reason("not ours");
  story.Must(withdraw);
}

// Puts something else under a key of a read model that nobody has open.
void Overwrite(const std::string& path, const std::string& model, const std::string& key) {
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), path, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.push_back({name, rocksdb::ColumnFamilyOptions()});
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(rocksdb::DBOptions(), path, families, &handles, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::string before;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != model) continue;
    EXPECT_TRUE(db->Get(rocksdb::ReadOptions(), handles[i], key, &before).ok()) << "there is such a row";
    EXPECT_TRUE(db->Put(rocksdb::WriteOptions(), handles[i], key, "\xFF\xFF\xFF").ok());
  }
  for (rocksdb::ColumnFamilyHandle* handle : handles) EXPECT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
}

TEST(Projector, ARowThatCantBeReadIsNotTakenForAnEmptyOne) {
  for (const char* model : {"compensation", "casework", "groups", "duplicates", "statistics"}) {
    TemporaryFolder folder;
    DocketStory story;
    v1::WithdrawClaimRequest withdraw;
    withdraw.set_claim_id(story.File(100'000));
    withdraw.set_reason("settled privately");
    auto log = *log::RocksDbEventLog::Open(folder.path("log"));
    Write(story, *log);
    FoldAnew(folder.path("models"), *log, log->next_sequence());
    Overwrite(folder.path("models"), model, Key('c').Number(withdraw.claim_id()));
    story.Must(withdraw);
    Write(story, *log);
    {
      auto projector = *Projector::Open(folder.path("models"), *log);
      EXPECT_TRUE(absl::IsDataLoss(projector->FoldTo(log->next_sequence(), [](uint64_t) {}))) << model;
    }
    EXPECT_EQ(FoldAnew(folder.path("models"), *log, log->next_sequence()),
              FoldAnew(folder.path("anew"), *log, log->next_sequence()))
        << model;
  }
}

TEST(Projector, AQueryTellsOfARowThatCantBeRead) {
  TemporaryFolder folder;
  DocketStory story;
  const std::string key = Key('c').Number(story.File(100'000));
  auto log = *log::RocksDbEventLog::Open(folder.path("log"));
  Write(story, *log);
  FoldAnew(folder.path("models"), *log, log->next_sequence());
  Overwrite(folder.path("models"), "compensation", key);
  auto projector = *Projector::Open(folder.path("models"), *log);
  const View compensation = projector->view("compensation");
  EXPECT_TRUE(absl::IsDataLoss(compensation.Read<v1::ClaimMoneyRow>(key).status()));
  EXPECT_TRUE(absl::IsDataLoss(projector->failure())) << "it is made again at the next start";
  auto none = compensation.Read<v1::ClaimMoneyRow>(Key('c').Number(1'000'000));
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->has_value());
  EXPECT_TRUE(
      absl::IsDataLoss(compensation.ReadNamed<v1::ClaimMoneyRow>(Key('c').Number(1'000'000)).status()));
}

TEST(Projections, SumsOverManyComeBackOnceWhatMadeThemTooLargeIsTakenOut) {
  TemporaryFolder folder;
  DocketStory story;
  const v1::EventRecord filed = story.record(story.File(100'000));
  auto log = *log::RocksDbEventLog::Open(folder.path("log"));
  Write(story, *log);
  // As three of very many claims: together they leave 64 bits.
  constexpr uint64_t kMany = 3;
  record::EncodedRecords records;
  const uint64_t first = log->next_sequence();
  for (uint64_t sequence = first; sequence < first + 2 * kMany; ++sequence) {
    const bool leaves = sequence >= first + kMany;
    v1::EventRecord event = filed;
    event.set_sequence(sequence);
    event.set_stream(leaves ? sequence - kMany : sequence);
    event.set_stream_version(leaves ? 1 : 0);
    if (leaves) {
      event.mutable_claim_handed_over()->set_docket("the other one");
    } else {
      event.mutable_claim_filed()->mutable_heads(0)->mutable_claimed()->set_minor_units(
          4'000'000'000'000'000'000);
    }
    ASSERT_TRUE(records.Add(event, 0).ok());
  }
  ASSERT_TRUE(log->Append(first, records).ok());
  auto projector = *Projector::Open(folder.path("models"), *log);
  ASSERT_TRUE(projector->FoldTo(log->next_sequence(), [](uint64_t) {}).ok());
  const auto figures = projector->view("compensation")
                           .Read<v1::CompensationFigures>(
                               FiguresKey(v1::COMPENSATION_SUBJECT_PROGRAMME, story.programme, "HKD"));
  ASSERT_TRUE(figures.ok() && figures->has_value());
  EXPECT_EQ((*figures)->claimed_minor(), 100'000);
}

TEST(Projector, WhatIsNotedAsDamagedIsMadeAgainAlike) {
  TemporaryFolder folder;
  DocketStory story;
  TellAll(story);
  auto log = *log::RocksDbEventLog::Open(folder.path("log"));
  Write(story, *log);
  const auto whole = FoldAnew(folder.path("models"), *log, log->next_sequence());
  // One of them, and then whatever is there.
  for (const std::string& damaged : {std::string("groups"), std::string()}) {
    auto projector = *Projector::Open(folder.path("models"), *log);
    EXPECT_EQ(projector->next_sequence(), log->next_sequence());
    projector->NoteDamage(damaged, absl::DataLossError("a byte flipped"));
    EXPECT_TRUE(absl::IsDataLoss(projector->failure()));
    EXPECT_FALSE(projector->WaitVisible(log->next_sequence() + 1, absl::InfiniteDuration()))
        << "nobody waits for what doesn't come";
    projector.reset();
    projector = *Projector::Open(folder.path("models"), *log);
    EXPECT_EQ(projector->next_sequence(), 0u);
    ASSERT_TRUE(projector->FoldTo(log->next_sequence(), [](uint64_t) {}).ok());
    EXPECT_EQ(*projector->ContentHashes(), whole);
  }
}

TEST(Projections, FoldedInPartsOrAtOnceAndAsOfAnySequenceAreTheSame) {
  klaim::testing::AllowMinutes(
      5, "read models are made anew for each record, which syncs a dozen files each time");
  DocketStory story;
  TellAll(story);
  TellOfNetworksAndRegisters(story);
  TemporaryFolder folder;
  auto log = *log::RocksDbEventLog::Open(folder.path("log"));
  Write(story, *log);
  const auto whole = FoldAnew(folder.path("whole"), *log, story.size());
  for (uint64_t step : {uint64_t{1}, uint64_t{7}, uint64_t{50}}) {
    const std::string path = folder.path("parts" + std::to_string(step));
    std::map<std::string, std::string> parts;
    // Each part opens the read models again, so that what is kept in memory is loaded from the rows.
    for (uint64_t end = step; end < story.size() + step; end += step) parts = FoldAnew(path, *log, end);
    EXPECT_EQ(parts, whole) << "in parts of " << step;
  }
  for (uint64_t end : {uint64_t{10}, uint64_t{100}, story.size() - 1}) {
    TemporaryFolder short_folder;
    auto short_log = *log::RocksDbEventLog::Open(short_folder.path("log"));
    record::EncodedRecords records;
    for (uint64_t sequence = 0; sequence < end; ++sequence)
      ASSERT_TRUE(records.Add(story.record(sequence), 0).ok());
    ASSERT_TRUE(short_log->Append(0, records).ok());
    EXPECT_EQ(FoldAnew(folder.path("as-of" + std::to_string(end)), *log, end),
              FoldAnew(short_folder.path("models"), *short_log, end))
        << "as of " << end;
  }
}

TEST(Projections, ARebuildOfAHundredThousandEventsIsTheSameToTheByte) {
  TemporaryFolder folder;
  auto log = *log::RocksDbEventLog::Open(folder.path("log"));
  DocketStory story;
  Write(story, *log);
  auto live = *Projector::Open(folder.path("live"), *log);
  live->Start([](const absl::Status& status) { FAIL() << status; });
  // Filings as the log has them, without deciding each: claimant, case, claim.
  uint64_t sequence = log->next_sequence();
  const v1::FileClaimRequest filing = story.Filing(100'000);
  while (sequence < 100'000) {
    record::EncodedRecords records;
    const uint64_t first = sequence;
    for (int i = 0; i < 500; ++i, sequence += 3) {
      v1::EventRecord claimant;
      claimant.set_sequence(sequence);
      claimant.set_stream(sequence);
      claimant.mutable_claimant_registered()->set_key_id(sequence);
      if (i % 10 == 5) claimant.mutable_claimant_registered()->add_similar_key_ids(sequence - 3);
      v1::EventRecord opened;
      opened.set_sequence(sequence + 1);
      opened.set_stream(sequence + 1);
      opened.mutable_case_opened()->set_claimant_id(sequence);
      v1::EventRecord filed;
      filed.set_sequence(sequence + 2);
      filed.set_stream(sequence + 2);
      auto& claim = *filed.mutable_claim_filed();
      claim.set_programme_id(story.programme);
      claim.set_claimant_id(sequence);
      claim.set_case_id(sequence + 1);
      claim.add_respondent_ids(i % 2 == 0 ? story.agency : story.partner_agency);
      *claim.mutable_heads() = filing.heads();
      for (const auto* event : {&claimant, &opened, &filed}) ASSERT_TRUE(records.Add(*event, 0).ok());
    }
    ASSERT_TRUE(log->Append(first, records).ok());
  }
  ASSERT_TRUE(live->WaitVisible(log->next_sequence() - 1, absl::Seconds(300)));
  live->Stop();
  EXPECT_EQ(*live->ContentHashes(), FoldAnew(folder.path("anew"), *log, log->next_sequence()));
}

TEST(Projections, SayWhatTheLogSays) {
  DocketStory story;
  TellAll(story);
  TemporaryFolder folder;
  auto log = *log::RocksDbEventLog::Open(folder.path("log"));
  Write(story, *log);
  auto projector = *Projector::Open(folder.path("models"), *log);
  ASSERT_TRUE(projector->FoldTo(story.size(), [](uint64_t) {}).ok());
  // Every claim's figures are its state's; their sums are the programme's.
  v1::CompensationFigures sum;
  uint64_t claims = 0;
  for (uint64_t id = 0; id < story.size(); ++id) {
    if (!story.record(id).has_claim_filed()) continue;
    ++claims;
    v1::ClaimMoneyRow row;
    ASSERT_TRUE(row.ParseFromString(**projector->view("compensation").Get(Key('c').Number(id))));
    const auto& head = story.claim(id).heads[0];
    EXPECT_EQ(row.determined_minor(), head.determined_minor);
    EXPECT_EQ(row.allocated_minor(), head.allocated_minor);
    EXPECT_EQ(row.paid_minor(), head.paid_minor);
    const ListedClaim listed = DecodeListedClaim(**projector->view("statistics").Get(Key('c').Number(id)));
    EXPECT_EQ(listed.status, story.claim(id).status) << "claim " << id;
    sum.set_claimed_minor(sum.claimed_minor() + head.filed.claimed().minor_units());
    sum.set_paid_minor(sum.paid_minor() + head.paid_minor);
  }
  v1::CompensationFigures programme;
  programme.ParseFromString(
      **projector->view("compensation")
            .Get(FiguresKey(v1::COMPENSATION_SUBJECT_PROGRAMME, story.programme, "HKD")));
  EXPECT_EQ(programme.claimed_minor(), sum.claimed_minor());
  EXPECT_EQ(programme.paid_minor(), sum.paid_minor());
  EXPECT_EQ(programme.received_minor(), 500'000);
  EXPECT_GT(programme.returned_minor(), 0);
  // Proposals hold every claim that goes on and is in no group: 30, less 15 certified, less one withdrawn.
  uint64_t proposed = 0;
  std::set<uint64_t> members;
  (void)projector->view("groups").Scan("g", "g", [&](absl::string_view, absl::string_view value) {
    v1::ProposalRow row;
    row.ParseFromArray(value.data(), static_cast<int>(value.size()));
    proposed += row.proposal().claims();
    return true;
  });
  (void)projector->view("groups").Scan("m", "m", [&](absl::string_view key, absl::string_view) {
    members.insert(NumberAt(key, key.size() - 8));
    return true;
  });
  EXPECT_EQ(members.size(), claims - 15 - 1);
  EXPECT_GE(proposed, members.size()) << "a claim against two networks is proposed in both";
}

v1::CompensationFigures SumOf(const Projector& projector, v1::CompensationSubject subject, uint64_t id) {
  v1::CompensationFigures figures;
  figures.ParseFromString((*projector.view("compensation").Get(FiguresKey(subject, id, "HKD"))).value_or(""));
  return figures;
}

TEST(Projections, WhatWasHandedOverLeavesTheSums) {
  DocketStory story;
  const std::vector<uint64_t> leave = {story.File(300'000), story.File(200'000)};
  for (uint64_t claim_id : leave) story.Determine(claim_id);
  const uint64_t group = story.Certify(leave);
  const uint64_t settlement = story.Settle(group, {250'000, 250'000});
  story.Receive(settlement, 1, 250'000);
  story.Receive(settlement, 2, 250'000);
  const uint64_t left = story.programme;
  v1::OpenProgrammeRequest another;
  *another.mutable_programme() = story.record(left).programme_opened();
  another.mutable_programme()->set_code("ANOTHER");
  story.programme = story.Must(another);
  story.File(70'000);
  TemporaryFolder folder;
  auto log = *log::RocksDbEventLog::Open(folder.path("log"));
  Write(story, *log);
  auto projector = *Projector::Open(folder.path("models"), *log);
  ASSERT_TRUE(projector->FoldTo(story.size(), [](uint64_t) {}).ok());
  EXPECT_EQ(SumOf(*projector, v1::COMPENSATION_SUBJECT_RESPONDENT, story.agency).claimed_minor(), 570'000);
  EXPECT_EQ(SumOf(*projector, v1::COMPENSATION_SUBJECT_RESPONDENT, story.agency).received_minor(), 500'000);

  ASSERT_TRUE(story.Ask(domain::HandOverProgrammes{{left}, "the other", 9, std::string(32, 'r')}).ok());
  for (uint64_t claim_id : leave) ASSERT_TRUE(story.Ask(domain::HandOverClaim{claim_id}).ok());
  Write(story, *log);
  ASSERT_TRUE(projector->FoldTo(story.size(), [](uint64_t) {}).ok());
  for (const auto& [subject, id] : {std::pair{v1::COMPENSATION_SUBJECT_PROGRAMME, left},
                                    std::pair{v1::COMPENSATION_SUBJECT_GROUP, group}}) {
    v1::CompensationFigures nothing;
    nothing.set_currency("HKD");
    EXPECT_EQ(SumOf(*projector, subject, id).SerializeAsString(), nothing.SerializeAsString())
        << v1::CompensationSubject_Name(subject);
  }
  const auto agency = SumOf(*projector, v1::COMPENSATION_SUBJECT_RESPONDENT, story.agency);
  EXPECT_EQ(agency.claimed_minor(), 70'000) << "what is claimed in the programme that stays";
  EXPECT_EQ(agency.outstanding_minor(), 0);
  EXPECT_EQ(agency.promised_minor(), 0);
  EXPECT_EQ(agency.received_minor(), 0);
  EXPECT_EQ(SumOf(*projector, v1::COMPENSATION_SUBJECT_SETTLEMENT, settlement).received_minor(), 500'000)
      << "the settlement's own figures stay as they were then";
  EXPECT_EQ(*projector->ContentHashes(), FoldAnew(folder.path("anew"), *log, story.size()));
}

TEST(Projections, RefuseALogThatWasCutOff) {
  DocketStory story;
  TellAll(story);
  TemporaryFolder folder;
  auto log = *log::RocksDbEventLog::Open(folder.path("log"));
  Write(story, *log);
  FoldAnew(folder.path("models"), *log, story.size());
  TemporaryFolder other;
  auto short_log = *log::RocksDbEventLog::Open(other.path("log"));
  record::EncodedRecords records;
  for (uint64_t sequence = 0; sequence < 10; ++sequence)
    ASSERT_TRUE(records.Add(story.record(sequence), 0).ok());
  ASSERT_TRUE(short_log->Append(0, records).ok());
  EXPECT_EQ(Projector::Open(folder.path("models"), *short_log).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Projections, AWaitingQueryIsCalledOnceVisibleOrWhenStopping) {
  DocketStory story;
  TemporaryFolder folder;
  auto log = *log::RocksDbEventLog::Open(folder.path("log"));
  Write(story, *log);
  auto projector = *Projector::Open(folder.path("models"), *log);
  projector->Start([](const absl::Status&) {});
  std::promise<bool> visible;
  projector->WhenVisible(story.size() - 1, [&](bool is_visible) { visible.set_value(is_visible); });
  EXPECT_TRUE(visible.get_future().get());
  std::promise<bool> never;
  projector->WhenVisible(1'000'000, [&](bool is_visible) { never.set_value(is_visible); });
  projector->Stop();
  EXPECT_FALSE(never.get_future().get());
}

// What waits is answered beside the folding: an answer that takes its time keeps no read model back.
TEST(Projections, AnAnswerThatTakesLongKeepsNothingBack) {
  DocketStory story;
  TemporaryFolder folder;
  auto log = *log::RocksDbEventLog::Open(folder.path("log"));
  Write(story, *log);
  auto projector = *Projector::Open(folder.path("models"), *log);
  std::promise<void> begun;
  std::promise<void> go_on;
  projector->WhenVisible(story.size() - 1, [&](bool) {
    begun.set_value();
    go_on.get_future().wait();
  });
  projector->Start([](const absl::Status&) {});
  begun.get_future().wait();
  story.File(1'000'000);
  Write(story, *log);
  EXPECT_TRUE(projector->WaitVisible(story.size() - 1, absl::Seconds(30)));
  go_on.set_value();
  projector->Stop();
}

TEST(ProjectionsDeathTest, WhoAnswersMayNotWaitForReadModels) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        DocketStory story;
        TemporaryFolder folder;
        auto log = *log::RocksDbEventLog::Open(folder.path("log"));
        Write(story, *log);
        auto projector = *Projector::Open(folder.path("models"), *log);
        std::promise<void> answered;
        projector->WhenVisible(story.size() - 1, [&](bool) {
          projector->WaitVisible(1'000'000, absl::Seconds(1));
          answered.set_value();
        });
        projector->Start([](const absl::Status&) {});
        answered.get_future().wait();
      },
      "a thread that folds or answers waits for record 1000000");
}

// Holds the records of its beginning, and none behind them can be read.
class BrokenLog final : public klaim::testing::ForwardingLog {
 public:
  explicit BrokenLog(log::EventLog& log) : ForwardingLog(log), whole_(log.next_sequence()) {}
  absl::Status Read(uint64_t from, Visitor visitor) const override {
    if (from >= whole_) return absl::DataLossError("a page is damaged");
    return ForwardingLog::Read(from, [&](uint64_t sequence, absl::string_view bytes) {
      return sequence < whole_ && visitor(sequence, bytes);
    });
  }

 private:
  const uint64_t whole_;
};

TEST(Projections, WhoWaitsIsToldWhenReadModelsCantBeKept) {
  DocketStory story;
  TemporaryFolder folder;
  auto log = *log::RocksDbEventLog::Open(folder.path("log"));
  Write(story, *log);
  BrokenLog broken(*log);
  auto projector = *Projector::Open(folder.path("models"), broken);
  std::promise<bool> told;
  projector->WhenVisible(story.size(), [&](bool visible) { told.set_value(visible); });
  std::promise<absl::Status> failed;
  projector->Start([&](const absl::Status& status) { failed.set_value(status); });
  story.File(1'000'000);
  Write(story, *log);
  EXPECT_FALSE(told.get_future().get());
  EXPECT_TRUE(absl::IsDataLoss(failed.get_future().get()));
  EXPECT_TRUE(absl::IsDataLoss(projector->failure()));
  EXPECT_FALSE(projector->WaitVisible(story.size(), absl::InfiniteDuration())) << "at once";
}

}  // namespace
}  // namespace klaim::projections
