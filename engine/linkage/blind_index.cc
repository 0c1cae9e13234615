#include "engine/linkage/blind_index.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/linkage/name.h"

namespace klaim::linkage {
namespace {

constexpr char kContext[] = "klaim blind index 1";
// Fewer letters or digits are anybody's.
constexpr size_t kMinNumber = 4;

std::string SortedWords(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  return absl::StrJoin(words, " ");
}

uint8_t* Bytes(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }
const uint8_t* Bytes(absl::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }

// AES-256 of one block: a permutation, so that a reference is as long as what it hides and the same every time.
std::string Permute(absl::string_view block, const uint8_t* key, bool encrypt) {
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> cipher(EVP_CIPHER_CTX_new(),
                                                                          EVP_CIPHER_CTX_free);
  std::string out(kReferenceBytes, '\0');
  int written = 0;
  EVP_CipherInit_ex(cipher.get(), EVP_aes_256_ecb(), nullptr, key, nullptr, encrypt ? 1 : 0);
  EVP_CIPHER_CTX_set_padding(cipher.get(), 0);
  EVP_CipherUpdate(cipher.get(), Bytes(out), &written, Bytes(block), kReferenceBytes);
  return out;
}

}  // namespace

std::vector<IdentifyingText> IdentifyingTextsOf(const PersonText& person) {
  Lexicons lexicons;
  const Person read = ReadPerson(person, lexicons);
  std::vector<IdentifyingText> texts;
  if (const absl::string_view id = read.national_id.text(); id.size() >= kMinNumber) {
    texts.push_back({v1::IDENTIFYING_FACT_NATIONAL_ID, std::string(id)});
  }
  if (const absl::string_view phone = read.phone.text(); phone.size() >= kMinNumber) {
    texts.push_back({v1::IDENTIFYING_FACT_PHONE, std::string(phone)});
  }
  std::vector<std::string> sounds;
  for (WordId word : read.names) {
    if (word != 0) sounds.push_back(SoundOf(lexicons.names.Text(word)));
  }
  if (!sounds.empty() && read.birth_year != 0 && read.birth_month != 0 && read.birth_day != 0) {
    texts.push_back({v1::IDENTIFYING_FACT_NAME_AND_BIRTH,
                     absl::StrFormat("%s|%04d-%02d-%02d", SortedWords(std::move(sounds)), read.birth_year,
                                     read.birth_month, read.birth_day)});
  }
  return texts;
}

std::vector<IdentifyingText> IdentifyingTextsOf(const RespondentText& respondent) {
  std::set<std::pair<v1::IdentifyingFact, std::string>> facts;
  for (const std::string& licence : respondent.licences) {
    if (std::string number = FoldNumber(licence); number.size() >= kMinNumber) {
      facts.emplace(v1::IDENTIFYING_FACT_LICENCE, std::move(number));
    }
  }
  for (const std::string& name : respondent.names) {
    const std::string words = SortedWords(ParseCompanyName(name));
    if (words.empty()) continue;
    facts.emplace(v1::IDENTIFYING_FACT_COMPANY_NAME, absl::StrCat(words, "|", respondent.country));
  }
  for (const std::string& director : respondent.directors) {
    const ParsedName name = ParseName(director);
    // One word alone is many people's.
    if (name.words.size() < 2) continue;
    facts.emplace(v1::IDENTIFYING_FACT_DIRECTOR, SortedWords(name.words));
  }
  std::vector<IdentifyingText> texts;
  for (const auto& [fact, text] : facts) texts.push_back({fact, text});
  return texts;
}

std::string BlindingKey::NewSecret() {
  std::string secret(kSecretBytes, '\0');
  crypto_core_ristretto255_scalar_random(Bytes(secret));
  randombytes_buf(Bytes(secret) + 32, 32);
  return secret;
}

absl::StatusOr<BlindingKey> BlindingKey::Of(std::string secret) {
  if (secret.size() != kSecretBytes) return absl::InvalidArgumentError("no secret of an exchange");
  BlindingKey key;
  std::memcpy(key.exponent_, secret.data(), sizeof(key.exponent_));
  std::memcpy(key.reference_key_, secret.data() + 32, sizeof(key.reference_key_));
  sodium_memzero(secret.data(), secret.size());
  return key;
}

BlindingKey::~BlindingKey() {
  sodium_memzero(exponent_, sizeof(exponent_));
  sodium_memzero(reference_key_, sizeof(reference_key_));
}

std::string BlindingKey::Blind(const IdentifyingText& text) const {
  const std::string named = absl::StrCat(kContext, "|", static_cast<int>(text.fact), "|", text.text);
  uint8_t hash[crypto_core_ristretto255_HASHBYTES];
  uint8_t element[crypto_core_ristretto255_BYTES];
  crypto_hash_sha512(hash, Bytes(named), named.size());
  crypto_core_ristretto255_from_hash(element, hash);
  std::string blinded(kBlindedBytes, '\0');
  // Fails for the neutral element alone, which nobody finds a text for.
  [[maybe_unused]] const int raised = crypto_scalarmult_ristretto255(Bytes(blinded), exponent_, element);
  return blinded;
}

absl::StatusOr<std::string> BlindingKey::BlindAgain(absl::string_view blinded) const {
  std::string twice(kBlindedBytes, '\0');
  if (blinded.size() != kBlindedBytes ||
      crypto_scalarmult_ristretto255(Bytes(twice), exponent_, Bytes(blinded)) != 0) {
    return absl::InvalidArgumentError("is no blinded value");
  }
  return twice;
}

std::string BlindingKey::Refer(const Referent& referent) const {
  std::string block(kReferenceBytes, '\0');
  block[0] = static_cast<char>(referent.kind);
  for (int i = 0; i < 8; ++i)
    block[8 + static_cast<size_t>(i)] = static_cast<char>(referent.id >> (56 - 8 * i));
  return Permute(block, reference_key_, true);
}

absl::StatusOr<Referent> BlindingKey::Resolve(absl::string_view reference) const {
  if (reference.size() == kReferenceBytes) {
    const std::string block = Permute(reference, reference_key_, false);
    Referent referent;
    referent.kind = static_cast<Referent::Kind>(block[0]);
    for (size_t i = 8; i < 16; ++i) referent.id = referent.id << 8 | static_cast<uint8_t>(block[i]);
    const bool ours = block[0] >= 1 && block[0] <= 3 &&
                      std::all_of(block.begin() + 1, block.begin() + 8, [](char c) { return c == '\0'; });
    if (ours) return referent;
  }
  return absl::InvalidArgumentError("is no reference that this exchange made");
}

}  // namespace klaim::linkage
