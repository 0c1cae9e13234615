#include "engine/merkle/signed_note.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/freer.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/hash.h"

namespace klaim::merkle {
namespace {

constexpr size_t kMaxNoteBytes = 64 << 10;
constexpr size_t kMaxSignatures = 100;
constexpr char kDash[] = "\xE2\x80\x94 ";  // em dash, space
constexpr char kPrivate[] = "PRIVATE+KEY+";
constexpr size_t kSignatureBytes = 64;

using KeyPointer = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using ContextPointer = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;

const uint8_t* Bytes(absl::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }

bool IsKeyName(absl::string_view name) {
  // Unicode's other spaces are all outside of ASCII: a name with one of those is refused with all that isn't.
  return !name.empty() && name.size() <= 255 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '+'; });
}

bool IsValid(const std::array<uint8_t, 32>& key, absl::string_view message, absl::string_view signature) {
  if (signature.size() != kSignatureBytes) return false;
  const KeyPointer pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const ContextPointer context(EVP_MD_CTX_new());
  return pkey != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                          message.size()) == 1;
}

std::string BigEndian(uint64_t number, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) text += static_cast<char>(number >> shift & 0xFF);
  return text;
}

uint64_t FromBigEndian(absl::string_view bytes) {
  uint64_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<uint8_t>(byte);
  return number;
}

// "NAME+KEYID+BASE64(type, key)"; names may not hold plus signs, so that the first two part it.
absl::StatusOr<std::pair<VerifierKey, uint32_t>> ParseKeyText(absl::string_view text) {
  const absl::Status bad = absl::InvalidArgumentError("this is no key in the form NAME+ID+BASE64");
  const std::vector<absl::string_view> parts =
      absl::StrSplit(absl::StripAsciiWhitespace(text), absl::MaxSplits('+', 2));
  VerifierKey key;
  uint32_t id = 0;
  std::string bytes;
  if (parts.size() != 3 || !IsKeyName(parts[0]) || parts[1].size() != 8 ||
      !absl::SimpleHexAtoi(parts[1], &id) || !absl::Base64Unescape(parts[2], &bytes) || bytes.size() != 33) {
    return bad;
  }
  key.name = std::string(parts[0]);
  key.type = static_cast<KeyType>(bytes[0]);
  if (key.type != KeyType::kEd25519 && key.type != KeyType::kCosignature) return bad;
  std::memcpy(key.key.data(), bytes.data() + 1, 32);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return std::pair(key, id);
}

std::string CosignedMessage(uint64_t time_seconds, absl::string_view checkpoint_text) {
  return absl::StrCat("cosignature/v1\ntime ", time_seconds, "\n", checkpoint_text);
}

bool IsOf(const NoteSignature& line, const VerifierKey& key) {
  return line.name == key.name && line.key_id == key.id();
}

const NoteSignature* Find(const SignedNote& note, const VerifierKey& key) {
  const auto found = std::find_if(note.signatures.begin(), note.signatures.end(),
                                  [&](const NoteSignature& line) { return IsOf(line, key); });
  return found == note.signatures.end() ? nullptr : &*found;
}

absl::Status NotSigned(const VerifierKey& key) {
  return absl::NotFoundError(absl::StrCat("it isn't signed by ", key.name));
}

absl::Status WronglySigned(const VerifierKey& key) {
  return absl::DataLossError(absl::StrCat("the signature of ", key.name, " is not one of this text"));
}

}  // namespace

absl::StatusOr<VerifierKey> VerifierKey::Parse(absl::string_view text) {
  ASSIGN_OR_RETURN(auto parsed, ParseKeyText(text));
  if (parsed.first.id() != parsed.second) {
    return absl::InvalidArgumentError("the key's ID is not that of the key: it was copied wrongly");
  }
  return parsed.first;
}

std::string VerifierKey::Text() const {
  std::string bytes(1, static_cast<char>(type));
  bytes.append(reinterpret_cast<const char*>(key.data()), key.size());
  return absl::StrCat(name, "+", absl::StrFormat("%08x", id()), "+", absl::Base64Escape(bytes));
}

uint32_t VerifierKey::id() const {
  std::string bytes = absl::StrCat(name, "\n");
  bytes += static_cast<char>(type);
  bytes.append(reinterpret_cast<const char*>(key.data()), key.size());
  return static_cast<uint32_t>(FromBigEndian(AsBytes(Sha256(bytes)).substr(0, 4)));
}

absl::StatusOr<SigningKey> SigningKey::Generate(const std::string& name, KeyType type) {
  if (!IsKeyName(name)) {
    return absl::InvalidArgumentError(
        "name: must be 1 to 255 visible ASCII characters without plus signs, as in example.org/klaim");
  }
  SigningKey key;
  if (RAND_priv_bytes(key.seed_.data(), static_cast<int>(key.seed_.size())) != 1) {
    return absl::InternalError("OpenSSL has no random bytes");
  }
  key.verifier_.name = name;
  key.verifier_.type = type;
  const KeyPointer pkey(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key.seed_.data(), key.seed_.size()));
  size_t size = key.verifier_.key.size();
  EVP_PKEY_get_raw_public_key(pkey.get(), key.verifier_.key.data(), &size);
  return key;
}

