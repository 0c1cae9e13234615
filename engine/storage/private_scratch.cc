#include "engine/storage/private_scratch.h"

#include <fcntl.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env_encryption.h>
#include <rocksdb/table.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/errno_status.h"
#include "engine/storage/rocksdb_status.h"

namespace klaim::storage {
namespace {

constexpr size_t kNonceBytes = crypto_stream_xchacha20_NONCEBYTES;
constexpr uint64_t kCipherBlock = 64;
constexpr size_t kCacheBytes = 64 << 20;
constexpr size_t kRowsInMemoryBytes = 16 << 20;
constexpr int kMaxInMemory = 2;

constexpr size_t kCounterBytes = 8;
constexpr size_t kTagBytes = crypto_aead_chacha20poly1305_ietf_ABYTES;
static_assert(crypto_aead_chacha20poly1305_ietf_KEYBYTES == sizeof(ScratchKey));
static_assert(crypto_stream_xchacha20_KEYBYTES == sizeof(ScratchKey));

uint8_t* Bytes(char* text) { return reinterpret_cast<uint8_t*>(text); }

// A file's bytes, each xored with the one of the stream that is at its offset.
class FileStream final : public rocksdb::BlockAccessCipherStream {
 public:
  FileStream(const ScratchKey& key, const uint8_t* nonce) : key_(key) {
    std::copy(nonce, nonce + kNonceBytes, nonce_);
  }

  size_t BlockSize() override { return kCipherBlock; }

  rocksdb::Status Encrypt(uint64_t offset, char* data, size_t size) override {
    const uint64_t within = offset % kCipherBlock;
    if (within != 0 && size > 0) {
      const size_t first = std::min<size_t>(size, kCipherBlock - within);
      uint8_t block[kCipherBlock] = {};
      std::memcpy(block + within, data, first);
      Xor(block, kCipherBlock, offset / kCipherBlock);
      std::memcpy(data, block + within, first);
      offset += first;
      data += first;
      size -= first;
    }
    if (size > 0) Xor(Bytes(data), size, offset / kCipherBlock);
    return rocksdb::Status::OK();
  }

  rocksdb::Status Decrypt(uint64_t offset, char* data, size_t size) override {
    return Encrypt(offset, data, size);
  }

 protected:
  void AllocateScratch(std::string&) override {}
  rocksdb::Status EncryptBlock(uint64_t block, char* data, char*) override {
    Xor(Bytes(data), kCipherBlock, block);
    return rocksdb::Status::OK();
  }
  rocksdb::Status DecryptBlock(uint64_t block, char* data, char* scratch) override {
    return EncryptBlock(block, data, scratch);
  }

 private:
  void Xor(uint8_t* data, size_t size, uint64_t block) const {
    crypto_stream_xchacha20_xor_ic(data, data, size, nonce_, block, key_.data());
  }

  const ScratchKey key_;
  uint8_t nonce_[kNonceBytes];
};

// Every file under one key, and a nonce of its own that stands at its beginning.
class OneKey final : public rocksdb::EncryptionProvider {
 public:
  OneKey() { randombytes_buf(key_.data(), key_.size()); }
  ~OneKey() override { sodium_memzero(key_.data(), key_.size()); }

  const char* Name() const override { return "OneKey"; }
  size_t GetPrefixLength() const override { return kCipherBlock; }
  rocksdb::Status CreateNewPrefix(const std::string&, char* prefix, size_t length) const override {
    randombytes_buf(prefix, length);
    return rocksdb::Status::OK();
  }
  rocksdb::Status AddCipher(const std::string&, const char*, size_t, bool) override {
    return rocksdb::Status::NotSupported("there is one key");
  }
  rocksdb::Status CreateCipherStream(const std::string& file, const rocksdb::EnvOptions&,
                                     rocksdb::Slice& prefix,
                                     std::unique_ptr<rocksdb::BlockAccessCipherStream>* result) override {
    if (prefix.size() < kNonceBytes) return rocksdb::Status::Corruption(file, "is cut off");
    *result = std::make_unique<FileStream>(key_, reinterpret_cast<const uint8_t*>(prefix.data()));
    return rocksdb::Status::OK();
  }

