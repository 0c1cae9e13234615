#include "services/boundary/told_fields.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Fields that are told, by message. "name:kind" is a number of that kind (services/boundary/scope.h), told if the caller may read what it
// names.
using Fields = std::vector<const char*>;
const std::vector<std::pair<const char*, Fields>>& ToldFields() {
  static const auto& fields = *new std::vector<std::pair<const char*, Fields>>{
      {"EventRecord",
       {"sequence", "stream", "recorded_at_micros", "actor",
        // Of a claimant.
        "claimant_registered", "claimant_consent_given", "claimant_consent_withdrawn",
        "payout_account_confirmed", "claimant_corrected", "claimant_erased", "claimant_claimed",
        "duplicate_suspected", "duplicate_refused", "claimant_merged", "claimant_absorbed",
        "claimant_merge_undone", "claimant_released", "family_linked", "family_unlinked", "heir_named",
        "heir_proposed", "heir_proposal_refused",
        // Of a case.
        "case_opened", "case_note_added", "case_shared", "case_sharing_ended", "meeting_scheduled",
        "meeting_closed", "case_assigned", "transfer_stated",
        // Of a claim.
        "claim_filed", "claim_deficiency_noticed", "claim_deficiency_cured", "claim_review_started",
        "claim_eligibility_decided", "claim_valued", "claim_determined", "claim_grouped", "claim_opted_out",
        "claim_allocated", "claim_payment_ordered", "claim_payment_released", "claim_paid",
        "claim_payment_returned", "claim_withdrawn", "claim_suspended", "claim_resumed", "claim_appealed",
        "claim_closed", "claim_merged", "claim_merge_undone", "claims_found_separate", "claim_credited",
        "claim_credit_reversed", "claim_allocation_lapsed", "claim_held", "claim_hold_released", "claim_decision_revised", "claim_overpayment_forgiven", "claim_repaid", "claim_repayment_reversed", "claim_reopened", "claim_appeal_dismissed", "claim_register_checked", "claim_handed_over",
        // Of a document.
        "document_received", "document_linked", "document_custody_noted", "document_verified",
        "document_held", "document_hold_lifted"}},

      // What is the same in all.
      {"Money", {"currency", "minor_units"}},
      {"PartialDate", {"year", "month", "day"}},
      {"AreaCode", {"code"}},
      {"Protected", {"clear", "sealed", "erased"}},  // of what is sealed, only that it is
      {"HeadAmount", {"code", "minor_units"}},

      {"ClaimantRegistered",
       {"person", "capacity", "worker_status", "consents", "organisation_id", "first_claim_id:claim"}},
      {"Person", {"name", "national_id", "birth_date", "phone", "village", "address"}},
      {"Consent", {"purpose", "given_on", "recipient_id"}},
      {"PayoutAccount", {"holder", "number", "bank_bic", "currency", "kind"}},
      {"ClaimantConsentGiven", {"consent"}},
      {"ClaimantConsentWithdrawn", {"purpose", "recipient_id"}},
      {"PayoutAccountConfirmed", {"account"}},
      {"ClaimantCorrected", {"person", "reason"}},
      {"ClaimantErased", {"reason"}},
      {"ClaimantClaimed", {"claim_id:claim"}},
      {"DuplicateSuspected",
       {"other_id:claimant", "score_centibits", "probability_millionths", "sure", "fields"}},
      {"ComparedField", {"field", "level", "weight_centibits"}},
      {"DuplicateRefused", {"other_id:claimant", "reason"}},
      {"ClaimantMerged", {"into_id:claimant", "reason"}},
      {"ClaimantAbsorbed", {"claimant_id:claimant", "claim_ids:claim"}},
      {"ClaimantMergeUndone", {"into_id:claimant", "reason"}},
      {"ClaimantReleased", {"claimant_id:claimant", "claim_ids:claim"}},
      {"FamilyLinked", {"other_id:claimant", "relation", "evidence"}},
      {"FamilyUnlinked", {"other_id:claimant", "reason"}},
      {"HeirNamed", {"heir_id:claimant", "evidence", "document_id:document"}},
      {"HeirProposed", {"heir"}},
      {"HeirProposalRefused", {"reason"}},

      {"Placement",
       {"job", "destination", "origin", "began_on", "ended_on", "agreed_monthly_wage", "vessel"}},
      {"Narrative", {"text"}},
      {"CaseOpened", {"claimant_id", "placement", "indicators", "at_risk", "organisation_id", "story"}},
      {"CaseNoteAdded", {"note"}},
      {"CaseShared", {"organisation_id"}},
      {"CaseSharingEnded", {"organisation_id", "reason"}},
      {"MeetingScheduled", {"kind", "on", "forum"}},
      {"MeetingClosed", {"meeting_id", "held", "outcome_code", "outcome"}},
      {"CaseAssigned", {"account_id:account"}},
      {"TransferStated",
       {"from_respondent_id", "to_respondent_id", "amount", "on", "stance", "stated_by_respondent_id",
        "document_id:document", "proven"}},

      {"ClaimFiled",
       {"programme_id", "claimant_id", "case_id", "respondent_ids", "heads", "corridor", "late",
        "organisation_id"}},
      {"ClaimedHead",
       {"code", "claimed", "period_from", "period_until", "months_hundredths", "agreed_wage_minor",
        "paid_minor", "documented_minor", "documented_currency", "paid_monthly_minor", "schedule_code"}},
      {"Corridor", {"origin", "destination"}},
      {"ClaimDeficiencyNoticed", {"missing", "answer_by"}},
      {"ClaimDeficiencyCured", {"answer"}},
      {"ClaimEligibilityDecided",
       {"eligible", "reason_code", "reasons", "precedent_claim_id:claim", "despite_register",
        "appeal_until"}},
      {"ValuedHead", {"code", "value", "rule", "computation"}},
      {"ClaimValued", {"heads", "rules_version"}},
      {"ClaimDetermined", {"currency", "heads", "reason_code", "reasons", "appeal_until"}},
      {"ClaimGrouped", {"group_id", "head"}},
      {"ClaimOptedOut", {"group_id"}},
      {"ClaimAllocated", {"settlement_id", "allocation_id", "currency", "heads"}},
      {"ClaimPaymentOrdered", {"payment_batch_id", "payment_number", "heads", "settlement_id"}},
      {"ClaimPaymentReleased", {"payment_batch_id", "payment_number"}},
      {"ClaimPaid", {"payment_batch_id", "payment_number", "in_full", "overpaid"}},
      {"ClaimPaymentReturned", {"payment_batch_id", "payment_number", "reason_code", "overpaid"}},
      {"ClaimWithdrawn", {"reason"}},
      {"ClaimSuspended", {"reason"}},
      {"ClaimAppealed", {"grounds", "by", "appealed_on", "late_cause", "decision_stands"}},
      {"ClaimAppealDismissed", {"appeal_id", "reasons"}},
      {"ClaimHeld", {"scope", "reason"}},
      {"ClaimHoldReleased", {"hold_id", "reason"}},
      {"ClaimDecisionRevised", {"revision", "taken_back", "status", "overpaid"}},
      {"DecisionRevision",
       {"kind", "eligible", "heads", "currency", "reason_code", "reasons", "appeal_id", "appeal_until"}},
      {"RevisedHead", {"code", "before_minor", "after_minor"}},
      {"SettlementHeadAmount", {"settlement_id", "head", "minor_units"}},
      {"OverpaidSums", {"open_minor", "forgiven_minor", "currency"}},
      {"ClaimOverpaymentForgiven", {"forgiveness", "overpaid"}},
      {"OverpaymentForgiveness", {"written_off", "reason", "heads", "currency"}},
      {"ClaimRepaid", {"parts", "currency", "booked_on", "overpaid"}},
      {"RepaidPart", {"settlement_id", "head", "minor_units", "payment_batch_id", "payment_number"}},
      {"ClaimRepaymentReversed", {"reversal", "overpaid"}},
      {"RepaymentReversal", {"reason", "parts", "currency"}},
      {"ClaimReopened", {"reason"}},
      {"ClaimClosed", {"reason"}},
      {"ClaimHandedOver", {"docket"}},
      {"ClaimMerged", {"claimant_id:claimant", "into_claim_id:claim", "heads", "whole"}},
      {"ClaimMergeUndone", {"claimant_id:claimant", "heads"}},
      {"ClaimsFoundSeparate", {"other_claim_id:claim", "reason"}},
      {"ClaimCredited", {"kind", "heads", "paid_on", "confirmed_by_claimant", "overpaid"}},
      {"CreditedHead", {"head", "paid", "credited_minor"}},
      {"ClaimCreditReversed", {"credit_id", "reason", "overpaid"}},
      {"ClaimAllocationLapsed", {"settlement_id", "heads"}},
      // Which line of a register looks like the person tells of others who stand in it.
      {"ClaimRegisterChecked",
       {"reference_register_id", "register_kind", "result", "facts", "proven_heads", "rules_version"}},
      {"ComparedFact", {"fact", "agrees", "claimed", "registered"}},
      {"RegisterLine",
       {"number", "person", "respondent", "vessel", "destination", "from", "until", "paid_minor",
        "currency"}},

      {"DocumentReceived",
       {"case_id", "claimant_id", "organisation_id", "title", "media_type", "size_bytes", "content_sha256",
        "redaction_of:document", "scanned_by"}},
      {"DocumentTitle", {"text"}},
      {"DocumentLinked", {"claim_id:claim", "head"}},
      {"DocumentCustodyNoted", {"action", "with", "done_on"}},
      {"DocumentVerified", {"genuine", "reasons"}},
      {"DocumentHeld", {"reason"}},
      {"DocumentHoldLifted", {"reason"}},
  };
  return fields;
}

