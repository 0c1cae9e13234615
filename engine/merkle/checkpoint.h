// Checkpoints (C2SP tlog-checkpoint): what a log says of itself, as the text of a signed note: its origin, its
// size, its root. And proofs that go with one (C2SP tlog-proof).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/merkle/hash.h"
#include "engine/merkle/signed_note.h"

namespace klaim::merkle {

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root{};
  std::string extensions;  // further lines, each with its newline; Klaim writes none

  std::string Text() const;
  // INVALID_ARGUMENT for what is no checkpoint's text.
  static absl::StatusOr<Checkpoint> Parse(absl::string_view text);
};

// A checkpoint whose origin is the key's name and which the key signed. An error says what is wrong.
absl::StatusOr<Checkpoint> OpenCheckpoint(const SignedNote& note, const VerifierKey& log);

// That a log holds an entry, for whoever has the entry and the log's key.
struct LogProof {
  std::string extra;  // opaque; Klaim puts the record there
  uint64_t index = 0;
  std::vector<Hash> path;
  std::string checkpoint;  // the signed note, verbatim

  std::string Format() const;
  // INVALID_ARGUMENT for what is no proof: at most 64 MiB and 63 hashes.
  static absl::StatusOr<LogProof> Parse(absl::string_view text);
};

// Base64 of a hash, and back.
std::string HashText(const Hash& hash);
absl::StatusOr<Hash> ParseHash(absl::string_view text);

// A decimal number without leading zeroes.
bool ParseSize(absl::string_view text, uint64_t& size);

}  // namespace klaim::merkle
