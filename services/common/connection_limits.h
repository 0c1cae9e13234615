// How many connections there may be, and whose: so that nobody keeps others out by holding many open. Each stranger's
// address, and each account that is known, has so many seats; whoever takes one more loses the one that was idle longest.
// When all of the strangers' seats are taken, the address that holds most of them gives one up. Thread-safe.
#pragma once

#include <boost/asio/post.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace klaim::services {

struct ConnectionBounds {
  size_t all = 1'024;
  size_t strangers = 256;
  size_t of_one = 64;  // of one address of strangers, or of one account
  // What comes in over all connections of one at a time, where the listener tells it (Seat::Carries).
  size_t calls_of_account = 256;
  size_t calls_of_address = 64;
  size_t bytes_of_address = 32 << 20;  // that belong to calls under way
  size_t bytes_of_strangers = 128 << 20;
};

class ConnectionLimits {
 public:
  explicit ConnectionLimits(ConnectionBounds bounds) : bounds_(bounds) {}

  // A connection's place, given up when this goes.
  class Seat {
   public:
    Seat(ConnectionLimits& limits, std::string owner, std::function<void()> close)
        : limits_(limits), owner_(std::move(owner)), close_(std::move(close)) {}
    ~Seat() { limits_.Leave(*this); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    // Something came or went: it isn't idle.
    void Used() { limits_.Use(*this); }
    // What closes the connection from now on.
    void CloseBy(std::function<void()> close) { limits_.SetClose(*this, std::move(close)); }
    // Whose connection it is, once that is known.
    void BelongsTo(const std::string& account) { limits_.Move(*this, account); }
    // So many calls are under way on the connection now, and so many bytes of them came in. False when that is more than
    // whose it is may have: then the connection should end.
    bool Carries(size_t calls, size_t bytes) { return limits_.Carry(*this, calls, bytes); }

   private:
    friend class ConnectionLimits;
    ConnectionLimits& limits_;
    // Guarded by the limits' mutex.
    std::string owner_;
    bool stranger_ = true;
    std::function<void()> close_;
    std::list<Seat*>::iterator place_;
    size_t calls_ = 0;
    size_t bytes_ = 0;
  };

  // A seat for a stranger from an address. `close` is called at most once, from any thread and with a lock held, when the
  // seat is needed for another: it must only see to it that the connection ends soon. Null when there is no room at all.
  std::unique_ptr<Seat> Enter(const std::string& address, std::function<void()> close);

  size_t count() const;

 private:
  void Leave(Seat& seat);
  void SetClose(Seat& seat, std::function<void()> close);
  void Use(const Seat& seat);
  void Move(Seat& seat, const std::string& account);
  bool Carry(Seat& seat, size_t calls, size_t bytes);
  void SetLoad(Seat& seat, size_t calls, size_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CloseIdlest(const std::string& owner, const Seat* except) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const std::string* CrowdedStranger() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ConnectionBounds bounds_;
  mutable absl::Mutex mutex_;
  // By owner, the one that was idle longest first.
  absl::flat_hash_map<std::string, std::list<Seat*>> seats_ ABSL_GUARDED_BY(mutex_);
  struct Load {
    size_t calls = 0;
    size_t bytes = 0;
  };
  absl::flat_hash_map<std::string, Load> loads_ ABSL_GUARDED_BY(mutex_);  // by owner; of whom there is some
  size_t strangers_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t all_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t strangers_ ABSL_GUARDED_BY(mutex_) = 0;
};

// What closes a connection for Enter and CloseBy: on its own executor, if it is still there.
template <class Executor, class Connection>
std::function<void()> ClosingOn(Executor executor, std::weak_ptr<Connection> connection,
                                void (Connection::*close)()) {
  return [executor = std::move(executor), connection = std::move(connection), close] {
    auto held = connection.lock();
    if (held == nullptr) return;
    // Handed over whole: were it the last, it may not go here, where the limits are locked.
    boost::asio::post(executor, [held = std::move(held), close] { ((*held).*close)(); });
  };
}

}  // namespace klaim::services
