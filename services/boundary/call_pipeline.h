// What every call goes through, in one place: who is it, may they, is it theirs, is personal data sealed on
// the way in, and is looking at it recorded on the way out. A service method names its request and what to fill
// in; the rest is here.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"
#include "klaim/v1/common.pb.h"
#include "projections/core/listing.h"
#include "projections/read_models.h"
#include "services/boundary/authentication.h"
#include "services/boundary/cursor.h"
#include "services/boundary/filing_room.h"
#include "services/boundary/peers.h"
#include "services/boundary/rate_limiter.h"
#include "services/boundary/scope.h"
#include "services/boundary/timers.h"
#include "services/boundary/turns.h"
#include "services/boundary/view_journal.h"
#include "services/common/limits.h"
#include "services/common/system_clock.h"
#include "services/common/wire_status.h"
#include "services/docket/open_docket.h"
#include "services/docket/time_travel.h"
#include "services/identity/principal.h"

namespace klaim::v1 {
class EventRecord;
class FileClaimRequest;
class NewClaimant;
}  // namespace klaim::v1

namespace klaim::services {

// A principal in a call, with what it said it wants personal data for, whose it has seen, and as of when it
// asks.
struct Caller : Principal {
  std::string purpose;
  std::set<uint64_t> viewed_claimants;
  std::set<uint64_t> viewed_documents;
  uint64_t as_of_size = 0;                  // 0 for now
  std::shared_ptr<const DocketAsOf> as_of;  // the docket of then, once it is there
};

struct CallOptions {
  std::string revocation_list;        // file
  std::string certificate_authority;  // PEM
  SessionLimits sessions;
  absl::Duration slowest_message = absl::Minutes(2);  // for a stream's peer to send or take the next one
  double calls_a_second = 2'000;                      // of one principal
  double filings_a_second = 20'000;  // of one principal, over streams; faster ones are slowed
  std::function<int64_t()> clock = SystemClockMicros;
};

// Thread-safe.
class CallPipeline {
 public:
  CallPipeline(OpenDocket& docket, const CallOptions& options);

  // Reads the revocation list; to be called before the first call.
  absl::Status Start() { return revoked_.Load(); }

  OpenDocket& docket() { return docket_; }
  Peers& peers() { return peers_; }
  Authenticator& authenticator() { return authenticator_; }
  const ScopeCheck& scope() const { return scope_; }
  RateLimiter& filing_rate() { return filing_rate_; }
  FilingRoom& filing_room() { return filing_room_; }
  ViewJournal& views() { return views_; }
  Timers& timers() { return timers_; }
  TimeTravel& time_travel() { return time_travel_; }
  Turns& turns() { return turns_; }
  Turns& sealing() { return sealing_; }

  // What a query reads: the docket of now, or of the moment that the caller asks for (metadata klaim-as-of).
  const log::LogReader& LogFor(const Caller& caller) const;
  projections::ReadModels ModelsFor(const Caller& caller) const;

  // The caller, if it holds the permission that the method of this request demands, and its organisation is one
  // for which the method is at all. INVALID_ARGUMENT when the request could not be parsed.
  absl::StatusOr<Caller> Authorise(const grpc::ServerContextBase& context,
                                   const google::protobuf::Message& request);

  // The same for what is answered as of now alone: INVALID_ARGUMENT when a moment is asked for.
  absl::StatusOr<Caller> AuthoriseNow(const grpc::ServerContextBase& context,
                                      const google::protobuf::Message& request);

  // The IP address from which a call comes; empty when it isn't known.
  std::string AddressOf(const grpc::ServerContextBase& context) const;

  // Whether a call that was authorised still would be: for streams, which look again at each message. Costs
  // nothing of the caller's share.
  absl::Status StillAllowed(const grpc::ServerContextBase& context, const google::protobuf::Message& request);

  // Whether a principal may make this request at all.
  static absl::Status CheckDemand(const Principal& principal, const google::protobuf::Message& request);

  // INVALID_ARGUMENT naming the field that kept a request from being parsed.
  static absl::Status CheckParsed(const google::protobuf::Message& request);

  // A write on its way to the sequencer: checked, in scope, its personal data sealed in place. `request` must
  // live until the command is done.
  template <class Request>
  absl::StatusOr<sequencer::Command> Prepare(const Caller& caller, Request& request) {
    return Prepare(
        caller, request,
        [&request](domain::Docket& docket, const domain::Context& context, domain::Decision& decision) {
          return Decide(request, docket, context, decision);
        });
  }

