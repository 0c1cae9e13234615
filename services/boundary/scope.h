// Whose a claim, case, claimant, document, account or organisation is, and whether a caller may reach it. The
// one place for reads, lists, streams, writes and exports.
//
// A caller reaches what its organisation, or one below it, registered; the national body (number 0) reaches
// all. Beyond that it may read, not write, a case that was shared with its organisation, that case's claims,
// documents and claimant, as long as the claimant's consent to share with it stands, which the log tells. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "services/docket/open_docket.h"
#include "services/identity/principal.h"

namespace klaim::v1 {
class EventRecord;
}  // namespace klaim::v1

namespace klaim::services {

enum class Access { kRead, kWrite };

class ScopeCheck {
 public:
  explicit ScopeCheck(OpenDocket& docket) : docket_(docket) {}

  // Everything that a request names, at any depth. NOT_FOUND, as for a number that nothing has, when one of them is out of
  // scope. What a request is about is asked for with `access`; what it only refers to (a precedent, the document that proves a
  // transfer) must be one that may be read.
  absl::Status RequireSubjects(const Principal& principal, const google::protobuf::Message& request,
                               Access access) const;

  // One thing; `kind` is "claim", "case", "claimant", "document", "account" or "organisation". Nothing is of another kind.
  absl::Status Require(const Principal& principal, absl::string_view field, absl::string_view kind,
                       uint64_t id, Access access) const;

  // Whether the thing is one that the caller may read.
  bool MayRead(const Principal& principal, absl::string_view kind, uint64_t id) const {
    return principal.national() || Require(principal, "", kind, id, Access::kRead).ok();
  }

  // A row of a list: registered by this organisation, on this case; 0 for no case.
  absl::StatusOr<bool> Reaches(const Principal& principal, uint64_t organisation_id, uint64_t case_id) const;

  // Whether the organisation is the caller's or below it.
  absl::StatusOr<bool> Below(const Principal& principal, uint64_t organisation_id) const;

  // Whether a record is of a claim, case, claimant or document that the caller may read.
  absl::StatusOr<bool> ReachesRecord(const Principal& principal, const v1::EventRecord& event) const;

 private:
  // Who registered what an event opened, and on which case.
  struct Origin {
    uint64_t organisation_id = 0;
    uint64_t case_id = 0;
  };
  // Nothing when the event opened another kind.
  static std::optional<Origin> OriginOf(absl::string_view kind, const v1::EventRecord& event);

  absl::StatusOr<bool> ReachesOrigin(const Principal& principal, absl::string_view kind, uint64_t id,
                                     const Origin& origin, Access access) const;
  absl::StatusOr<bool> Shared(const Principal& principal, uint64_t case_id) const;
  // Whether one of these is the principal's own organisation or below it.
  absl::StatusOr<bool> OneBelow(const Principal& principal, const std::vector<uint64_t>& organisations) const;
  absl::StatusOr<bool> SharedClaimant(const Principal& principal, uint64_t claimant_id) const;

  OpenDocket& docket_;
};

// Which of the records that hang on a person or a case may be told to a caller: each stream is looked at once. For one answer, or
// one message of a stream.
class RecordsInScope {
 public:
  // Both must live longer.
  RecordsInScope(const ScopeCheck& scope, const Principal& principal)
      : scope_(scope), principal_(principal) {}

  absl::StatusOr<bool> Reaches(const v1::EventRecord& event);

 private:
  const ScopeCheck& scope_;
  const Principal& principal_;
  std::map<uint64_t, bool> streams_;
};

// A claim, case, claimant, document, account or organisation that a request names.
struct Subject {
  std::string field;
  std::string kind;  // empty for a number of which nobody said what it names: to be refused
  uint64_t id = 0;
  bool referred_to = false;  // and isn't what the request is about
};
// What the request is about comes first, and of that a claim before a case before a claimant.
std::vector<Subject> SubjectsOf(const google::protobuf::Message& request);

// What a number in a field of a request names, as the vocabulary declares it: a kind as above, or "" for what everybody with the permission
// shares (a programme, a respondent), or what its own rule keeps to its owner (a job, a meeting of the case). Nothing for what is the
// national body's alone, and when nobody said: nobody else may name such a number.
std::optional<std::string> NamedBy(const google::protobuf::FieldDescriptor& field);

}  // namespace klaim::services
