#include "simulation/simulated_storage.h"

#include <rocksdb/system_clock.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <utility>

namespace klaim::simulation {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr size_t kSectorBytes = 512;

std::string FolderOf(const std::string& name) { return name.substr(0, name.rfind('/')); }

class SequentialFile final : public rocksdb::FSSequentialFile {
 public:
  SequentialFile(const SimulatedStorage& storage, std::shared_ptr<SimulatedFile> file)
      : storage_(storage), file_(std::move(file)) {}
  IOStatus Read(size_t n, const IOOptions&, Slice* result, char* scratch, IODebugContext*) override {
    IOStatus status = storage_.Read(*file_, at_, n, result, scratch);
    at_ += result->size();
    return status;
  }
  IOStatus Skip(uint64_t n) override {
    at_ += n;
    return IOStatus::OK();
  }

 private:
  const SimulatedStorage& storage_;
  const std::shared_ptr<SimulatedFile> file_;
  uint64_t at_ = 0;
};

class RandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
  RandomAccessFile(const SimulatedStorage& storage, std::shared_ptr<SimulatedFile> file)
      : storage_(storage), file_(std::move(file)) {}
  IOStatus Read(uint64_t offset, size_t n, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    return storage_.Read(*file_, offset, n, result, scratch);
  }

 private:
  const SimulatedStorage& storage_;
  const std::shared_ptr<SimulatedFile> file_;
};

class WritableFile final : public rocksdb::FSWritableFile {
 public:
  WritableFile(SimulatedStorage& storage, std::shared_ptr<SimulatedFile> file)
      : storage_(storage), file_(std::move(file)) {}
  using rocksdb::FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
    return storage_.Append(*file_, data);
  }
  IOStatus Append(const Slice& data, const IOOptions&, const rocksdb::DataVerificationInfo&,
                  IODebugContext*) override {
    return storage_.Append(*file_, data);
  }
  IOStatus Truncate(uint64_t size, const IOOptions&, IODebugContext*) override {
    return storage_.Truncate(*file_, size);
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return storage_.Sync(*file_); }
  uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return file_->bytes.size(); }

 private:
  SimulatedStorage& storage_;
  const std::shared_ptr<SimulatedFile> file_;
};

class Directory final : public rocksdb::FSDirectory {
 public:
  Directory(SimulatedStorage& storage, std::string folder) : storage_(storage), folder_(std::move(folder)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return storage_.SyncFolder(folder_); }

 private:
  SimulatedStorage& storage_;
  const std::string folder_;
};

class Lock final : public rocksdb::FileLock {};

class Silence final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

class StandingClock final : public rocksdb::SystemClockWrapper {
 public:
  StandingClock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
  const char* Name() const override { return "StandingClock"; }
  uint64_t NowMicros() override { return 1; }
  uint64_t NowNanos() override { return 1'000; }
  void SleepForMicroseconds(int) override {}
  rocksdb::Status GetCurrentTime(int64_t* seconds) override {
    *seconds = 1'790'000'000;
    return rocksdb::Status::OK();
  }
};

// RocksDB's own work (flushing, compacting, removing files), one piece after the other, on one thread of this database's.
// Whoever changes the disk waits for it (Rest), so that what it changes stands at the same place each time.
class Environment final : public rocksdb::EnvWrapper {
 public:
  Environment(std::unique_ptr<rocksdb::Env> env, std::shared_ptr<SimulatedStorage> disk)
      : EnvWrapper(env.get()), env_(std::move(env)), disk_(std::move(disk)), thread_([this] { Work(); }) {
    system_clock_ = std::make_shared<StandingClock>();
    disk_->Join(this, [this] { Rest(); });
  }
  ~Environment() override {
    disk_->Leave(this);
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  const char* Name() const override { return "Environment"; }

  void Schedule(void (*function)(void*), void* argument, Priority, void* tag,
                void (*when_unscheduled)(void*)) override {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back({function, when_unscheduled, argument, tag});
    }
    changed_.notify_all();
  }
  int UnSchedule(void* tag, Priority) override {
    std::vector<Piece> gone;
    {
      const std::lock_guard lock(mutex_);
      const auto end = std::stable_partition(waiting_.begin(), waiting_.end(),
                                             [&](const Piece& piece) { return piece.tag != tag; });
      gone.assign(end, waiting_.end());
      waiting_.erase(end, waiting_.end());
    }
    changed_.notify_all();
    for (const Piece& piece : gone) {
      if (piece.when_unscheduled != nullptr) piece.when_unscheduled(piece.argument);
    }
    return static_cast<int>(gone.size());
  }

 private:
  struct Piece {
    void (*function)(void*);
    void (*when_unscheduled)(void*);
    void* argument;
    void* tag;
  };

