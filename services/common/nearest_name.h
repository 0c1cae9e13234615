// Which known name was meant by one that isn't.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace klaim::services {

// The known name that is nearest to what was written, in letters that must be changed, left out or added, whatever their case and
// whether words are parted by _, - or a space; the first of equals. Empty where none is near: more than a third is otherwise.
std::string NearestName(absl::string_view written, const std::vector<std::string>& known);

}  // namespace klaim::services
