#include "services/web/log_site.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "engine/merkle/tree.h"
#include "engine/record/encoded_record.h"
#include "proto/gzip.h"

namespace klaim::services {
namespace {

constexpr char kText[] = "text/plain; charset=utf-8";
constexpr char kBytes[] = "application/octet-stream";

}  // namespace

// What Prometheus reads: how far everything is, and what it takes. Numbers alone, never a name.
class LogSite::Metrics {
 public:
  Metrics(const OpenDocket& docket, const CheckpointPublisher& checkpoints)
      : docket_(docket), checkpoints_(checkpoints) {}

  std::string Text() {
    absl::MutexLock lock(&mutex_);
    const uint64_t events = docket_.log->next_sequence();
    const uint64_t folded = docket_.projector->next_sequence();
    Set("klaim_log_events", "Events in the log", static_cast<double>(events));
    Set("klaim_read_models_lag_events", "Events that the read models have not folded yet",
        static_cast<double>(events > folded ? events - folded : 0));
    Set("klaim_checkpoint_events", "Events in the checkpoint that was published last",
        static_cast<double>(checkpoints_.current()->size));
    Set("klaim_leads", "1 where commands are decided, 0 where the docket is only followed",
        docket_.leads() ? 1 : 0);
    Set("klaim_log_lag_seconds", "How long ago this copy was known to hold all that was acknowledged",
        absl::ToDoubleSeconds(std::min(docket_.log->Lag(), absl::Hours(24))));
    const Damages& damages = *docket_.damages;
    const auto damaged = [&](DamagedPart part) { return static_cast<double>(damages.Count(part)); };
    Set("klaim_damaged_log", "Places of the log that were found damaged: nothing is recorded any more",
        damaged(DamagedPart::kLog));
    Set("klaim_damaged_vault", "Places of the vault that were found damaged", damaged(DamagedPart::kVault));
    Set("klaim_damaged_evidence", "Documents whose files were found damaged",
        damaged(DamagedPart::kEvidence));
    Set("klaim_damaged_read_models", "Files of read models that were found damaged, and are made again",
        damaged(DamagedPart::kReadModels));
    Set("klaim_scrubbing_rounds", "How often all files were looked at since the start",
        static_cast<double>(damages.rounds()));
    struct statvfs space {};
    if (statvfs(docket_.folder.log().c_str(), &space) == 0) {
      Set("klaim_disk_free_bytes", "Room on the disk of the docket's folder",
          static_cast<double>(space.f_bavail) * static_cast<double>(space.f_frsize));
    }
    // The names that Prometheus has for what every process has.
    std::ifstream statm("/proc/self/statm");
    uint64_t pages = 0;
    uint64_t resident = 0;
    if (statm >> pages >> resident) {
      Set("process_resident_memory_bytes", "Memory that the process holds",
          static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)));
    }
    std::error_code error;
    const std::filesystem::directory_iterator open_files("/proc/self/fd", error);
    if (!error) {
      Set("process_open_fds", "Files and connections that are open",
          static_cast<double>(std::distance(begin(open_files), end(open_files))));
    }
    return prometheus::TextSerializer().Serialize(registry_.Collect());
  }

 private:
  void Set(const std::string& name, const std::string& help, double value)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    prometheus::Gauge*& gauge = gauges_[name];
    if (gauge == nullptr) gauge = &prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add({});
    gauge->Set(value);
  }

  const OpenDocket& docket_;
  const CheckpointPublisher& checkpoints_;
  prometheus::Registry registry_;
  absl::Mutex mutex_;
  std::map<std::string, prometheus::Gauge*> gauges_ ABSL_GUARDED_BY(mutex_);
};

WebPage Refusal(int status, std::string why) { return {status, kText, std::move(why) + "\n", false}; }

LogSite::LogSite(Calls& calls, const CheckpointPublisher& checkpoints)
    : calls_(calls),
      checkpoints_(checkpoints),
      metrics_(std::make_unique<Metrics>(calls.docket(), checkpoints)) {}

LogSite::~LogSite() = default;

