// What the build puts beside the programs, under share/klaim.
#pragma once

#include <string>

namespace klaim::tools {

// bin/../share/klaim/NAME of the program that runs, whether it is there or not.
std::string SharedFile(const std::string& name);

}  // namespace klaim::tools