  // The same where something else is decided than the request itself.
  template <class Request, class Decide>
  absl::StatusOr<sequencer::Command> Prepare(const Caller& caller, Request& request, Decide decide) {
    sequencer::Command command;
    if (caller.as_of_size != 0) {
      return domain::InvalidField("klaim-as-of", v1::REASON_IS_FOR_QUERIES);
    }
    // Before anything is sealed: who only follows writes no row of the vault.
    RETURN_IF_ERROR(docket_.RequireLead());
    RETURN_IF_ERROR(Enter(caller, request, request.request_id(), command));
    command.decide = std::move(decide);
    return command;
  }

  // The request of a call is that call's alone until it is finished: it may be completed and sealed in place.
  template <class Request>
  static Request& Own(const Request& request) {
    return const_cast<Request&>(request);
  }

  // What a unary write goes through, in this order; each stage is left out where there is nothing to do in it.
  //   admitted, authorised        here, once
  //   complete(caller, request)   adds to a request what only the daemon knows; nothing is read for who may not ask
  //   in scope, sealed            here
  //   decide(request, docket, context, decision)   on the sequencer's thread; else the request itself is decided
  //   recorded, receipt filled    here
  //   then(caller, outcome, reactor)   finishes the call, or sees to it; on the answering thread, and so without waiting
  template <class Request, class Response, class Complete, class Decide, class Then>
  grpc::ServerUnaryReactor* WriteInStages(grpc::CallbackServerContext* context, const Request* request,
                                          Response* response, Complete complete, Decide decide, Then then) {
    auto* reactor = context->DefaultReactor();
    if (absl::Status status = docket_.sequencer->Admit(); !status.ok()) return Refuse(reactor, status);
    auto caller = Authorise(*context, *request);
    if (!caller.ok()) return Refuse(reactor, caller.status());
    auto& owned = Own(*request);
    if (absl::Status status = complete(*caller, owned); !status.ok()) return Refuse(reactor, status);
    auto command = Prepare(*caller, owned,
                           [&owned, decide = std::move(decide)](
                               domain::Docket& docket, const domain::Context& now,
                               domain::Decision& decision) { return decide(owned, docket, now, decision); });
    if (!command.ok()) return Refuse(reactor, command.status());
    command->done = [reactor, response, then = std::move(then), principal = Principal(*std::move(caller))](
                        const absl::StatusOr<sequencer::Outcome>& outcome) {
      if (!outcome.ok()) return reactor->Finish(ToWire(outcome.status()));
      FillReceipt(*outcome, *response->mutable_receipt());
      then(principal, *outcome, reactor);
    };
    if (absl::Status status = docket_.sequencer->Submit(*std::move(command)); !status.ok())
      Refuse(reactor, status);
    return reactor;
  }

  // Handles a write whose request is decided as it was asked, after `complete`; `fill(outcome, request, response)` fills what is beside
  // the receipt.
  template <class Request, class Response, class Complete, class Fill>
  grpc::ServerUnaryReactor* WriteCompleted(grpc::CallbackServerContext* context, const Request* request,
                                           Response* response, Complete complete, Fill fill) {
    return WriteInStages(context, request, response, std::move(complete), kAsAsked,
                         FillAndFinish(*request, *response, std::move(fill)));
  }

  // The same of a request that needs no completion.
  template <class Request, class Response, class Fill>
  grpc::ServerUnaryReactor* Write(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response, Fill fill) {
    return WriteCompleted(context, request, response, kComplete, std::move(fill));
  }
  template <class Request, class Response>
  grpc::ServerUnaryReactor* Write(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response) {
    return Write(context, request, response, [](const sequencer::Outcome&, const Request&, Response&) {});
  }
  // The same of one after which something is done before the call is finished, by `then`.
  template <class Request, class Response, class Then>
  grpc::ServerUnaryReactor* WriteThen(grpc::CallbackServerContext* context, const Request* request,
                                      Response* response, Then then) {
    return WriteInStages(context, request, response, kComplete, kAsAsked, std::move(then));
  }

  // Stages with nothing to do.
  static constexpr auto kComplete = [](const Caller&, const auto&) { return absl::OkStatus(); };
  static constexpr auto kAsAsked = [](const auto& request, domain::Docket& docket, const domain::Context& now,
                                      domain::Decision& decision) {
    return Decide(request, docket, now, decision);
  };
  template <class Request, class Response, class Fill>
  static auto FillAndFinish(const Request& request, Response& response, Fill fill) {
    return [&request, &response, fill = std::move(fill)](const Principal&, const sequencer::Outcome& outcome,
                                                         grpc::ServerUnaryReactor* reactor) {
      fill(outcome, request, response);
      reactor->Finish(grpc::Status::OK);
    };
  }

