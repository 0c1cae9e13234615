// The server side of the benchmarks, as in life a process of its own: an empty echo for the floor, or a
// docket with all its services. Both with mutual TLS, on the same two cores as the client.
#pragma once

#include <boost/process/child.hpp>
#include <boost/process/pipe.hpp>
#include <memory>
#include <string>

#include "grpcpp/grpcpp.h"
#include "tools/benchmark/workload.h"

namespace klaim::benchmark {

// Ends the benchmark, and says why, when a call failed; `what` it was.
void NeedAnswer(const grpc::Status& status, const std::string& what);

// Accounts that may file, beside "bench": one account may have no more calls under way than its share (ConnectionBounds).
inline constexpr int kFilers = 40;
std::string Filer(int number);

class Served {
 public:
  // Starts this program anew as the server: "echo" or "docket", or "grown" for one that is in `folder` already.
  explicit Served(const std::string& what, const std::string& folder = "");
  // Ends it; ends the benchmark too, and says why, when it had ended by itself.
  ~Served();

  // A connection of its own, by the certificate of the account of that name ("bench", "administrator", Filer(0)); by none for "".
  std::shared_ptr<grpc::Channel> Connect(const std::string& certificate = "bench") const;
  // Of the HTTP listener; 0 for an echo.
  int http_port() const { return http_port_; }
  // PEM text.
  std::string authority() const;
  // An account without a password, named "page".
  uint64_t page_account() const { return page_account_; }
  // What is in the docket.
  const Fixtures& fixtures() const { return fixtures_; }
  // Processor seconds that the server used so far, user and system, all threads.
  double ProcessorSeconds() const;
  // Of the server.
  double ResidentMebibytes() const;
  pid_t process() const { return server_.id(); }

 private:
  std::string folder_;
  boost::process::opstream stop_;  // closed to end it
  boost::process::child server_;
  int port_ = 0;
  int http_port_ = 0;
  uint64_t page_account_ = 0;
  Fixtures fixtures_;
};

// What the server's process does: tells its port and what is in the docket, and serves until its input ends.
int Serve(const std::string& what, const std::string& folder);

}  // namespace klaim::benchmark
