// Bytes as keys, signed notes, checkpoints, proofs, bundles, and what a witness is sent.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/merkle/checkpoint.h"
#include "engine/merkle/signed_note.h"
#include "engine/merkle/tiles.h"
#include "tools/klaim/audit/witness.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace klaim::merkle;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const SigningKey& log = *new SigningKey(*SigningKey::Generate("example.org/log", KeyType::kEd25519));
  static klaim::tools::Witness& witness =
      *klaim::tools::Witness::Open(absl::StrCat("/tmp/klaim-fuzz-witness-", getpid()), log.verifier(),
                                   *SigningKey::Generate("example.org/witness", KeyType::kCosignature))
           ->release();
  // What is read is written back as it was.
  if (auto key = VerifierKey::Parse(bytes);
      key.ok() && VerifierKey::Parse(key->Text())->Text() != key->Text())
    abort();
  (void)SigningKey::Parse(bytes);
  if (auto note = SignedNote::Parse(bytes); note.ok()) {
    if (note->Format() != bytes) abort();
    if (note->Verify(log.verifier()).ok()) abort();  // nobody has the key
    (void)VerifyCosignature(*note, log.verifier());
  }
  if (auto checkpoint = Checkpoint::Parse(bytes); checkpoint.ok() && checkpoint->Text() != bytes) abort();
  if (auto proof = LogProof::Parse(bytes); proof.ok()) (void)SignedNote::Parse(proof->checkpoint);
  (void)EntriesOf(bytes);
  if (witness.AddCheckpoint(bytes, 1).status == 200) abort();
  return 0;
}
