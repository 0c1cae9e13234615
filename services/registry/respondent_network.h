// A network of respondents as it was at a time: who hung together, by which links, who answers with whom, whose licence didn't
// hold, and how the network came to be.
#pragma once

#include "absl/status/status.h"
#include "klaim/v1/network_service.pb.h"
#include "projections/registry/registry_query.h"

namespace klaim::services {

// Fills the answer from what the registry knows. INVALID_ARGUMENT naming the field that is wrong.
absl::Status DescribeNetwork(const projections::RegistryQuery& registry, const v1::GetNetworkRequest& request,
                             v1::GetNetworkResponse& response);

}  // namespace klaim::services
