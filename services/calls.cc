#include "services/calls.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

// The claim, case or claimant that a request is about, by the name of its field.
struct Subject {
  std::string field;
  std::string kind;
  uint64_t id = 0;
};

std::vector<Subject> SubjectsOf(const Message& request) {
  std::vector<Subject> subjects;
  for (const char* kind : {"claim", "case", "claimant"}) {
    const std::string name = absl::StrCat(kind, "_id");
    const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->is_repeated()) continue;
    if (field->has_presence() && !request.GetReflection()->HasField(request, field)) continue;
    subjects.push_back({name, kind, request.GetReflection()->GetUInt64(request, field)});
  }
  return subjects;
}

v1::NewClaimant* NewClaimantOf(Message& request) {
  auto* filing = dynamic_cast<v1::FileClaimRequest*>(&request);
  return filing != nullptr && filing->has_new_claimant() ? filing->mutable_new_claimant() : nullptr;
}

}  // namespace

absl::StatusOr<Principal> Calls::Authorise(const grpc::ServerContextBase& context, const Message& request) {
  const auto names = context.auth_context()->FindPropertyValues("peer_uri");
  if (names.size() != 1)
    return absl::UnauthenticatedError("call with the client certificate that you were given");
  const std::string uri(names[0].data(), names[0].size());
  Principal principal;
  {
    absl::MutexLock lock(&mutex_);
    auto found = principals_.find(uri);
    if (found == principals_.end()) {
      auto parsed = ParsePrincipalUri(uri);
      if (!parsed.ok()) return parsed.status();
      found = principals_.emplace(uri, *parsed).first;
    }
    principal = found->second;
  }
  const v1::Permission permission = PermissionFor(request.GetDescriptor());
  if (permission == v1::PERMISSION_UNSPECIFIED || !principal.May(permission)) {
    return absl::PermissionDeniedError(absl::StrCat("your roles don't allow this call (it needs ",
                                                    v1::Permission_Name(permission),
                                                    "): ask an administrator"));
  }
  if (absl::Status status = CheckParsed(request); !status.ok()) return status;
  return principal;
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

absl::StatusOr<bool> Calls::InScope(const Principal& principal, uint64_t organisation_id) {
  if (principal.organisation_id == 0) return true;  // the national body
  const projections::View registry = docket_.projector->view("registry");
  for (int depth = 0; depth < 10; ++depth) {
    if (organisation_id == principal.organisation_id) return true;
    if (organisation_id == 0) return false;
    auto row = registry.Get(projections::Key('o').Number(organisation_id));
    if (!row.ok()) return row.status();
    v1::Organisation organisation;
    if (!row->has_value() || !organisation.ParseFromString(**row)) return false;
    organisation_id = organisation.registered().parent_id();
  }
  return false;
}

absl::Status Calls::FirstEvent(uint64_t stream, v1::EventRecord& event) {
  return log::ReadRecord(*docket_.log, stream, event);
}

absl::StatusOr<uint64_t> Calls::ClaimantOf(absl::string_view kind, uint64_t id) {
  if (kind == "claimant") return id;
  v1::EventRecord event;
  if (absl::Status status = FirstEvent(id, event); !status.ok()) return status;
  if (kind == "claim" && event.has_claim_filed()) return event.claim_filed().claimant_id();
  if (kind == "case" && event.has_case_opened()) return event.case_opened().claimant_id();
  return absl::NotFoundError("");
}

absl::Status Calls::RequireScope(const Principal& principal, absl::string_view field, absl::string_view kind,
                                 uint64_t id) {
  absl::Status unknown = domain::UnknownId(field, kind, id);
  v1::EventRecord event;
  absl::Status read = FirstEvent(id, event);
  if (absl::IsNotFound(read)) return unknown;
  if (!read.ok()) return read;
  uint64_t organisation_id = 0;
  if (kind == "claim" && event.has_claim_filed()) {
    organisation_id = event.claim_filed().organisation_id();
  } else if (kind == "case" && event.has_case_opened()) {
    organisation_id = event.case_opened().organisation_id();
  } else if (kind == "claimant" && event.has_claimant_registered()) {
    organisation_id = event.claimant_registered().organisation_id();
  } else {
    return unknown;
  }
  auto in_scope = InScope(principal, organisation_id);
  if (!in_scope.ok()) return in_scope.status();
  return *in_scope ? absl::OkStatus() : unknown;
}

absl::Status Calls::Enter(const Principal& principal, Message& request, const std::string& request_id,
                          sequencer::Command& command) {
  if (absl::Status status = domain::CheckText("request_id", request_id, 1, kMaxRequestIdCharacters);
      !status.ok()) {
    return status;
  }
  if (principal.organisation_id != 0) {
    for (const Subject& subject : SubjectsOf(request)) {
      absl::Status status = RequireScope(principal, subject.field, subject.kind, subject.id);
      if (!status.ok()) return status;
    }
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
    const std::vector<uint64_t> similar = docket_.vault->NoteIdentity(identity);
    command.new_person = identity;
    claimant->set_key_id(key->key_id);
    claimant->mutable_similar_key_ids()->Assign(similar.begin(), similar.end());
    return absl::OkStatus();
  }
  if (!any) return absl::OkStatus();
  const std::vector<Subject> subjects = SubjectsOf(request);
  if (subjects.empty())
    return absl::InvalidArgumentError("personal data without a claimant to whom it belongs");
  const Subject& subject = subjects.front();
  auto claimant_id = ClaimantOf(subject.kind, subject.id);
  v1::EventRecord event;
  if (!claimant_id.ok() || !FirstEvent(*claimant_id, event).ok() || !event.has_claimant_registered()) {
    return domain::UnknownId(subject.field, subject.kind, subject.id);
  }
  auto key = docket_.vault->Open(event.claimant_registered().key_id());
  if (absl::IsNotFound(key.status())) {
    return domain::NotNow(subject.field,
                          "the claimant was erased: nothing more can be recorded about the person");
  }
  if (!key.ok()) return key.status();
  return privacy::Seal(request, *key);
}

absl::Status Calls::OpenPersonalData(const Principal& principal, Message& message) {
  if (!principal.May(v1::PERMISSION_READ_PERSONAL_DATA)) return absl::OkStatus();
  return privacy::Unseal(message, *docket_.vault);
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
