// Signed notes (C2SP signed-note): a text and the signatures below it, each by a named key.
//
//   text, ending in a newline
//   (empty line)
//   — NAME base64(key ID, 4 bytes, then the signature)
//
// Ed25519 alone: type 0x01 signs the text (signed-note), type 0x04 is a witness's cosignature of a checkpoint
// with its time (C2SP tlog-cosignature v1).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::merkle {

enum class KeyType : uint8_t { kEd25519 = 0x01, kCosignature = 0x04 };

// A public key with its name; its text form is "NAME+KEYID+BASE64" (signed-note, verifier keys).
struct VerifierKey {
  std::string name;
  KeyType type = KeyType::kEd25519;
  std::array<uint8_t, 32> key{};

  static absl::StatusOr<VerifierKey> Parse(absl::string_view text);
  std::string Text() const;
  uint32_t id() const;  // SHA-256(name, newline, type, key), its first four bytes
};

// A private key with its name; its text form is "PRIVATE+KEY+NAME+KEYID+BASE64", as Go's note package writes
// it. Wiped when destroyed.
class SigningKey {
 public:
  // A new one. INVALID_ARGUMENT for a name with spaces or plus signs.
  static absl::StatusOr<SigningKey> Generate(const std::string& name, KeyType type);
  static absl::StatusOr<SigningKey> Parse(absl::string_view text);
  ~SigningKey();
  SigningKey(const SigningKey&) = default;
  SigningKey& operator=(const SigningKey&) = default;

  std::string Text() const;
  const VerifierKey& verifier() const { return verifier_; }
  std::array<uint8_t, 64> Sign(absl::string_view message) const;

 private:
  SigningKey() = default;

  VerifierKey verifier_;
  std::array<uint8_t, 32> seed_{};
};

// A signature line.
struct NoteSignature {
  std::string name;
  uint32_t key_id = 0;
  std::string signature;  // what follows the key ID

  std::string Line() const;  // with its newline
};

struct SignedNote {
  std::string text;  // with its last newline
  std::vector<NoteSignature> signatures;

  // INVALID_ARGUMENT for what is no signed note: at most 64 KiB and 100 signatures.
  static absl::StatusOr<SignedNote> Parse(absl::string_view note);
  std::string Format() const;

  // Adds the signature of a key of type kEd25519.
  void Sign(const SigningKey& key);

  // OK when this key signed the text. NOT_FOUND when it has no line here; DATA_LOSS when a line of
  // it is wrong.
  absl::Status Verify(const VerifierKey& key) const;
};

// A witness's signature line over a checkpoint's text, at a time in seconds since 1970-01-01T00:00:00Z.
NoteSignature Cosign(const SigningKey& witness, absl::string_view checkpoint_text, uint64_t time_seconds);

// The time of this witness's cosignature in a note. NOT_FOUND and DATA_LOSS as for Verify.
absl::StatusOr<uint64_t> VerifyCosignature(const SignedNote& note, const VerifierKey& witness);

}  // namespace klaim::merkle