  void Work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const Piece piece = waiting_.front();
      waiting_.pop_front();
      working_ = true;
      lock.unlock();
      piece.function(piece.argument);
      lock.lock();
      working_ = false;
      changed_.notify_all();
    }
  }
  // Until nothing waits or is worked on; or until it is in vain, which it tries again and again.
  void Rest() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return (waiting_.empty() && !working_) || disk_->refuses_others(); });
  }

  const std::unique_ptr<rocksdb::Env> env_;
  const std::shared_ptr<SimulatedStorage> disk_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Piece> waiting_;
  bool working_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> EnvironmentOn(const std::shared_ptr<SimulatedStorage>& disk) {
  return std::make_unique<Environment>(rocksdb::NewCompositeEnv(disk), disk);
}

void SimulatedStorage::Join(const void* worker, std::function<void()> rest) {
  std::lock_guard lock(mutex_);
  workers_[worker] = std::move(rest);
}

void SimulatedStorage::Leave(const void* worker) {
  std::lock_guard lock(mutex_);
  workers_.erase(worker);
}

void SimulatedStorage::LetOthersEnd() const {
  if (std::this_thread::get_id() != thread_) return;
  // Only this thread opens databases, so that the list stands still meanwhile.
  for (const auto& [worker, rest] : workers_) rest();
}

void SimulatedStorage::LimitTo(uint64_t more_bytes) { room_ = more_bytes; }

// Every change goes through here: it is where things go wrong.
IOStatus SimulatedStorage::Change(uint64_t more_bytes) {
  if (failed_) return IOStatus::IOError("the power is off");
  if (std::this_thread::get_id() != thread_) {
    if (was_full_) return IOStatus::NoSpace("no space left");
  } else {
    if (until_failure_ != ~uint64_t{0} && until_failure_-- == 0) {
      failed_ = true;
      return IOStatus::IOError("the power fails");
    }
    if (until_error_ != ~uint64_t{0} && until_error_-- == 0) {
      until_error_ = ~uint64_t{0};
      had_error_ = true;
      return IOStatus::IOError("input/output error");
    }
  }
  if (more_bytes > room_) {
    was_full_ = true;
    return IOStatus::NoSpace("no space left");
  }
  if (room_ != ~uint64_t{0}) room_ -= more_bytes;
  return IOStatus::OK();
}

void SimulatedStorage::CutUnsynced(SimulatedFile& file) {
  const size_t unsynced = file.bytes.size() - file.synced;
  if (unsynced > 0) {
    switch (Below(random_, 4)) {
      case 0:  // lost
        file.bytes.resize(file.synced);
        break;
      case 1:  // kept
        break;
      case 2:  // torn
        file.bytes.resize(file.synced + Below(random_, unsynced));
        break;
      default: {  // a sector of it never arrived, what stands behind it did
        const size_t sector = (file.synced + Below(random_, unsynced)) / kSectorBytes;
        const size_t begin = std::max(file.synced, sector * kSectorBytes);
        const size_t end = std::min(file.bytes.size(), (sector + 1) * kSectorBytes);
        std::fill_n(file.bytes.begin() + static_cast<std::ptrdiff_t>(begin), end - begin, '\0');
      }
    }
  }
  file.synced = file.bytes.size();
}

void SimulatedStorage::PowerOn() {
  std::lock_guard lock(mutex_);
  // A journal keeps the order in which names changed; how far it got, the seed says.
  const size_t kept = changes_.empty() ? 0 : Below(random_, changes_.size() + 1);
  for (size_t i = 0; i < kept; ++i) {
    const NameChange& change = changes_[i];
    change.file == nullptr ? void(durable_names_.erase(change.name))
                           : void(durable_names_[change.name] = change.file);
  }
  changes_.clear();
  names_ = durable_names_;
  std::set<SimulatedFile*> cut;
  for (auto& [name, file] : names_) {
    if (cut.insert(file.get()).second) CutUnsynced(*file);
    // A folder whose removal was on its way is there again with what was in it.
    folders_.insert(name.substr(0, name.rfind('/')));
  }
  until_failure_ = until_error_ = room_ = ~uint64_t{0};
  failed_ = was_full_ = had_error_ = false;
}

bool SimulatedStorage::Corrupt(Random& random, const std::string& folder, const std::string& ending) {
  std::lock_guard lock(mutex_);
  std::vector<FilePointer> candidates;
  for (const auto& [name, file] : names_) {
    const bool in_folder = name.compare(0, folder.size() + 1, folder + "/") == 0;
    const bool ends =
        name.size() >= ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
    if (in_folder && ends && !file->bytes.empty()) candidates.push_back(file);
  }
  if (candidates.empty()) return false;
  std::string& bytes = candidates[Below(random, candidates.size())]->bytes;
  char& byte = bytes[Below(random, bytes.size())];
  byte = static_cast<char>(byte ^ (1 << Below(random, 8)));
  return true;
}

