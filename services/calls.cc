#include "services/calls.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/domain/reference_register.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"
#include "engine/privacy/sealing.h"
#include "engine/record/protected_fields.h"
#include "proto/request_parser.h"
#include "services/limits.h"
#include "services/personal_data.h"

namespace klaim::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

v1::NewClaimant* NewClaimantOf(Message& request) {
  auto* filing = dynamic_cast<v1::FileClaimRequest*>(&request);
  return filing != nullptr && filing->has_new_claimant() ? filing->mutable_new_claimant() : nullptr;
}

// What the caller says it wants personal data for: a short text that goes with the call.
constexpr char kPurposeMetadata[] = "klaim-purpose";
// As of when it asks.
constexpr char kAsOfMetadata[] = "klaim-as-of";
constexpr size_t kMostPurposeBytes = 200;
constexpr uint64_t kJustFiledRecords = 100'000;
constexpr absl::Duration kLongestWaitForRules = absl::Seconds(1);

}  // namespace

Calls::Calls(OpenDocket& docket, const CallOptions& options)
    : docket_(docket),
      revoked_(options.revocation_list, options.certificate_authority),
      authenticator_(docket, revoked_, options.sessions, options.clock),
      call_rate_(options.calls_a_second),
      filing_rate_(options.filings_a_second),
      timers_(options.slowest_message),
      views_(*docket.sequencer) {}

absl::Status Calls::CheckDemand(const Principal& principal, const Message& request) {
  const Demand demand = DemandOf(request.GetDescriptor());
  if (demand.permission == v1::PERMISSION_UNSPECIFIED || demand.scope == v1::SCOPE_UNSPECIFIED ||
      !principal.May(demand.permission)) {
    if (principal.actor.empty()) {
      return absl::UnauthenticatedError("call with the client certificate that you were given, or sign in");
    }
    return absl::PermissionDeniedError(absl::StrCat("you may not make this call (it needs ",
                                                    v1::Permission_Name(demand.permission),
                                                    "): ask an administrator"));
  }
  if (demand.scope == v1::SCOPE_NATIONAL && !principal.national()) {
    return absl::PermissionDeniedError("this is about the whole docket: it is for the national body");
  }
  return absl::OkStatus();
}

absl::Status Calls::StillAllowed(const grpc::ServerContextBase& context, const Message& request) {
  auto principal = authenticator_.Identify(context);
  return principal.ok() ? CheckDemand(*principal, request) : principal.status();
}

absl::StatusOr<Caller> Calls::Authorise(const grpc::ServerContextBase& context, const Message& request) {
  auto principal = authenticator_.Identify(context);
  if (!principal.ok()) return principal.status();
  const int64_t now = authenticator_.now_micros();
  const std::string& who = principal->actor.empty() ? context.peer() : principal->actor;
  if (absl::Status status = call_rate_.Take(who, now); !status.ok()) return status;
  if (absl::Status status = CheckDemand(*principal, request); !status.ok()) return status;
  if (absl::Status status = CheckParsed(request); !status.ok()) return status;
  Caller caller{*std::move(principal), "", {}, {}, 0, nullptr};
  const auto& metadata = context.client_metadata();
  if (const auto found = metadata.find(kPurposeMetadata); found != metadata.end()) {
    caller.purpose.assign(found->second.data(), found->second.size());
    absl::Status status = domain::CheckText(kPurposeMetadata, caller.purpose, 0, kMostPurposeBytes);
    if (!status.ok()) return status;
  }
  if (const auto found = metadata.find(kAsOfMetadata); found != metadata.end()) {
    absl::Status status = SetAsOf(absl::string_view(found->second.data(), found->second.size()), caller);
    if (!status.ok()) return status;
  }
  return caller;
}

absl::Status Calls::SetAsOf(absl::string_view text, Caller& caller) const {
  if (!caller.May(v1::PERMISSION_AUDIT) || !caller.national()) {
    return absl::PermissionDeniedError("how things stood then is for auditors to ask");
  }
  uint64_t sequence = 0;
  absl::Time moment;
  std::string error;
  if (absl::SimpleAtoi(text, &sequence) && sequence < docket_.log->next_sequence()) {
    caller.as_of_size = sequence + 1;
    return absl::OkStatus();
  }
  if (absl::ParseTime(absl::RFC3339_full, text, &moment, &error)) {
    auto size = time_travel_.SizeAt(absl::ToUnixMicros(moment));
    if (!size.ok()) return size.status();
    caller.as_of_size = *size;
    if (*size > 0) return absl::OkStatus();
  }
  return domain::InvalidField(kAsOfMetadata,
                              "must be the number of a record, or a moment since the docket began, as in "
                              "2026-11-24T15:04:05Z");
}

