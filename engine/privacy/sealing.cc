#include "engine/privacy/sealing.h"

#include <sodium.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/record/byte_order.h"
#include "engine/record/protected_fields.h"

namespace klaim::privacy {
namespace {

constexpr size_t kSealNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kSealTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

std::string AssociatedData(uint64_t key_id, absl::string_view name) {
  std::string bound;
  record::AppendBig64(bound, key_id);
  bound.append(name.data(), name.size());
  return bound;
}

const uint8_t* Bytes(absl::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }
uint8_t* Bytes(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }

}  // namespace

absl::Status Seal(google::protobuf::Message& message, const DataKey& key) {
  return record::VisitProtected(message, [&](absl::string_view name, v1::Protected& value) {
    if (!value.has_clear()) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": hand personal data in as `clear`"));
    }
    const std::string clear = value.clear();
    const std::string bound = AssociatedData(key.key_id, name);
    v1::Sealed& sealed = *value.mutable_sealed();
    sealed.set_key_id(key.key_id);
    sealed.mutable_nonce()->resize(kSealNonceBytes);
    FillRandom(Bytes(*sealed.mutable_nonce()), kSealNonceBytes);
    sealed.mutable_ciphertext()->resize(clear.size() + kSealTagBytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(Bytes(*sealed.mutable_ciphertext()), nullptr, Bytes(clear),
                                               clear.size(), Bytes(bound), bound.size(), nullptr,
                                               Bytes(sealed.nonce()), key.key.data());
    return absl::OkStatus();
  });
}

absl::Status Unseal(google::protobuf::Message& message, const Vault& vault, absl::string_view owner) {
  return Unseal(message, [&](uint64_t key_id) { return vault.Open(key_id, owner); });
}

absl::Status Unseal(google::protobuf::Message& message,
                    absl::FunctionRef<absl::StatusOr<DataKey>(uint64_t key_id)> open) {
  std::optional<DataKey> key;
  return record::VisitProtected(message, [&](absl::string_view name, v1::Protected& value) {
    if (!value.has_sealed()) return absl::OkStatus();
    const v1::Sealed& sealed = value.sealed();
    if (!key.has_value() || key->key_id != sealed.key_id()) {
      absl::StatusOr<DataKey> opened = open(sealed.key_id());
      if (absl::IsNotFound(opened.status())) {
        value.mutable_erased();
        return absl::OkStatus();
      }
      if (!opened.ok()) return opened.status();
      key = *opened;
    }
    const std::string bound = AssociatedData(sealed.key_id(), name);
    std::string clear(
        sealed.ciphertext().size() < kSealTagBytes ? 0 : sealed.ciphertext().size() - kSealTagBytes, '\0');
    if (sealed.nonce().size() != kSealNonceBytes || sealed.ciphertext().size() < kSealTagBytes ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(Bytes(clear), nullptr, nullptr, Bytes(sealed.ciphertext()),
                                                   sealed.ciphertext().size(), Bytes(bound), bound.size(),
                                                   Bytes(sealed.nonce()), key->key.data()) != 0) {
      return absl::DataLossError(
          absl::StrCat(name, " can't be opened: it was sealed for another person or field, or is damaged"));
    }
    value.set_clear(std::move(clear));
    return absl::OkStatus();
  });
}

}  // namespace klaim::privacy