std::shared_ptr<SimulatedStorage> SimulatedStorage::Copy() const {
  std::lock_guard lock(mutex_);
  auto copy = std::make_shared<SimulatedStorage>(7);
  for (const auto& [name, file] : names_) copy->names_[name] = std::make_shared<SimulatedFile>(*file);
  copy->durable_names_ = copy->names_;
  copy->folders_ = folders_;
  return copy;
}

SimulatedStorage::FilePointer SimulatedStorage::Find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second;
}

void SimulatedStorage::SetName(const std::string& name, FilePointer file) {
  file == nullptr ? void(names_.erase(name)) : void(names_[name] = file);
  changes_.push_back({FolderOf(name), name, std::move(file)});
}

IOStatus SimulatedStorage::Append(SimulatedFile& file, const Slice& bytes) {
  LetOthersEnd();
  std::lock_guard lock(mutex_);
  IOStatus status = Change(bytes.size());
  if (!status.ok() && !failed_) {
    // As much as there was room for: a write that fails may have begun.
    file.bytes.append(bytes.data(), std::min<size_t>(bytes.size(), Below(random_, bytes.size() + 1)));
  }
  if (status.ok()) file.bytes.append(bytes.data(), bytes.size());
  return status;
}

IOStatus SimulatedStorage::Truncate(SimulatedFile& file, uint64_t size) {
  LetOthersEnd();
  std::lock_guard lock(mutex_);
  IOStatus status = Change();
  if (status.ok() && size < file.bytes.size()) {
    file.bytes.resize(size);
    file.synced = std::min(file.synced, file.bytes.size());
  }
  return status;
}

IOStatus SimulatedStorage::Sync(SimulatedFile& file) {
  LetOthersEnd();
  std::lock_guard lock(mutex_);
  IOStatus status = Change();
  if (status.ok() && !lies_) file.synced = file.bytes.size();
  return status;
}

IOStatus SimulatedStorage::SyncFolder(const std::string& folder) {
  LetOthersEnd();
  std::lock_guard lock(mutex_);
  IOStatus status = Change();
  if (!status.ok()) return status;
  const std::string bare = folder.back() == '/' ? folder.substr(0, folder.size() - 1) : folder;
  std::vector<NameChange> others;
  for (NameChange& change : changes_) {
    if (change.folder != bare) {
      others.push_back(std::move(change));
    } else if (change.file == nullptr) {
      durable_names_.erase(change.name);
    } else {
      durable_names_[change.name] = change.file;
    }
  }
  changes_ = std::move(others);
  return status;
}

IOStatus SimulatedStorage::Read(const SimulatedFile& file, uint64_t offset, size_t size, Slice* result,
                                char* scratch) const {
  std::lock_guard lock(mutex_);
  const size_t begin = std::min<size_t>(offset, file.bytes.size());
  const size_t count = std::min(size, file.bytes.size() - begin);
  std::memcpy(scratch, file.bytes.data() + begin, count);
  *result = Slice(scratch, count);
  return IOStatus::OK();
}

IOStatus SimulatedStorage::NewSequentialFile(const std::string& name, const rocksdb::FileOptions&,
                                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                             IODebugContext*) {
  std::lock_guard lock(mutex_);
  const FilePointer found = Find(name);
  if (found == nullptr) return IOStatus::PathNotFound(name);
  *file = std::make_unique<SequentialFile>(*this, found);
  return IOStatus::OK();
}

IOStatus SimulatedStorage::NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions&,
                                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                               IODebugContext*) {
  std::lock_guard lock(mutex_);
  const FilePointer found = Find(name);
  if (found == nullptr) return IOStatus::PathNotFound(name);
  *file = std::make_unique<RandomAccessFile>(*this, found);
  return IOStatus::OK();
}

IOStatus SimulatedStorage::NewWritableFile(const std::string& name, const rocksdb::FileOptions&,
                                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext*) {
  LetOthersEnd();
  std::lock_guard lock(mutex_);
  IOStatus status = Change();
  if (!status.ok()) return status;
  auto made = std::make_shared<SimulatedFile>();
  SetName(name, made);
  *file = std::make_unique<WritableFile>(*this, std::move(made));
  return status;
}

