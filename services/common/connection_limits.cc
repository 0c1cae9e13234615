#include "services/common/connection_limits.h"

#include "absl/strings/str_cat.h"

namespace klaim::services {
namespace {

// Connections that were told to close, and haven't yet.
constexpr size_t kClosing = 32;

// An account's name can't be an address's.
std::string OwnerOf(const std::string& account) { return absl::StrCat("account ", account); }

}  // namespace

std::unique_ptr<ConnectionLimits::Seat> ConnectionLimits::Enter(const std::string& address,
                                                                std::function<void()> close) {
  auto seat = std::make_unique<Seat>(*this, address, std::move(close));
  absl::MutexLock lock(&mutex_);
  // Who is told to close still counts until it has: for a moment there are a few more, and files for them.
  const auto mine = seats_.find(address);
  if (mine != seats_.end() && mine->second.size() >= bounds_.of_one) {
    CloseIdlest(address, nullptr);
  } else if (strangers_ >= bounds_.strangers || all_ >= bounds_.all) {
    if (const std::string* crowded = CrowdedStranger(); crowded != nullptr) CloseIdlest(*crowded, nullptr);
  }
  const bool full = all_ >= bounds_.all + kClosing || strangers_ >= bounds_.strangers + kClosing;
  if (full) {
    seat->place_ = {};
    seat->owner_.clear();
    return nullptr;
  }
  std::list<Seat*>& seats = seats_[address];
  seat->place_ = seats.insert(seats.end(), seat.get());
  ++all_;
  ++strangers_;
  return seat;
}

size_t ConnectionLimits::count() const {
  absl::MutexLock lock(&mutex_);
  return all_;
}

void ConnectionLimits::Leave(Seat& seat) {
  absl::MutexLock lock(&mutex_);
  const auto found = seats_.find(seat.owner_);
  if (found == seats_.end()) return;
  SetLoad(seat, 0, 0);
  found->second.erase(seat.place_);
  if (found->second.empty()) seats_.erase(found);
  --all_;
  if (seat.stranger_) --strangers_;
}

void ConnectionLimits::SetClose(Seat& seat, std::function<void()> close) {
  absl::MutexLock lock(&mutex_);
  seat.close_ = std::move(close);
}

void ConnectionLimits::Use(const Seat& seat) {
  absl::MutexLock lock(&mutex_);
  std::list<Seat*>& seats = seats_[seat.owner_];
  seats.splice(seats.end(), seats, seat.place_);
}

void ConnectionLimits::Move(Seat& seat, const std::string& account) {
  const std::string owner = OwnerOf(account);
  absl::MutexLock lock(&mutex_);
  if (seat.owner_ == owner) return;
  std::list<Seat*>& to = seats_[owner];
  std::list<Seat*>& from = seats_[seat.owner_];
  to.splice(to.end(), from, seat.place_);
  if (from.empty()) seats_.erase(seat.owner_);
  const Load load{seat.calls_, seat.bytes_};
  SetLoad(seat, 0, 0);
  if (seat.stranger_) --strangers_;
  seat.stranger_ = false;
  seat.owner_ = owner;
  SetLoad(seat, load.calls, load.bytes);
  if (seats_[owner].size() > bounds_.of_one) CloseIdlest(owner, &seat);
}

bool ConnectionLimits::Carry(Seat& seat, size_t calls, size_t bytes) {
  absl::MutexLock lock(&mutex_);
  if (calls == seat.calls_ && bytes == seat.bytes_) return true;
  const bool more = calls > seat.calls_ || bytes > seat.bytes_;
  SetLoad(seat, calls, bytes);
  // Whoever brings no more isn't the one to end.
  if (!more) return true;
  const Load& of_owner = loads_[seat.owner_];
  if (!seat.stranger_) return of_owner.calls <= bounds_.calls_of_account;
  return of_owner.calls <= bounds_.calls_of_address && of_owner.bytes <= bounds_.bytes_of_address &&
         strangers_bytes_ <= bounds_.bytes_of_strangers;
}

void ConnectionLimits::SetLoad(Seat& seat, size_t calls, size_t bytes) {
  Load& load = loads_[seat.owner_];
  load.calls += calls - seat.calls_;
  load.bytes += bytes - seat.bytes_;
  if (seat.stranger_) strangers_bytes_ += bytes - seat.bytes_;
  seat.calls_ = calls;
  seat.bytes_ = bytes;
  if (load.calls == 0 && load.bytes == 0) loads_.erase(seat.owner_);
}

void ConnectionLimits::CloseIdlest(const std::string& owner, const Seat* except) {
  for (Seat* seat : seats_[owner]) {
    if (seat == except) continue;
    // Told once: it goes to the end, so that the next time it is another's turn.
    std::list<Seat*>& seats = seats_[owner];
    seats.splice(seats.end(), seats, seat->place_);
    return seat->close_();
  }
}

const std::string* ConnectionLimits::CrowdedStranger() const {
  const std::string* crowded = nullptr;
  size_t most = 0;
  for (const auto& [owner, seats] : seats_) {
    if (seats.empty() || !seats.front()->stranger_ || seats.size() <= most) continue;
    most = seats.size();
    crowded = &owner;
  }
  return crowded;
}

}  // namespace klaim::services
