// A list that a read model can give: its rows in order, each as what it says, from any place on.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/base/return_if_error.h"
#include "projections/core/projection.h"
#include "projections/core/view.h"

namespace klaim::projections {

// Places in a list are keys of rows: whoever hands one out to be asked for again seals it (services/boundary/cursor.h). Thread-safe.
template <class Row>
class Listing {
 public:
  using Decode = std::function<absl::StatusOr<Row>(absl::string_view key, absl::string_view value)>;

  // The rows whose keys begin with `prefix`.
  Listing(View view, std::string prefix, Decode decode)
      : view_(std::move(view)), prefix_(std::move(prefix)), begin_(prefix_), decode_(std::move(decode)) {}

  // The same from a key on, and up to one that isn't a row any more.
  Listing From(std::string begin) && {
    begin_ = std::move(begin);
    return std::move(*this);
  }
  Listing Before(std::string end) && {
    end_ = std::move(end);
    return std::move(*this);
  }
  // The last first.
  Listing Backwards(bool backwards = true) && {
    backwards_ = backwards;
    return std::move(*this);
  }

  const std::string& prefix() const { return prefix_; }

  // Rows from `place` on, or from the first where it is empty, until the visitor returns false. DATA_LOSS for a row that can't be read.
  absl::Status Read(const std::string& place,
                    absl::FunctionRef<bool(absl::string_view place, Row row)> visit) const {
    absl::Status status;
    const auto each = [&](absl::string_view key, absl::string_view value) {
      if (!end_.empty() && key >= end_) return false;
      absl::StatusOr<Row> row = decode_(key, value);
      status = row.status();
      return status.ok() && visit(key, *std::move(row));
    };
    const std::string& from = place.empty() ? begin_ : place;
    absl::Status scanned =
        backwards_ ? view_.ScanBackwards(prefix_, from, each) : view_.Scan(prefix_, from, each);
    return scanned.ok() ? status : scanned;
  }

  // All of them, until an error.
  absl::Status ForEach(absl::FunctionRef<absl::Status(const Row&)> visit) const {
    absl::Status status;
    absl::Status read = Read("", [&](absl::string_view, const Row& row) {
      status = visit(row);
      return status.ok();
    });
    return read.ok() ? status : read;
  }
  absl::StatusOr<std::vector<Row>> All() const {
    std::vector<Row> rows;
    absl::Status read = Read("", [&](absl::string_view, Row row) {
      rows.push_back(std::move(row));
      return true;
    });
    if (!read.ok()) return read;
    return rows;
  }

 private:
  View view_;
  std::string prefix_;
  std::string begin_;
  std::string end_;
  bool backwards_ = false;
  Decode decode_;
};

// Rows that are messages.
template <class Message>
Listing<Message> MessagesOf(const View& view, std::string prefix) {
  return Listing<Message>(view, std::move(prefix),
                          [view](absl::string_view key, absl::string_view value) -> absl::StatusOr<Message> {
                            Message message;
                            RETURN_IF_ERROR(view.Parse(key, value, message));
                            return message;
                          });
}

// Rows whose key ends with the number that they say, and nothing else.
inline Listing<uint64_t> NumbersOf(const View& view, std::string prefix) {
  return Listing<uint64_t>(view, std::move(prefix),
                           [](absl::string_view key, absl::string_view) -> absl::StatusOr<uint64_t> {
                             return NumberAt(key, key.size() - sizeof(uint64_t));
                           });
}

}  // namespace klaim::projections