IOStatus SimulatedStorage::ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                                              IODebugContext* context) {
  std::lock_guard lock(mutex_);
  const FilePointer found = Find(name);
  if (found == nullptr) return NewWritableFile(name, options, file, context);
  *file = std::make_unique<WritableFile>(*this, found);
  return IOStatus::OK();
}

IOStatus SimulatedStorage::NewDirectory(const std::string& name, const IOOptions&,
                                        std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext*) {
  *directory = std::make_unique<Directory>(*this, name);
  return IOStatus::OK();
}

IOStatus SimulatedStorage::FileExists(const std::string& name, const IOOptions&, IODebugContext*) {
  std::lock_guard lock(mutex_);
  return Find(name) != nullptr || folders_.contains(name) ? IOStatus::OK() : IOStatus::NotFound(name);
}

IOStatus SimulatedStorage::GetChildren(const std::string& folder, const IOOptions&,
                                       std::vector<std::string>* names, IODebugContext*) {
  std::lock_guard lock(mutex_);
  names->clear();
  const std::string prefix = folder.back() == '/' ? folder : folder + "/";
  for (const auto& [name, file] : names_) {
    if (name.compare(0, prefix.size(), prefix) == 0 && name.find('/', prefix.size()) == std::string::npos) {
      names->push_back(name.substr(prefix.size()));
    }
  }
  return names->empty() && !folders_.contains(prefix.substr(0, prefix.size() - 1))
             ? IOStatus::NotFound(folder)
             : IOStatus::OK();
}

IOStatus SimulatedStorage::DeleteFile(const std::string& name, const IOOptions&, IODebugContext*) {
  LetOthersEnd();
  std::lock_guard lock(mutex_);
  if (Find(name) == nullptr) return IOStatus::NotFound(name);
  IOStatus status = Change();
  if (status.ok()) SetName(name, nullptr);
  return status;
}

IOStatus SimulatedStorage::CreateDir(const std::string& name, const IOOptions&, IODebugContext*) {
  std::lock_guard lock(mutex_);
  return folders_.insert(name).second ? IOStatus::OK() : IOStatus::IOError("is there already");
}

IOStatus SimulatedStorage::CreateDirIfMissing(const std::string& name, const IOOptions&, IODebugContext*) {
  std::lock_guard lock(mutex_);
  folders_.insert(name);
  return IOStatus::OK();
}

IOStatus SimulatedStorage::DeleteDir(const std::string& name, const IOOptions&, IODebugContext*) {
  std::lock_guard lock(mutex_);
  folders_.erase(name);
  return IOStatus::OK();
}

IOStatus SimulatedStorage::GetFileSize(const std::string& name, const IOOptions&, uint64_t* size,
                                       IODebugContext*) {
  std::lock_guard lock(mutex_);
  const FilePointer found = Find(name);
  if (found == nullptr) return IOStatus::PathNotFound(name);
  *size = found->bytes.size();
  return IOStatus::OK();
}

IOStatus SimulatedStorage::GetFileModificationTime(const std::string&, const IOOptions&, uint64_t* time,
                                                   IODebugContext*) {
  *time = 0;
  return IOStatus::OK();
}

IOStatus SimulatedStorage::RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                                      IODebugContext*) {
  LetOthersEnd();
  std::lock_guard lock(mutex_);
  const FilePointer found = Find(from);
  if (found == nullptr) return IOStatus::PathNotFound(from);
  IOStatus status = Change();
  if (!status.ok()) return status;
  // The old name never goes without the new one coming.
  SetName(to, found);
  SetName(from, nullptr);
  return status;
}

IOStatus SimulatedStorage::LockFile(const std::string&, const IOOptions&, rocksdb::FileLock** lock,
                                    IODebugContext*) {
  *lock = new Lock;
  return IOStatus::OK();
}

IOStatus SimulatedStorage::UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) {
  delete lock;
  return IOStatus::OK();
}

IOStatus SimulatedStorage::GetTestDirectory(const IOOptions&, std::string* path, IODebugContext*) {
  *path = "/test";
  return IOStatus::OK();
}

IOStatus SimulatedStorage::NewLogger(const std::string&, const IOOptions&,
                                     std::shared_ptr<rocksdb::Logger>* logger, IODebugContext*) {
  *logger = std::make_shared<Silence>();
  return IOStatus::OK();
}

IOStatus SimulatedStorage::GetAbsolutePath(const std::string& path, const IOOptions&, std::string* absolute,
                                           IODebugContext*) {
  *absolute = path;
  return IOStatus::OK();
}

IOStatus SimulatedStorage::IsDirectory(const std::string& path, const IOOptions&, bool* is, IODebugContext*) {
  std::lock_guard lock(mutex_);
  *is = folders_.contains(path);
  return IOStatus::OK();
}

}  // namespace klaim::simulation
