// Whose a claim, case, claimant, document, account or organisation is, and whether a caller may reach it. The
// one place for reads, lists, streams, writes and exports.
//
// A caller reaches what its organisation, or one below it, registered; the national body (number 0) reaches
// all. Beyond that it may read, not write, a case that was shared with its organisation, that case's claims,
// documents and claimant, as long as the claimant's consent to share with it stands. Thread-safe.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "services/open_docket.h"
#include "services/principal.h"

namespace klaim::services {

enum class Access { kRead, kWrite };

class ScopeCheck {
 public:
  explicit ScopeCheck(OpenDocket& docket) : docket_(docket) {}

  // Everything that a request names, by the names of its fields. NOT_FOUND, as for a number that nothing has,
  // when one of them is out of scope.
  absl::Status RequireSubjects(const Principal& principal, const google::protobuf::Message& request,
                               Access access) const;

  // One thing; `kind` is "claim", "case", "claimant", "document", "account" or "organisation".
  absl::Status Require(const Principal& principal, absl::string_view field, absl::string_view kind,
                       uint64_t id, Access access) const;

  // A row of a list: registered by this organisation, on this case; 0 for no case.
  absl::StatusOr<bool> Reaches(const Principal& principal, uint64_t organisation_id, uint64_t case_id) const;

  // Whether the organisation is the caller's or below it.
  absl::StatusOr<bool> Below(const Principal& principal, uint64_t organisation_id) const;

 private:
  absl::StatusOr<bool> Shared(const Principal& principal, uint64_t case_id) const;
  absl::StatusOr<bool> SharedClaimant(const Principal& principal, uint64_t claimant_id) const;

  OpenDocket& docket_;
};

// The claim, case, claimant, document, account or organisation that a request is about.
struct Subject {
  std::string field;
  std::string kind;
  uint64_t id = 0;
};
std::vector<Subject> SubjectsOf(const google::protobuf::Message& request);

}  // namespace klaim::services
