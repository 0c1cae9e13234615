#include "projections/documents/documents_query.h"

namespace klaim::projections {

absl::StatusOr<std::optional<v1::Document>> DocumentsQuery::Document(uint64_t document_id) const {
  return view_.Read<v1::Document>(Key('d').Number(document_id));
}

Listing<v1::Document> DocumentsQuery::From(uint64_t document_id) const {
  return MessagesOf<v1::Document>(view_, Key('d')).From(Key('d').Number(document_id));
}

Listing<uint64_t> DocumentsQuery::All() const { return NumbersOf(view_, Key('d')); }

Listing<uint64_t> DocumentsQuery::OfCase(uint64_t case_id) const {
  return NumbersOf(view_, Key('c').Number(case_id));
}

Listing<uint64_t> DocumentsQuery::OfClaim(uint64_t claim_id) const {
  return NumbersOf(view_, Key('k').Number(claim_id));
}

Listing<uint64_t> DocumentsQuery::OfClaimant(uint64_t claimant_id) const {
  return NumbersOf(view_, Key('p').Number(claimant_id));
}

Listing<uint64_t> DocumentsQuery::CustodyOf(uint64_t document_id) const {
  return NumbersOf(view_, Key('s').Number(document_id));
}

}  // namespace klaim::projections
