// Compares claims with a reference register: does the claimant stand in it, and does it tell of the work what the claimant
// tells? Holds what lines tell of work in memory, and whom they name on a scratch of its own, as long as it lives. Belongs to one
// thread; one at a time may be open.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/domain/registry/reference_register.h"
#include "engine/linkage/linker.h"
#include "projections/networks/respondent_networks.h"
#include "services/docket/open_docket.h"

namespace klaim::services {

class RegisterMatcher {
 public:
  // FAILED_PRECONDITION when the register was withdrawn.
  static absl::StatusOr<std::unique_ptr<RegisterMatcher>> Open(OpenDocket& docket, uint64_t register_id);

  // What the register says of a claim. The person is looked for as linkage does; who is only likely to stand in it is taken
  // to when two facts agree and none speaks against it.
  absl::StatusOr<domain::RegisterFinding> Match(uint64_t claim_id);

 private:
  struct Claimed;

  RegisterMatcher(OpenDocket& docket, std::unique_ptr<storage::PrivateScratch> scratch,
                  std::unique_ptr<linkage::PersonIndex> persons)
      : docket_(docket), scratch_(std::move(scratch)), persons_(std::move(persons)) {}
  absl::Status Load(uint64_t register_id);
  absl::StatusOr<Claimed> ReadClaim(uint64_t claim_id) const;
  void Compare(const Claimed& claimed, const std::vector<uint64_t>& lines,
               v1::ClaimRegisterChecked& checked) const;
  void ComparePeriod(const Claimed& claimed, const std::vector<uint64_t>& lines,
                     v1::ClaimRegisterChecked& checked) const;
  void ComparePaid(const Claimed& claimed, const std::vector<uint64_t>& lines,
                   v1::ClaimRegisterChecked& checked) const;

  OpenDocket& docket_;
  v1::ReferenceRegisterPublished published_;
  uint64_t register_id_ = 0;
  projections::RespondentNetworks networks_;
  std::map<uint64_t, v1::RegisterLine> lines_;  // by number, without the person
  std::unique_ptr<storage::PrivateScratch> scratch_;
  std::unique_ptr<linkage::PersonIndex> persons_;  // by number of the line
};

}  // namespace klaim::services