// What is between two people or two claims: it is told to who may read both, and isn't there for others.
const absl::flat_hash_set<std::string>& Between() {
  static const auto& names = *new absl::flat_hash_set<std::string>{
      "claimant_claimed",   "duplicate_suspected",  "duplicate_refused",
      "claimant_merged",    "claimant_absorbed",    "claimant_merge_undone",
      "claimant_released",  "family_linked",        "family_unlinked",
      "heir_named",         "heir_proposed",        "claim_merged",
      "claim_merge_undone", "claims_found_separate"};
  return names;
}

struct Told {
  bool told = false;
  std::string kind;  // of what the number names; empty when it is told to all who see the message
};

class Telling {
 public:
  Telling() {
    AddPartsOf(v1::EventRecord::descriptor());
    for (const auto& [message, fields] : ToldFields()) {
      for (const char* field : fields) {
        const std::pair<std::string, std::string> parts = Split(field);
        told_[absl::StrCat("klaim.v1.", message, ".", parts.first)] = {true, parts.second};
      }
    }
  }

  // Whether messages of this type stand in events.
  bool IsPartOfEvents(const Descriptor* type) const { return parts_.contains(type); }
  Told Of(const FieldDescriptor& field) const {
    const auto found = told_.find(field.full_name());
    return found == told_.end() ? Told() : found->second;
  }

