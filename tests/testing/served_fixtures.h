// What a served docket needs before a claim can be filed, and a filing for it: for tests against a real
// daemon.
#pragma once

#include <memory>
#include <string>

#include "grpcpp/grpcpp.h"
#include "klaim/v1/intake_service.pb.h"

namespace klaim::testing {

struct ServedFixtures {
  uint64_t programme = 0;  // HKD, with the head excess_recruitment_fee
  uint64_t agency = 0;

  // A new claimant, "Siti Aminah <request_id>", with phone and story, claiming HKD 15,000 of the agency.
  v1::FileClaimRequest Filing(const std::string& request_id) const;
};

// Opens the programme and registers the agency; a test failure when that is refused.
ServedFixtures RegisterFixtures(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace klaim::testing