 private:
  ScratchKey key_;
};

// RocksDB's own log is a file in clear, and may name rows.
class Silence final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::Options RowsOptions(rocksdb::Env* encrypted) {
  rocksdb::Options options;
  options.env = encrypted;
  options.create_if_missing = true;
  options.info_log = std::make_shared<Silence>();
  options.compression = rocksdb::kNoCompression;
  options.write_buffer_size = kRowsInMemoryBytes;
  options.max_write_buffer_number = kMaxInMemory;
  options.avoid_flush_during_shutdown = true;
  options.level_compaction_dynamic_level_bytes = true;
  options.max_open_files = 256;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kCacheBytes);
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

absl::Status DiskError(absl::string_view doing) {
  return ErrnoStatus(absl::StrCat(doing, " a place of the scratch"));
}

// What a place was put under; never the same twice.
std::array<uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> NonceOf(const uint8_t* counter) {
  std::array<uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> nonce{};
  std::copy(counter, counter + kCounterBytes, nonce.begin());
  return nonce;
}

}  // namespace

ScratchPlaces::ScratchPlaces(ScratchPlaces&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      place_bytes_(other.place_bytes_),
      key_(other.key_),
      puts_(other.puts_),
      sealed_(std::move(other.sealed_)) {}

ScratchPlaces::~ScratchPlaces() {
  sodium_memzero(key_.data(), key_.size());
  if (file_ >= 0) close(file_);
}

absl::Status ScratchPlaces::Put(uint64_t place, absl::Span<const uint8_t> bytes) {
  ++puts_;
  std::memcpy(sealed_.data(), &puts_, kCounterBytes);
  crypto_aead_chacha20poly1305_ietf_encrypt(sealed_.data() + kCounterBytes, nullptr, bytes.data(),
                                            place_bytes_, reinterpret_cast<const uint8_t*>(&place),
                                            sizeof(place), nullptr, NonceOf(sealed_.data()).data(),
                                            key_.data());
  const auto written =
      pwrite(file_, sealed_.data(), sealed_.size(), static_cast<off_t>(place * sealed_.size()));
  if (written == static_cast<ssize_t>(sealed_.size())) return absl::OkStatus();
  if (written >= 0) errno = ENOSPC;  // less was written than there is
  return DiskError("writing");
}

absl::Status ScratchPlaces::Get(uint64_t place, absl::Span<uint8_t> bytes) const {
  const auto read = pread(file_, sealed_.data(), sealed_.size(), static_cast<off_t>(place * sealed_.size()));
  if (read < 0) return DiskError("reading");
  if (read != static_cast<ssize_t>(sealed_.size()) ||
      crypto_aead_chacha20poly1305_ietf_decrypt(bytes.data(), nullptr, nullptr,
                                                sealed_.data() + kCounterBytes, place_bytes_ + kTagBytes,
                                                reinterpret_cast<const uint8_t*>(&place), sizeof(place),
                                                NonceOf(sealed_.data()).data(), key_.data()) != 0) {
    return absl::DataLossError(absl::StrCat("place ", place, " of the scratch is damaged: check the disk"));
  }
  return absl::OkStatus();
}

PrivateScratch::PrivateScratch(std::string folder, std::unique_ptr<rocksdb::Env> encrypted)
    : folder_(std::move(folder)), encrypted_(std::move(encrypted)) {}

absl::StatusOr<std::unique_ptr<PrivateScratch>> PrivateScratch::Begin(const std::string& folder) {
  if (sodium_init() < 0) return absl::InternalError("libsodium can't start on this machine");
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (!error) std::filesystem::create_directories(folder, error);
  if (error) return absl::InternalError(absl::StrCat("emptying ", folder, ": ", error.message()));
  std::unique_ptr<PrivateScratch> scratch(
      new PrivateScratch(folder, std::unique_ptr<rocksdb::Env>(rocksdb::NewEncryptedEnv(
                                     rocksdb::Env::Default(), std::make_shared<OneKey>()))));
  rocksdb::DB* rows = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(RowsOptions(scratch->encrypted_.get()), folder, &rows);
  scratch->rows_.reset(rows);
  if (!opened.ok()) return FromRocksDb(opened, absl::StrCat("beginning the scratch in ", folder));
  return scratch;
}

PrivateScratch::~PrivateScratch() {
  rows_.reset();
  std::error_code ignored;  // it can't be read any more, and the next one to begin here removes it
  std::filesystem::remove_all(folder_, ignored);
}

absl::Status PrivateScratch::Write(rocksdb::WriteBatch& changes) {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  return FromRocksDb(rows_->Write(options, &changes), absl::StrCat("writing ", folder_));
}

absl::StatusOr<std::optional<std::string>> PrivateScratch::Get(absl::string_view name) const {
  std::string value;
  const rocksdb::Status read = rows_->Get(rocksdb::ReadOptions(), {name.data(), name.size()}, &value);
  if (read.IsNotFound()) return std::nullopt;
  if (!read.ok()) return FromRocksDb(read, absl::StrCat("reading ", folder_));
  return value;
}

absl::StatusOr<std::vector<std::string>> PrivateScratch::GetAll(absl::Span<const std::string> names) const {
  const std::vector<rocksdb::Slice> keys(names.begin(), names.end());
  std::vector<rocksdb::PinnableSlice> rows(keys.size());
  std::vector<rocksdb::Status> read(keys.size());
  rows_->MultiGet(rocksdb::ReadOptions(), rows_->DefaultColumnFamily(), keys.size(), keys.data(), rows.data(),
                  read.data());
  std::vector<std::string> values(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (read[i].IsNotFound()) continue;
    if (!read[i].ok()) return FromRocksDb(read[i], absl::StrCat("reading ", folder_));
    values[i] = rows[i].ToString();
  }
  return values;
}

absl::Status PrivateScratch::Scan(absl::string_view prefix,
                                  absl::FunctionRef<bool(absl::string_view name)> visit) const {
  const rocksdb::Slice begins(prefix.data(), prefix.size());
  const std::unique_ptr<rocksdb::Iterator> row(rows_->NewIterator(rocksdb::ReadOptions()));
  for (row->Seek(begins); row->Valid() && row->key().starts_with(begins); row->Next()) {
    if (!visit({row->key().data(), row->key().size()})) break;
  }
  return FromRocksDb(row->status(), absl::StrCat("reading ", folder_));
}

absl::StatusOr<ScratchPlaces> PrivateScratch::MakePlaces(size_t place_bytes) const {
  std::string name = folder_ + "/places-XXXXXX";
  const int file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return DiskError(absl::StrCat("making a file in ", folder_, " for"));
  unlink(name.c_str());  // it goes when it is closed
  ScratchKey key;
  randombytes_buf(key.data(), key.size());
  ScratchPlaces places(file, place_bytes, key);
  sodium_memzero(key.data(), key.size());
  return places;
}

}  // namespace klaim::storage
