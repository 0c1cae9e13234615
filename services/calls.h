// What every call goes through, in one place: who is it, may they, is it theirs, is personal data sealed on
// the way in. A service method names its request and what to fill in; the rest is here.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "engine/domain/docket.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"
#include "klaim/v1/common.pb.h"
#include "services/open_docket.h"
#include "services/principal.h"
#include "services/wire_status.h"

namespace klaim::services {

// Thread-safe.
class Calls {
 public:
  explicit Calls(OpenDocket& docket) : docket_(docket) {}

  OpenDocket& docket() { return docket_; }

  // The caller, if it holds the permission that the method of this request demands. INVALID_ARGUMENT when the
  // request could not be parsed.
  absl::StatusOr<Principal> Authorise(const grpc::ServerContextBase& context,
                                      const google::protobuf::Message& request);

  // INVALID_ARGUMENT naming the field that kept a request from being parsed.
  static absl::Status CheckParsed(const google::protobuf::Message& request);

  // Whether something of this organisation is in the caller's scope: its own, or one below it.
  absl::StatusOr<bool> InScope(const Principal& principal, uint64_t organisation_id);

  // NOT_FOUND, as for a number that nothing has, when the claim, case or claimant is out of the caller's
  // scope.
  absl::Status RequireScope(const Principal& principal, absl::string_view field, absl::string_view kind,
                            uint64_t id);

  // A write on its way to the sequencer: checked, in scope, its personal data sealed in place. `request` must
  // live until the command is done.
  template <class Request>
  absl::StatusOr<sequencer::Command> Prepare(const Principal& principal, Request& request) {
    sequencer::Command command;
    if (absl::Status status = Enter(principal, request, request.request_id(), command); !status.ok())
      return status;
    command.decide = [&request](domain::Docket& docket, const domain::Context& context,
                                domain::Decision& decision) {
      return domain::Decide(request, docket, context, decision);
    };
    return command;
  }

  // The request of a call is that call's alone until it is finished: it may be completed and sealed in place.
  template <class Request>
  static Request& Own(const Request& request) {
    return const_cast<Request&>(request);
  }

  // Handles a unary write. `fill(outcome, request, response)` fills what is beside the receipt.
  template <class Request, class Response, class Fill>
  grpc::ServerUnaryReactor* Write(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response, Fill fill) {
    auto* reactor = context->DefaultReactor();
    auto principal = Authorise(*context, *request);
    if (!principal.ok()) return Refuse(reactor, principal.status());
    auto& owned = Own(*request);
    auto command = Prepare(*principal, owned);
    if (!command.ok()) return Refuse(reactor, command.status());
    command->done = [reactor, response, &owned, fill](const absl::StatusOr<sequencer::Outcome>& outcome) {
      if (outcome.ok()) {
        FillReceipt(*outcome, *response->mutable_receipt());
        fill(*outcome, owned, *response);
      }
      reactor->Finish(ToWire(outcome.status()));
    };
    if (absl::Status status = docket_.sequencer->Submit(*std::move(command)); !status.ok())
      Refuse(reactor, status);
    return reactor;
  }

  template <class Request, class Response>
  grpc::ServerUnaryReactor* Write(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response) {
    return Write(context, request, response, [](const sequencer::Outcome&, const Request&, Response&) {});
  }

  // Handles a query. `answer(principal)` fills the response; it runs once everything up to `at_least` is
  // visible.
  template <class Request, class Answer>
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context, const Request* request,
                                 uint64_t at_least, Answer answer) {
    auto* reactor = context->DefaultReactor();
    auto principal = Authorise(*context, *request);
    if (!principal.ok()) return Refuse(reactor, principal.status());
    if (at_least >= docket_.log->next_sequence()) {
      if (at_least != 0) {
        return Refuse(reactor, domain::InvalidField("at_least_sequence", "the log has no such record yet"));
      }
      reactor->Finish(ToWire(answer(*principal)));
      return reactor;
    }
    if (at_least == 0) {
      reactor->Finish(ToWire(answer(*principal)));
      return reactor;
    }
    docket_.projector->WhenVisible(at_least, [reactor, principal = *principal, answer](bool visible) {
      reactor->Finish(
          ToWire(visible ? answer(principal) : absl::UnavailableError("klaimd is stopping: try again")));
    });
    return reactor;
  }

  static void FillReceipt(const sequencer::Outcome& outcome, v1::Receipt& receipt);
  static grpc::ServerUnaryReactor* Refuse(grpc::ServerUnaryReactor* reactor, const absl::Status& status) {
    reactor->Finish(ToWire(status));
    return reactor;
  }

  // Opens sealed personal data in a message for a caller who may see it; leaves it sealed for others.
  absl::Status OpenPersonalData(const Principal& principal, google::protobuf::Message& message);

 private:
  absl::Status Enter(const Principal& principal, google::protobuf::Message& request,
                     const std::string& request_id, sequencer::Command& command);
  absl::Status SealInPlace(google::protobuf::Message& request, sequencer::Command& command);
  // The claimant whose personal data a request holds, or whose claim or case it is about.
  absl::StatusOr<uint64_t> ClaimantOf(absl::string_view kind, uint64_t id);
  absl::Status FirstEvent(uint64_t stream, v1::EventRecord& event);

  OpenDocket& docket_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Principal> principals_ ABSL_GUARDED_BY(mutex_);  // by certificate URI
};

// One page of a list: its size, and the key from which it goes on. INVALID_ARGUMENT for a cursor that isn't
// ours.
struct Page {
  uint32_t size = 0;
  std::string from;  // first key to read; the list's prefix on the first page
};
absl::StatusOr<Page> PageOf(const v1::PageRequest& request, const std::string& prefix);

// The cursor that goes on behind `last_key`.
std::string CursorAfter(absl::string_view last_key);
// The cursor that goes on at `key`.
std::string CursorAt(absl::string_view key);

}  // namespace klaim::services
