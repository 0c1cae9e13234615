// What a request asks for, as a digest that lasts as long as the log: a name that is used again for something else is known by it, and
// what differs is told, while the record says nothing to who has no key. Thread-safe once made.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/privacy/vault.h"
#include "google/protobuf/message.h"
#include "klaim/v1/request_content.pb.h"

namespace klaim::privacy {

// Paths of the fields of a request that are its content, as in "new_claimant.person.name" or "heads[0]"; all but its name and what
// stands beside its content (beside_content).
std::vector<std::string> ContentFields(const google::protobuf::Message& request);

// INVALID_ARGUMENT naming a field of which this program knows nothing, anywhere in the request: it would be dropped unsaid.
absl::Status CheckKnown(const google::protobuf::Message& request);

class RequestContent {
 public:
  // Of a request as its caller sent it, in clear; it must live as long as this. Refused as by CheckKnown.
  static absl::StatusOr<RequestContent> Of(const google::protobuf::Message& request, const Vault& vault);

  // For a request with personal data: the key under which that is sealed.
  void SealUnder(const DataKey& key);

  // As the record of the request holds it.
  const v1::RequestContent& recorded() const { return recorded_; }

  // How this differs from what was asked first, under the same name: nothing when it is the same; else the paths of fields that differ, as
  // far as they can be told: none where a key was destroyed, since then nobody can know that it is the same.
  absl::StatusOr<std::optional<std::vector<std::string>>> DiffersFrom(const v1::RequestContent& first,
                                                                      const Vault& vault) const;

 private:
  const google::protobuf::Message* request_ = nullptr;
  std::string digest_;  // keyed, but not encrypted
  std::optional<DataKey> key_;
  v1::RequestContent recorded_;
};

}  // namespace klaim::privacy
