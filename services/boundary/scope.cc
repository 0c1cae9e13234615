#include "services/boundary/scope.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/organisation.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/naming.pb.h"
#include "projections/cases/cases_query.h"

namespace klaim::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kDeepestOrganisation = 10;

// What a request is about, where it stands at the top under the kind's own name.
constexpr const char* kKinds[] = {"claim", "case", "claimant", "document", "account", "organisation"};

bool IsNumber(const FieldDescriptor& field) { return field.type() == FieldDescriptor::TYPE_UINT64; }

// Types of the vocabulary that can lead to a number that names something, worked out once a type: filings go through here in bulk.
class Naming {
 public:
  bool Leads(const Descriptor* type) {
    absl::MutexLock lock(&mutex_);
    return Make(type);
  }

 private:
  bool Make(const Descriptor* type) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (const auto found = leads_.find(type); found != leads_.end()) return found->second;
    // Personal data comes in clear, and is refused elsewhere if it doesn't.
    bool leads = false;
    for (int i = 0; i < type->field_count() && type != v1::Protected::descriptor(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        leads = Make(field->message_type()) || leads;
      } else {
        leads = leads || NamedBy(*field) != std::optional<std::string>("");
      }
    }
    leads_[type] = leads;
    return leads;
  }

  absl::Mutex mutex_;
  absl::flat_hash_map<const Descriptor*, bool> leads_ ABSL_GUARDED_BY(mutex_);
};

bool LeadsToNames(const Descriptor* type) {
  static Naming& naming = *new Naming;
  // The lock is taken once a type and thread.
  thread_local absl::flat_hash_map<const Descriptor*, bool> known;
  const auto found = known.find(type);
  return found != known.end() ? found->second : known.emplace(type, naming.Leads(type)).first->second;
}

bool IsAtTheTop(const FieldDescriptor& field, absl::string_view path) {
  if (!path.empty() || field.is_repeated()) return false;
  return std::any_of(std::begin(kKinds), std::end(kKinds),
                     [&](const char* kind) { return field.name() == absl::StrCat(kind, "_id"); });
}

// All that is named elsewhere than at the top.
void Gather(const Message& message, const std::string& path, std::vector<Subject>& subjects) {
  if (!LeadsToNames(message.GetDescriptor())) return;
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const std::optional<std::string> kind = is_message ? std::nullopt : NamedBy(*field);
    if (IsAtTheTop(*field, path) || kind == std::optional<std::string>("")) continue;
    for (int i = 0; i < count; ++i) {
      const std::string name = field->is_repeated() ? absl::StrCat(path, field->name(), "[", i, "]")
                                                    : absl::StrCat(path, field->name());
      if (is_message) {
        Gather(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                    : reflection->GetMessage(message, field),
               name + ".", subjects);
        continue;
      }
      const uint64_t id = field->is_repeated() ? reflection->GetRepeatedUInt64(message, field, i)
                                               : reflection->GetUInt64(message, field);
      const bool about = path.empty() && field->is_repeated();
      if (id != 0) subjects.push_back({name, kind.value_or(""), id, !about});
    }
  }
}

}  // namespace

std::optional<std::string> NamedBy(const FieldDescriptor& field) {
  switch (field.options().GetExtension(v1::names)) {
    case v1::NAMES_CLAIM:
      return "claim";
    case v1::NAMES_CASE:
      return "case";
    case v1::NAMES_CLAIMANT:
      return "claimant";
    case v1::NAMES_DOCUMENT:
      return "document";
    case v1::NAMES_ACCOUNT:
      return "account";
    case v1::NAMES_ORGANISATION:
      return "organisation";
    case v1::NAMES_SHARED:
    case v1::NAMES_OWN_RULE:
      return "";
    case v1::NAMES_NATIONAL:
      return std::nullopt;
    default:
      break;
  }
  // Of a message that no request held when it was built: nobody said.
  const bool names = IsNumber(field) || field.type() == FieldDescriptor::TYPE_FIXED64;
  const bool by_name = absl::EndsWith(field.name(), "_id") || absl::EndsWith(field.name(), "_ids");
  return names && by_name ? std::nullopt : std::optional<std::string>("");
}

std::vector<Subject> SubjectsOf(const Message& request) {
  std::vector<Subject> subjects;
  if (const auto* registered = dynamic_cast<const v1::RegisterOrganisationRequest*>(&request)) {
    // 0 is the national body, which is above.
    return {{"organisation.parent_id", "organisation", registered->organisation().parent_id(), false}};
  }
  for (const char* kind : kKinds) {
    const std::string name = absl::StrCat(kind, "_id");
    const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->is_repeated()) continue;
    if (field->has_presence() && !request.GetReflection()->HasField(request, field)) continue;
    subjects.push_back({name, kind, request.GetReflection()->GetUInt64(request, field), false});
  }
  Gather(request, "", subjects);
  return subjects;
}

std::optional<ScopeCheck::Origin> ScopeCheck::OriginOf(absl::string_view kind, const v1::EventRecord& event) {
  if (event.stream_version() != 0) return std::nullopt;
  if (kind == "claim" && event.has_claim_filed())
    return Origin{event.claim_filed().organisation_id(), event.claim_filed().case_id()};
  if (kind == "case" && event.has_case_opened())
    return Origin{event.case_opened().organisation_id(), event.stream()};
  if (kind == "claimant" && event.has_claimant_registered())
    return Origin{event.claimant_registered().organisation_id(), 0};
  if (kind == "document" && event.has_document_received())
    return Origin{event.document_received().organisation_id(), event.document_received().case_id()};
  if (kind == "account" && event.has_account_opened())
    return Origin{event.account_opened().organisation_id(), 0};
  if (kind == "organisation" && event.has_organisation_registered()) return Origin{event.stream(), 0};
  return std::nullopt;
}

