#include "services/web/transparency_log_pages.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "engine/merkle/tree.h"
#include "engine/record/encoded_record.h"
#include "proto/gzip.h"
#include "services/boundary/call_pipeline.h"
#include "services/web/metrics_page.h"

namespace klaim::services {
namespace {

constexpr char kText[] = "text/plain; charset=utf-8";
constexpr char kBytes[] = "application/octet-stream";

}  // namespace

WebPage Refusal(int status, std::string why) { return {status, kText, std::move(why) + "\n", false}; }

TransparencyLogPages::TransparencyLogPages(CallPipeline& calls, const CheckpointPublisher& checkpoints)
    : calls_(calls), checkpoints_(checkpoints) {}

WebPage TransparencyLogPages::Show(absl::string_view target, const std::string& certificate,
                                   const std::string& token, bool accepts_gzip) {
  WebPage page = Find(target, certificate, token);
  // Hashes are random, and don't get shorter.
  const bool records = absl::StartsWith(target, "/tile/entries/") || absl::StartsWith(target, "/large/");
  if (page.status != 200 || !records || !accepts_gzip) return page;
  page.body = proto::Gzip(page.body);
  page.content_encoding = "gzip";
  return page;
}

WebPage TransparencyLogPages::Find(absl::string_view target, const std::string& certificate,
                                   const std::string& token) {
  if (target == "/healthz") return {200, kText, "ok\n", false};
  if (target == "/metrics") return {200, "text/plain; version=0.0.4", MetricsText(calls_.docket()), false};
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

WebPage TransparencyLogPages::RequireAuditor(const std::string& certificate, const std::string& token) {
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

WebPage TransparencyLogPages::Hashes(const merkle::Tile& tile) {
  auto hashes = calls_.docket().log->Hashes(*tile.level, tile.index * merkle::kTileWidth, tile.width);
  if (!hashes.ok()) return Refusal(500, "the tile can't be read");
  WebPage page{200, kBytes, "", true};
  for (const merkle::Hash& hash : *hashes) absl::StrAppend(&page.body, merkle::AsBytes(hash));
  return page;
}

WebPage TransparencyLogPages::Entries(const merkle::Tile& tile) {
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

WebPage TransparencyLogPages::LargeRecord(absl::string_view text, uint64_t size) {
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