const log::EventLog& Calls::LogFor(const Caller& caller) const {
  if (caller.as_of != nullptr) return *caller.as_of->log;
  return *docket_.log;
}

projections::View Calls::ViewFor(const Caller& caller, const std::string& read_model) const {
  return caller.as_of != nullptr ? caller.as_of->projector->view(read_model)
                                 : docket_.projector->view(read_model);
}

absl::Status Calls::CheckParsed(const Message& request) {
  const std::optional<std::string> fault = proto::FaultOf(request);
  if (!fault.has_value()) return absl::OkStatus();
  if (fault->empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("what was sent is no ", request.GetDescriptor()->name(), ": its bytes can't be parsed"));
  }
  return domain::InvalidField(*fault, "is not valid UTF-8: convert the text to UTF-8 and send it again");
}

absl::StatusOr<uint64_t> Calls::ClaimantOf(absl::string_view kind, uint64_t id) const {
  if (kind == "claimant") return id;
  v1::EventRecord event;
  if (absl::Status status = log::ReadRecord(*docket_.log, id, event); !status.ok()) return status;
  if (kind == "claim" && event.has_claim_filed()) return event.claim_filed().claimant_id();
  if (kind == "case" && event.has_case_opened()) return event.case_opened().claimant_id();
  return absl::NotFoundError("");
}

absl::StatusOr<privacy::DataKey> Calls::KeyOf(absl::string_view field, absl::string_view kind,
                                              uint64_t id) const {
  auto claimant_id = ClaimantOf(kind, id);
  v1::EventRecord event;
  if (!claimant_id.ok() || !log::ReadRecord(*docket_.log, *claimant_id, event).ok() ||
      !event.has_claimant_registered()) {
    return domain::UnknownId(field, kind, id);
  }
  auto key = docket_.vault->Open(event.claimant_registered().key_id());
  if (absl::IsNotFound(key.status())) {
    return domain::NotNow(field, "the claimant was erased: nothing more can be recorded about the person");
  }
  return key;
}

absl::StatusOr<privacy::DataKey> Calls::RegisterKey(uint64_t register_id) const {
  v1::EventRecord event;
  if (!log::ReadRecord(*docket_.log, register_id, event).ok() || !event.has_reference_register_published()) {
    return domain::UnknownId("reference_register_id", "reference register", register_id);
  }
  auto key = docket_.vault->Open(event.reference_register_published().key_id());
  if (absl::IsNotFound(key.status())) return domain::NotNow("reference_register_id", "was withdrawn");
  return key;
}

absl::Status Calls::Enter(const Principal& principal, Message& request, const std::string& request_id,
                          sequencer::Command& command) {
  if (absl::Status status = scope_.RequireSubjects(principal, request, Access::kWrite); !status.ok()) {
    return status;
  }
  if (absl::Status status = domain::CheckText("request_id", request_id, 1, kMaxRequestIdCharacters);
      !status.ok()) {
    return status;
  }
  command.actor = principal.actor;
  command.organisation_id = principal.organisation_id;
  command.request_id = request_id;
  command.request_type = request.GetDescriptor()->name();
  if (!record::CanHoldProtected(request.GetDescriptor())) return absl::OkStatus();
  return SealInPlace(request, command);
}

absl::Status Calls::SealInPlace(Message& request, sequencer::Command& command) {
  bool any = false;
  absl::Status checked = record::VisitProtected(request, [&](absl::string_view name, v1::Protected& value) {
    any = true;
    if (!value.has_clear()) return domain::InvalidField(name, "hand personal data in as `clear`");
    return CheckPersonalData(name, value.clear());
  });
  if (!checked.ok()) return checked;
  if (v1::NewClaimant* claimant = NewClaimantOf(request); claimant != nullptr) {
    auto key = docket_.vault->NewKey();
    if (!key.ok()) return key.status();
    const privacy::Identity identity = IdentityTagsOf(claimant->person(), key->key_id, *docket_.vault);
    if (absl::Status status = privacy::Seal(request, *key); !status.ok()) return status;
    const auto similar = docket_.vault->NoteIdentity(identity);
    if (!similar.ok()) return similar.status();
    command.new_person = identity;
    claimant->set_key_id(key->key_id);
    claimant->mutable_similar_key_ids()->Assign(similar->begin(), similar->end());
    return absl::OkStatus();
  }
  if (!any) return absl::OkStatus();
  if (const auto* lines = dynamic_cast<const v1::AddRegisterLinesRequest*>(&request); lines != nullptr) {
    auto key = RegisterKey(lines->reference_register_id());
    return key.ok() ? privacy::Seal(request, *key) : key.status();
  }
  const std::vector<Subject> subjects = SubjectsOf(request);
  if (subjects.empty())
    return absl::InvalidArgumentError("personal data without a claimant to whom it belongs");
  const Subject& subject = subjects.front();
  auto key = KeyOf(subject.field, subject.kind, subject.id);
  if (!key.ok()) return key.status();
  return privacy::Seal(request, *key);
}

