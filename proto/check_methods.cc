// Checks a set of descriptors (protoc --descriptor_set_out): every method must declare its permission and its
// scope. Run by the build, which fails when one doesn't.

#include <fstream>
#include <iostream>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "klaim/v1/permission.pb.h"

int main(int argc, char** argv) {
  google::protobuf::FileDescriptorSet files;
  std::ifstream in(argc == 2 ? argv[1] : "", std::ios::binary);
  if (!files.ParseFromIstream(&in)) {
    std::cerr << "check_methods: name a file that protoc --descriptor_set_out wrote" << std::endl;
    return 2;
  }
  int methods = 0;
  int faults = 0;
  for (const auto& file : files.file()) {
    for (const auto& service : file.service()) {
      for (const auto& method : service.method()) {
        ++methods;
        if (method.options().GetExtension(klaim::v1::permission) != klaim::v1::PERMISSION_UNSPECIFIED &&
            method.options().GetExtension(klaim::v1::scope) != klaim::v1::SCOPE_UNSPECIFIED) {
          continue;
        }
        ++faults;
        std::cerr << file.name() << ": error: " << service.name() << "." << method.name()
                  << " must declare (permission) and (scope)" << std::endl;
      }
    }
  }
  return faults == 0 && methods > 0 ? 0 : 1;
}
