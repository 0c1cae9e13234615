// The log: what is appended is there, in order, after any restart; what is damaged is said to be.

#include "engine/log/rocksdb_event_log.h"

#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/log/data_folder.h"
#include "engine/log/torn_tail.h"
#include "klaim/v1/event_record.pb.h"
#include "testing/temporary_folder.h"

namespace klaim::log {
namespace {

using klaim::testing::TemporaryFolder;

v1::EventRecord Note(uint64_t sequence, uint64_t stream, uint32_t version, size_t size) {
  v1::EventRecord event;
  event.set_sequence(sequence);
  event.set_stream(stream);
  event.set_stream_version(version);
  event.mutable_claim_withdrawn()->set_reason(std::string(size, 'x'));
  return event;
}

std::unique_ptr<RocksDbEventLog> Open(const TemporaryFolder& folder) {
  auto log = RocksDbEventLog::Open(folder.path("log"));
  EXPECT_TRUE(log.ok()) << log.status();
  return log.ok() ? *std::move(log) : nullptr;
}

void Append(RocksDbEventLog& log, size_t count, size_t size = 100) {
  record::EncodedRecords records;
  const uint64_t first = log.next_sequence();
  for (uint64_t i = 0; i < count; ++i)
    ASSERT_TRUE(records.Add(Note(first + i, first + i, 0, size), first + i + 1).ok());
  auto hashes = log.Append(first, records);
  ASSERT_TRUE(hashes.ok()) << hashes.status();
  EXPECT_EQ(hashes->size(), count);
}

std::vector<uint64_t> ReadAll(const RocksDbEventLog& log, uint64_t from) {
  std::vector<uint64_t> sequences;
  const absl::Status status = log.Read(from, [&](uint64_t sequence, absl::string_view bytes) {
    v1::EventRecord event;
    EXPECT_TRUE(record::DecodeRecord(sequence, bytes, event).ok());
    sequences.push_back(sequence);
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  return sequences;
}

TEST(RocksDbEventLog, ReadsFromAnySequenceAcrossPagesAndRestarts) {
  TemporaryFolder folder;
  auto log = Open(folder);
  for (size_t count : {1u, 1u, 63u, 64u, 65u, 300u}) Append(*log, count);
  Append(*log, 3, kMaxPageBytes);  // records that fill a page each
  const uint64_t end = log->next_sequence();
  for (int round = 0; round < 2; ++round) {
    for (uint64_t from : {uint64_t{0}, uint64_t{1}, uint64_t{64}, uint64_t{129}, uint64_t{300}, end - 1}) {
      const auto sequences = ReadAll(*log, from);
      ASSERT_EQ(sequences.size(), end - from);
      EXPECT_EQ(sequences.front(), from);
      EXPECT_EQ(sequences.back(), end - 1);
    }
    EXPECT_TRUE(ReadAll(*log, end).empty());
    log.reset();
    log = Open(folder);
    EXPECT_EQ(log->next_sequence(), end);
  }
}

TEST(RocksDbEventLog, RefusesAWriterThatExpectsAnotherSequence) {
  TemporaryFolder folder;
  auto log = Open(folder);
  Append(*log, 5);
  record::EncodedRecords records;
  ASSERT_TRUE(records.Add(Note(4, 4, 0, 10), 1).ok());
  EXPECT_EQ(log->Append(4, records).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(log->Append(6, records).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(log->next_sequence(), 5u);
}

TEST(RocksDbEventLog, ReadsOneStream) {
  TemporaryFolder folder;
  auto log = Open(folder);
  Append(*log, 3);
  record::EncodedRecords records;
  for (uint64_t i = 0; i < 5; ++i)
    ASSERT_TRUE(records.Add(Note(3 + i, i % 2, static_cast<uint32_t>(1 + i / 2), 10), 0).ok());
  ASSERT_TRUE(log->Append(3, records).ok());
  std::vector<uint64_t> sequences;
  ASSERT_TRUE(log->ReadStream(1,
                              [&](uint64_t sequence, absl::string_view) {
                                sequences.push_back(sequence);
                                return true;
                              })
                  .ok());
  EXPECT_EQ(sequences, (std::vector<uint64_t>{1, 4, 6}));
  EXPECT_TRUE(absl::IsNotFound(log->ReadStream(99, [](uint64_t, absl::string_view) { return true; })));
}

TEST(RocksDbEventLog, TreeIsThatOfItsRecordsAtEverySize) {
  TemporaryFolder folder;
  auto log = Open(folder);
  for (size_t count : {1u, 255u, 1u, 400u}) Append(*log, count);
  std::vector<merkle::Hash> leaves;
  (void)log->Read(0, [&](uint64_t, absl::string_view bytes) {
    leaves.push_back(merkle::LeafHash(bytes));
    return true;
  });
  for (uint64_t size : {1u, 2u, 256u, 257u, 657u}) {
    auto root = log->Root(size);
    ASSERT_TRUE(root.ok()) << root.status();
    EXPECT_EQ(*root, merkle::RootOfHashes(absl::MakeSpan(leaves).subspan(0, size)));
    auto path = log->InclusionProof(size - 1, size);
    ASSERT_TRUE(path.ok());
    EXPECT_TRUE(merkle::VerifyInclusion(leaves[size - 1], size - 1, size, *path, *root));
  }
  EXPECT_EQ(log->Root(658).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(RocksDbEventLog, WaitsForAnAppend) {
  TemporaryFolder folder;
  auto log = Open(folder);
  EXPECT_FALSE(log->WaitForAppend(0, absl::ZeroDuration()));
  std::thread writer([&] { Append(*log, 1); });
  EXPECT_TRUE(log->WaitForAppend(0, absl::Seconds(30)));
  writer.join();
  std::thread stopper([&] { log->Interrupt(); });
  EXPECT_FALSE(log->WaitForAppend(1, absl::Seconds(30)));
  stopper.join();
}

TEST(RocksDbEventLog, AReaderBesideTheWriterNeverMissesWhatWasAnnounced) {
  TemporaryFolder folder;
  auto log = Open(folder);
  Append(*log, 1);
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    while (!stop) {
      const uint64_t from = log->next_sequence() - 1;
      uint64_t last = 0;
      const absl::Status status = log->Read(from, [&](uint64_t sequence, absl::string_view) {
        last = sequence;
        return true;
      });
      EXPECT_TRUE(status.ok()) << status;
      EXPECT_GE(last, from);
    }
  });
  for (int i = 0; i < 300; ++i) Append(*log, 1 + static_cast<size_t>(i) % 70, 50);
  stop = true;
  reader.join();
}

// A batch is in the database a moment before it is announced, and longer where the index of requests is written to a file
// meanwhile, as here at each append.
TEST(RocksDbEventLog, AReaderOfAStreamBesideTheWriterMissesNothingInItsMiddle) {
  TemporaryFolder folder;
  auto opened = RocksDbEventLog::Open(folder.path("log"), nullptr, /*requests_in_memory=*/1);
  ASSERT_TRUE(opened.ok()) << opened.status();
  RocksDbEventLog& log = **opened;
  Append(log, 1);
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      for (bool whole = true; whole && !stop;) {
        uint64_t next = 0;  // the stream is the whole log
        const absl::Status status = log.ReadStream(0, [&](uint64_t sequence, absl::string_view) {
          whole = sequence == next;
          EXPECT_TRUE(whole) << "record " << sequence << " came where " << next << " comes next";
          ++next;
          return whole;
        });
        EXPECT_TRUE(status.ok()) << status;
      }
    });
  }
  for (int batch = 0; batch < 60; ++batch) {
    record::EncodedRecords records;
    const uint64_t first = log.next_sequence();
    for (uint64_t at = first; at < first + 200; ++at)
      EXPECT_TRUE(records.Add(Note(at, 0, static_cast<uint32_t>(at), 20), at == first ? at : 0).ok());
    EXPECT_TRUE(log.Append(first, records).ok());
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

TEST(RocksDbEventLog, SaysWhichRecordAFlippedByteDamaged) {
  TemporaryFolder folder;
  auto log = Open(folder);
  Append(*log, 1000, 400);
  log.reset();
  Open(folder).reset();  // recovery moves the records from the write-ahead log into a table file
  size_t flipped = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path("log"))) {
    if (entry.path().extension() != ".sst" || entry.file_size() < 300'000) continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(150'000);
    const char byte = static_cast<char>(file.get());
    file.seekp(150'000);
    file.put(static_cast<char>(byte ^ 0x40));
    ++flipped;
  }
  ASSERT_GE(flipped, 1u);
  auto damaged = Open(folder);
  ASSERT_NE(damaged, nullptr);
  uint64_t next = 0;
  const absl::Status status = damaged->Read(0, [&](uint64_t sequence, absl::string_view) {
    next = sequence + 1;
    return true;
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), ".sst")) << "the file is named: " << status;
  uint64_t first = 0;
  uint64_t last = 0;
  ASSERT_EQ(std::sscanf(std::string(status.message()).c_str(), "records %" SCNu64 " to %" SCNu64, &first, &last), 2)
      << status;
  EXPECT_EQ(first, next) << "all before was read";
  EXPECT_LT(last, 500u);
  EXPECT_EQ(ReadAll(*damaged, last + 1).size(), 999 - last) << "and all behind it can be";
  for (uint64_t sequence : {first, last}) {
    v1::EventRecord event;
    const absl::Status one = ReadRecord(*damaged, sequence, event);
    EXPECT_EQ(one.code(), absl::StatusCode::kDataLoss) << one;
  }
  size_t found = 0;
  for (const storage::TableFile& file : damaged->TableFiles()) {
    auto damage = storage::CheckTableFile(file, [](uint64_t) { return true; });
    ASSERT_TRUE(damage.ok()) << damage.status();
    if (!damage->has_value()) continue;
    ++found;
    EXPECT_EQ(file.family, "events");
    EXPECT_EQ(storage::TableFileNamedIn((*damage)->what), file.path);
    EXPECT_LT((*damage)->after, (*damage)->before) << "records on both sides can be read";
    EXPECT_FALSE((*damage)->after.empty());
  }
  EXPECT_EQ(found, flipped);
}

TEST(RocksDbEventLog, ATruncatedTableFileIsRefused) {
  TemporaryFolder folder;
  auto log = Open(folder);
  Append(*log, 1000, 400);
  log.reset();
  Open(folder).reset();
  for (const auto& entry : std::filesystem::directory_iterator(folder.path("log"))) {
    if (entry.path().extension() == ".sst" && entry.file_size() > 100'000)
      std::filesystem::resize_file(entry.path(), entry.file_size() / 2);
  }
  auto damaged = RocksDbEventLog::Open(folder.path("log"));
  absl::Status status = damaged.status();
  if (damaged.ok()) status = (*damaged)->Read(0, [](uint64_t, absl::string_view) { return true; });
  EXPECT_FALSE(status.ok());
}

TEST(RocksDbEventLog, AFlippedByteInTheWriteAheadLogIsNeverPassedOver) {
  TemporaryFolder folder;
  {
    auto log = Open(folder);
    for (int i = 0; i < 20; ++i) Append(*log, 20, 400);
    std::filesystem::copy(folder.path("log"), folder.path("killed"),
                          std::filesystem::copy_options::recursive);
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder.path("killed"))) {
    if (entry.path().extension() != ".log" || entry.file_size() < 50'000) continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(20'000);
    const char byte = static_cast<char>(file.get());
    file.seekp(20'000);
    file.put(static_cast<char>(byte ^ 1));
  }
  EXPECT_FALSE(RocksDbEventLog::Open(folder.path("killed")).ok());
}

// What a loss of power leaves of the last append, whichever of its sectors are missing: all before it is there.
TEST(RocksDbEventLog, ATornLastAppendIsLeftOutAndNothingElse) {
  TemporaryFolder folder;
  uint64_t acknowledged = 0;
  {
    auto log = Open(folder);
    for (int i = 0; i < 5; ++i) Append(*log, 20, 400);
    acknowledged = log->next_sequence();
    std::filesystem::copy(folder.path("log"), folder.path("before"),
                          std::filesystem::copy_options::recursive);
    Append(*log, 200, 700);  // over several blocks
    std::filesystem::copy(folder.path("log"), folder.path("after"), std::filesystem::copy_options::recursive);
  }
  const auto wal_of = [](const std::string& path) {
    std::filesystem::path largest;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.path().extension() != ".log") continue;
      if (largest.empty() || entry.file_size() > std::filesystem::file_size(largest)) largest = entry.path();
    }
    return largest;
  };
  const size_t synced = std::filesystem::file_size(wal_of(folder.path("before")));
  const size_t whole = std::filesystem::file_size(wal_of(folder.path("after")));
  ASSERT_GT(whole, synced + 100'000);
  for (size_t sector = synced / 512 + 1; sector * 512 < whole; sector += 37) {
    std::filesystem::remove_all(folder.path("torn"));
    std::filesystem::copy(folder.path("after"), folder.path("torn"),
                          std::filesystem::copy_options::recursive);
    std::fstream file(wal_of(folder.path("torn")), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(sector * 512));
    file.write(std::string(std::min<size_t>(512, whole - sector * 512), '\0').data(),
               static_cast<std::streamsize>(std::min<size_t>(512, whole - sector * 512)));
    file.close();
    EXPECT_TRUE(NewestWriteAheadLogIsTorn(*rocksdb::Env::Default(), folder.path("torn")));
    // A start that passed over it, and then lost its power too, leaves a file with an empty batch.
    std::ofstream(folder.path("torn/999999.log")) << std::string(19, 'x');
    EXPECT_TRUE(NewestWriteAheadLogIsTorn(*rocksdb::Env::Default(), folder.path("torn")));
    std::filesystem::remove(folder.path("torn/999999.log"));
    auto log = RocksDbEventLog::Open(folder.path("torn"));
    ASSERT_TRUE(log.ok()) << "sector " << sector << ": " << log.status();
    EXPECT_EQ((*log)->next_sequence(), acknowledged) << "sector " << sector;
  }
}

TEST(DataFolder, BelongsToOneProcess) {
  TemporaryFolder folder;
  auto first = DataFolder::Open(folder.path("data"));
  ASSERT_TRUE(first.ok());
  auto second = DataFolder::Open(folder.path("data"));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(second.status().message(), "another process"));
}

TEST(DataFolder, AFormatThatCouldNotBeWrittenIsNotLeftEmpty) {
  TemporaryFolder folder;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit full{0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
  const bool opened = DataFolder::Open(folder.path("data")).ok();
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, handler);
  EXPECT_FALSE(opened);
  EXPECT_FALSE(std::filesystem::exists(folder.path("data/FORMAT")));
  const auto again = DataFolder::Open(folder.path("data"));
  EXPECT_TRUE(again.ok()) << again.status();
}

TEST(DataFolder, RefusesANewerFormat) {
  TemporaryFolder folder;
  ASSERT_TRUE(DataFolder::Open(folder.path("data")).ok());
  std::ofstream(folder.path("data/FORMAT")) << "klaim docket format 4\n";
  auto opened = DataFolder::Open(folder.path("data"));
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(opened.status().message(), "newer klaimd")) << opened.status();
}

TEST(DataFolder, RefusesTheFormatFromBeforeTheFirstRelease) {
  TemporaryFolder folder;
  ASSERT_TRUE(DataFolder::Open(folder.path("data")).ok());
  std::ofstream(folder.path("data/FORMAT")) << "klaim docket format 1\n";
  auto opened = DataFolder::Open(folder.path("data"));
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(opened.status().message(), "make the docket anew")) << opened.status();
}

}  // namespace
}  // namespace klaim::log
