// A program that serves a test as a process of its own, and says where in the first line that it prints.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace klaim::testing {

// Started on construction, which returns once the line was said; ends with the object, or with the test however that ends.
class ServingProgram {
 public:
  // A program's file, or its name as PATH finds it, and its arguments.
  explicit ServingProgram(const std::vector<std::string>& command);
  ~ServingProgram();
  ServingProgram(const ServingProgram&) = delete;
  ServingProgram& operator=(const ServingProgram&) = delete;

  // The first line, without its end; empty when it ended first.
  const std::string& said() const { return said_; }
  void Kill();  // kill -9

 private:
  pid_t process_ = -1;
  int out_ = -1;  // open until it ends: it may print more
  std::string said_;
};

}  // namespace klaim::testing
