#include "engine/merkle/checkpoint.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace klaim::merkle {
namespace {

constexpr char kProofHeader[] = "c2sp.org/tlog-proof@v1\n";
constexpr size_t kMaxProofBytes = 64 << 20;
constexpr size_t kMaxPath = 63;

// Takes the next line off, without its newline.
bool TakeLine(absl::string_view& text, absl::string_view& line) {
  const size_t end = text.find('\n');
  if (end == absl::string_view::npos) return false;
  line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

}  // namespace

std::string HashText(const Hash& hash) { return absl::Base64Escape(AsBytes(hash)); }

absl::StatusOr<Hash> ParseHash(absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) || bytes.size() != sizeof(Hash) ||
      absl::Base64Escape(bytes) != text) {
    return absl::InvalidArgumentError("this is no hash of 32 bytes in Base64");
  }
  return HashFromBytes(bytes);
}

bool ParseSize(absl::string_view text, uint64_t& size) {
  const bool digits = !text.empty() && text.size() <= 19 &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && (text.size() == 1 || text[0] != '0') && absl::SimpleAtoi(text, &size);
}

std::string Checkpoint::Text() const {
  return absl::StrCat(origin, "\n", size, "\n", HashText(root), "\n", extensions);
}

absl::StatusOr<Checkpoint> Checkpoint::Parse(absl::string_view text) {
  const absl::Status bad = absl::InvalidArgumentError("this is no checkpoint (c2sp.org/tlog-checkpoint)");
  Checkpoint checkpoint;
  absl::string_view origin;
  absl::string_view size;
  absl::string_view root;
  if (!TakeLine(text, origin) || !TakeLine(text, size) || !TakeLine(text, root) || origin.empty() ||
      !ParseSize(size, checkpoint.size)) {
    return bad;
  }
  auto hash = ParseHash(root);
  if (!hash.ok()) return bad;
  checkpoint.origin = std::string(origin);
  checkpoint.root = *hash;
  checkpoint.extensions = std::string(text);
  absl::string_view line;
  while (!text.empty()) {
    if (!TakeLine(text, line) || line.empty()) return bad;
  }
  return checkpoint;
}

absl::StatusOr<Checkpoint> OpenCheckpoint(const SignedNote& note, const VerifierKey& log) {
  if (absl::Status status = note.Verify(log); !status.ok()) {
    return absl::Status(status.code(), absl::StrCat("the checkpoint can't be trusted: ", status.message()));
  }
  auto checkpoint = Checkpoint::Parse(note.text);
  if (checkpoint.ok() && checkpoint->origin != log.name) {
    return absl::InvalidArgumentError(
        absl::StrCat("the checkpoint is of ", checkpoint->origin, ", not of ", log.name));
  }
  return checkpoint;
}

std::string LogProof::Format() const {
  std::string text = kProofHeader;
  if (!extra.empty()) absl::StrAppend(&text, "extra ", absl::Base64Escape(extra), "\n");
  absl::StrAppend(&text, "index ", index, "\n");
  for (const Hash& hash : path) absl::StrAppend(&text, HashText(hash), "\n");
  return absl::StrCat(text, "\n", checkpoint);
}

absl::StatusOr<LogProof> LogProof::Parse(absl::string_view text) {
  const absl::Status bad = absl::InvalidArgumentError("this is no proof (c2sp.org/tlog-proof)");
  LogProof proof;
  absl::string_view line;
  if (text.size() > kMaxProofBytes || !absl::ConsumePrefix(&text, kProofHeader) || !TakeLine(text, line)) {
    return bad;
  }
  if (absl::ConsumePrefix(&line, "extra ")) {
    if (!absl::Base64Unescape(line, &proof.extra) || !TakeLine(text, line)) return bad;
  }
  if (!absl::ConsumePrefix(&line, "index ") || !ParseSize(line, proof.index)) return bad;
  while (TakeLine(text, line)) {
    if (line.empty()) {
      proof.checkpoint = std::string(text);
      return proof;
    }
    auto hash = ParseHash(line);
    if (!hash.ok() || proof.path.size() == kMaxPath) return bad;
    proof.path.push_back(*hash);
  }
  return bad;
}

}  // namespace klaim::merkle
