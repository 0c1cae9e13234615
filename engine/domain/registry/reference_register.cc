#include "engine/domain/registry/reference_register.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/registry/programme.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

constexpr int kMaxShown = 20;
constexpr size_t kSha256Bytes = 32;

absl::Status CheckLine(const std::string& field, const v1::RegisterLine& line) {
  if (!line.person().has_name() && !line.person().has_national_id()) {
    return InvalidField(field + ".person", v1::REASON_MUST_HAVE_NAME_OR_NATIONAL_NUMBER);
  }
  RETURN_IF_ERROR(CheckText(field + ".respondent", line.respondent(), 0, 200));
  RETURN_IF_ERROR(CheckText(field + ".vessel", line.vessel(), 0, 80));
  if (!line.destination().empty()) {
    RETURN_IF_ERROR(CheckCountry(field + ".destination", line.destination()));
  }
  RETURN_IF_ERROR(CheckDate(field + ".from", line.from(), false, true));
  RETURN_IF_ERROR(CheckDate(field + ".until", line.until(), false, true));
  RETURN_IF_ERROR(CheckOrder(field + ".until", line.from(), line.until()));
  RETURN_IF_ERROR(CheckAmount(field + ".paid_minor", line.paid_minor(), 0));
  if (line.paid_minor() == 0 && line.currency().empty()) return absl::OkStatus();
  return MinorDigits(field + ".currency", line.currency()).status();
}

absl::StatusOr<const ReferenceRegisterState*> Usable(uint64_t id, Docket& docket) {
  auto found = docket.Find<ReferenceRegisterState>("reference_register_id", id);
  if (found.ok() && (*found)->withdrawn) return NotNow("reference_register_id", v1::REASON_WAS_WITHDRAWN);
  return found;
}

bool Proves(const v1::RegisterProof& proof, const v1::ClaimRegisterChecked& checked) {
  if (proof.register_kind() != checked.register_kind()) return false;
  return std::all_of(proof.facts().begin(), proof.facts().end(), [&](int needed) {
    return std::any_of(checked.facts().begin(), checked.facts().end(),
                       [&](const v1::ComparedFact& fact) { return fact.fact() == needed && fact.agrees(); });
  });
}

}  // namespace

v1::RegisterResult ResultOf(const google::protobuf::RepeatedPtrField<v1::ComparedFact>& facts) {
  if (facts.empty()) return v1::REGISTER_RESULT_NO_RECORD;
  const bool all = std::all_of(facts.begin(), facts.end(), [](const auto& fact) { return fact.agrees(); });
  return all ? v1::REGISTER_RESULT_CONFIRMED : v1::REGISTER_RESULT_CONTRADICTED;
}

void Evolve(ReferenceRegisterState& state, const v1::EventRecord& event) {
  if (event.has_reference_register_published()) state.published = event.reference_register_published();
  if (event.has_reference_register_withdrawn()) state.withdrawn = true;
  if (event.has_register_lines_added()) {
    const auto& lines = event.register_lines_added().lines();
    state.lines += static_cast<uint64_t>(lines.size());
    state.last_line = lines.rbegin()->number();
  }
}

absl::Status Decide(const v1::PublishReferenceRegisterRequest& request, Docket&, const Context& context,
                    Decision& decision) {
  const v1::ReferenceRegisterPublished& published = request.register_();
  RETURN_IF_ERROR(CheckText("register.code", published.code(), 1, 40));
  if (!v1::RegisterKind_IsValid(published.kind()) || published.kind() == 0) {
    return InvalidField("register.kind", v1::REASON_MUST_SAY_WHAT_REGISTER_LISTS);
  }
  RETURN_IF_ERROR(CheckText("register.source", published.source(), 1, 200));
  RETURN_IF_ERROR(CheckDate("register.as_of", published.as_of(), false, false));
  RETURN_IF_ERROR(CheckHappened("register.as_of", published.as_of(), context.now_micros));
  if (published.file_sha256().size() != kSha256Bytes) {
    return InvalidField("register.file_sha256", v1::REASON_MUST_BE_32_BYTES_OF_FILE_SHA_256);
  }
  *decision.Open().mutable_reference_register_published() = published;
  return absl::OkStatus();
}

absl::Status Decide(const v1::AddRegisterLinesRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  if (request.lines().empty() || request.lines_size() > kMaxRegisterLines) {
    return InvalidField("lines", v1::REASON_IS_OUT_OF_RANGE_FROM_1, kMaxRegisterLines);
  }
  ASSIGN_OR_RETURN(auto found, Usable(request.reference_register_id(), docket));
  uint32_t last = found->last_line;
  for (int i = 0; i < request.lines_size(); ++i) {
    const std::string field = absl::StrCat("lines[", i, "]");
    if (request.lines(i).number() <= last) {
      return InvalidField(field + ".number", v1::REASON_IS_NOT_BEHIND_LINE, last);
    }
    last = request.lines(i).number();
    RETURN_IF_ERROR(CheckLine(field, request.lines(i)));
  }
  *decision.Append(*found).mutable_register_lines_added()->mutable_lines() = request.lines();
  return absl::OkStatus();
}

absl::Status Decide(const v1::WithdrawReferenceRegisterRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto found, Usable(request.reference_register_id(), docket));
  auto* withdrawn = decision.Append(*found).mutable_reference_register_withdrawn();
  withdrawn->set_reason(request.reason());
  withdrawn->set_key_id(found->published.key_id());
  return absl::OkStatus();
}

absl::Status Decide(const RegisterFinding& finding, Docket& docket, const Context&, Decision& decision) {
  ASSIGN_OR_RETURN(auto found, Usable(finding.checked.reference_register_id(), docket));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", finding.claim_id));
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("claim_id", claim->programme_id));
  if (finding.checked.line_numbers_size() > kMaxShown || finding.checked.facts_size() > kMaxShown) {
    return InvalidField("checked", v1::REASON_HAS_MORE_THAN_20_LINES_OR_FACTS);
  }
  v1::ClaimRegisterChecked& checked = *decision.Append(*claim).mutable_claim_register_checked();
  checked = finding.checked;
  checked.set_register_kind(found->published.kind());
  checked.set_rules_version(programme->rules_version);
  checked.clear_proven_heads();
  if (checked.result() != v1::REGISTER_RESULT_CONFIRMED) return absl::OkStatus();
  for (const ClaimHead& head : claim->heads) {
    const auto& proofs = programme->Head(head.filed.code())->register_proofs();
    const bool proven = std::any_of(proofs.begin(), proofs.end(),
                                    [&](const v1::RegisterProof& proof) { return Proves(proof, checked); });
    if (proven) checked.add_proven_heads(head.filed.code());
  }
  return absl::OkStatus();
}

}  // namespace klaim::domain
