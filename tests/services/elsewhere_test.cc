// What a docket keeps on other machines: documents in an S3-compatible store, and its vault's rows with klaim-vaultd.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/evidence/evidence_store.h"
#include "engine/privacy/vault.h"
#include "services/principal.h"
#include "services/vault_rows_service.h"
#include "testing/processes.h"
#include "testing/temporary_folder.h"
#include "tools/authority.h"

namespace klaim::testing {
namespace {

class S3Store {
 public:
  explicit S3Store(const std::string& folder) {
    int out[2];
    EXPECT_EQ(pipe(out), 0);
    process_ = fork();
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing outlives the test
      dup2(out[1], STDOUT_FILENO);
      close(out[0]);
      const std::string script = std::string(KLAIM_SOURCE) + "/tests/services/s3_store.mjs";
      execlp("node", "node", script.c_str(), folder.c_str(), nullptr);
      _exit(127);
    }
    close(out[1]);
    char c = 0;
    while (read(out[0], &c, 1) == 1 && c != '\n') said_ += c;
    close(out[0]);
  }
  ~S3Store() { Kill(); }
  void Kill() {
    if (process_ > 0) kill(process_, SIGKILL);
    if (process_ > 0) waitpid(process_, nullptr, 0);
    process_ = -1;
  }
  evidence::S3Place place() const {
    evidence::S3Place place;
    place.endpoint = said_;
    place.bucket = "evidence";
    place.prefix = "sbmi/";
    place.access_key_id = "S3RVER";
    place.secret_access_key = "S3RVER";
    return place;
  }

 private:
  pid_t process_ = -1;
  std::string said_;
};

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
    auto server = services::ServeVaultRows(*privacy::OpenVaultRows(folder_.path("vault")),
                                           absl::StrCat("127.0.0.1:", port), CredentialsOf("server"),
                                           folder_.path("authority/revoked.crl"), folder_.path("backup"));
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::unique_ptr<privacy::VaultRows> Connect(const std::string& name,
                                              absl::Duration patience = absl::Seconds(20)) {
    return services::ConnectVaultRows(absl::StrCat("127.0.0.1:", server_->port()), CredentialsOf(name),
                                      patience);
  }

  std::unique_ptr<privacy::Vault> Open(const std::string& name = "node-a") {
    privacy::SecretKey master;
    auto identities = privacy::IdentityIndex::Begin(folder_.path(absl::StrCat("cache-", ++opened_)));
    EXPECT_TRUE(identities.ok()) << identities.status();
    auto vault = privacy::Vault::Open(Connect(name), *std::move(identities), master, std::nullopt,
                                      [](const absl::Status& status) { ADD_FAILURE() << status; });
    EXPECT_TRUE(vault.ok()) << vault.status();
    return vault.ok() ? *std::move(vault) : nullptr;
  }

  TemporaryFolder folder_;
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
    privacy::Identity identity{a->NewKey()->key_id, {a->Tag("passport", "B1234567")}};
    EXPECT_TRUE(a->NoteIdentity(identity)->empty());
    ASSERT_TRUE(a->RecordIdentities(10, std::vector<privacy::Identity>{identity}).ok());
    // One that lost the docket writes beside it, and takes nothing away.
    auto stale = Open();
    ASSERT_TRUE(stale->RecordIdentities(10, std::vector<privacy::Identity>{{999, {1}}}).ok());
    ASSERT_TRUE(a->PutSecret("account 3", "hash").ok());
  }
  auto b = Open();
  EXPECT_EQ(b->NoteIdentity({12'345, {b->Tag("passport", "B1234567")}})->size(), 1u);
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
  auto rows = Connect("node-a");
  ASSERT_TRUE(rows->Write({{"row", "value"}}, true).ok());
  const int port = server_->port();
  server_.reset();
  EXPECT_TRUE(absl::IsUnavailable(services::ConnectVaultRows(absl::StrCat("127.0.0.1:", port),
                                                             CredentialsOf("node-a"), absl::Milliseconds(300))
                                      ->Get("row")
                                      .status()));
  std::thread back([&] { Serve(port); });
  EXPECT_EQ(*rows->Get("row"), "value");
  back.join();
  ASSERT_TRUE(rows->BackUp("ignored", 2).ok());
  EXPECT_TRUE(std::ifstream(folder_.path("backup/meta/1")).good()) << "on the server's own machine";
}

}  // namespace
}  // namespace klaim::testing
