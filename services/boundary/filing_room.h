// Room for the filings of all FileClaims streams that are under way between this and the log: so that one account's streams
// leave the sequencer's queue, and memory, to others. Who files more waits for its turn, account by account. Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace klaim::services {

struct FilingBounds {
  size_t streams_of_one = 16;  // open at once
  size_t filings =
      12'000;  // under way of all: the sequencer's queue has room for a quarter more, for calls of one filing
  size_t filings_of_one = 8'000;
};

class FilingRoom {
 public:
  explicit FilingRoom(FilingBounds bounds) : bounds_(bounds) {}

  // Room that somebody has; left when this goes.
  class Place {
   public:
    Place(FilingRoom& room, std::string who, size_t filings)
        : room_(&room), who_(std::move(who)), filings_(filings) {}
    Place(Place&& other) noexcept
        : room_(std::exchange(other.room_, nullptr)), who_(std::move(other.who_)), filings_(other.filings_) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (room_ != nullptr) room_->Leave(who_, filings_);
    }

   private:
    FilingRoom* room_;
    std::string who_;
    size_t filings_;
  };
  using Then = absl::AnyInvocable<void(Place)>;

  // An account opens a stream; it is open until Close(). RESOURCE_EXHAUSTED when it has too many.
  absl::Status Open(const std::string& who);
  void Close(const std::string& who);

  // Calls `then` once there is room for so many filings more: at once, or when others have left theirs, on the thread that does.
  // Each account gets its room in the order in which it asked.
  void Enter(const std::string& who, size_t filings, Then then);
  // The place, if there is room now and nobody of the account's waits.
  std::optional<Place> EnterNow(const std::string& who, size_t filings);

 private:
  struct Waiting {
    size_t filings = 0;
    Then then;
  };
  struct Account {
    size_t streams = 0;
    size_t filings = 0;
    std::deque<Waiting> waiting;
  };

  void Leave(const std::string& who, size_t filings);
  bool HasRoom(const Account& account, size_t filings) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Place Give(const std::string& who, Account& account, size_t filings) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Gives room to whoever has it now, and returns what is to be called, without the lock.
  std::vector<std::pair<Place, Then>> LetIn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ForgetIfIdle(const std::string& who) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const FilingBounds bounds_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Account> accounts_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> turn_ ABSL_GUARDED_BY(mutex_);  // who waits, each once, whose turn is next first
  size_t filings_ ABSL_GUARDED_BY(mutex_) = 0;            // of all
};

}  // namespace klaim::services