absl::Status ScopeCheck::RequireSubjects(const Principal& principal, const Message& request,
                                         Access access) const {
  if (principal.national()) return absl::OkStatus();
  for (const Subject& subject : SubjectsOf(request)) {
    RETURN_IF_ERROR(Require(principal, subject.field, subject.kind, subject.id,
                            subject.referred_to ? Access::kRead : access));
  }
  return absl::OkStatus();
}

absl::Status ScopeCheck::Require(const Principal& principal, absl::string_view field, absl::string_view kind,
                                 uint64_t id, Access access) const {
  const absl::Status unknown = domain::UnknownId(field, kind.empty() ? "record" : kind, id);
  v1::EventRecord event;
  absl::Status read = log::ReadRecord(*docket_.log, id, event);
  if (absl::IsNotFound(read)) return unknown;
  if (!read.ok()) return read;
  const std::optional<Origin> origin = OriginOf(kind, event);
  if (!origin.has_value()) return unknown;
  ASSIGN_OR_RETURN(auto reached, ReachesOrigin(principal, kind, id, *origin, access));
  return reached ? absl::OkStatus() : unknown;
}

absl::StatusOr<bool> ScopeCheck::ReachesOrigin(const Principal& principal, absl::string_view kind,
                                               uint64_t id, const Origin& origin, Access access) const {
  auto below = Below(principal, origin.organisation_id);
  if (!below.ok() || *below || access != Access::kRead) return below;
  return kind == "claimant" ? SharedClaimant(principal, id) : Shared(principal, origin.case_id);
}

absl::StatusOr<bool> ScopeCheck::ReachesRecord(const Principal& principal,
                                               const v1::EventRecord& event) const {
  if (principal.national()) return true;
  v1::EventRecord opened;
  RETURN_IF_ERROR(log::ReadRecord(*docket_.log, event.stream(), opened));
  for (const char* kind : {"claim", "case", "claimant", "document"}) {
    const std::optional<Origin> origin = OriginOf(kind, opened);
    if (origin.has_value()) return ReachesOrigin(principal, kind, event.stream(), *origin, Access::kRead);
  }
  return false;
}

absl::StatusOr<bool> RecordsInScope::Reaches(const v1::EventRecord& event) {
  if (const auto known = streams_.find(event.stream()); known != streams_.end()) return known->second;
  auto reached = scope_.ReachesRecord(principal_, event);
  if (reached.ok()) streams_[event.stream()] = *reached;
  return reached;
}

absl::StatusOr<bool> ScopeCheck::Reaches(const Principal& principal, uint64_t organisation_id,
                                         uint64_t case_id) const {
  auto below = Below(principal, organisation_id);
  if (!below.ok() || *below) return below;
  return Shared(principal, case_id);
}

absl::StatusOr<bool> ScopeCheck::Below(const Principal& principal, uint64_t organisation_id) const {
  if (principal.national()) return true;
  for (int depth = 0; depth < kDeepestOrganisation; ++depth) {
    if (organisation_id == principal.organisation_id) return true;
    if (organisation_id == 0) return false;
    v1::EventRecord event;
    absl::Status read = log::ReadRecord(*docket_.log, organisation_id, event);
    if (absl::IsNotFound(read)) return false;
    if (!read.ok()) return read;
    if (!event.has_organisation_registered()) return false;
    organisation_id = event.organisation_registered().parent_id();
  }
  return false;
}

// Read models only say where to look: a sharing or a consent that ended a moment ago has ended.
absl::StatusOr<bool> ScopeCheck::Shared(const Principal& principal, uint64_t case_id) const {
  if (case_id == 0) return false;
  ASSIGN_OR_RETURN(auto recipients, docket_.models().cases().SharedWith(case_id).All());
  auto noted = OneBelow(principal, recipients);
  if (!noted.ok() || !*noted) return noted;
  ASSIGN_OR_RETURN(auto shared, sequencer::Folded<domain::CaseState>(*docket_.log, "case_id", case_id));
  ASSIGN_OR_RETURN(auto claimant,
                   sequencer::Folded<domain::ClaimantState>(*docket_.log, "case_id", shared.claimant_id));
  std::vector<uint64_t> consented;
  for (uint64_t recipient : shared.shared_with) {
    if (claimant.may_share_with.contains(recipient)) consented.push_back(recipient);
  }
  return OneBelow(principal, consented);
}

absl::StatusOr<bool> ScopeCheck::OneBelow(const Principal& principal,
                                          const std::vector<uint64_t>& organisations) const {
  for (uint64_t organisation_id : organisations) {
    auto below = Below(principal, organisation_id);
    if (!below.ok() || *below) return below;
  }
  return false;
}

absl::StatusOr<bool> ScopeCheck::SharedClaimant(const Principal& principal, uint64_t claimant_id) const {
  ASSIGN_OR_RETURN(auto claims, docket_.models().cases().ClaimsOf(claimant_id).All());
  std::set<uint64_t> cases;
  for (const auto& claim : claims) cases.insert(claim.case_id);
  for (uint64_t case_id : cases) {
    auto shared = Shared(principal, case_id);
    if (!shared.ok() || *shared) return shared;
  }
  return false;
}

}  // namespace klaim::services
