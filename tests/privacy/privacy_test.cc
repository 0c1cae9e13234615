// Personal data: sealed at the boundary, never in the log, gone with its key.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "engine/privacy/keys_in_order.h"
#include "engine/privacy/sealing.h"
#include "engine/privacy/vault.h"
#include "engine/record/byte_order.h"
#include "engine/record/encoded_record.h"
#include "engine/record/protected_fields.h"
#include "klaim/v1/event_record.pb.h"
#include "testing/temporary_folder.h"

namespace klaim::privacy {
namespace {

using klaim::testing::TemporaryFolder;

v1::Person Siti() {
  v1::Person person;
  person.mutable_name()->set_clear("Siti Aminah");
  person.mutable_national_id()->set_clear("3302015705800001");
  return person;
}

TEST(MasterKey, IsPrivateOrRefused) {
  TemporaryFolder folder;
  const std::string path = folder.path("master.key");
  ASSERT_TRUE(CreateMasterKey(path).ok());
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_TRUE(ReadMasterKey(path).ok());
  EXPECT_EQ(CreateMasterKey(path).code(), absl::StatusCode::kAlreadyExists);
  for (mode_t mode : {0640, 0604, 0660}) {
    chmod(path.c_str(), mode);
    EXPECT_EQ(ReadMasterKey(path).status().code(), absl::StatusCode::kPermissionDenied) << std::oct << mode;
  }
  chmod(path.c_str(), 0600);
  std::ofstream(path, std::ios::app) << "x";
  EXPECT_EQ(ReadMasterKey(path).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Vault, KeysAreFoundInOrderWithoutThoseThatWereDestroyed) {
  TemporaryFolder folder;
  SecretKey master;
  FillRandom(master.data(), SecretKey::size());
  auto vault = *Vault::Open(folder.path("vault"), master);
  std::vector<DataKey> keys;
  while (keys.size() < 1'500) keys.push_back(*vault->NewKey());
  const std::vector<uint64_t> destroyed = {keys[3].key_id, keys[499].key_id, keys[500].key_id};
  ASSERT_TRUE(vault->Erase(destroyed).ok());
  KeysInOrder in_order(*vault);
  const auto check = [&](size_t i) {
    const auto opened = in_order.Open(keys[i].key_id);
    if (std::count(destroyed.begin(), destroyed.end(), keys[i].key_id) > 0) {
      EXPECT_TRUE(absl::IsNotFound(opened.status())) << i << opened.status();
    } else {
      ASSERT_TRUE(opened.ok()) << i << opened.status();
      EXPECT_EQ(opened->key_id, keys[i].key_id);
      EXPECT_EQ(0, memcmp(opened->key.data(), keys[i].key.data(), SecretKey::size()));
    }
  };
  for (size_t i = 0; i < keys.size(); ++i) check(i);
  for (size_t i : {1'499, 3, 2, 500, 499, 0, 1'000}) check(i);
  EXPECT_TRUE(absl::IsNotFound(in_order.Open(1'000'000).status())) << "nobody's";
  check(7);
}

TEST(Vault, ADamagedKeyKeepsNobodyElsesBack) {
  TemporaryFolder folder;
  std::vector<uint64_t> key_ids;
  {
    auto vault = *Vault::Open(folder.path("vault"), SecretKey());
    while (key_ids.size() < 20) key_ids.push_back(vault->NewKey()->key_id);
  }
  {
    auto rows = *OpenVaultRows(folder.path("vault"));
    std::string name = "k";
    record::AppendBig64(name, key_ids[7]);
    std::string value = *rows->Get(name);
    value[40] ^= 1;
    ASSERT_TRUE(rows->Write({{name, value}}, true).ok());
  }
  auto vault = *Vault::Open(folder.path("vault"), SecretKey());
  KeysInOrder in_order(*vault);
  for (uint64_t key_id : key_ids) {
    const absl::Status opened = in_order.Open(key_id).status();
    EXPECT_EQ(opened.code(), key_id == key_ids[7] ? absl::StatusCode::kDataLoss : absl::StatusCode::kOk)
        << key_id << ": " << opened;
    EXPECT_EQ(vault->Open(key_id).status().code(), opened.code()) << key_id;
  }
}

TEST(Vault, AKeyOpensForItsOwnerAndNobodyElseDestroysIt) {
  TemporaryFolder folder;
  SecretKey master;
  uint64_t person = 0;
  uint64_t of_register = 0;
  {
    auto vault = *Vault::Open(folder.path("vault"), master);
    person = vault->NewKey()->key_id;
    of_register = vault->NewKeyOf(kRegistersKey)->key_id;
    EXPECT_NE(person, of_register);
    EXPECT_TRUE(absl::IsNotFound(vault->Open(person, kRegistersKey).status()));
    EXPECT_TRUE(absl::IsNotFound(vault->Open(person, "import/a-b").status()));
    EXPECT_TRUE(absl::IsNotFound(vault->Open(of_register).status()));
    ASSERT_TRUE(vault->Erase({person}, kRegistersKey).ok());
    ASSERT_TRUE(vault->Erase({person}, "import/a-b").ok());
    ASSERT_TRUE(vault->Erase({of_register}).ok());
    EXPECT_TRUE(vault->Open(person).ok());
    EXPECT_TRUE(vault->Open(of_register, kRegistersKey).ok());
    // Also once all rows were wrapped anew.
    FillRandom(master.data(), SecretKey::size());
    ASSERT_TRUE(vault->ChangeMasterKey(master, [](uint64_t) {}).ok());
  }
  auto vault = *Vault::Open(folder.path("vault"), master);
  EXPECT_TRUE(absl::IsNotFound(vault->Open(person, kRegistersKey).status()));
  const auto in_order = KeysInOrder(*vault).Open(of_register);
  EXPECT_TRUE(absl::IsNotFound(in_order.status())) << "no person's";
  ASSERT_TRUE(vault->Erase({of_register}, kRegistersKey).ok());
  EXPECT_TRUE(absl::IsNotFound(vault->Open(of_register, kRegistersKey).status()));
  EXPECT_TRUE(vault->Open(person).ok());
}

TEST(Vault, NumbersThatAreKnownToBeGoneAreNeverGiven) {
  TemporaryFolder folder;
  std::vector<uint64_t> gone;
  {
    auto vault = *Vault::Open(folder.path("vault"), SecretKey());
    const uint64_t first = vault->NewKey()->key_id;
    for (uint64_t key_id = first + 256; key_id < first + 600; key_id += 7) gone.push_back(key_id);
    ASSERT_TRUE(vault->NeverGive(gone).ok());
    for (int i = 0; i < 1'000; ++i)
      EXPECT_EQ(0, std::count(gone.begin(), gone.end(), vault->NewKey()->key_id));
  }
  auto vault = *Vault::Open(folder.path("vault"), SecretKey());
  for (uint64_t key_id : gone) EXPECT_TRUE(*vault->WasErased(key_id)) << key_id;
  for (int i = 0; i < 1'000; ++i)
    EXPECT_EQ(0, std::count(gone.begin(), gone.end(), vault->NewKey()->key_id));
}

TEST(Vault, WhoOnlyLooksMakesNoKeys) {
  TemporaryFolder folder;
  Vault::Open(folder.path("vault"), SecretKey())->reset();
  EXPECT_EQ(*(*OpenVaultRows(folder.path("vault")))->Last("k"), "");
}

TEST(Vault, SealsAndOpensAndOutlivesARestart) {
  TemporaryFolder folder;
  SecretKey master;
  FillRandom(master.data(), SecretKey::size());
  v1::Person person = Siti();
  uint64_t key_id = 0;
  {
    auto vault = *Vault::Open(folder.path("vault"), master);
    const DataKey key = *vault->NewKey();
    key_id = key.key_id;
    ASSERT_TRUE(Seal(person, key).ok());
    EXPECT_TRUE(person.name().has_sealed());
    EXPECT_FALSE(absl::StrContains(person.SerializeAsString(), "Siti"));
  }
  auto vault = *Vault::Open(folder.path("vault"), master);
  v1::Person opened = person;
  ASSERT_TRUE(Unseal(opened, *vault).ok());
  EXPECT_EQ(opened.name().clear(), "Siti Aminah");
  EXPECT_GT(vault->NewKey()->key_id, key_id);
}

TEST(Vault, RefusesAnotherMasterKey) {
  TemporaryFolder folder;
  SecretKey master;
  FillRandom(master.data(), SecretKey::size());
  Vault::Open(folder.path("vault"), master)->reset();
  SecretKey other;
  FillRandom(other.data(), SecretKey::size());
  EXPECT_EQ(Vault::Open(folder.path("vault"), other).status().code(), absl::StatusCode::kPermissionDenied);
}

// A crash while the master key is changed, at its worst moment: every row is under the new key, and nothing has
// been put in its place. Taken as the files stand then.
TEST(Vault, AChangeOfTheMasterKeyThatIsCutOffIsEnded) {
  TemporaryFolder folder;
  SecretKey old_key;
  SecretKey next;
  FillRandom(old_key.data(), SecretKey::size());
  FillRandom(next.data(), SecretKey::size());
  v1::Person person = Siti();
  {
    auto vault = *Vault::Open(folder.path("vault"), old_key);
    ASSERT_TRUE(Seal(person, *vault->NewKey()).ok());
    ASSERT_TRUE(vault->PutSecret("account/7", "a secret").ok());
    ASSERT_TRUE(vault
                    ->ChangeMasterKey(next,
                                      [&](uint64_t rows) {
                                        EXPECT_GT(rows, 200u);
                                        std::filesystem::copy(folder.path("vault"), folder.path("cut"),
                                                              std::filesystem::copy_options::recursive);
                                      })
                    .ok());
    EXPECT_TRUE(vault->IsUnder(next));
  }
  const auto fail = [](const absl::Status&) {};
  EXPECT_TRUE(absl::IsFailedPrecondition(Vault::Open(*OpenVaultRows(folder.path("cut")),
                                                     *IdentityIndex::Begin(folder.path("cut")), old_key,
                                                     std::nullopt, fail)
                                             .status()))
      << "without the next key it can't be ended";
  auto cut = *Vault::Open(*OpenVaultRows(folder.path("cut")), *IdentityIndex::Begin(folder.path("cut")),
                          old_key, next, fail);
  EXPECT_TRUE(*cut->ChangeUnderWay());
  v1::Person opened = person;
  ASSERT_TRUE(Unseal(opened, *cut).ok());
  EXPECT_EQ(opened.name().clear(), "Siti Aminah");
  ASSERT_TRUE(cut->ChangeMasterKey(next, [](uint64_t) {}).ok());
  EXPECT_FALSE(*cut->ChangeUnderWay());
  cut.reset();
  EXPECT_TRUE(absl::IsPermissionDenied(Vault::Open(folder.path("cut"), old_key).status()));
  cut = *Vault::Open(folder.path("cut"), next);
  EXPECT_EQ(*cut->GetSecret("account/7"), "a secret");
}

TEST(Vault, AKeyIsErasedForEverAndItsNumberNeverGivenAgain) {
  TemporaryFolder folder;
  SecretKey master;
  FillRandom(master.data(), SecretKey::size());
  uint64_t highest = 0;
  {
    auto vault = *Vault::Open(folder.path("vault"), master);
    const DataKey key = *vault->NewKey();
    highest = key.key_id;
    const Identity identity{key.key_id, {vault->Tag("nik", "3302015705800001")}};
    ASSERT_TRUE(vault->NoteIdentity(identity).ok());
    ASSERT_TRUE(vault->RecordIdentities(3, {identity}).ok());
    ASSERT_TRUE(vault->Erase({key.key_id}).ok());
    EXPECT_TRUE(absl::IsNotFound(vault->Open(key.key_id).status()));
    EXPECT_TRUE(*vault->WasErased(key.key_id));
    EXPECT_TRUE(vault->NoteIdentity({key.key_id + 1, identity.tags})->empty())
        << "nobody looks the same any more";
  }
  auto vault = *Vault::Open(folder.path("vault"), master);
  EXPECT_TRUE(vault->NoteIdentity({highest + 1, {vault->Tag("nik", "3302015705800001")}})->empty());
  for (int i = 0; i < 1'000; ++i) EXPECT_NE(vault->NewKey()->key_id, highest);
}

TEST(Vault, ASealedValueFitsNoOtherFieldOrPerson) {
  TemporaryFolder folder;
  auto vault = *Vault::Open(folder.path("vault"), SecretKey());
  const DataKey key = *vault->NewKey();
  const DataKey other = *vault->NewKey();
  v1::Person person = Siti();
  ASSERT_TRUE(Seal(person, key).ok());
  v1::Person moved;
  *moved.mutable_address() = person.name();
  EXPECT_EQ(Unseal(moved, *vault).code(), absl::StatusCode::kDataLoss);
  v1::Person stolen = person;
  stolen.mutable_name()->mutable_sealed()->set_key_id(other.key_id);
  EXPECT_EQ(Unseal(stolen, *vault).code(), absl::StatusCode::kDataLoss);
  v1::Person flipped = person;
  (*flipped.mutable_name()->mutable_sealed()->mutable_ciphertext())[0] ^= 1;
  EXPECT_EQ(Unseal(flipped, *vault).code(), absl::StatusCode::kDataLoss);
}

TEST(Vault, NoTwoValuesUnderAKeyHaveOneNonce) {
  TemporaryFolder folder;
  auto vault = *Vault::Open(folder.path("vault"), SecretKey());
  const DataKey key = *vault->NewKey();
  std::set<std::string> nonces;
  for (int message = 0; message < 100; ++message) {
    v1::Person person = Siti();
    ASSERT_TRUE(Seal(person, key).ok());
    for (const v1::Protected* value : {&person.name(), &person.national_id()}) {
      EXPECT_EQ(value->sealed().nonce().size(), 24u);
      EXPECT_TRUE(nonces.insert(value->sealed().nonce()).second);
    }
  }
}

TEST(Vault, AKeyThatIsGoneLeavesErased) {
  TemporaryFolder folder;
  auto vault = *Vault::Open(folder.path("vault"), SecretKey());
  DataKey key = *vault->NewKey();
  key.key_id = 1'000'000;  // as if its row were gone
  v1::Person person = Siti();
  ASSERT_TRUE(Seal(person, key).ok());
  ASSERT_TRUE(Unseal(person, *vault).ok());
  EXPECT_TRUE(person.name().has_erased());
}

TEST(Vault, GivesEachKeyOnceHoweverManyAsk) {
  TemporaryFolder folder;
  auto vault = *Vault::Open(folder.path("vault"), SecretKey());
  ASSERT_TRUE(vault->MakeKeysAhead().ok());
  std::vector<std::vector<uint64_t>> given(4);
  std::vector<std::thread> callers;
  for (auto& mine : given) {
    callers.emplace_back([&] {
      for (int i = 0; i < 3'000; ++i) mine.push_back(vault->NewKey()->key_id);
    });
  }
  for (std::thread& caller : callers) caller.join();
  std::set<uint64_t> all;
  for (const auto& mine : given) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 12'000u);
  for (uint64_t key_id : {*all.begin(), *all.rbegin()}) EXPECT_TRUE(vault->Open(key_id).ok()) << key_id;
}

TEST(Vault, AKeyThatWasNotUsedIsTheNextOnes) {
  TemporaryFolder folder;
  auto vault = *Vault::Open(folder.path("vault"), SecretKey());
  const DataKey refused = *vault->NewKey();
  vault->GiveBack({refused.key_id, {}});
  const DataKey next = *vault->NewKey();
  EXPECT_EQ(next.key_id, refused.key_id);
  v1::Person person = Siti();
  ASSERT_TRUE(Seal(person, next).ok());
  ASSERT_TRUE(Unseal(person, *vault).ok());
  EXPECT_EQ(person.name().clear(), "Siti Aminah");
  EXPECT_NE(vault->NewKey()->key_id, refused.key_id) << "once";
}

TEST(Vault, TellsWhoLooksTheSame) {
  TemporaryFolder folder;
  auto vault = *Vault::Open(folder.path("vault"), SecretKey());
  const IdentityTag nik = vault->Tag("national_id", "3302015705800001");
  EXPECT_NE(nik, vault->Tag("name", "3302015705800001"));
  const uint64_t first = vault->NewKey()->key_id;
  const uint64_t refused = vault->NewKey()->key_id;
  EXPECT_TRUE(vault->NoteIdentity({first, {nik}})->empty());
  EXPECT_EQ(*vault->NoteIdentity({refused, {nik}}), std::vector<uint64_t>{first}) << "before it is recorded";
  vault->GiveBack({refused, {nik}});
  ASSERT_TRUE(vault->RecordIdentities(7, {{first, {nik}}}).ok());
  const uint64_t second = vault->NewKey()->key_id;
  EXPECT_EQ(*vault->NoteIdentity({second, {nik}}), std::vector<uint64_t>{first})
      << "what was refused is forgotten";
  ASSERT_TRUE(vault->RecordIdentities(9, {{second, {nik}}}).ok());
  vault.reset();
  vault = *Vault::Open(folder.path("vault"), SecretKey());
  EXPECT_EQ(vault->identities_recorded_to(), 9u);
  EXPECT_EQ(*vault->NoteIdentity({vault->NewKey()->key_id, {nik}}), (std::vector<uint64_t>{first, second}))
      << "after a restart";
}

// As where the log was restored from a backup that is older than the vault's.
TEST(Vault, WhoIsntInTheLogIsForgotten) {
  TemporaryFolder folder;
  IdentityTag passport = 0;
  {
    auto vault = *Vault::Open(folder.path("vault"), SecretKey());
    passport = vault->Tag("passport", "B1234567");
    for (uint64_t sequence : {uint64_t{10}, uint64_t{20}, uint64_t{30}}) {
      const Identity identity{sequence, {passport}};
      ASSERT_TRUE(vault->NoteIdentity(identity).ok());
      ASSERT_TRUE(vault->RecordIdentities(sequence, {identity}).ok());
    }
    ASSERT_TRUE(vault->ForgetIdentitiesFrom(20).ok());
    EXPECT_EQ(vault->identities_recorded_to(), 10u);
    EXPECT_EQ(*vault->NoteIdentity({1'000, {passport}}), std::vector<uint64_t>{10});
  }
  auto vault = *Vault::Open(folder.path("vault"), SecretKey());
  EXPECT_EQ(vault->identities_recorded_to(), 10u);
  EXPECT_EQ(*vault->NoteIdentity({1'001, {passport}}), std::vector<uint64_t>{10});
}

// What a start records again stands beside what the first append after it records.
TEST(Vault, NoIdentitiesTakeThePlaceOfOthers) {
  TemporaryFolder folder;
  IdentityTag passport = 0;
  {
    auto vault = *Vault::Open(folder.path("vault"), SecretKey());
    passport = vault->Tag("passport", "B1234567");
    ASSERT_TRUE(vault->RecordIdentities(10, {{1, {passport}}}).ok());
    ASSERT_TRUE(vault->RecordIdentities(10, {{2, {passport}}}).ok());
  }
  auto vault = *Vault::Open(folder.path("vault"), SecretKey());
  auto similar = *vault->NoteIdentity({3, {passport}});
  EXPECT_EQ(similar, (std::vector<uint64_t>{1, 2}));
}

TEST(Vault, AMadeUpNumberIsNotKeptWithoutEnd) {
  TemporaryFolder folder;
  auto vault = *Vault::Open(folder.path("vault"), SecretKey());
  const IdentityTag zeros = vault->Tag("national_id", "0000000000000000");
  for (uint64_t key_id = 1; key_id <= 1'000; ++key_id)
    ASSERT_TRUE(vault->NoteIdentity({key_id, {zeros}}).ok());
  EXPECT_EQ(vault->NoteIdentity({1'001, {zeros}})->size(), 20u);
}

// Fills every message field of an event, so that every Protected in it exists.
void FillMessages(google::protobuf::Message& message, int depth) {
  for (int i = 0; i < message.GetDescriptor()->field_count() && depth < 6; ++i) {
    const auto* field = message.GetDescriptor()->field(i);
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    auto* inner = field->is_repeated() ? message.GetReflection()->AddMessage(&message, field)
                                       : message.GetReflection()->MutableMessage(&message, field);
    if (auto* value = dynamic_cast<v1::Protected*>(inner); value != nullptr) {
      value->set_clear("Siti");
    } else {
      FillMessages(*inner, depth + 1);
    }
  }
}

TEST(Log, RefusesAClearValueInEveryEventThatCanHoldOne) {
  const auto* type = v1::EventRecord::descriptor();
  int with_personal_data = 0;
  for (int i = 0; i < type->oneof_decl(0)->field_count(); ++i) {
    const auto* field = type->oneof_decl(0)->field(i);
    v1::EventRecord event;
    auto& body = *event.GetReflection()->MutableMessage(&event, field);
    FillMessages(body, 0);
    int fields = 0;
    (void)record::VisitProtected(event, [&](absl::string_view, v1::Protected&) {
      ++fields;
      return absl::OkStatus();
    });
    EXPECT_EQ(fields > 0, record::CanHoldProtected(field->message_type())) << field->name();
    record::EncodedRecords records;
    if (fields == 0) {
      EXPECT_TRUE(records.Add(event, 0).ok()) << field->name();
      continue;
    }
    ++with_personal_data;
    // Whichever of its fields is the clear one.
    for (int clear = 0; clear < fields; ++clear) {
      v1::EventRecord one = event;
      int at = 0;
      (void)record::VisitProtected(one, [&](absl::string_view, v1::Protected& value) {
        if (at++ != clear) value.mutable_sealed();
        return absl::OkStatus();
      });
      EXPECT_FALSE(records.Add(one, 0).ok()) << field->name() << ", field " << clear;
    }
    EXPECT_TRUE(records.empty());
  }
  EXPECT_GE(with_personal_data, 4);  // claimant, account, case, note
}

}  // namespace
}  // namespace klaim::privacy
