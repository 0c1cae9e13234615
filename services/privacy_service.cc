#include "services/privacy_service.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/domain/refusal.h"
#include "klaim/v1/evidence_service.pb.h"
#include "klaim/v1/read_models.pb.h"
#include "services/limits.h"
#include "services/write_reactors.h"

namespace klaim::services {
namespace {

using projections::Key;
using projections::NumberAt;

constexpr size_t kEventsAMessage = 100;

// All records about a claimant: the person's own, the cases', the claims', the documents'; ascending.
absl::StatusOr<std::vector<uint64_t>> RecordsAbout(const OpenDocket& docket, uint64_t claimant_id) {
  const projections::View files = docket.projector->view("case_files");
  std::vector<uint64_t> sequences = {claimant_id};
  std::set<uint64_t> cases;
  const auto collect = [&](const std::string& prefix, std::vector<uint64_t>& into) {
    return files.Scan(prefix, prefix, [&](absl::string_view key, absl::string_view) {
      into.push_back(NumberAt(key, prefix.size()));
      return true;
    });
  };
  absl::Status status = collect(Key('p').Number(claimant_id), sequences);
  const std::string claims = Key('h').Number(claimant_id);
  if (status.ok()) {
    status = files.Scan(claims, claims, [&](absl::string_view, absl::string_view value) {
      cases.insert(NumberAt(value, 9));
      return true;
    });
  }
  for (uint64_t case_id : cases) {
    sequences.push_back(case_id);
    if (status.ok()) status = collect(Key('c').Number(case_id), sequences);
  }
  if (!status.ok()) return status;
  std::sort(sequences.begin(), sequences.end());
  return sequences;
}

// Everything about a claimant, one bounded message after the other; it begins once the look is recorded.
class ClaimantExport final : public grpc::ServerWriteReactor<v1::ExportClaimantResponse> {
 public:
  ClaimantExport(Calls& calls, grpc::CallbackServerContext& context, Caller caller,
                 std::vector<uint64_t> sequences, uint64_t claimant_id)
      : calls_(calls),
        caller_(std::move(caller)),
        claimant_id_(claimant_id),
        sequences_(std::move(sequences)),
        patience_(calls.timers(), context) {
    absl::Status status = Fill();
    calls_.FinishViewing(caller_, status, [this](absl::Status recorded) {
      if (!recorded.ok()) return Finish(ToWire(recorded));
      patience_.Expect();
      StartWrite(&response_);
    });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    if (next_ == sequences_.size()) return Finish(grpc::Status::OK);
    if (absl::Status status = Fill(); !status.ok()) return Finish(ToWire(status));
    patience_.Expect();
    StartWrite(&response_);
  }
  void OnDone() override { delete this; }

