// Real programs under test: klaimd as a process of its own, and klaim as a user would call it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"

namespace klaim::testing {

struct Finished {
  int exit_code = -1;
  std::string out;  // standard output and error together
};

// Runs a program of the build to its end, feeding it `input`. With `killed_after`, that end is kill -9
// (exit code 137) once it has run so long; all that it had open is closed when this returns.
Finished RunProgram(const std::vector<std::string>& command, const std::string& input = "",
                    std::optional<std::chrono::milliseconds> killed_after = std::nullopt);

// A daemon on the docket in `folder`, which `klaim init` made. Ends with the object.
class Daemon {
 public:
  // Starts and waits for "ready"; `started()` tells whether it came.
  // `wrapper` is a program that starts the daemon, as a shell script with `exec "$@"`.
  // `flags` are further arguments of klaimd.
  explicit Daemon(const std::string& folder, const std::string& wrapper = "",
                  const std::vector<std::string>& flags = {});
  ~Daemon();

  bool started() const { return started_; }
  std::string output() const;  // all it printed
  void Kill();                 // kill -9
  int Stop();                  // SIGTERM; the exit code
  pid_t process() const { return process_; }
  std::string address() const;  // host:port of gRPC
  std::string http() const;     // host:port of HTTP
  // With this person's certificate; without one where `person` is empty.
  std::shared_ptr<grpc::Channel> Connect(const std::string& person) const;

 private:
  std::string folder_;
  pid_t process_ = -1;
  bool started_ = false;
};

// The program of the build with this name.
std::string Program(const std::string& name);

}  // namespace klaim::testing
