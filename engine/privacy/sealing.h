// Sealing and unsealing the personal data of a message, whatever the message. Thread-safe.
//
// A value is encrypted with XChaCha20-Poly1305 under its person's data key; the key's number and the field's
// name
// ("Person.phone") are bound in as associated data, so that a sealed value can be moved neither to another
// person nor to another field. (The key stands for the person's stream: a claim's or case's personal data is
// its claimant's.)
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/privacy/vault.h"
#include "google/protobuf/message.h"

namespace klaim::privacy {

// Seals every Protected that is clear; those that are sealed already are an error, since callers never hand
// them in.
absl::Status Seal(google::protobuf::Message& message, const DataKey& key);

// Opens every Protected that is sealed under keys of this owner. One whose key is destroyed becomes `erased`.
absl::Status Unseal(google::protobuf::Message& message, const Vault& vault,
                    absl::string_view owner = kPersonsKey);
// The same with keys from somewhere else, which answers as Vault::Open.
absl::Status Unseal(google::protobuf::Message& message,
                    absl::FunctionRef<absl::StatusOr<DataKey>(uint64_t key_id)> open);

}  // namespace klaim::privacy
