// The methods of Klaim's services, as the vocabulary has them.
#pragma once

#include <vector>

#include "google/protobuf/descriptor.h"
#include "klaim/v1/permission.pb.h"

namespace klaim::services {

// What the method with this request type demands; UNSPECIFIED, which nobody has, when it names none. Each
// request type belongs to one method alone.
struct Demand {
  v1::Permission permission = v1::PERMISSION_UNSPECIFIED;
  v1::Scope scope = v1::SCOPE_UNSPECIFIED;
};
Demand DemandOf(const google::protobuf::Descriptor* request_type);

// The method with this request type; nullptr when there is none.
const google::protobuf::MethodDescriptor* MethodOf(const google::protobuf::Descriptor* request_type);

// Every method of every service of Klaim.
const std::vector<const google::protobuf::MethodDescriptor*>& AllMethods();

}  // namespace klaim::services
