// What is asked of documents.
#pragma once

#include <cstdint>
#include <optional>

#include "klaim/v1/evidence_service.pb.h"
#include "projections/core/listing.h"

namespace klaim::projections {

class DocumentsQuery {
 public:
  explicit DocumentsQuery(View view) : view_(std::move(view)) {}

  // Nothing where it isn't folded yet; its title is sealed.
  absl::StatusOr<std::optional<v1::Document>> Document(uint64_t document_id) const;
  // By number, from one on.
  Listing<v1::Document> From(uint64_t document_id) const;
  // Numbers of all, of those of a case, of those that are linked to a claim, and of a claimant's.
  Listing<uint64_t> All() const;
  Listing<uint64_t> OfCase(uint64_t case_id) const;
  Listing<uint64_t> OfClaim(uint64_t claim_id) const;
  Listing<uint64_t> OfClaimant(uint64_t claimant_id) const;
  // Sequences of a document's chain of custody, looks at its content among them.
  Listing<uint64_t> CustodyOf(uint64_t document_id) const;

 private:
  View view_;
};

}  // namespace klaim::projections
