#include "engine/privacy/wrapping.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace klaim::privacy {
namespace {

constexpr size_t kWrapNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kWrapTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kWrappedBytes = kWrapNonceBytes + SecretKey::size() + kWrapTagBytes;

bool UnwrapUnder(absl::string_view wrapped, absl::string_view row, const SecretKey& master_key,
                 uint8_t* clear) {
  const auto* in = reinterpret_cast<const uint8_t*>(wrapped.data());
  return crypto_aead_xchacha20poly1305_ietf_decrypt(
             clear, nullptr, nullptr, in + kWrapNonceBytes, wrapped.size() - kWrapNonceBytes,
             reinterpret_cast<const uint8_t*>(row.data()), row.size(), in, master_key.data()) == 0;
}

}  // namespace

std::string WrapBytes(absl::string_view clear, absl::string_view row, const SecretKey& master_key) {
  std::string wrapped(kWrapNonceBytes + clear.size() + kWrapTagBytes, '\0');
  auto* out = reinterpret_cast<uint8_t*>(wrapped.data());
  FillRandom(out, kWrapNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      out + kWrapNonceBytes, nullptr, reinterpret_cast<const uint8_t*>(clear.data()), clear.size(),
      reinterpret_cast<const uint8_t*>(row.data()), row.size(), nullptr, out, master_key.data());
  return wrapped;
}

std::string Wrap(const SecretKey& key, absl::string_view row, const SecretKey& master_key) {
  return WrapBytes(absl::string_view(reinterpret_cast<const char*>(key.data()), SecretKey::size()), row,
                   master_key);
}

bool Unwrap(absl::string_view wrapped, absl::string_view row, const std::vector<SecretKey>& master_keys,
            SecretKey& key) {
  if (wrapped.size() != kWrappedBytes) return false;
  return std::any_of(master_keys.begin(), master_keys.end(), [&](const SecretKey& master_key) {
    return UnwrapUnder(wrapped, row, master_key, key.data());
  });
}

std::string WrapKey(const SecretKey& key, absl::string_view owner, absl::string_view row,
                    const SecretKey& master_key) {
  std::string clear;
  clear.reserve(SecretKey::size() + owner.size());
  clear.append(reinterpret_cast<const char*>(key.data()), SecretKey::size());
  clear.append(owner.data(), owner.size());
  std::string wrapped = WrapBytes(clear, row, master_key);
  sodium_memzero(clear.data(), clear.size());
  return wrapped;
}

std::optional<std::string> UnwrapBytes(absl::string_view wrapped, absl::string_view row,
                                       const std::vector<SecretKey>& master_keys) {
  if (wrapped.size() < kWrapNonceBytes + kWrapTagBytes) return std::nullopt;
  std::string clear(wrapped.size() - kWrapNonceBytes - kWrapTagBytes, '\0');
  for (const SecretKey& master_key : master_keys) {
    if (UnwrapUnder(wrapped, row, master_key, reinterpret_cast<uint8_t*>(clear.data()))) return clear;
  }
  return std::nullopt;
}

std::optional<OwnedKey> UnwrapKey(absl::string_view wrapped, absl::string_view row,
                                  const std::vector<SecretKey>& master_keys) {
  std::optional<std::string> clear = UnwrapBytes(wrapped, row, master_keys);
  if (!clear.has_value() || clear->size() < SecretKey::size()) return std::nullopt;
  OwnedKey opened;
  std::memcpy(opened.key.data(), clear->data(), SecretKey::size());
  opened.owner = clear->substr(SecretKey::size());
  sodium_memzero(clear->data(), clear->size());
  return opened;
}

void FillRandom(uint8_t* out, size_t size) {
  struct Pool {
    std::array<uint8_t, 4096> bytes;
    size_t used = sizeof(bytes);
    ~Pool() { sodium_memzero(bytes.data(), bytes.size()); }
  };
  thread_local Pool pool;
  if (size > pool.bytes.size()) return randombytes_buf(out, size);
  if (pool.used + size > pool.bytes.size()) {
    // One system call for the seed; libsodium's generator asks the kernel for every 256 bytes.
    uint8_t seed[randombytes_SEEDBYTES];
    randombytes_buf(seed, sizeof(seed));
    randombytes_buf_deterministic(pool.bytes.data(), pool.bytes.size(), seed);
    sodium_memzero(seed, sizeof(seed));
    pool.used = 0;
  }
  std::memcpy(out, pool.bytes.data() + pool.used, size);
  sodium_memzero(pool.bytes.data() + pool.used, size);
  pool.used += size;
}

}  // namespace klaim::privacy