WebPage LogSite::Show(absl::string_view target, const std::string& certificate, const std::string& token,
                      bool accepts_gzip) {
  WebPage page = Find(target, certificate, token);
  // Hashes are random, and don't get shorter.
  const bool records = absl::StartsWith(target, "/tile/entries/") || absl::StartsWith(target, "/large/");
  if (page.status != 200 || !records || !accepts_gzip) return page;
  page.body = proto::Gzip(page.body);
  page.content_encoding = "gzip";
  return page;
}

WebPage LogSite::Find(absl::string_view target, const std::string& certificate, const std::string& token) {
  if (target == "/healthz") return {200, kText, "ok\n", false};
  if (target == "/metrics") return {200, "text/plain; version=0.0.4", metrics_->Text(), false};
  if (target == "/vkey") return {200, kText, checkpoints_.key().Text() + "\n", false};
  const std::shared_ptr<const Published> published = checkpoints_.current();
  if (target == "/checkpoint") {
    if (published->size == 0) return Refusal(503, "no checkpoint is out yet");
    return {200, kText, published->note, false};
  }
  absl::string_view rest = target;
  if (absl::ConsumePrefix(&rest, "/large/")) {
    if (WebPage refused = RequireAuditor(certificate, token); refused.status != 200) return refused;
    return LargeRecord(rest, published->size);
  }
  if (!absl::StartsWith(target, "/tile/")) return Refusal(404, "there is no such page");
  const std::optional<merkle::Tile> tile = merkle::Tile::Parse(target.substr(1));
  const uint32_t width =
      tile.has_value() ? merkle::WidthInTree(tile->level, tile->index, published->size) : 0;
  if (width < (tile.has_value() ? tile->width : 1)) {
    return Refusal(404, "there is no such tile in the checkpoint that is out");
  }
  if (tile->level.has_value()) return Hashes(*tile);
  if (WebPage refused = RequireAuditor(certificate, token); refused.status != 200) return refused;
  return Entries(*tile);
}

WebPage LogSite::RequireAuditor(const std::string& certificate, const std::string& token) {
  auto principal = token.empty() ? calls_.authenticator().OfCertificate(certificate)
                                 : calls_.authenticator().OfSession(token);
  if (!principal.ok()) {
    return Refusal(401, "entries are for auditors: show a certificate, or sign in");
  }
  if (!principal->May(v1::PERMISSION_AUDIT) || !principal->national()) {
    return Refusal(403, "entries are for auditors");
  }
  return {};
}

WebPage LogSite::Hashes(const merkle::Tile& tile) {
  auto hashes = calls_.docket().log->Hashes(*tile.level, tile.index * merkle::kTileWidth, tile.width);
  if (!hashes.ok()) return Refusal(500, "the tile can't be read");
  WebPage page{200, kBytes, "", true};
  for (const merkle::Hash& hash : *hashes) absl::StrAppend(&page.body, merkle::AsBytes(hash));
  return page;
}

WebPage LogSite::Entries(const merkle::Tile& tile) {
  const uint64_t first = tile.index * merkle::kTileWidth;
  WebPage page{200, kBytes, "", true};
  std::string kept;
  absl::Status read = calls_.docket().log->Read(first, [&](uint64_t sequence, absl::string_view bytes) {
    if (sequence >= first + tile.width) return false;
    merkle::AppendEntry(record::LogEntry(sequence, bytes, kept), page.body);
    return true;
  });
  return read.ok() ? page : Refusal(500, "the entries can't be read");
}

WebPage LogSite::LargeRecord(absl::string_view text, uint64_t size) {
  uint64_t wanted = 0;
  WebPage page = Refusal(404, "there is no such record");
  if (!merkle::ParseSize(text, wanted) || wanted >= size) return page;
  absl::Status read = calls_.docket().log->Read(wanted, [&](uint64_t, absl::string_view bytes) {
    if (bytes.size() > merkle::kMaxEntryBytes) page = {200, kBytes, std::string(bytes), true};
    return false;
  });
  return read.ok() ? page : Refusal(500, "the record can't be read");
}

}  // namespace klaim::services
