#include "services/scope.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "engine/domain/refusal.h"
#include "projections/projection.h"

namespace klaim::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using projections::Key;

constexpr int kDeepestOrganisation = 10;

// Who registered what this event opened, and on which case; nothing when it is of another kind.
struct Origin {
  uint64_t organisation_id = 0;
  uint64_t case_id = 0;
};
std::optional<Origin> OriginOf(absl::string_view kind, const v1::EventRecord& event) {
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

}  // namespace

std::vector<Subject> SubjectsOf(const Message& request) {
  if (const auto* registered = dynamic_cast<const v1::RegisterOrganisationRequest*>(&request)) {
    return {{"organisation.parent_id", "organisation", registered->organisation().parent_id()}};
  }
  std::vector<Subject> subjects;
  for (const char* kind : {"claim", "case", "claimant", "document", "account", "organisation"}) {
    const std::string name = absl::StrCat(kind, "_id");
    const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->is_repeated()) continue;
    if (field->has_presence() && !request.GetReflection()->HasField(request, field)) continue;
    subjects.push_back({name, kind, request.GetReflection()->GetUInt64(request, field)});
  }
  return subjects;
}

absl::Status ScopeCheck::RequireSubjects(const Principal& principal, const Message& request,
                                         Access access) const {
  if (principal.national()) return absl::OkStatus();
  for (const Subject& subject : SubjectsOf(request)) {
    absl::Status status = Require(principal, subject.field, subject.kind, subject.id, access);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ScopeCheck::Require(const Principal& principal, absl::string_view field, absl::string_view kind,
                                 uint64_t id, Access access) const {
  const absl::Status unknown = domain::UnknownId(field, kind, id);
  v1::EventRecord event;
  absl::Status read = log::ReadRecord(*docket_.log, id, event);
  if (absl::IsNotFound(read)) return unknown;
  if (!read.ok()) return read;
  const std::optional<Origin> origin = OriginOf(kind, event);
  if (!origin.has_value()) return unknown;
  auto reached = Below(principal, origin->organisation_id);
  if (reached.ok() && !*reached && access == Access::kRead) {
    reached = kind == "claimant" ? SharedClaimant(principal, id) : Shared(principal, origin->case_id);
  }
  if (!reached.ok()) return reached.status();
  return *reached ? absl::OkStatus() : unknown;
}

absl::StatusOr<bool> ScopeCheck::Reaches(const Principal& principal, uint64_t organisation_id,
                                         uint64_t case_id) const {
  auto below = Below(principal, organisation_id);
  if (!below.ok() || *below) return below;
  return Shared(principal, case_id);
}

absl::StatusOr<bool> ScopeCheck::Below(const Principal& principal, uint64_t organisation_id) const {
  if (principal.national()) return true;
  const projections::View registry = docket_.projector->view("registry");
  for (int depth = 0; depth < kDeepestOrganisation; ++depth) {
    if (organisation_id == principal.organisation_id) return true;
    if (organisation_id == 0) return false;
    auto row = registry.Get(Key('o').Number(organisation_id));
    if (!row.ok()) return row.status();
    v1::Organisation organisation;
    if (!row->has_value() || !organisation.ParseFromString(**row)) return false;
    organisation_id = organisation.registered().parent_id();
  }
  return false;
}

absl::StatusOr<bool> ScopeCheck::Shared(const Principal& principal, uint64_t case_id) const {
  if (case_id == 0) return false;
  const projections::View files = docket_.projector->view("case_files");
  const std::string prefix = Key('s').Number(case_id);
  bool shared = false;
  absl::Status status;
  v1::EventRecord opened;  // read once there is something to look for
  absl::Status scanned = files.Scan(prefix, prefix, [&](absl::string_view key, absl::string_view) {
    if (!opened.has_case_opened()) status = log::ReadRecord(*docket_.log, case_id, opened);
    if (!status.ok()) return false;
    const uint64_t recipient = projections::NumberAt(key, prefix.size());
    auto below = Below(principal, recipient);
    status = below.status();
    if (!status.ok() || !*below) return status.ok();
    auto consent = files.Get(Key('a').Number(opened.case_opened().claimant_id()).Number(recipient));
    status = consent.status();
    shared = status.ok() && consent->has_value();
    return status.ok() && !shared;
  });
  if (!scanned.ok()) return scanned;
  if (!status.ok()) return status;
  return shared;
}

absl::StatusOr<bool> ScopeCheck::SharedClaimant(const Principal& principal, uint64_t claimant_id) const {
  const std::string prefix = Key('h').Number(claimant_id);
  std::set<uint64_t> cases;
  absl::Status scanned = docket_.projector->view("case_files")
                             .Scan(prefix, prefix, [&](absl::string_view, absl::string_view value) {
                               cases.insert(projections::NumberAt(value, 9));
                               return true;
                             });
  if (!scanned.ok()) return scanned;
  for (uint64_t case_id : cases) {
    auto shared = Shared(principal, case_id);
    if (!shared.ok() || *shared) return shared;
  }
  return false;
}

}  // namespace klaim::services
