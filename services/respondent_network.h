// A network of respondents as it was at a time: who hung together, by which links, who answers with whom, whose licence didn't
// hold, and how the network came to be.
#pragma once

#include "absl/status/status.h"
#include "klaim/v1/network_service.pb.h"
#include "projections/projector.h"

namespace klaim::services {

// Fills the answer from the read model "registry". INVALID_ARGUMENT naming the field that is wrong.
absl::Status DescribeNetwork(const projections::View& registry, const v1::GetNetworkRequest& request,
                             v1::GetNetworkResponse& response);

}  // namespace klaim::services