  // A query that is ready to be answered once what it asks for is visible.
  template <class Request, class Answer>
  struct Reading {
    CallPipeline* calls;
    grpc::CallbackServerContext* context;
    grpc::ServerUnaryReactor* reactor;
    const Request* request;
    Caller caller;
    Answer answer;

    // On a thread that may take its time.
    void Finish(bool visible) {
      // Whoever asks and goes away, time and again, is not to be answered by the hundred.
      if (context->IsCancelled())
        return reactor->Finish(ToWire(absl::CancelledError("nobody waits for the answer")));
      absl::Status status =
          visible ? calls->scope_.RequireSubjects(caller, *request, Access::kRead)
                  : domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_KLAIMD_IS_STOPPING);
      if (status.ok()) status = answer(caller);
      calls->FinishViewing(caller, status, [reactor = reactor](const absl::Status& recorded) {
        reactor->Finish(ToWire(recorded));
      });
    }
    void FinishInTurn(bool visible) && {
      Turns& turns = calls->turns_;
      const std::string who = caller.actor.empty() ? calls->AddressOf(*context) : caller.actor;
      turns.DoSoon(who, [visible, reading = std::move(*this)]() mutable { reading.Finish(visible); });
    }
  };

  // Handles a query. `answer(caller)` fills the response; it runs in the caller's turn once everything up to `at_least` is
  // visible, if all that the request names is in the caller's scope. What personal data it opened is recorded before the
  // response leaves.
  template <class Request, class Answer>
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context, const Request* request,
                                 uint64_t at_least, Answer answer) {
    auto* reactor = context->DefaultReactor();
    auto caller = Authorise(*context, *request);
    if (!caller.ok()) return Refuse(reactor, caller.status());
    if (at_least != 0 && at_least >= docket_.log->next_sequence()) {
      return Refuse(reactor,
                    domain::InvalidField("at_least_sequence", v1::REASON_LOG_HAS_NO_SUCH_RECORD_YET));
    }
    const uint64_t as_of_size = caller->as_of_size;
    Reading<Request, Answer> reading{this, context, reactor, request, *std::move(caller), std::move(answer)};
    if (as_of_size != 0) {
      const std::string who = reading.caller.actor;
      absl::Status waits = time_travel_.To(
          who, as_of_size, [context] { return !context->IsCancelled(); },
          [reactor,
           reading = std::move(reading)](absl::StatusOr<std::shared_ptr<const DocketAsOf>> then) mutable {
            if (!then.ok()) return reactor->Finish(ToWire(then.status()));
            reading.caller.as_of = *std::move(then);
            std::move(reading).FinishInTurn(true);
          });
      if (!waits.ok()) return Refuse(reactor, waits);
    } else if (at_least == 0) {
      std::move(reading).FinishInTurn(true);
    } else {
      docket_.projector->WhenVisible(at_least, [reading = std::move(reading)](bool visible) mutable {
        std::move(reading).FinishInTurn(visible);
      });
    }
    return reactor;
  }

  // The page of a list that this request of the caller asks for (services/boundary/cursor.h).
  absl::StatusOr<Page> PageOf(const Caller& caller, const google::protobuf::Message& request,
                              const std::string& prefix) const {
    return Page::Of(cursor_seal_, caller.actor, request, prefix);
  }

  // Answers the page of a list that a request asks for. `add(row)` adds a row to the response, and says whether it did: false for what
  // isn't asked for, or not the caller's to see. A page of which few rows are comes back short.
  template <class Request, class Response, class Row, class Add>
  absl::Status AnswerPage(const Caller& caller, const Request& request, Response& response,
                          const projections::Listing<Row>& list, Add add) const {
    ASSIGN_OR_RETURN(auto page, PageOf(caller, request, list.prefix()));
    uint32_t added = 0;
    uint32_t looked_at = 0;
    absl::Status status;
    const std::string place = page.from == list.prefix() ? "" : page.from;
    absl::Status read = list.Read(place, [&](absl::string_view next, Row row) {
      if (added == page.size || ++looked_at > kMaxRowsLookedAtAPage) {
        response.mutable_page()->set_next_cursor(page.CursorAt(next));
        return false;
      }
      const absl::StatusOr<bool> was_added = add(std::move(row));
      status = was_added.status();
      if (status.ok() && *was_added) ++added;
      return status.ok();
    });
    return read.ok() ? status : read;
  }

  // Calls `then` with `status` once it is durable whose personal data the caller saw; at once when it saw none.
  void FinishViewing(const Caller& caller, absl::Status status, absl::AnyInvocable<void(absl::Status)> then);

  static void FillReceipt(const sequencer::Outcome& outcome, v1::Receipt& receipt);
  static grpc::ServerUnaryReactor* Refuse(grpc::ServerUnaryReactor* reactor, const absl::Status& status) {
    reactor->Finish(ToWire(status));
    return reactor;
  }

  // Opens sealed personal data of a claimant in a message for a caller who may see it, and notes that it was
  // seen; leaves it sealed for others. FAILED_PRECONDITION when a programme of the claimant demands a purpose
  // and the caller named none. `key_owner` is whose keys seal it (engine/privacy/vault.h).
  absl::Status OpenPersonalData(Caller& caller, uint64_t claimant_id, google::protobuf::Message& message,
                                absl::string_view key_owner = privacy::kPersonsKey);

  // Reads a record that hangs on a claimant, opened as above and kept to what the caller is told of it (services/boundary/told_fields.h); false
  // when the record itself isn't told.
  absl::StatusOr<bool> ReadTold(Caller& caller, RecordsInScope& in_scope, uint64_t claimant_id,
                                uint64_t sequence, v1::EventRecord& event);

  // Opens the account to which money goes, for who makes payments: no right to look at personal data is needed for that,
  // but it is noted as any look is.
  absl::Status OpenForPayment(Caller& caller, uint64_t claimant_id, google::protobuf::Message& message) const;

  // Notes that the caller is to read a document, under the same rule.
  absl::Status NoteDocumentViewed(Caller& caller, uint64_t claimant_id, uint64_t document_id) const;

  // Tells `then`, at once or when it can be known, whether somebody who looks the same as whom this filing registered had been
  // registered before: for the national body anybody, for others somebody whom they may read; they learn nothing of other
  // organisations' people. `filing` is what the sequencer decided. From any thread.
  void WhenDuplicateKnown(const Principal& principal, const sequencer::Outcome& outcome,
                          const v1::FileClaimRequest& filing, absl::AnyInvocable<void(bool)> then);

  // The claimant of a claim or case. NOT_FOUND when it is none.
  absl::StatusOr<uint64_t> ClaimantOf(absl::string_view kind, uint64_t id) const;
  // The data key of a claimant; FAILED_PRECONDITION naming `field` when the person was erased.
  absl::StatusOr<privacy::DataKey> KeyOf(absl::string_view field, absl::string_view kind, uint64_t id) const;

 private:
  // The data key of a reference register, which seals its lines.
  absl::StatusOr<privacy::DataKey> RegisterKey(uint64_t register_id) const;
  absl::Status Enter(const Principal& principal, google::protobuf::Message& request,
                     const std::string& request_id, sequencer::Command& command);
  // Personal data as it is kept, or all that is wrong with it and, of a filing, with the rest. `any` is whether there is some.
  absl::Status TakePersonalData(google::protobuf::Message& request, bool& any) const;
  absl::Status SealInPlace(google::protobuf::Message& request, sequencer::Command& command);
  absl::Status SealUnderNewKey(v1::NewClaimant& claimant, google::protobuf::Message& request,
                               sequencer::Command& command);
  absl::Status SealUnderClaimant(google::protobuf::Message& request, sequencer::Command& command);
  static absl::Status SealUnder(const privacy::DataKey& key, google::protobuf::Message& request,
                                sequencer::Command& command);
  absl::Status SetAsOf(absl::string_view text, Caller& caller) const;
  // The programmes under which a claimant has claims.
  absl::StatusOr<std::set<uint64_t>> ProgrammesOf(uint64_t claimant_id) const;
  absl::Status RequirePurpose(const Caller& caller, uint64_t claimant_id) const;
  // Whether a claimant of one of these data keys is one whom the principal may read.
  bool MayReadOneOf(const Principal& principal,
                    const google::protobuf::RepeatedField<uint64_t>& key_ids) const;

  OpenDocket& docket_;
  RevocationList revoked_;
  Peers peers_;
  Authenticator authenticator_;
  ScopeCheck scope_{docket_};
  const CursorSeal cursor_seal_{*docket_.vault};
  RateLimiter call_rate_;
  RateLimiter filing_rate_;
  FilingRoom filing_room_{FilingBounds()};
  Timers timers_;
  ViewJournal views_;
  // What these answer uses the others, and what the last one tells is answered in turn.
  Turns turns_{4, 2};
  Turns sealing_{2, 2};  // of what streams file, by the thousand
  TimeTravel time_travel_{docket_};
};

}  // namespace klaim::services
