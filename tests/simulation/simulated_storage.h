// A disk in memory that does what disks do when it goes wrong, as a seed says: what was not synced is lost, torn, zeroed
// or kept, file by file, when the power fails; bytes change at rest; it fills up; writes and syncs fail.
//
// RocksDB runs on it by way of its FileSystem. A file's bytes are durable once it was synced; that it is there (made,
// renamed or removed), once its folder was.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace klaim::simulation {

using Random = std::mt19937_64;
inline uint64_t Below(Random& random, uint64_t end) { return random() % end; }

struct SimulatedFile {
  std::string bytes;
  size_t synced = 0;  // so many of them survive
};

class SimulatedStorage final : public rocksdb::FileSystem {
 public:
  explicit SimulatedStorage(uint64_t seed) : random_(seed), thread_(std::this_thread::get_id()) {}
  const char* Name() const override { return "SimulatedStorage"; }

  // The power fails at the n-th change from now on, by this thread: from then on nothing changes any more, and every call fails.
  void FailAfter(uint64_t changes) { until_failure_ = changes; }
  // The n-th change from now on fails, and nothing else does.
  void FailOnceAt(uint64_t changes) { until_error_ = changes; }
  // Files may hold so many more bytes in all.
  void LimitTo(uint64_t more_bytes);
  // Syncs say that they are done, and do nothing: a disk that lies.
  void LieOfSyncs(bool lie) { lies_ = lie; }
  bool failed() const { return failed_; }
  bool full() const { return was_full_; }
  // A change failed.
  bool had_error() const { return had_error_; }
  // Nothing that another thread does changes this disk any more.
  bool refuses_others() const { return failed_ || was_full_; }

  // The machine starts again, with what was durable and, of the rest, what the seed says.
  void PowerOn();

  // Changes a bit of a file in this folder whose name ends so; false when there is none.
  bool Corrupt(Random& random, const std::string& folder, const std::string& ending);

  // Another disk with the same bytes.
  std::shared_ptr<SimulatedStorage> Copy() const;

  // A worker that changes this disk beside the thread that made it; `rest` waits until it has nothing left to do. Each change
  // by that thread waits so, or what is on the disk when the power fails would depend on who is faster.
  void Join(const void* worker, std::function<void()> rest);
  void Leave(const void* worker);

  // FileSystem.
  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions&,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions&,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext*) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions&,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions&,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext*) override;
  rocksdb::IOStatus FileExists(const std::string& name, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetChildren(const std::string& folder, const rocksdb::IOOptions&,
                                std::vector<std::string>* names, rocksdb::IODebugContext*) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override;
  rocksdb::IOStatus CreateDir(const std::string& name, const rocksdb::IOOptions&,
                              rocksdb::IODebugContext*) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& name, const rocksdb::IOOptions&,
                                       rocksdb::IODebugContext*) override;
  rocksdb::IOStatus DeleteDir(const std::string& name, const rocksdb::IOOptions&,
                              rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetFileSize(const std::string& name, const rocksdb::IOOptions&, uint64_t* size,
                                rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetFileModificationTime(const std::string& name, const rocksdb::IOOptions&,
                                            uint64_t* time, rocksdb::IODebugContext*) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override;
  rocksdb::IOStatus LockFile(const std::string& name, const rocksdb::IOOptions&, rocksdb::FileLock** lock,
                             rocksdb::IODebugContext*) override;
  rocksdb::IOStatus UnlockFile(rocksdb::FileLock* lock, const rocksdb::IOOptions&,
                               rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetTestDirectory(const rocksdb::IOOptions&, std::string* path,
                                     rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewLogger(const std::string& name, const rocksdb::IOOptions&,
                              std::shared_ptr<rocksdb::Logger>* logger, rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetAbsolutePath(const std::string& path, const rocksdb::IOOptions&, std::string* absolute,
                                    rocksdb::IODebugContext*) override;
  rocksdb::IOStatus IsDirectory(const std::string& path, const rocksdb::IOOptions&, bool* is,
                                rocksdb::IODebugContext*) override;

  // Of open files.
  rocksdb::IOStatus Append(SimulatedFile& file, const rocksdb::Slice& bytes);
  rocksdb::IOStatus Sync(SimulatedFile& file);
  rocksdb::IOStatus SyncFolder(const std::string& folder);
  rocksdb::IOStatus Read(const SimulatedFile& file, uint64_t offset, size_t size, rocksdb::Slice* result,
                         char* scratch) const;
  rocksdb::IOStatus Truncate(SimulatedFile& file, uint64_t size);

 private:
  using FilePointer = std::shared_ptr<SimulatedFile>;
  using Names = std::map<std::string, FilePointer>;
  // A change of what is there, which isn't durable yet.
  struct NameChange {
    std::string folder;
    std::string name;
    FilePointer file;  // null: removed
  };

  void LetOthersEnd() const;
  rocksdb::IOStatus Change(uint64_t more_bytes = 0);
  FilePointer Find(const std::string& name) const;
  void SetName(const std::string& name, FilePointer file);
  void CutUnsynced(SimulatedFile& file);

  mutable std::recursive_mutex mutex_;
  Random random_;
  const std::thread::id thread_;
  Names names_;          // as programs see them
  Names durable_names_;  // as the disk has them
  std::vector<NameChange> changes_;
  std::set<std::string> folders_;
  std::map<const void*, std::function<void()>> workers_;
  uint64_t until_failure_ = ~uint64_t{0};
  uint64_t until_error_ = ~uint64_t{0};
  uint64_t room_ = ~uint64_t{0};
  std::atomic<bool> failed_ = false;
  std::atomic<bool> was_full_ = false;
  bool had_error_ = false;
  bool lies_ = false;
};

// RocksDB's view of the machine: this disk, and a clock that stands still, so that nothing waits for it.
std::unique_ptr<rocksdb::Env> EnvironmentOn(const std::shared_ptr<SimulatedStorage>& disk);

}  // namespace klaim::simulation
