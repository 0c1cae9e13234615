#include "services/common/grpc_log.h"

#include <grpc/support/log.h>

#include <atomic>
#include <chrono>

#include "spdlog/spdlog.h"

namespace klaim::services {
namespace {

// Once a second at the most: a caller decides how often something goes wrong.
void Tell(gpr_log_func_args* what) {
  static std::atomic<int64_t> told = -1;
  const int64_t second =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count();
  if (what->severity < GPR_LOG_SEVERITY_ERROR || told.exchange(second) == second) return;
  spdlog::warn("gRPC met an error in {}:{}", what->file, what->line);
}

}  // namespace

void KeepCallersWordsOutOfTheJournal() { gpr_set_log_function(&Tell); }

}  // namespace klaim::services