absl::StatusOr<SigningKey> SigningKey::Parse(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (!absl::ConsumePrefix(&text, kPrivate)) {
    return absl::InvalidArgumentError("this is no private key in the form PRIVATE+KEY+NAME+ID+BASE64");
  }
  ASSIGN_OR_RETURN(auto parsed, ParseKeyText(text));
  SigningKey key;
  key.seed_ = parsed.first.key;
  key.verifier_ = parsed.first;
  const KeyPointer pkey(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key.seed_.data(), key.seed_.size()));
  size_t size = key.verifier_.key.size();
  if (pkey == nullptr || EVP_PKEY_get_raw_public_key(pkey.get(), key.verifier_.key.data(), &size) != 1 ||
      key.verifier_.id() != parsed.second) {
    return absl::InvalidArgumentError("the private key's ID is not that of the key: it was copied wrongly");
  }
  return key;
}

SigningKey::~SigningKey() { OPENSSL_cleanse(seed_.data(), seed_.size()); }

std::string SigningKey::Text() const {
  std::string bytes(1, static_cast<char>(verifier_.type));
  bytes.append(reinterpret_cast<const char*>(seed_.data()), seed_.size());
  return absl::StrCat(kPrivate, verifier_.name, "+", absl::StrFormat("%08x", verifier_.id()), "+",
                      absl::Base64Escape(bytes));
}

std::array<uint8_t, 64> SigningKey::Sign(absl::string_view message) const {
  std::array<uint8_t, 64> signature{};
  size_t size = signature.size();
  const KeyPointer pkey(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed_.data(), seed_.size()));
  const ContextPointer context(EVP_MD_CTX_new());
  EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pkey.get());
  EVP_DigestSign(context.get(), signature.data(), &size, Bytes(message), message.size());
  return signature;
}

std::string NoteSignature::Line() const {
  return absl::StrCat(kDash, name, " ", absl::Base64Escape(BigEndian(key_id, 4) + signature), "\n");
}

absl::StatusOr<SignedNote> SignedNote::Parse(absl::string_view note) {
  const absl::Status bad = absl::InvalidArgumentError("this is no signed note (c2sp.org/signed-note)");
  const bool has_control = std::any_of(note.begin(), note.end(),
                                       [](char c) { return static_cast<uint8_t>(c) < 0x20 && c != '\n'; });
  const size_t split = note.rfind("\n\n");
  if (note.size() > kMaxNoteBytes || has_control || split == absl::string_view::npos) return bad;
  SignedNote parsed;
  parsed.text = std::string(note.substr(0, split + 1));
  absl::string_view lines = note.substr(split + 2);
  if (!absl::ConsumeSuffix(&lines, "\n")) return bad;
  for (absl::string_view line : absl::StrSplit(lines, '\n')) {
    NoteSignature signature;
    std::string bytes;
    if (parsed.signatures.size() == kMaxSignatures || !absl::ConsumePrefix(&line, kDash)) return bad;
    const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ');
    if (parts.size() != 2 || parts[0].empty() || !absl::Base64Unescape(parts[1], &bytes) ||
        bytes.size() < 5 || absl::Base64Escape(bytes) != parts[1]) {
      return bad;
    }
    signature.name = std::string(parts[0]);
    signature.key_id = static_cast<uint32_t>(FromBigEndian(absl::string_view(bytes).substr(0, 4)));
    signature.signature = bytes.substr(4);
    parsed.signatures.push_back(std::move(signature));
  }
  return parsed;
}

std::string SignedNote::Format() const {
  std::string note = absl::StrCat(text, "\n");
  for (const NoteSignature& signature : signatures) note += signature.Line();
  return note;
}

void SignedNote::Sign(const SigningKey& key) {
  const auto signature = key.Sign(text);
  signatures.push_back({key.verifier().name, key.verifier().id(),
                        std::string(reinterpret_cast<const char*>(signature.data()), signature.size())});
}

absl::Status SignedNote::Verify(const VerifierKey& key) const {
  if (key.type != KeyType::kEd25519) return NotSigned(key);
  bool is_signed = false;
  for (const NoteSignature& line : signatures) {
    if (!IsOf(line, key)) continue;
    // A note with one wrong line of the key is malformed, whatever its other lines are.
    if (!IsValid(key.key, text, line.signature)) return WronglySigned(key);
    is_signed = true;
  }
  return is_signed ? absl::OkStatus() : NotSigned(key);
}

NoteSignature Cosign(const SigningKey& witness, absl::string_view checkpoint_text, uint64_t time_seconds) {
  const auto signature = witness.Sign(CosignedMessage(time_seconds, checkpoint_text));
  NoteSignature line{witness.verifier().name, witness.verifier().id(), BigEndian(time_seconds, 8)};
  line.signature.append(reinterpret_cast<const char*>(signature.data()), signature.size());
  return line;
}

absl::StatusOr<uint64_t> VerifyCosignature(const SignedNote& note, const VerifierKey& witness) {
  const NoteSignature* line = Find(note, witness);
  if (line == nullptr || witness.type != KeyType::kCosignature) return NotSigned(witness);
  const absl::string_view bytes = line->signature;
  if (bytes.size() != 8 + kSignatureBytes) return WronglySigned(witness);
  const uint64_t time_seconds = FromBigEndian(bytes.substr(0, 8));
  if (time_seconds >> 63 != 0 ||
      !IsValid(witness.key, CosignedMessage(time_seconds, note.text), bytes.substr(8))) {
    return WronglySigned(witness);
  }
  return time_seconds;
}

}  // namespace klaim::merkle