absl::Status Calls::RequirePurpose(const Caller& caller, uint64_t claimant_id) const {
  if (!caller.purpose.empty()) return absl::OkStatus();
  const std::string prefix = projections::Key('h').Number(claimant_id);
  // Who was filed a moment ago has no claims in the read model yet, and must not be seen without a purpose for
  // that: the read models are some 50 ms behind at the most.
  const uint64_t end = docket_.log->next_sequence();
  if (docket_.projector->next_sequence() < end && end - claimant_id < kJustFiledRecords) {
    docket_.projector->WaitVisible(end - 1, kLongestWaitForRules);
  }
  std::set<uint64_t> programmes;
  absl::Status scanned = docket_.projector->view("case_files")
                             .Scan(prefix, prefix, [&](absl::string_view, absl::string_view value) {
                               programmes.insert(projections::NumberAt(value, 1));
                               return true;
                             });
  if (!scanned.ok()) return scanned;
  for (uint64_t programme_id : programmes) {
    auto row = docket_.projector->view("registry").Get(projections::Key('p').Number(programme_id));
    if (!row.ok()) return row.status();
    v1::Programme programme;
    programme.ParseFromString(row->value_or(""));
    if (!programme.opened().view_purpose_required()) continue;
    return domain::NotNow(kPurposeMetadata, absl::StrCat("programme ", programme.opened().code(),
                                                         " shows names only to who says what for: send it "
                                                         "as metadata with the call"));
  }
  return absl::OkStatus();
}

absl::Status Calls::OpenPersonalData(Caller& caller, uint64_t claimant_id, Message& message) {
  if (!caller.May(v1::PERMISSION_READ_PERSONAL_DATA)) return absl::OkStatus();
  if (!caller.viewed_claimants.contains(claimant_id)) {
    if (absl::Status status = RequirePurpose(caller, claimant_id); !status.ok()) return status;
    caller.viewed_claimants.insert(claimant_id);
  }
  return privacy::Unseal(message, *docket_.vault);
}

absl::Status Calls::OpenForPayment(Caller& caller, uint64_t claimant_id, Message& message) const {
  if (caller.purpose.empty()) caller.purpose = "payment";
  caller.viewed_claimants.insert(claimant_id);
  return privacy::Unseal(message, *docket_.vault);
}

absl::Status Calls::NoteDocumentViewed(Caller& caller, uint64_t claimant_id, uint64_t document_id) const {
  if (absl::Status status = RequirePurpose(caller, claimant_id); !status.ok()) return status;
  caller.viewed_claimants.insert(claimant_id);
  caller.viewed_documents.insert(document_id);
  return absl::OkStatus();
}

void Calls::FinishViewing(const Caller& caller, absl::Status status,
                          absl::AnyInvocable<void(absl::Status)> then) {
  if (!status.ok() || caller.viewed_claimants.empty()) return then(status);
  views_.Record(caller.actor, caller.purpose, caller.viewed_claimants, caller.viewed_documents,
                std::move(then));
}

void Calls::FillReceipt(const sequencer::Outcome& outcome, v1::Receipt& receipt) {
  receipt.set_first_sequence(outcome.first_sequence);
  receipt.set_sequence(outcome.last_sequence);
  receipt.set_leaf_hash(outcome.leaf_hash.data(), outcome.leaf_hash.size());
  receipt.set_recorded_at_micros(outcome.recorded_at_micros);
  receipt.set_recorded_before(outcome.recorded_before);
}

absl::StatusOr<Page> PageOf(const v1::PageRequest& request, const std::string& prefix) {
  Page page;
  page.size = request.size() == 0 ? kDefaultPageSize : request.size();
  if (page.size > kMaxPageSize) {
    return domain::InvalidField("page.size", absl::StrCat("is more than ", kMaxPageSize));
  }
  page.from = prefix;
  if (!request.cursor().empty()) {
    if (!absl::WebSafeBase64Unescape(request.cursor(), &page.from) || !absl::StartsWith(page.from, prefix)) {
      return domain::InvalidField("page.cursor", "is not a cursor of this list: begin again without one");
    }
  }
  return page;
}

std::string CursorAfter(absl::string_view last_key) {
  return CursorAt(absl::StrCat(last_key, absl::string_view("\0", 1)));
}

std::string CursorAt(absl::string_view key) { return absl::WebSafeBase64Escape(key); }

}  // namespace klaim::services
