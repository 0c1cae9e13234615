// What a docket keeps on other machines: documents in an S3-compatible store, and its vault's rows with klaim-vaultd.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "engine/domain/claims/claim.h"
#include "engine/evidence/evidence_store.h"
#include "engine/privacy/keys_in_order.h"
#include "engine/privacy/vault.h"
#include "engine/record/byte_order.h"
#include "engine/storage/database_backup.h"
#include "klaim/v1/intake_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/docket/docket_opening.h"
#include "services/docket/vault/vault_rows_service.h"
#include "services/identity/principal.h"
#include "simulation/simulated_storage.h"
#include "testing/processes.h"
#include "testing/s3_store.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::testing {
namespace {

privacy::Identity PersonOf(uint64_t key_id, const std::vector<privacy::IdentityTag>& tags) {
  privacy::Identity person;
  person.key_id = key_id;
  for (const privacy::IdentityTag tag : tags) person.tags.push_back(tag);
  return person;
}

privacy::DataKey Key() {
  privacy::DataKey key;
  key.key_id = 7;
  std::fill_n(key.key.data(), privacy::SecretKey::size(), 9);
  return key;
}

std::string Content(size_t size) {
  std::string content(size, '\0');
  for (size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 + i / 977);
  return content;
}

std::string ReadPart(const evidence::EvidenceStore& store, const std::string& blob, uint64_t offset,
                     uint64_t size) {
  std::string read;
  auto stored = store.Read(blob, Key());
  EXPECT_TRUE(stored.ok()) << stored.status();
  if (!stored.ok()) return read;
  const absl::Status status = (*stored)->Read(offset, size, [&](absl::string_view bytes) {
    read.append(bytes.data(), bytes.size());
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  return read;
}

TEST(EvidenceElsewhere, DocumentsGoToTheStoreEncryptedAndComeBackFromAnyNode) {
  TemporaryFolder folder;
  S3Store s3(folder.path("s3"));
  auto store = *evidence::EvidenceStore::Open(folder.path("a"), evidence::DocumentFilesAt(s3.place()));
  auto other = *evidence::EvidenceStore::Open(folder.path("b"), evidence::DocumentFilesAt(s3.place()));
  for (const size_t size :
       {size_t{1}, evidence::kSegmentBytes, 3 * evidence::kSegmentBytes + 5, size_t{5} << 20}) {
    const std::string blob = absl::StrCat("blob-", size, std::string(32, '-')).substr(0, 16);
    const std::string content = Content(size);
    EXPECT_TRUE(absl::IsNotFound(store->SizeOf(blob).status()));
    evidence::Content kept;
    {
      auto incoming = *store->Resume(blob, Key());
      ASSERT_TRUE(incoming->Append(content).ok());
      kept = *incoming->Complete();
      const absl::Status status = incoming->Keep();
      ASSERT_TRUE(status.ok()) << status;
    }
    EXPECT_EQ(*other->SizeOf(blob), size);
    EXPECT_EQ(*other->HashStored(blob), kept.stored_sha256);
    EXPECT_EQ(ReadPart(*other, blob, 0, size), content);
    EXPECT_EQ(ReadPart(*other, blob, size / 2, size - size / 2), content.substr(size / 2));
    ASSERT_TRUE(other->Remove(blob).ok());
    ASSERT_TRUE(other->Remove(blob).ok()) << "what isn't there is no error";
    EXPECT_TRUE(absl::IsNotFound(store->SizeOf(blob).status()));
    EXPECT_TRUE(absl::IsNotFound(store->HashStored(blob).status()));
  }
}

TEST(EvidenceElsewhere, AWrongKeyIsRefusedAndAStoreThatIsAwayIsNotAMissingDocument) {
  TemporaryFolder folder;
  S3Store s3(folder.path("s3"));
  evidence::S3Place wrong = s3.place();
  wrong.secret_access_key = "not the one";
  const std::string blob(16, 'b');
  auto refused = *evidence::EvidenceStore::Open(folder.path("a"), evidence::DocumentFilesAt(wrong));
  {
    auto incoming = *refused->Resume(blob, Key());
    ASSERT_TRUE(incoming->Append("receipt").ok());
    ASSERT_TRUE(incoming->Complete().ok());
    const absl::Status status = incoming->Keep();
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_EQ(status.message().find("not the one"), std::string::npos) << "secrets stay out of errors";
  }
  auto store = *evidence::EvidenceStore::Open(folder.path("b"), evidence::DocumentFilesAt(s3.place()));
  EXPECT_TRUE(absl::IsNotFound(store->SizeOf(blob).status()));
  s3.Kill();
  EXPECT_TRUE(absl::IsUnavailable(store->SizeOf(blob).status()));
  EXPECT_TRUE(absl::IsUnavailable(store->Read(blob, Key()).status()));
}

absl::Status Put(evidence::EvidenceStore& store, const std::string& blob) {
  auto incoming = *store.Resume(blob, Key());
  absl::Status status = incoming->Append("receipt");
  if (status.ok()) status = incoming->Complete().status();
  return status.ok() ? incoming->Keep() : status;
}

TEST(EvidenceElsewhere, APlaceIsOneDocketsAlone) {
  TemporaryFolder folder;
  S3Store s3(folder.path("s3"));
  const auto open = [&](const char* origin, const char* prefix) {
    return evidence::EvidenceStore::Open(folder.path(origin), evidence::DocumentFilesAt(s3.place(prefix)),
                                         origin);
  };
  const std::string blob(16, 'b');
  auto ours = open("one.example", "one/");
  ASSERT_TRUE(ours.ok()) << ours.status();
  ASSERT_TRUE(Put(**ours, blob).ok());
  auto theirs = open("two.example", "one/");
  EXPECT_TRUE(absl::IsFailedPrecondition(theirs.status())) << theirs.status();
  auto apart = open("two.example", "two/");
  ASSERT_TRUE(apart.ok()) << apart.status();
  EXPECT_TRUE((*apart)->Remove(blob).ok());
  EXPECT_TRUE(open("one.example", "one/").ok());
  EXPECT_EQ(s3.Documents("one/"), 1u);
  // A store that is away keeps no docket from opening; but nothing is kept or removed there unseen.
  s3.Kill();
  auto later = open("two.example", "one/");
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_TRUE(absl::IsUnavailable((*later)->Remove(blob)));
  EXPECT_TRUE(absl::IsUnavailable(Put(**later, blob)));
}

TEST(EvidenceElsewhere, OnePlaceIsKnownHoweverItIsWritten) {
  evidence::S3Place one;
  one.endpoint = "https://s3.example.org";
  one.bucket = "b";
  evidence::S3Place other = one;
  for (const char* endpoint : {"https://S3.example.org/", "https://s3.example.org:443"}) {
    other.endpoint = endpoint;
    EXPECT_TRUE(evidence::IsSamePlace(one, other)) << endpoint;
  }
  other.prefix = "x/";
  EXPECT_FALSE(evidence::IsSamePlace(one, other));
}

TEST(EvidenceElsewhere, TheFileThatNamesAStoreIsChecked) {
  TemporaryFolder folder;
  const auto read = [&](const std::string& text, mode_t mode = 0600) {
    const std::string file = folder.path("s3");
    std::ofstream(file) << text;
    chmod(file.c_str(), mode);
    return evidence::ReadS3Place(file);
  };
  const std::string good =
      "# store\nendpoint = https://s3.example.org\nbucket=b\naccess_key_id=a\nsecret_access_key=s=1\n";
  auto place = read(good);
  ASSERT_TRUE(place.ok()) << place.status();
  EXPECT_EQ(place->endpoint, "https://s3.example.org");
  EXPECT_EQ(place->secret_access_key, "s=1");
  EXPECT_EQ(place->region, "us-east-1");
  EXPECT_TRUE(absl::IsPermissionDenied(read(good, 0644).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(read(good + "buckett=x\n").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(read("endpoint=https://x\n").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      read("endpoint=http://s3.example.org\nbucket=b\naccess_key_id=a\nsecret_access_key=s\n").status()))
      << "not in clear over a network";
}

// The authority, and a server's and some callers' certificates.
class VaultElsewhere : public ::testing::Test {
 protected:
  VaultElsewhere() {
    EXPECT_TRUE(tools::CreateAuthority(folder_.path("authority"), "Authority").ok());
    Issue("server", "");
    Issue("node-a", *services::NodeUri("node-a"));
    Issue("sari", *services::PrincipalUri(0, "sari"));
    Serve(0);
  }

  void Issue(const std::string& name, const std::string& uri) {
    tools::CertificateRequest request;
    request.common_name = name;
    request.uri = uri;
    if (uri.empty()) request.hosts = {"127.0.0.1"};
    ASSERT_TRUE(tools::IssueCertificate(folder_.path("authority"), request, folder_.path(name + ".crt"),
                                        folder_.path(name + ".key"))
                    .ok());
  }

  services::NodeCredentials CredentialsOf(const std::string& name) {
    return {*tools::ReadFile(folder_.path("authority/ca.crt")), *tools::ReadFile(folder_.path(name + ".crt")),
            *tools::ReadFile(folder_.path(name + ".key"))};
  }

  void Serve(int port) {
    server_.reset();
    Serve(port, *privacy::OpenVaultRows(folder_.path("vault")));
  }

  void Serve(int port, std::unique_ptr<privacy::VaultRows> rows) {
    auto server =
        services::ServeVaultRows(std::move(rows), absl::StrCat("127.0.0.1:", port), CredentialsOf("server"),
                                 folder_.path("authority/revoked.crl"), folder_.path("backup"));
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::unique_ptr<privacy::VaultRows> Connect(const std::string& name,
                                              absl::Duration patience = absl::Seconds(20)) {
    return services::ConnectVaultRows(
        absl::StrCat("127.0.0.1:", server_->port()), CredentialsOf(name),
        [this](const absl::Status& status) { NoteFailure(status); }, patience);
  }

  std::unique_ptr<privacy::Vault> Open(const privacy::SecretKey& master = privacy::SecretKey()) {
    auto identities = privacy::IdentityIndex::Begin(folder_.path(absl::StrCat("cache-", ++opened_)));
    EXPECT_TRUE(identities.ok()) << identities.status();
    auto vault = privacy::Vault::Open(Connect("node-a"), *std::move(identities), master, std::nullopt,
                                      [this](const absl::Status& status) { NoteFailure(status); });
    EXPECT_TRUE(vault.ok()) << vault.status();
    return vault.ok() ? *std::move(vault) : nullptr;
  }

  // What should have ended the process, once each.
  void NoteFailure(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    if (failure_.ok()) failure_ = status;
  }
  absl::Status TakeFailure() {
    absl::MutexLock lock(&mutex_);
    return std::exchange(failure_, absl::OkStatus());
  }
  void TearDown() override { EXPECT_TRUE(TakeFailure().ok()) << "no process should have ended"; }

  static std::string RowOf(uint64_t key_id) {
    std::string name = "k";
    record::AppendBig64(name, key_id);
    return name;
  }

  TemporaryFolder folder_;
  absl::Mutex mutex_;
  absl::Status failure_;
  int opened_ = 0;
  std::unique_ptr<services::VaultRowsServer> server_;
};

TEST_F(VaultElsewhere, TwoNodesNeverMakeOneKeyAndOpenEachOthers) {
  auto a = Open();
  auto b = Open();
  std::set<uint64_t> ids;
  std::map<uint64_t, std::string> keys;
  for (int i = 0; i < 2'000; ++i) {
    for (privacy::Vault* vault : {a.get(), b.get()}) {
      auto key = vault->NewKey();
      ASSERT_TRUE(key.ok()) << key.status();
      ASSERT_TRUE(ids.insert(key->key_id).second) << "two persons under key " << key->key_id;
      keys[key->key_id] =
          std::string(reinterpret_cast<const char*>(key->key.data()), privacy::SecretKey::size());
    }
  }
  for (const auto& [id, bytes] : keys) {
    if (id % 97 != 0) continue;
    for (privacy::Vault* vault : {a.get(), b.get()}) {
      EXPECT_EQ(
          std::string(reinterpret_cast<const char*>(vault->Open(id)->key.data()), privacy::SecretKey::size()),
          bytes);
    }
  }
  const uint64_t erased = *ids.begin();
  ASSERT_TRUE(a->Erase({erased}).ok());
  EXPECT_TRUE(absl::IsNotFound(b->Open(erased).status())) << "erased for every node";
  EXPECT_TRUE(*b->WasErased(erased));
}

TEST_F(VaultElsewhere, WhatANodeNotesTheNextOneKnows) {
  {
    auto a = Open();
    const privacy::Identity identity = PersonOf(a->NewKey()->key_id, {a->Tag("passport", "B1234567")});
    EXPECT_TRUE(a->NoteIdentity(identity)->empty());
    ASSERT_TRUE(a->RecordIdentities(10, std::vector<privacy::Identity>{identity}).ok());
    // One that lost the docket writes beside it, and takes nothing away.
    auto stale = Open();
    ASSERT_TRUE(stale->RecordIdentities(10, std::vector<privacy::Identity>{PersonOf(999, {1})}).ok());
    ASSERT_TRUE(a->PutSecret("account 3", "hash").ok());
  }
  auto b = Open();
  EXPECT_EQ(b->NoteIdentity(PersonOf(12'345, {b->Tag("passport", "B1234567")}))->size(), 1u);
  EXPECT_EQ(*b->GetSecret("account 3"), "hash");
}

TEST_F(VaultElsewhere, OnlyANodesCertificateIsLetInAndARevokedOneIsNot) {
  EXPECT_TRUE(absl::IsPermissionDenied(Connect("sari")->Get("m").status()));
  EXPECT_TRUE(absl::IsNotFound(Connect("node-a")->Get("m").status()));
  auto certificate = tools::ReadFile(folder_.path("node-a.crt"));
  const Finished serial =
      RunProgram({"/usr/bin/openssl", "x509", "-noout", "-serial", "-in", folder_.path("node-a.crt")});
  const std::string number =
      serial.out.substr(serial.out.find('=') + 1, serial.out.find('\n') - serial.out.find('=') - 1);
  ASSERT_TRUE(tools::Revoke(folder_.path("authority"), number).ok());
  Serve(0);
  EXPECT_TRUE(absl::IsPermissionDenied(Connect("node-a")->Get("m").status()));
}

TEST_F(VaultElsewhere, WaitsForAServerThatComesBackAndSaysSoWhenItDoesnt) {
  ASSERT_TRUE(Connect("node-a")->Write({{"row", "value"}}, true).ok());
  auto rows = Connect("node-a");
  auto impatient = Connect("node-a", absl::Milliseconds(300));
  const int port = server_->port();
  server_.reset();
  EXPECT_TRUE(absl::IsUnavailable(impatient->Get("row").status()));
  std::thread back([&] { Serve(port); });
  EXPECT_EQ(*rows->Get("row"), "value");
  back.join();
  ASSERT_TRUE(rows->BackUp("ignored", 2).ok());
  EXPECT_TRUE(std::ifstream(folder_.path("backup/meta/1")).good()) << "on the server's own machine";
}

// The server's disk is lost, and it is started anew from a backup on the same address, in a quiet night.
TEST_F(VaultElsewhere, NothingIsRecordedUnderAKeyThatAServerFromABackupLacks) {
  auto node = Open();
  ASSERT_TRUE(Connect("node-a")->BackUp("ignored", 1).ok());
  const uint64_t first = node->NewKey()->key_id;  // and hundreds more, which wait in the node's memory
  const int port = server_->port();
  server_.reset();
  std::filesystem::remove_all(folder_.path("vault"));
  ASSERT_TRUE(storage::Restore(folder_.path("backup"), folder_.path("vault")).ok());
  Serve(port);
  const auto key = node->NewKey();
  ASSERT_TRUE(key.ok()) << key.status();
  ASSERT_NE(key->key_id, first);
  const std::vector<privacy::Identity> persons = {PersonOf(key->key_id, {node->Tag("passport", "B1234567")})};
  EXPECT_FALSE(node->RequireKeys(persons).ok());
  EXPECT_FALSE(node->RecordIdentities(10, persons).ok());
  EXPECT_TRUE(absl::IsAborted(TakeFailure())) << "the process must end";
  EXPECT_FALSE(node->NewKeyOf(privacy::kRegistersKey).ok());
  EXPECT_FALSE(node->Open(key->key_id).ok());
  EXPECT_TRUE(absl::IsAborted(TakeFailure()));
  // Opened anew, it goes on.
  node = Open();
  const auto next = node->NewKey();
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_TRUE(node->RequireKeys(std::vector<privacy::Identity>{PersonOf(next->key_id, {})}).ok());
}

TEST_F(VaultElsewhere, BeforeTheLogIsWrittenAllKeysMustBeThere) {
  auto node = Open();
  std::vector<privacy::Identity> persons;
  while (persons.size() < 5'000) persons.push_back(PersonOf(node->NewKey()->key_id, {}));
  EXPECT_TRUE(node->RequireKeys(persons).ok());
  ASSERT_TRUE(Connect("node-a")->Write({{RowOf(persons[4'500].key_id), std::nullopt}}, true).ok());
  EXPECT_TRUE(absl::IsDataLoss(node->RequireKeys(persons)));
}

TEST_F(VaultElsewhere, AVaultOfVeryManyPersonsOpensAndForgetsOneOfThem) {
  constexpr size_t kRuns = 1'000;
  constexpr size_t kPersonsOfARun = 1'200;
  uint64_t erased = 0;
  {
    auto node = Open();
    erased = node->NewKey()->key_id;
    auto rows = Connect("node-a");
    for (size_t i = 0; i < kRuns; ++i) {
      // Runs of 19 MB in all; each names the one who is to be erased.
      std::string run(kPersonsOfARun * 16, '\0');
      for (size_t person = 0; person < kPersonsOfARun; ++person) {
        record::StoreLittle64(run.data() + person * 16, person == 7 ? erased : 1'000'000 + person);
        record::StoreLittle64(run.data() + person * 16 + 8, person);
      }
      std::string name = "i";
      record::AppendBig64(name, i);
      ASSERT_TRUE(rows->Write({{name, run}}, false).ok());
    }
    // As an earlier program wrote them on a machine of its own: more in one row than a message may have.
    std::string name = "i";
    record::AppendBig64(name, kRuns);
    std::string run(18 << 20, '\0');
    record::StoreLittle64(run.data(), erased);
    server_.reset();
    ASSERT_TRUE((*privacy::OpenVaultRows(folder_.path("vault")))->Write({{name, run}}, true).ok());
  }
  Serve(0);
  auto node = Open();
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->identities_recorded_to(), kRuns);
  const absl::Status gone = node->Erase({erased});
  ASSERT_TRUE(gone.ok()) << gone;
  EXPECT_TRUE(absl::IsNotFound(node->Open(erased).status()));
  uint64_t left = 0;
  ASSERT_TRUE(Connect("node-a")
                  ->Scan("i", "i",
                         [&](absl::string_view, absl::string_view run) {
                           for (size_t at = 0; at + 16 <= run.size(); at += 16)
                             left += record::LoadLittle64(run.data() + at) == erased ? 1 : 0;
                           return true;
                         })
                  .ok());
  EXPECT_EQ(left, 0u);
}

TEST_F(VaultElsewhere, WhoHasTheMasterKeyOfBeforeWritesNothingMore) {
  privacy::SecretKey second;
  privacy::SecretKey third;
  privacy::FillRandom(second.data(), privacy::SecretKey::size());
  privacy::FillRandom(third.data(), privacy::SecretKey::size());
  auto leader = Open();
  auto follower = Open();
  const uint64_t person = leader->NewKey()->key_id;
  ASSERT_TRUE(follower->Open(person).ok());
  ASSERT_TRUE(leader->ChangeMasterKey(second, [](uint64_t) {}).ok());
  EXPECT_TRUE(absl::IsAborted(follower->NewKey().status()));
  EXPECT_TRUE(absl::IsAborted(follower->PutSecret("account 3", "hash")));
  EXPECT_TRUE(absl::IsAborted(TakeFailure())) << "the process must end";
  // What it can't read any more is not told to be damaged, and nobody is taken for erased.
  EXPECT_TRUE(absl::IsFailedPrecondition(follower->Open(person).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(privacy::KeysInOrder(*follower).Open(person).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(TakeFailure()));
  privacy::KeysInOrder in_order(*leader);
  for (uint64_t key_id = person; key_id < person + 256; ++key_id) {
    EXPECT_TRUE(in_order.Open(key_id).ok()) << key_id;
  }
  // Who changed it goes on, and changes it again.
  ASSERT_TRUE(leader->PutSecret("account 3", "hash").ok());
  ASSERT_TRUE(leader->NewKeyOf(privacy::kRegistersKey).ok());
  const absl::Status again = leader->ChangeMasterKey(third, [](uint64_t) {});
  ASSERT_TRUE(again.ok()) << again;
  leader.reset();
  leader = Open(third);
  ASSERT_NE(leader, nullptr);
  EXPECT_EQ(*leader->GetSecret("account 3"), "hash");
  EXPECT_TRUE(leader->NewKey().ok());
}

// Its machine loses its power and comes back: what later runs were written after must be there.
TEST_F(VaultElsewhere, IdentitiesOutliveTheServersLossOfPower) {
  for (uint64_t seed = 1; seed <= 16; ++seed) {
    auto disk = std::make_shared<simulation::SimulatedStorage>(seed);
    server_.reset();
    {
      const auto env = simulation::EnvironmentOn(disk);
      Serve(0, *privacy::OpenVaultRows("/disk/vault", env.get()));
      auto node = Open();
      const privacy::Identity person = PersonOf(node->NewKey()->key_id, {node->Tag("passport", "B1234567")});
      ASSERT_TRUE(node->RecordIdentities(10, std::vector<privacy::Identity>{person}).ok());
      node.reset();
      disk->FailAfter(0);
      server_.reset();
    }
    disk->PowerOn();
    const auto env = simulation::EnvironmentOn(disk);
    Serve(0, *privacy::OpenVaultRows("/disk/vault", env.get()));
    auto node = Open();
    ASSERT_NE(node, nullptr);
    EXPECT_EQ(node->NoteIdentity(PersonOf(12'345, {node->Tag("passport", "B1234567")}))->size(), 1u)
        << "seed " << seed;
    node.reset();
    server_.reset();
  }
}

TEST(Follower, SealsNothing) {
  TemporaryFolder folder;
  ASSERT_TRUE(privacy::CreateMasterKey(folder.path("master.key")).ok());
  auto docket = services::Open(folder.path("data"), folder.path("master.key"),
                               [](const absl::Status& status) { ADD_FAILURE() << status; });
  ASSERT_TRUE(docket.ok()) << docket.status();
  (*docket)->places.cluster = services::ClusterPlace();
  const services::CallOptions options;
  services::CallPipeline calls(**docket, options);
  services::Caller caller;
  caller.actor = "sari@0";
  v1::FileClaimRequest filing;
  filing.set_request_id("one");
  filing.mutable_new_claimant()->mutable_person()->mutable_name()->set_clear("Siti Aminah");
  const absl::Status refused = calls.Prepare(caller, filing).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_TRUE(absl::StrContains(refused.message(), "only follows")) << refused;
  EXPECT_TRUE(filing.new_claimant().person().name().has_clear());
}

}  // namespace
}  // namespace klaim::testing
