// Blind indexes: which persons and respondents two dockets have in common, found without either showing the other a name.
//
// Each side hashes what identifies its own to an element of ristretto255 (RFC 9496) and raises it to a secret of its own;
// each raises once more what the other hands over. What is raised to both secrets is alike where the text is, in whichever
// order it was done: private set intersection by Diffie and Hellman (Meadows 1986; Huberman, Franklin and Hogg 1999). Unlike
// with hashes under one shared key, nobody can try out national numbers on the other's values: that needs the other's secret.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/linkage/person.h"
#include "engine/linkage/respondent.h"
#include "klaim/v1/exchange_events.pb.h"

namespace klaim::linkage {

// A fact in the form that all its spellings share.
struct IdentifyingText {
  v1::IdentifyingFact fact;
  std::string text;
};

// What identifies a person, as far as it is known: the national number; the phone; the whole name as it sounds with a whole
// birth date.
std::vector<IdentifyingText> IdentifyingTextsOf(const PersonText& person);

// What identifies a respondent: licences; names without legal form with the country; directors.
std::vector<IdentifyingText> IdentifyingTextsOf(const RespondentText& respondent);

inline constexpr size_t kBlindedBytes = 32;
inline constexpr size_t kReferenceBytes = 16;

// What a reference means.
struct Referent {
  enum class Kind : uint8_t { kClaimant = 1, kRespondent = 2, kNetwork = 3 };
  Kind kind = Kind::kClaimant;
  uint64_t id = 0;
};

// The secret of one side of one exchange; wiped when destroyed. Thread-safe once made.
class BlindingKey {
 public:
  static constexpr size_t kSecretBytes = 64;

  // A new secret, for BlindingKey and for a vault.
  static std::string NewSecret();
  // Wipes what it is given. INVALID_ARGUMENT when it isn't kSecretBytes long.
  static absl::StatusOr<BlindingKey> Of(std::string secret);
  ~BlindingKey();
  BlindingKey(const BlindingKey&) = default;

  std::string Blind(const IdentifyingText& text) const;
  // INVALID_ARGUMENT when this is no element, or the one that says nothing.
  absl::StatusOr<std::string> BlindAgain(absl::string_view blinded) const;

  // A name for one of this side's own that says nothing to anybody else, and which this key reads again.
  std::string Refer(const Referent& referent) const;
  // INVALID_ARGUMENT when this key never made it.
  absl::StatusOr<Referent> Resolve(absl::string_view reference) const;

 private:
  BlindingKey() = default;

  uint8_t exponent_[32] = {};
  uint8_t reference_key_[32] = {};
};

}  // namespace klaim::linkage
