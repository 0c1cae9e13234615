// The pages of the HTTP listener that tell how the daemon is and what its log says of itself (http_listener.h has their paths).
#pragma once

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/merkle/tiles.h"
#include "services/docket/checkpoint_publisher.h"

namespace klaim::services {

class CallPipeline;

// An answer's status, media type and body, whether it may be kept for ever, and how the body is encoded (empty for as it is).
struct WebPage {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  bool immutable = false;
  std::string content_encoding{};
};

WebPage Refusal(int status, std::string why);

// Thread-safe.
class TransparencyLogPages {
 public:
  // Both must live longer.
  TransparencyLogPages(CallPipeline& calls, const CheckpointPublisher& checkpoints);

  // `certificate` is the client's, PEM, and `token` its session's; both may be empty. `accepts_gzip` where the client does:
  // entries are then compressed, as C2SP tlog-tiles has it.
  WebPage Show(absl::string_view target, const std::string& certificate, const std::string& token,
               bool accepts_gzip);

 private:
  WebPage Find(absl::string_view target, const std::string& certificate, const std::string& token);
  WebPage RequireAuditor(const std::string& certificate, const std::string& token);
  WebPage Hashes(const merkle::Tile& tile);
  WebPage Entries(const merkle::Tile& tile);
  WebPage LargeRecord(absl::string_view text, uint64_t size);

  CallPipeline& calls_;
  const CheckpointPublisher& checkpoints_;
};

}  // namespace klaim::services
