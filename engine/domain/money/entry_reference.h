// How entries of bank reports are called in `bank_reference`, so that one that is told several times is booked once: over the day and at
// its end, as one sum and by its transactions. Names are made and read here alone.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace klaim::domain {

// A transaction with a name of its own within an entry.
std::string NamedPart(absl::string_view entry, absl::string_view transaction);
// One without, by its place, from 1.
std::string NumberedPart(absl::string_view entry, size_t place);
// What the bank took for an entry, or a part of one.
std::string ChargesOf(absl::string_view reference);
// Another entry that the bank gave the same name, or none (empty), by the 16 hexadecimal digits of a hash of what it says.
std::string AnotherOf(absl::string_view reference, absl::string_view hash);

// Entries that are booked. Of one that was told in parts, another part may still be taken, told in the same way.
class BookedEntries {
 public:
  void Insert(absl::string_view reference);
  bool Contains(absl::string_view reference) const;

 private:
  bool HasPartOf(absl::string_view entry, char separator) const;

  std::set<std::string, std::less<>> references_;
};

}  // namespace klaim::domain