 private:
  absl::Status Fill() {
    response_.Clear();
    const size_t end = std::min(next_ + kEventsAMessage, sequences_.size());
    for (; next_ < end; ++next_) {
      v1::EventRecord& event = *response_.add_events();
      absl::Status status = log::ReadRecord(*calls_.docket().log, sequences_[next_], event);
      event.clear_salt();
      if (status.ok()) status = calls_.OpenPersonalData(caller_, claimant_id_, event);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  Calls& calls_;
  Caller caller_;
  const uint64_t claimant_id_;
  const std::vector<uint64_t> sequences_;
  size_t next_ = 0;
  v1::ExportClaimantResponse response_;
  Patience patience_;
};

class KeyChange final : public ThreadedWriter<v1::ChangeMasterKeyResponse> {
 public:
  void OnDone() override { delete this; }

  // A change that was begun is ended, whether the caller waits for it or not.
  void Run(OpenDocket& docket) {
    absl::Status changed = services::ChangeMasterKey(docket, [this](uint64_t rows) {
      v1::ChangeMasterKeyResponse progress;
      progress.set_rows(rows);
      Send(progress);
    });
    if (changed.ok()) {
      v1::ChangeMasterKeyResponse last;
      last.set_done(true);
      Send(last);
    }
    End(changed);
  }
};

}  // namespace

grpc::ServerUnaryReactor* PrivacyService::ShareCase(grpc::CallbackServerContext* context,
                                                    const v1::ShareCaseRequest* request,
                                                    v1::ShareCaseResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* PrivacyService::EndCaseSharing(grpc::CallbackServerContext* context,
                                                         const v1::EndCaseSharingRequest* request,
                                                         v1::EndCaseSharingResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* PrivacyService::CorrectClaimant(grpc::CallbackServerContext* context,
                                                          const v1::CorrectClaimantRequest* request,
                                                          v1::CorrectClaimantResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerWriteReactor<v1::ExportClaimantResponse>* PrivacyService::ExportClaimant(
    grpc::CallbackServerContext* context, const v1::ExportClaimantRequest* request) {
  using Refused = RefusedWriter<v1::ExportClaimantResponse>;
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return new Refused(caller.status());
  absl::Status status =
      calls_.scope().Require(*caller, "claimant_id", "claimant", request->claimant_id(), Access::kRead);
  if (!status.ok()) return new Refused(status);
  auto sequences = RecordsAbout(calls_.docket(), request->claimant_id());
  if (!sequences.ok()) return new Refused(sequences.status());
  return new ClaimantExport(calls_, *context, *caller, *std::move(sequences), request->claimant_id());
}

// A batch that is with the bank could not be paid to an account that nobody can read.
absl::Status PrivacyService::RequireNoMoneyUnderWay(uint64_t claimant_id) {
  const std::string prefix = Key('h').Number(claimant_id);
  std::vector<uint64_t> claims;
  absl::Status scanned = calls_.docket()
                             .projector->view("case_files")
                             .Scan(prefix, prefix, [&](absl::string_view key, absl::string_view) {
                               claims.push_back(NumberAt(key, prefix.size()));
                               return true;
                             });
  if (!scanned.ok()) return scanned;
  for (uint64_t claim_id : claims) {
    auto row = calls_.docket().projector->view("compensation").Get(Key('c').Number(claim_id));
    if (!row.ok()) return row.status();
    v1::ClaimMoneyRow money;
    money.ParseFromString(row->value_or(""));
    for (const v1::PaymentRow& payment : money.payments()) {
      if (payment.paid()) continue;
      return domain::NotNow("claimant_id", absl::StrCat("payment batch ", payment.payment_batch_id(),
                                                        " has money for the person: wait until the bank has "
                                                        "confirmed or returned it"));
    }
  }
  return absl::OkStatus();
}

// A legal hold goes before the wish to be erased (Law 27/2022, article 15: legal proceedings).
absl::Status PrivacyService::RequireNoHold(uint64_t claimant_id) {
  const projections::View documents = calls_.docket().projector->view("documents");
  const std::string prefix = Key('p').Number(claimant_id);
  absl::Status held;
  absl::Status scanned = documents.Scan(prefix, prefix, [&](absl::string_view key, absl::string_view) {
    const uint64_t document_id = NumberAt(key, prefix.size());
    auto row = documents.Get(Key('d').Number(document_id));
    v1::Document document;
    if (row.ok() && row->has_value()) document.ParseFromString(**row);
    held = row.status();
    if (document.held()) {
      held = domain::NotNow("claimant_id",
                            absl::StrCat("document ", document_id, " is under legal hold: lift that first"));
    }
    return held.ok();
  });
  return scanned.ok() ? held : scanned;
}

grpc::ServerUnaryReactor* PrivacyService::EraseClaimant(grpc::CallbackServerContext* context,
                                                        const v1::EraseClaimantRequest* request,
                                                        v1::EraseClaimantResponse* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return Calls::Refuse(reactor, caller.status());
  auto command = calls_.Prepare(*caller, Calls::Own(*request));
  absl::Status status = command.status();
  if (status.ok()) status = RequireNoMoneyUnderWay(request->claimant_id());
  if (status.ok()) status = RequireNoHold(request->claimant_id());
  if (!status.ok()) return Calls::Refuse(reactor, status);
  command->done = [this, reactor, response](const absl::StatusOr<sequencer::Outcome>& outcome) {
    if (!outcome.ok()) return reactor->Finish(ToWire(outcome.status()));
    Calls::FillReceipt(*outcome, *response->mutable_receipt());
    // The event stands; what it says is now made true, and would be at the next start if this were cut off.
    boost::asio::post(worker_, [this, reactor, sequence = outcome->last_sequence] {
      v1::EventRecord event;
      absl::Status erased = log::ReadRecord(*calls_.docket().log, sequence, event);
      if (erased.ok())
        erased = services::Erase(calls_.docket(), {{{event.stream(), event.claimant_erased().key_id()}}});
      reactor->Finish(ToWire(erased));
    });
  };
  status = calls_.docket().sequencer->Submit(*std::move(command));
  return status.ok() ? reactor : Calls::Refuse(reactor, status);
}

grpc::ServerUnaryReactor* PrivacyService::ListViews(grpc::CallbackServerContext* context,
                                                    const v1::ListViewsRequest* request,
                                                    v1::ListViewsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) -> absl::Status {
                       const std::string prefix = request->of_claimant() == 0
                                                      ? std::string(Key('v'))
                                                      : std::string(Key('w').Number(request->of_claimant()));
                       auto page = PageOf(request->page(), prefix);
                       if (!page.ok()) return page.status();
                       std::string last;
                       absl::Status status;
                       absl::Status scanned =
                           calls_.ViewFor(caller, "case_files")
                               .Scan(prefix, page->from, [&](absl::string_view key, absl::string_view) {
                                 if (static_cast<uint32_t>(response->views_size()) == page->size) {
                                   response->mutable_page()->set_next_cursor(CursorAfter(last));
                                   return false;
                                 }
                                 last = std::string(key);
                                 v1::EventRecord event;
                                 status = log::ReadRecord(calls_.LogFor(caller), NumberAt(key, prefix.size()),
                                                          event);
                                 if (!status.ok()) return false;
                                 v1::View& view = *response->add_views();
                                 view.set_sequence(event.sequence());
                                 view.set_recorded_at_micros(event.recorded_at_micros());
                                 view.set_viewer(event.personal_data_viewed().viewer());
                                 view.set_purpose(event.personal_data_viewed().purpose());
                                 *view.mutable_claimant_ids() = event.personal_data_viewed().claimant_ids();
                                 *view.mutable_document_ids() = event.personal_data_viewed().document_ids();
                                 return true;
                               });
                       return scanned.ok() ? status : scanned;
                     });
}

grpc::ServerWriteReactor<v1::ChangeMasterKeyResponse>* PrivacyService::ChangeMasterKey(
    grpc::CallbackServerContext* context, const v1::ChangeMasterKeyRequest* request) {
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return new RefusedWriter<v1::ChangeMasterKeyResponse>(caller.status());
  auto* change = new KeyChange;
  boost::asio::post(worker_, [this, change] { change->Run(calls_.docket()); });
  return change;
}

}  // namespace klaim::services
