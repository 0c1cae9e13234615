// Signed notes, checkpoints, tiles and proofs in the formats of C2SP.

#include "engine/merkle/signed_note.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "engine/merkle/checkpoint.h"
#include "engine/merkle/tiles.h"

namespace klaim::merkle {
namespace {

// The key and note of the documentation of Go's note package.
constexpr char kPeter[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr char kPetersSecret[] =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr char kPetersNote[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xE2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

TEST(SignedNote, IsThatOfOtherImplementations) {
  const VerifierKey key = *VerifierKey::Parse(kPeter);
  EXPECT_EQ(key.Text(), kPeter);
  const SignedNote note = *SignedNote::Parse(kPetersNote);
  EXPECT_TRUE(note.Verify(key).ok());
  EXPECT_EQ(note.Format(), kPetersNote);
  const SigningKey secret = *SigningKey::Parse(kPetersSecret);
  EXPECT_EQ(secret.Text(), kPetersSecret);
  EXPECT_EQ(secret.verifier().Text(), kPeter);
  SignedNote again;
  again.text = note.text;
  again.Sign(secret);
  EXPECT_EQ(again.Format(), kPetersNote);
}

TEST(SignedNote, RefusesWhatWasChanged) {
  const VerifierKey key = *VerifierKey::Parse(kPeter);
  const std::string changed = absl::StrReplaceAll(kPetersNote, {{"answer", "Answer"}});
  EXPECT_TRUE(absl::IsDataLoss(SignedNote::Parse(changed)->Verify(key)));
  const SigningKey other = *SigningKey::Generate("PeterNeumann", KeyType::kEd25519);
  EXPECT_TRUE(absl::IsNotFound(SignedNote::Parse(kPetersNote)->Verify(other.verifier())))
      << "a key of the same name is another key";
  for (const char* bad :
       {"", "text\n", "text\n\n", "text\n\n- name AAAAAAA=\n", "text\n\n\xE2\x80\x94 name !\n",
        "te\x01xt\n\n\xE2\x80\x94 name AAAAAAAA\n", "text\n\n\xE2\x80\x94 name AAAAAAAA"}) {
    EXPECT_FALSE(SignedNote::Parse(bad).ok()) << bad;
  }
  for (const char* bad : {"", "a+b+c", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                          "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}) {
    EXPECT_FALSE(VerifierKey::Parse(bad).ok()) << bad;
  }
}

TEST(SignedNote, WithAWrongLineBesideAGoodOneOfTheSameKeyIsRefused) {
  const SigningKey key = *SigningKey::Generate("example.org/log", KeyType::kEd25519);
  SignedNote note;
  note.text = "text\n";
  note.Sign(key);
  ASSERT_TRUE(note.Verify(key.verifier()).ok());
  note.signatures.push_back(note.signatures[0]);
  note.signatures[1].signature[7] ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(note.Verify(key.verifier())));
}

TEST(Checkpoint, CarriesTheLogsSignatureAndWitnesses) {
  const SigningKey log = *SigningKey::Generate("example.org/log", KeyType::kEd25519);
  const SigningKey witness = *SigningKey::Generate("example.org/witness", KeyType::kCosignature);
  Checkpoint checkpoint{"example.org/log", 20852163, Sha256("root"), ""};
  SignedNote note;
  note.text = checkpoint.Text();
  note.Sign(log);
  note.signatures.push_back(Cosign(witness, note.text, 1679315147));
  const SignedNote read = *SignedNote::Parse(note.Format());
  EXPECT_EQ(OpenCheckpoint(read, log.verifier())->size, 20852163u);
  EXPECT_EQ(*VerifyCosignature(read, witness.verifier()), 1679315147u);
  EXPECT_FALSE(read.Verify(witness.verifier()).ok()) << "a cosignature is no signature of the text";
  SignedNote moved = read;
  moved.signatures[1].signature[7] ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(VerifyCosignature(moved, witness.verifier()).status()))
      << "its time was changed";
  for (const char* bad : {"", "a\n1\n", "a\n01\n", "\n1\nAAAA\n", "a\n-1\nAAAA\n"}) {
    EXPECT_FALSE(Checkpoint::Parse(bad).ok()) << bad;
  }
}

// The example of c2sp.org/tlog-cosignature, whose witness's key isn't told: its parts stand where they must.
TEST(Checkpoint, ReadsTheExampleOfTheSpecification) {
  constexpr char kExample[] =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
      "\xE2\x80\x94 example.com/behind-the-sofa "
      "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
      "\xE2\x80\x94 witness.example.com/w1 "
      "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/"
      "zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
  const SignedNote note = *SignedNote::Parse(kExample);
  ASSERT_EQ(note.signatures.size(), 2u);
  EXPECT_EQ(note.signatures[1].signature.size(), 72u);
  EXPECT_EQ(note.Format(), kExample);
  EXPECT_EQ(Checkpoint::Parse(note.text)->size, 20852163u);
}

TEST(Tiles, HaveThePathsOfTheSpecification) {
  EXPECT_EQ((Tile{0, 1234067, 256}).Path(), "tile/0/x001/x234/067");
  EXPECT_EQ((Tile{1, 0, 17}).Path(), "tile/1/000.p/17");
  EXPECT_EQ((Tile{std::nullopt, 999, 1}).Path(), "tile/entries/999.p/1");
  for (const char* path :
       {"tile/0/x001/x234/067", "tile/1/000.p/17", "tile/entries/999.p/1", "tile/63/x001/000"}) {
    ASSERT_TRUE(Tile::Parse(path).has_value()) << path;
    EXPECT_EQ(Tile::Parse(path)->Path(), path);
  }
  for (const char* path : {"", "tile/", "tile/0", "tile/0/1", "tile/64/000", "tile/00/000", "tile/0/x000/001",
                           "tile/0/001/002", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
                           "tile/0/../../etc/passwd", "tile/entries/x1/000", "tile/-1/000", "tile/0/000/",
                           "tile/0/x999/x999/x999/x999/x999/x999/x999/999"}) {
    EXPECT_FALSE(Tile::Parse(path).has_value()) << path;
  }
  // The example of c2sp.org/tlog-tiles: a tree of 70,000.
  EXPECT_EQ(WidthInTree(0, 272, 70'000), 256u);
  EXPECT_EQ(WidthInTree(0, 273, 70'000), 112u);
  EXPECT_EQ(WidthInTree(0, 274, 70'000), 0u);
  EXPECT_EQ(WidthInTree(1, 0, 70'000), 256u);
  EXPECT_EQ(WidthInTree(1, 1, 70'000), 17u);
  EXPECT_EQ(WidthInTree(2, 0, 70'000), 1u);
  EXPECT_EQ(WidthInTree(3, 0, 70'000), 0u);
}

TEST(Tiles, BundlesHoldEntriesWithTheirLengths) {
  std::string bundle;
  AppendEntry("", bundle);
  AppendEntry(std::string(65'535, 'x'), bundle);
  AppendEntry("last", bundle);
  const auto entries = *EntriesOf(bundle);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[1].size(), 65'535u);
  EXPECT_EQ(entries[2], "last");
  for (size_t cut : {size_t{1}, size_t{3}, bundle.size() - 1}) {
    EXPECT_FALSE(EntriesOf(absl::string_view(bundle).substr(0, cut)).ok()) << cut;
  }
}

TEST(LogProof, IsReadBackAsWritten) {
  LogProof proof{"a record", 73894, {Sha256("a"), Sha256("b")}, kPetersNote};
  const LogProof read = *LogProof::Parse(proof.Format());
  EXPECT_EQ(read.Format(), proof.Format());
  EXPECT_EQ(read.checkpoint, kPetersNote);
  EXPECT_TRUE(absl::StartsWith(proof.Format(), "c2sp.org/tlog-proof@v1\nextra "));
  for (const char* bad : {"", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex 01\n\n",
                          "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n", "c2sp.org/tlog-proof@v1\nindex 1\n"}) {
    EXPECT_FALSE(LogProof::Parse(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace klaim::merkle
