#include "services/boundary/call_pipeline.h"

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/core/text.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_register.h"
#include "engine/privacy/sealing.h"
#include "engine/record/encoded_record.h"
#include "engine/record/protected_fields.h"
#include "engine/sequencer/folded.h"
#include "engine/time/steady.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/naming.pb.h"
#include "projections/cases/cases_query.h"
#include "proto/request_parser.h"
#include "services/boundary/purpose.h"
#include "services/boundary/told_fields.h"
#include "services/common/call_metadata.h"
#include "services/common/limits.h"
#include "services/common/personal_data.h"
#include "services/docket/identity_tags.h"
#include "services/identity/methods.h"

namespace klaim::services {
namespace {

using google::protobuf::Message;

v1::NewClaimant* NewClaimantOf(Message& request) {
  auto* filing = dynamic_cast<v1::FileClaimRequest*>(&request);
  return filing != nullptr && filing->has_new_claimant() ? filing->mutable_new_claimant() : nullptr;
}

constexpr size_t kMaxPurposeCharacters = 200;

// What the caller says it wants personal data for; empty when it says nothing.
absl::StatusOr<std::string> PurposeOf(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  std::string purpose;
  int times = 0;
  for (const char* key : {kPurposeMetadata, kPurposeBytesMetadata}) {
    const auto [first, end] = metadata.equal_range(key);
    for (auto found = first; found != end; ++found, ++times)
      purpose.assign(found->second.data(), found->second.size());
  }
  if (times > 1) return domain::InvalidField(kPurposeMetadata, v1::REASON_IS_GIVEN_MORE_THAN_ONCE);
  purpose = domain::Cleaned(purpose);
  RETURN_IF_ERROR(domain::CheckText(kPurposeMetadata, purpose, 0, kMaxPurposeCharacters));
  if (!purpose.empty() && !domain::HasLetter(purpose)) {
    return domain::InvalidField(kPurposeMetadata, v1::REASON_SAYS_NOTHING);
  }
  return purpose;
}

// gRPC takes more than a call may bring, so that one with too much is refused alone, and not with all calls of its
// connection.
absl::Status CheckSize(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  size_t bytes = 0;
  for (const auto& [key, value] : metadata) bytes += key.size() + value.size();
  if (bytes <= kMaxMetadataBytes) return absl::OkStatus();
  return domain::Refuse(absl::StatusCode::kInvalidArgument, v1::REASON_METADATA_IS_TOO_LONG, bytes,
                        kMaxMetadataBytes);
}

}  // namespace

CallPipeline::CallPipeline(OpenDocket& docket, const CallOptions& options)
    : docket_(docket),
      revoked_(options.revocation_list, options.certificate_authority),
      authenticator_(docket, revoked_, peers_, options.sessions, options.clock),
      call_rate_(options.calls_a_second),
      filing_rate_(options.filings_a_second),
      timers_(options.slowest_message),
      views_(*docket.sequencer) {}

absl::Status CallPipeline::CheckDemand(const Principal& principal, const Message& request) {
  const Demand demand = DemandOf(request.GetDescriptor());
  if (demand.permission == v1::PERMISSION_UNSPECIFIED || demand.scope == v1::SCOPE_UNSPECIFIED ||
      !principal.May(demand.permission)) {
    if (principal.actor.empty()) {
      return domain::Refuse(absl::StatusCode::kUnauthenticated, v1::REASON_SIGN_IN_FIRST);
    }
    return domain::Refuse(absl::StatusCode::kPermissionDenied, v1::REASON_YOU_MAY_NOT_MAKE_THIS_CALL,
                          v1::Permission_Name(demand.permission));
  }
  if (demand.scope == v1::SCOPE_NATIONAL && !principal.national()) {
    return domain::Refuse(absl::StatusCode::kPermissionDenied, v1::REASON_THIS_IS_ABOUT_WHOLE_DOCKET);
  }
  return absl::OkStatus();
}

absl::Status CallPipeline::StillAllowed(const grpc::ServerContextBase& context, const Message& request) {
  auto principal = authenticator_.Identify(context);
  return principal.ok() ? CheckDemand(*principal, request) : principal.status();
}

absl::StatusOr<Caller> CallPipeline::Authorise(const grpc::ServerContextBase& context,
                                               const Message& request) {
  const auto& metadata = context.client_metadata();
  RETURN_IF_ERROR(CheckSize(metadata));
  ASSIGN_OR_RETURN(auto principal, authenticator_.Identify(context));
  const int64_t now = absl::ToInt64Microseconds(steady::Now());
  const std::string who = principal.actor.empty() ? AddressOf(context) : principal.actor;
  RETURN_IF_ERROR(call_rate_.Take(who, now));
  RETURN_IF_ERROR(CheckDemand(principal, request));
  RETURN_IF_ERROR(CheckParsed(request));
  RETURN_IF_ERROR(privacy::CheckKnown(request));
  Caller caller{std::move(principal), "", {}, {}, 0, nullptr};
  ASSIGN_OR_RETURN(auto purpose, PurposeOf(metadata));
  caller.purpose = std::move(purpose);
  if (const auto found = metadata.find(kAsOfMetadata); found != metadata.end()) {
    RETURN_IF_ERROR(SetAsOf(absl::string_view(found->second.data(), found->second.size()), caller));
  }
  return caller;
}

absl::StatusOr<Caller> CallPipeline::AuthoriseNow(const grpc::ServerContextBase& context,
                                                  const Message& request) {
  auto caller = Authorise(context, request);
  if (caller.ok() && caller->as_of_size != 0) {
    return domain::InvalidField(kAsOfMetadata, v1::REASON_IS_NOT_FOR_THIS_WHICH_IS_AS_OF_NOW_ALONE);
  }
  return caller;
}

std::string CallPipeline::AddressOf(const grpc::ServerContextBase& context) const {
  const std::shared_ptr<const Peer> peer = peers_.Of(context);
  return peer == nullptr ? "" : peer->address;
}

absl::Status CallPipeline::SetAsOf(absl::string_view text, Caller& caller) const {
  if (!caller.May(v1::PERMISSION_AUDIT) || !caller.national()) {
    return domain::Refuse(absl::StatusCode::kPermissionDenied,
                          v1::REASON_HOW_THINGS_STOOD_THEN_IS_FOR_AUDITORS_TO_ASK);
  }
  uint64_t sequence = 0;
  absl::Time moment;
  std::string error;
  if (absl::SimpleAtoi(text, &sequence) && sequence < docket_.log->next_sequence()) {
    caller.as_of_size = sequence + 1;
    return absl::OkStatus();
  }
  if (absl::ParseTime(absl::RFC3339_full, text, &moment, &error)) {
    ASSIGN_OR_RETURN(auto size, time_travel_.SizeAt(absl::ToUnixMicros(moment)));
    caller.as_of_size = size;
    if (size > 0) return absl::OkStatus();
  }
  return domain::InvalidField(kAsOfMetadata,
                              v1::REASON_MUST_BE_NUMBER_OF_RECORD_OR_MOMENT_SINCE_DOCKET_BEGAN);
}

const log::LogReader& CallPipeline::LogFor(const Caller& caller) const {
  if (caller.as_of != nullptr) return *caller.as_of->log;
  return *docket_.log;
}

projections::ReadModels CallPipeline::ModelsFor(const Caller& caller) const {
  return projections::ReadModels(caller.as_of != nullptr ? *caller.as_of->projector : *docket_.projector);
}

absl::Status CallPipeline::CheckParsed(const Message& request) {
  const std::optional<proto::Fault> fault = proto::FaultOf(request);
  if (!fault.has_value()) return absl::OkStatus();
  if (fault->what.empty()) {
    return domain::Refuse(absl::StatusCode::kInvalidArgument, v1::REASON_BYTES_CAN_NOT_BE_PARSED,
                          request.GetDescriptor()->name());
  }
  return domain::InvalidField(fault->field, fault->what);
}

void CallPipeline::WhenDuplicateKnown(const Principal& principal, const sequencer::Outcome& outcome,
                                      const v1::FileClaimRequest& filing,
                                      absl::AnyInvocable<void(bool)> then) {
  const auto& similar = filing.new_claimant().similar_key_ids();
  if (outcome.recorded_before || similar.empty()) return then(false);
  if (principal.national()) return then(true);
  // Whose key it is stands in a read model; whose person that is, and whether the caller may see it, in the log.
  docket_.projector->WhenVisible(outcome.first_sequence,
                                 [this, principal, similar, then = std::move(then)](bool visible) mutable {
                                   then(visible && MayReadOneOf(principal, similar));
                                 });
}

bool CallPipeline::MayReadOneOf(const Principal& principal,
                                const google::protobuf::RepeatedField<uint64_t>& key_ids) const {
  const projections::CasesQuery cases = docket_.models().cases();
  for (uint64_t key_id : key_ids) {
    auto claimant_id = cases.ClaimantOfKey(key_id);
    if (!claimant_id.ok() || !claimant_id->has_value()) continue;
    if (scope_.MayRead(principal, "claimant", **claimant_id)) return true;
  }
  return false;
}

absl::StatusOr<uint64_t> CallPipeline::ClaimantOf(absl::string_view kind, uint64_t id) const {
  if (kind == "claimant") return id;
  v1::EventRecord event;
  RETURN_IF_ERROR(log::ReadRecord(*docket_.log, id, event));
  if (kind == "claim" && event.has_claim_filed()) return event.claim_filed().claimant_id();
  if (kind == "case" && event.has_case_opened()) return event.case_opened().claimant_id();
  return absl::NotFoundError("");
}

absl::StatusOr<privacy::DataKey> CallPipeline::KeyOf(absl::string_view field, absl::string_view kind,
                                                     uint64_t id) const {
  auto claimant_id = ClaimantOf(kind, id);
  v1::EventRecord event;
  absl::Status read = claimant_id.status();
  if (read.ok()) read = log::ReadRecord(*docket_.log, *claimant_id, event);
  if (!read.ok() && !absl::IsNotFound(read)) return read;
  if (!read.ok() || !event.has_claimant_registered()) return domain::UnknownId(field, kind, id);
  auto key = docket_.vault->Open(event.claimant_registered().key_id());
  if (absl::IsNotFound(key.status())) {
    return domain::NotNow(field, v1::REASON_CLAIMANT_WAS_ERASED_NOTHING_MORE_CAN_BE_RECORDED_ABOUT);
  }
  return key;
}

absl::StatusOr<privacy::DataKey> CallPipeline::RegisterKey(uint64_t register_id) const {
  v1::EventRecord event;
  absl::Status read = log::ReadRecord(*docket_.log, register_id, event);
  if (!read.ok() && !absl::IsNotFound(read)) return read;
  if (!read.ok() || !event.has_reference_register_published()) {
    return domain::UnknownId("reference_register_id", "reference register", register_id);
  }
  auto key = docket_.vault->Open(event.reference_register_published().key_id(), privacy::kRegistersKey);
  if (absl::IsNotFound(key.status()))
    return domain::NotNow("reference_register_id", v1::REASON_WAS_WITHDRAWN);
  return key;
}

absl::Status CallPipeline::Enter(const Principal& principal, Message& request, const std::string& request_id,
                                 sequencer::Command& command) {
  RETURN_IF_ERROR(scope_.RequireSubjects(principal, request, Access::kWrite));
  RETURN_IF_ERROR(domain::CheckText("request_id", request_id, 1, kMaxRequestIdCharacters));
  command.actor = principal.actor;
  command.organisation_id = principal.organisation_id;
  command.request_id = request_id;
  command.request_type = request.GetDescriptor()->name();
  CleanTexts(request);
  bool personal = false;
  if (record::CanHoldProtected(request.GetDescriptor())) {
    RETURN_IF_ERROR(TakePersonalData(request, personal));
  }
  // After that: a number that is written in another way is the same request.
  ASSIGN_OR_RETURN(auto content, privacy::RequestContent::Of(request, *docket_.vault));
  command.content = std::move(content);
  if (!personal) return absl::OkStatus();
  // No data key is made for what isn't recorded anyway.
  RETURN_IF_ERROR(docket_.sequencer->refusal());
  return SealInPlace(request, command);
}

absl::Status CallPipeline::TakePersonalData(Message& request, bool& any) const {
  domain::Refusals refusals;
  const int64_t now_micros = authenticator_.now_micros();
  absl::Status visited = record::VisitProtectedAt(
      request, [&](absl::string_view path, absl::string_view name, v1::Protected& value) {
        any = true;
        if (!value.has_clear()) {
          refusals.Note(domain::InvalidField(path, v1::REASON_HAND_PERSONAL_DATA_IN_AS_CLEAR));
          return absl::OkStatus();
        }
        auto taken = PersonalData(name, path, value.clear(), now_micros);
        refusals.Note(taken.status());
        if (taken.ok()) value.set_clear(*std::move(taken));
        return absl::OkStatus();
      });
  if (!visited.ok() || refusals.empty()) return visited;
  // What the domain would say next is said now.
  if (const auto* filing = dynamic_cast<const v1::FileClaimRequest*>(&request); filing != nullptr)
    domain::CheckForm(*filing, now_micros, refusals);
  return refusals.Summary();
}

absl::Status CallPipeline::SealInPlace(Message& request, sequencer::Command& command) {
  switch (request.GetDescriptor()->options().GetExtension(v1::sealed_under)) {
    case v1::SEALED_UNDER_NEW_CLAIMANT: {
      v1::NewClaimant* claimant = NewClaimantOf(request);
      return claimant == nullptr ? SealUnderClaimant(request, command)
                                 : SealUnderNewKey(*claimant, request, command);
    }
    case v1::SEALED_UNDER_CLAIMANT:
      return SealUnderClaimant(request, command);
    case v1::SEALED_UNDER_REGISTER: {
      const auto* lines = dynamic_cast<const v1::AddRegisterLinesRequest*>(&request);
      auto key = RegisterKey(lines == nullptr ? 0 : lines->reference_register_id());
      return key.ok() ? SealUnder(*key, request, command) : key.status();
    }
    default:
      return absl::InternalError(
          "personal data of which the vocabulary doesn't say under which key it belongs");
  }
}

absl::Status CallPipeline::SealUnderNewKey(v1::NewClaimant& claimant, Message& request,
                                           sequencer::Command& command) {
  ASSIGN_OR_RETURN(auto key, docket_.vault->NewKey());
  const privacy::Identity identity = IdentityTagsOf(claimant.person(), key.key_id, *docket_.vault);
  RETURN_IF_ERROR(SealUnder(key, request, command));
  ASSIGN_OR_RETURN(const auto similar, docket_.vault->NoteIdentity(identity));
  command.new_person = identity;
  claimant.set_key_id(key.key_id);
  claimant.mutable_similar_key_ids()->Assign(similar.begin(), similar.end());
  return absl::OkStatus();
}

absl::Status CallPipeline::SealUnderClaimant(Message& request, sequencer::Command& command) {
  const std::vector<Subject> subjects = SubjectsOf(request);
  if (subjects.empty() || subjects.front().referred_to)
    return domain::Refuse(absl::StatusCode::kInvalidArgument, v1::REASON_PERSONAL_DATA_IS_OF_NOBODY);
  const Subject& subject = subjects.front();
  ASSIGN_OR_RETURN(auto key, KeyOf(subject.field, subject.kind, subject.id));
  return SealUnder(key, request, command);
}

absl::Status CallPipeline::SealUnder(const privacy::DataKey& key, Message& request,
                                     sequencer::Command& command) {
  command.content->SealUnder(key);
  return privacy::Seal(request, key);
}

absl::StatusOr<std::set<uint64_t>> CallPipeline::ProgrammesOf(uint64_t claimant_id) const {
  std::set<uint64_t> programmes;
  // The claim that came with the person is filed by the same request; registrations of old don't name it.
  v1::EventRecord event;
  absl::Status status;
  const auto note = [&](uint64_t sequence, absl::string_view bytes) {
    status = record::DecodeRecord(sequence, bytes, event);
    if (!status.ok() || event.causation() != claimant_id) return false;
    if (event.has_claim_filed()) programmes.insert(event.claim_filed().programme_id());
    return true;
  };
  RETURN_IF_ERROR(docket_.log->Read(claimant_id, note));
  if (!status.ok()) return status;
  ASSIGN_OR_RETURN(auto claimant,
                   sequencer::Folded<domain::ClaimantState>(*docket_.log, "claimant_id", claimant_id));
  for (uint64_t claim_id : claimant.claim_ids) {
    if (status = log::ReadRecord(*docket_.log, claim_id, event); !status.ok()) return status;
    programmes.insert(event.claim_filed().programme_id());
  }
  // Later claims of such old registrations stand in the read model alone: it adds to the rules, and never takes away.
  status = docket_.models().cases().ClaimsOf(claimant_id).ForEach([&](const auto& claim) {
    programmes.insert(claim.programme_id);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return programmes;
}

absl::Status CallPipeline::RequirePurpose(const Caller& caller, uint64_t claimant_id) const {
  if (!caller.purpose.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto programmes, ProgrammesOf(claimant_id));
  for (uint64_t programme_id : programmes) {
    ASSIGN_OR_RETURN(auto programme,
                     sequencer::Folded<domain::ProgrammeState>(*docket_.log, "programme_id", programme_id));
    if (!programme.rules.view_purpose_required()) continue;
    return PurposeIsMissing(programme.rules.code());
  }
  return absl::OkStatus();
}

absl::Status CallPipeline::OpenPersonalData(Caller& caller, uint64_t claimant_id, Message& message,
                                            absl::string_view key_owner) {
  if (!caller.May(v1::PERMISSION_READ_PERSONAL_DATA)) return absl::OkStatus();
  if (!caller.viewed_claimants.contains(claimant_id)) {
    RETURN_IF_ERROR(RequirePurpose(caller, claimant_id));
    caller.viewed_claimants.insert(claimant_id);
  }
  return privacy::Unseal(message, *docket_.vault, key_owner);
}

absl::StatusOr<bool> CallPipeline::ReadTold(Caller& caller, RecordsInScope& in_scope, uint64_t claimant_id,
                                            uint64_t sequence, v1::EventRecord& event) {
  RETURN_IF_ERROR(log::ReadRecord(LogFor(caller), sequence, event));
  auto reached = in_scope.Reaches(event);
  if (!reached.ok() || !*reached) return reached;
  event.clear_salt();
  event.clear_request_content();
  RETURN_IF_ERROR(OpenPersonalData(caller, claimant_id, event));
  return KeepTold(scope_, caller, event);
}

absl::Status CallPipeline::OpenForPayment(Caller& caller, uint64_t claimant_id, Message& message) const {
  if (caller.purpose.empty()) caller.purpose = "payment";
  caller.viewed_claimants.insert(claimant_id);
  return privacy::Unseal(message, *docket_.vault);
}

absl::Status CallPipeline::NoteDocumentViewed(Caller& caller, uint64_t claimant_id,
                                              uint64_t document_id) const {
  RETURN_IF_ERROR(RequirePurpose(caller, claimant_id));
  caller.viewed_claimants.insert(claimant_id);
  caller.viewed_documents.insert(document_id);
  return absl::OkStatus();
}

void CallPipeline::FinishViewing(const Caller& caller, absl::Status status,
                                 absl::AnyInvocable<void(absl::Status)> then) {
  if (!status.ok() || caller.viewed_claimants.empty()) return then(status);
  views_.Record(caller.actor, caller.purpose, caller.viewed_claimants, caller.viewed_documents,
                std::move(then));
}

void CallPipeline::FillReceipt(const sequencer::Outcome& outcome, v1::Receipt& receipt) {
  receipt.set_first_sequence(outcome.first_sequence);
  receipt.set_sequence(outcome.last_sequence);
  receipt.set_leaf_hash(outcome.leaf_hash.data(), outcome.leaf_hash.size());
  receipt.set_recorded_at_micros(outcome.recorded_at_micros);
  receipt.set_recorded_before(outcome.recorded_before);
}

}  // namespace klaim::services