 private:
  void AddPartsOf(const Descriptor* type) {
    if (!parts_.insert(type).second) return;
    for (int i = 0; i < type->field_count(); ++i) {
      if (type->field(i)->message_type() != nullptr) AddPartsOf(type->field(i)->message_type());
    }
  }
  static std::pair<std::string, std::string> Split(const std::string& field) {
    const size_t colon = field.find(':');
    if (colon == std::string::npos) return {field, ""};
    return {field.substr(0, colon), field.substr(colon + 1)};
  }

  absl::flat_hash_set<const Descriptor*> parts_;
  absl::flat_hash_map<std::string, Told> told_;
};

const Telling& TheTelling() {
  static const Telling& telling = *new Telling;
  return telling;
}

// Takes out of a message what isn't told.
class Keeping {
 public:
  Keeping(const ScopeCheck& scope, const Principal& principal) : scope_(scope), principal_(principal) {}

  // False when a number was taken out that the caller may not read.
  bool Keep(Message& message) {
    const bool in_events = TheTelling().IsPartOfEvents(message.GetDescriptor());
    const auto* reflection = message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection->ListFields(message, &fields);
    bool whole = true;
    for (const FieldDescriptor* field : fields) {
      if (in_events && !KeepNumbers(message, *field, whole)) {
        reflection->ClearField(&message, field);
      } else if (field->message_type() != nullptr && !KeepWithin(message, *field)) {
        reflection->ClearField(&message, field);
      }
    }
    return whole;
  }

 private:
  // Whether the field itself may be told.
  bool KeepNumbers(const Message& message, const FieldDescriptor& field, bool& whole) {
    const Told told = TheTelling().Of(field);
    if (!told.told || told.kind.empty()) return told.told;
    const auto* reflection = message.GetReflection();
    const int count = field.is_repeated() ? reflection->FieldSize(message, &field) : 1;
    for (int i = 0; i < count; ++i) {
      const uint64_t id = field.is_repeated() ? reflection->GetRepeatedUInt64(message, &field, i)
                                              : reflection->GetUInt64(message, &field);
      if (scope_.MayRead(principal_, told.kind, id)) continue;
      whole = false;
      return false;
    }
    return true;
  }

  // Keeps what is told of the messages in a field; false when the field is to go as a whole.
  bool KeepWithin(Message& message, const FieldDescriptor& field) {
    const auto* reflection = message.GetReflection();
    if (!field.is_repeated()) {
      const bool whole = Keep(*reflection->MutableMessage(&message, &field));
      return whole || !Between().contains(field.name());
    }
    for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
      Keep(*reflection->MutableRepeatedMessage(&message, &field, i));
    }
    return true;
  }

  const ScopeCheck& scope_;
  const Principal& principal_;
};

}  // namespace

void KeepTold(const ScopeCheck& scope, const Principal& principal, Message& answer) {
  if (!principal.national()) Keeping(scope, principal).Keep(answer);
}

bool KeepTold(const ScopeCheck& scope, const Principal& principal, v1::EventRecord& event) {
  if (principal.national()) return true;
  Keeping(scope, principal).Keep(event);
  return event.event_case() != v1::EventRecord::EVENT_NOT_SET;
}

bool IsTold(const FieldDescriptor& field) { return TheTelling().Of(field).told; }

}  // namespace klaim::services
