// A docket as large as the largest register of claims: filed claim by claim with sealed personal data, five documents and a deficiency each, ten
// events in all; then served, asked, and its read models folded anew.

#include <malloc.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/blocking_counter.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/document.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/merkle/tree.h"
#include "engine/privacy/master_key.h"
#include "engine/privacy/sealing.h"
#include "engine/record/encoded_record.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/evidence_service.grpc.pb.h"
#include "klaim/v1/groups_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/review_service.pb.h"
#include "projections/core/projector.h"
#include "services/docket/docket_opening.h"
#include "services/docket/open_docket.h"
#include "tools/benchmark/figures.h"
#include "tools/benchmark/served.h"
#include "tools/benchmark/workload.h"

namespace klaim::benchmark {
namespace {

constexpr uint64_t kPart = 1'000;  // claims whose commands are made at once
constexpr uint64_t kDocumentsAClaim = 5;
constexpr uint64_t kSteps = 10;  // after the first, the middle and the last of which figures are told

// A claim that was filed: its claimant, case and itself have numbers one after the other.
struct FiledClaim {
  privacy::DataKey key;
  uint64_t claimant_id = 0;
  uint64_t case_id() const { return claimant_id + 1; }
  uint64_t claim_id() const { return claimant_id + 2; }
};

// Submits one command a request and waits for all; the first sequences of their events.
template <class Request>
std::vector<uint64_t> DecideAll(services::OpenDocket& docket, const std::vector<Request>& requests,
                                const std::vector<privacy::Identity>& persons = {}) {
  std::vector<uint64_t> sequences(requests.size());
  absl::BlockingCounter unanswered(static_cast<int>(requests.size()));
  for (size_t i = 0; i < requests.size(); ++i) {
    sequencer::Command command;
    command.actor = "bench@0";
    command.request_id = requests[i].request_id();
    command.request_type = requests[i].GetDescriptor()->name();
    if (!persons.empty()) command.new_person = persons[i];
    command.decide = [&request = requests[i]](domain::Docket& d, const domain::Context& c,
                                              domain::Decision& out) { return Decide(request, d, c, out); };
    command.done = [&, i](const absl::StatusOr<sequencer::Outcome>& outcome) {
      Need(outcome.status());
      sequences[i] = outcome->first_sequence;
      unanswered.DecrementCount();
    };
    Need(docket.sequencer->Submit(std::move(command)));
  }
  unanswered.Wait();
  return sequences;
}

std::vector<FiledClaim> FilePart(services::OpenDocket& docket, const Fixtures& fixtures, uint64_t first,
                                 uint64_t count) {
  std::vector<FiledClaim> filed(count);
  std::vector<v1::FileClaimRequest> filings;
  std::vector<privacy::Identity> persons;
  for (uint64_t i = 0; i < count; ++i) {
    SealedFiling filing = SealedAtTheBoundary(WholeFiling(fixtures, first + i), *docket.vault);
    filed[i].key = filing.key;
    persons.push_back(*std::move(filing.person));
    Need(docket.vault->NoteIdentity(persons.back()).status());
    filings.push_back(std::move(filing.request));
  }
  const std::vector<uint64_t> sequences = DecideAll(docket, filings, persons);
  for (uint64_t i = 0; i < count; ++i) filed[i].claimant_id = sequences[i];
  return filed;
}

void AddDocuments(services::OpenDocket& docket, const std::vector<FiledClaim>& filed) {
  std::vector<v1::UploadBegun> uploads;
  for (const FiledClaim& claim : filed) {
    for (uint64_t number = 0; number < kDocumentsAClaim; ++number) {
      v1::UploadBegun& upload = uploads.emplace_back();
      upload.set_request_id(absl::StrCat("D", claim.claim_id(), "-", number));
      upload.set_case_id(claim.case_id());
      upload.mutable_title()->mutable_text()->set_clear("kontrak kerja");
      Need(privacy::Seal(upload, claim.key));
      v1::DocumentReceived& received = *upload.mutable_received();
      received.set_media_type("application/pdf");
      received.set_size_bytes(200'000);
      for (auto* bytes : {received.mutable_content_sha256(), received.mutable_stored_sha256(),
                          received.mutable_blob_id()}) {
        bytes->resize(bytes == received.mutable_blob_id() ? 16 : 32);
        privacy::FillRandom(reinterpret_cast<uint8_t*>(bytes->data()), bytes->size());
      }
    }
  }
  DecideAll(docket, uploads);
}

void NoticeAndCure(services::OpenDocket& docket, const std::vector<FiledClaim>& filed) {
  std::vector<v1::NoticeDeficiencyRequest> notices;
  std::vector<v1::CureDeficiencyRequest> cures;
  for (const FiledClaim& claim : filed) {
    v1::NoticeDeficiencyRequest& notice = notices.emplace_back();
    notice.set_request_id(absl::StrCat("N", claim.claim_id()));
    notice.set_claim_id(claim.claim_id());
    notice.mutable_notice()->add_missing("passport");
    notice.mutable_notice()->mutable_answer_by()->set_year(2090);
    notice.mutable_notice()->mutable_answer_by()->set_month(1);
    notice.mutable_notice()->mutable_answer_by()->set_day(1);
    v1::CureDeficiencyRequest& cure = cures.emplace_back();
    cure.set_request_id(absl::StrCat("C", claim.claim_id()));
    cure.set_claim_id(claim.claim_id());
    cure.set_answer("handed in");
  }
  DecideAll(docket, notices);
  DecideAll(docket, cures);
}

// Claims of all over the docket, for queries; what steps cost is told.
std::vector<uint64_t> Grow(services::OpenDocket& docket, const std::string& folder, uint64_t claims) {
  Fixtures fixtures;
  Furnish(*docket.sequencer, fixtures);
  double first_rate = 0;
  std::vector<uint64_t> asked_for;
  for (uint64_t step = 1; step <= kSteps; ++step) {
    const uint64_t begin_at = claims * (step - 1) / kSteps;
    const uint64_t end = claims * step / kSteps;
    const auto begin = std::chrono::steady_clock::now();
    for (uint64_t at = begin_at; at < end; at += kPart) {
      const std::vector<FiledClaim> filed = FilePart(docket, fixtures, at, std::min(kPart, end - at));
      AddDocuments(docket, filed);
      NoticeAndCure(docket, filed);
      asked_for.push_back(filed[at / kPart % filed.size()].claim_id());
    }
    docket.projector->WaitVisible(docket.log->next_sequence() - 1, absl::InfiniteDuration());
    const double rate = static_cast<double>(end - begin_at) / SecondsSince(begin);
    if (step == 1) first_rate = rate;
    if (step != 1 && step != kSteps / 2 && step != kSteps) continue;
    Print(absl::StrCat("ten_events_a_claim_up_to_", end, "_claims"), rate, "claims/s",
          "rate_of_the_first_tenth", first_rate, 0.8);
    Print(absl::StrCat("resident_memory_filing_", end, "_claims"), ResidentMebibytes(), "MiB");
    for (const char* part : {"log", "vault", "projections"}) {
      Print(absl::StrCat("disk_a_claim_of_the_", part, "_with_", end, "_claims"),
            BytesBelow(absl::StrCat(folder, "/data/", part)) / static_cast<double>(end), "bytes");
    }
  }
  return asked_for;
}

template <class Stub, class Request, class Response>
void MeasureQuery(const std::string& name, Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const std::vector<Request>& requests) {
  std::vector<double> times;
  for (const Request& request : requests) {
    grpc::ClientContext context;
    Response response;
    const auto begin = std::chrono::steady_clock::now();
    const grpc::Status status = (stub.*method)(&context, request, &response);
    NeedAnswer(status, name);
    times.push_back(SecondsSince(begin) * 1'000);
  }
  Print(absl::StrCat("query_p99_", name), Percentile99(std::move(times)), "ms", "target", 10);
}

void MeasureAllQueries(const Served& served, const std::vector<uint64_t>& asked_for, uint64_t queries) {
  const auto channel = served.Connect();
  auto intake = v1::IntakeService::NewStub(channel);
  auto evidence = v1::EvidenceService::NewStub(channel);
  auto groups = v1::GroupsService::NewStub(channel);
  auto compensation = v1::CompensationService::NewStub(channel);
  std::vector<v1::GetClaimRequest> claims(queries);
  std::vector<v1::ListDocumentsRequest> documents(queries);
  std::vector<v1::GetClaimCompensationRequest> money(queries);
  for (uint64_t i = 0; i < queries; ++i) {
    const uint64_t claim_id = asked_for[i * 7'919 % asked_for.size()];
    claims[i].set_claim_id(claim_id);
    documents[i].set_of_case(claim_id - 1);
    money[i].set_claim_id(claim_id);
  }
  MeasureQuery("claim", *intake, &v1::IntakeService::Stub::GetClaim, claims);
  MeasureQuery("documents_of_a_case", *evidence, &v1::EvidenceService::Stub::ListDocuments, documents);
  MeasureQuery("compensation_of_a_claim", *compensation, &v1::CompensationService::Stub::GetClaimCompensation,
               money);
  v1::ListClaimsRequest page;
  page.mutable_page()->set_size(50);
  MeasureQuery("first_50_claims", *intake, &v1::IntakeService::Stub::ListClaims,
               std::vector<v1::ListClaimsRequest>(queries, page));
  page.set_newest_first(true);
  MeasureQuery("latest_50_claims", *intake, &v1::IntakeService::Stub::ListClaims,
               std::vector<v1::ListClaimsRequest>(queries, page));
  page.set_status(v1::CLAIM_STATUS_CURED);
  MeasureQuery("latest_50_of_a_status", *intake, &v1::IntakeService::Stub::ListClaims,
               std::vector<v1::ListClaimsRequest>(queries, page));
  v1::ListProposalsRequest proposals;
  proposals.mutable_page()->set_size(20);
  MeasureQuery("page_of_groups", *groups, &v1::GroupsService::Stub::ListProposals,
               std::vector<v1::ListProposalsRequest>(queries, proposals));
  MeasureQuery("statistics", *compensation, &v1::CompensationService::Stub::GetStatistics,
               std::vector<v1::GetStatisticsRequest>(queries));
}

// Cut off half way and gone on with, as after a crash.
void MeasureRebuild(const std::string& folder) {
  auto log = log::RocksDbEventLog::Open(folder + "/data/log");
  Need(log.status());
  const uint64_t end = (*log)->next_sequence();
  std::filesystem::remove_all(folder + "/data/projections");
  const auto begin = std::chrono::steady_clock::now();
  uint64_t from = 0;
  for (const uint64_t until : {end / 2, end}) {
    auto projector = projections::Projector::Open(folder + "/data/projections", **log);
    Need(projector.status());
    if ((*projector)->next_sequence() != from)
      Need(absl::InternalError("it doesn't go on where it was cut off"));
    Need((*projector)->FoldTo(until, [](uint64_t) {}));
    from = until;
  }
  Print("rebuilding_all_read_models", static_cast<double>(end) / SecondsSince(begin), "events/s");
  Print("resident_memory_after_rebuilding", ResidentMebibytes(), "MiB");
  const auto reading = std::chrono::steady_clock::now();
  merkle::Frontier tree;
  Need((*log)->Read(0, [&](uint64_t sequence, absl::string_view bytes) {
    tree.Append({record::EntryHash(sequence, bytes)});
    return true;
  }));
  auto root = (*log)->Root(end);
  Need(root.status());
  if (tree.Root() != *root) Need(absl::DataLossError("the tree isn't that of the records"));
  Print("hashing_every_record_and_the_tree", static_cast<double>(end) / SecondsSince(reading), "events/s");
}

}  // namespace

void MeasureSize(uint64_t claims, bool quick) {
  const std::string folder = FreshFolder("size");
  std::filesystem::create_directories(folder);
  Need(privacy::CreateMasterKey(folder + "/master.key"));
  std::vector<uint64_t> asked_for;
  {
    auto docket = services::Open(folder + "/data", folder + "/master.key", Need);
    Need(docket.status());
    asked_for = Grow(**docket, folder, claims);
    Print("events", static_cast<double>((*docket)->log->next_sequence()), "events");
  }
  malloc_trim(0);
  {
    const auto begin = std::chrono::steady_clock::now();
    const Served served("grown", folder);
    Print("start_of_the_server", SecondsSince(begin), "s");
    MeasureAllQueries(served, asked_for, quick ? 50 : 1'000);
    Print("resident_memory_serving", served.ResidentMebibytes(), "MiB");
  }
  MeasureRebuild(folder);
}

}  // namespace klaim::benchmark
