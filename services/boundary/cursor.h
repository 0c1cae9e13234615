// Where a list goes on, as a client holds it between two pages: encrypted and authenticated, so that it tells nothing of the
// rows behind it, and good only for who got it, for the same list with the same filter. Thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/privacy/vault.h"
#include "google/protobuf/message.h"

namespace klaim::services {

// What cursors are sealed under. It follows from the vault: alike on all nodes of a docket, and after a restart.
class CursorSeal {
 public:
  explicit CursorSeal(const privacy::Vault& vault);

  // `bound` says whose the cursor is and of which list.
  std::string Seal(absl::string_view bound, absl::string_view position) const;
  // The position; INVALID_ARGUMENT naming page.cursor for one that wasn't sealed here for the same `bound`.
  absl::StatusOr<std::string> Open(absl::string_view bound, const std::string& cursor) const;

 private:
  privacy::SecretKey key_;
};

// One page of a list: its size, and from where it goes on.
class Page {
 public:
  // The page that a request with a field `page` asks for, by a caller. `prefix` is that of the list's keys. INVALID_ARGUMENT for a
  // size over kMaxPageSize, and for a cursor of another caller, list or filter. `seal` must live longer.
  static absl::StatusOr<Page> Of(const CursorSeal& seal, absl::string_view actor,
                                 const google::protobuf::Message& request, const std::string& prefix);

  uint32_t size = 0;
  std::string from;  // first key to read; the list's prefix on the first page

  // The cursor that goes on at `key`.
  std::string CursorAt(absl::string_view key) const { return seal_->Seal(bound_, key); }

  // Of a list whose places are numbers, not keys, and whose prefix is empty: the number of the first row, 0 on the first page.
  // INVALID_ARGUMENT for a cursor that holds no number.
  absl::StatusOr<uint64_t> Number() const;
  std::string CursorAtNumber(uint64_t number) const;

 private:
  Page(const CursorSeal& seal, std::string bound) : seal_(&seal), bound_(std::move(bound)) {}

  const CursorSeal* seal_;
  std::string bound_;
};

}  // namespace klaim::services
