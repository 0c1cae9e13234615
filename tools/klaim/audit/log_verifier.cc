#include "tools/klaim/audit/log_verifier.h"

#include <algorithm>
#include <boost/json.hpp>
#include <deque>
#include <filesystem>
#include <future>
#include <initializer_list>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/tiles.h"
#include "engine/merkle/tree.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/core/projector.h"
#include "tools/installation/authority.h"
#include "tools/klaim/audit/exported_log.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using merkle::kTileWidth;

constexpr size_t kMaxFaults = 20;
constexpr uint64_t kBundlesAtOnce = 64;  // that one task hashes
constexpr size_t kTasksAhead = 3;

// What the order of the log depends on, without reading the rest of a record.
struct Header {
  uint64_t sequence = 0;
  uint64_t stream = 0;
  uint32_t stream_version = 0;
  int64_t recorded_at_micros = 0;
  bool whole = false;
};

Header ReadHeader(absl::string_view record) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(record.data()),
                                            static_cast<int>(record.size()));
  Header header;
  while (const uint32_t tag = in.ReadTag()) {
    uint64_t number = 0;
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_VARINT) {
      if (!WireFormatLite::SkipField(&in, tag)) return header;
      continue;
    }
    if (!in.ReadVarint64(&number)) return header;
    if (field == v1::EventRecord::kSequenceFieldNumber) header.sequence = number;
    if (field == v1::EventRecord::kStreamFieldNumber) header.stream = number;
    if (field == v1::EventRecord::kStreamVersionFieldNumber)
      header.stream_version = static_cast<uint32_t>(number);
    if (field == v1::EventRecord::kRecordedAtMicrosFieldNumber)
      header.recorded_at_micros = static_cast<int64_t>(number);
  }
  header.whole = in.ConsumedEntireMessage();
  return header;
}

// A run of bundles, hashed and looked into.
struct Block {
  absl::Status status;
  uint64_t first = 0;
  uint64_t bytes = 0;
  std::vector<merkle::Hash> leaves;
  std::vector<Header> headers;
  std::vector<std::string> faults;
};

// A tile of leaf hashes in the folder, if there is one, must be that of the entries.
void CompareTile(const ExportedLog& log, uint64_t index, absl::Span<const merkle::Hash> leaves,
                 Block& block) {
  const merkle::Tile tile{0, index, static_cast<uint32_t>(leaves.size())};
  auto bytes = ReadFile(absl::StrCat(log.folder(), "/", tile.Path()));
  if (!bytes.ok()) return;
  const absl::string_view expected(reinterpret_cast<const char*>(leaves.data()),
                                   leaves.size() * sizeof(merkle::Hash));
  if (*bytes != expected) block.faults.push_back(absl::StrCat(tile.Path(), " is not that of the entries"));
}

Block ReadBlock(const ExportedLog& log, uint64_t first_bundle, uint64_t end_bundle) {
  Block block;
  block.first = first_bundle * kTileWidth;
  ExportedLog::Bundle bundle;
  for (uint64_t index = first_bundle; index < end_bundle; ++index) {
    block.status = log.ReadBundle(index, bundle);
    if (!block.status.ok()) return block;
    const size_t begin = block.leaves.size();
    for (size_t i = 0; i < bundle.entries.size(); ++i) {
      block.bytes += bundle.entries[i].size();
      block.leaves.push_back(merkle::LeafHash(bundle.entries[i]));
      block.headers.push_back(ReadHeader(bundle.record(index * kTileWidth, i)));
    }
    CompareTile(log, index, absl::MakeConstSpan(block.leaves).subspan(begin), block);
  }
  return block;
}

// The hashes of a tree from which its root, and those of some smaller ones, are made: all of the higher levels, and
// of the lowest only the last tile of each.
class SlimTree {
 public:
  explicit SlimTree(std::initializer_list<uint64_t> sizes) {
    for (uint64_t size : sizes) last_tiles_.insert(size / kTileWidth);
  }

  void Append(absl::Span<const merkle::Hash> leaves) {
    for (const merkle::NewHashes& added : frontier_.Append(leaves)) {
      if (added.level > 0) {
        if (levels_.size() <= added.level) levels_.resize(added.level + 1);
        levels_[added.level].insert(levels_[added.level].end(), added.hashes.begin(), added.hashes.end());
        continue;
      }
      for (size_t i = 0; i < added.hashes.size(); ++i) {
        const uint64_t index = added.first + i;
        if (last_tiles_.contains(index / kTileWidth)) kept_[index] = added.hashes[i];
      }
    }
  }

  merkle::Hash Root(uint64_t size) const {
    auto root = merkle::RootAt(
        size, [this](uint32_t level, uint64_t first, uint64_t count) { return Hashes(level, first, count); });
    return root.ok() ? *root : merkle::Hash{};
  }

 private:
  absl::StatusOr<std::vector<merkle::Hash>> Hashes(uint32_t level, uint64_t first, uint64_t count) const {
    std::vector<merkle::Hash> hashes;
    for (uint64_t index = first; index < first + count; ++index) {
      if (level > 0) {
        if (level >= levels_.size() || index >= levels_[level].size()) return absl::NotFoundError("");
        hashes.push_back(levels_[level][index]);
      } else {
        const auto found = kept_.find(index);
        if (found == kept_.end()) return absl::NotFoundError("");
        hashes.push_back(found->second);
      }
    }
    return hashes;
  }

  std::set<uint64_t> last_tiles_;
  merkle::Frontier frontier_;
  std::vector<std::vector<merkle::Hash>> levels_;
  std::map<uint64_t, merkle::Hash> kept_;
};

class Verification {
 public:
  explicit Verification(const VerifyOptions& options) : options_(options) {}

  absl::StatusOr<VerifyReport> Run() {
    RETURN_IF_ERROR(OpenCheckpoints());
    CheckEntries();
    if (report_.faults.empty() && options_.fold) {
      RETURN_IF_ERROR(Fold());
    }
    report_.proven = report_.faults.empty();
    return std::move(report_);
  }

 private:
  void Fault(std::string what) {
    if (report_.faults.size() < kMaxFaults) report_.faults.push_back(std::move(what));
  }

  absl::Status OpenCheckpoints() {
    ASSIGN_OR_RETURN(auto text, ReadFile(options_.folder + "/checkpoint"));
    ASSIGN_OR_RETURN(auto note, merkle::SignedNote::Parse(text));
    ASSIGN_OR_RETURN(auto checkpoint, merkle::OpenCheckpoint(note, options_.log_key));
    report_.checkpoint = checkpoint;
    for (const merkle::VerifierKey& witness : options_.witnesses) {
      auto time_seconds = merkle::VerifyCosignature(note, witness);
      if (time_seconds.ok()) {
        report_.witnessed[witness.name] = *time_seconds;
      } else {
        Fault(absl::StrCat("checkpoint: ", time_seconds.status().message()));
      }
    }
    if (!options_.earlier.has_value()) return absl::OkStatus();
    ASSIGN_OR_RETURN(auto earlier_note, merkle::SignedNote::Parse(*options_.earlier));
    ASSIGN_OR_RETURN(auto earlier, merkle::OpenCheckpoint(earlier_note, options_.log_key));
    report_.earlier = earlier;
    return absl::OkStatus();
  }

  void CheckEntries() {
    const uint64_t size = report_.checkpoint.size;
    const ExportedLog log(options_.folder, size);
    const auto begun = FoldBegunBefore();
    SlimTree tree({size, report_.earlier.has_value() ? report_.earlier->size : 0, begun.first});
    next_versions_.reserve(size);
    std::deque<std::future<Block>> ahead;
    const uint64_t bundles = (size + kTileWidth - 1) / kTileWidth;
    uint64_t next = 0;
    const auto begin_one = [&] {
      const uint64_t end = std::min(next + kBundlesAtOnce, bundles);
      ahead.push_back(
          std::async(std::launch::async, [&log, next, end] { return ReadBlock(log, next, end); }));
      next = end;
    };
    while (next < bundles || !ahead.empty()) {
      while (next < bundles && ahead.size() < kTasksAhead) begin_one();
      Block block = ahead.front().get();
      ahead.pop_front();
      for (std::string& fault : block.faults) Fault(std::move(fault));
      if (!block.status.ok()) return Fault(std::string(block.status.message()));
      report_.bytes += block.bytes;
      tree.Append(block.leaves);
      for (size_t i = 0; i < block.headers.size(); ++i) CheckOrder(block.first + i, block.headers[i]);
      if (options_.progress) options_.progress("records", block.first + block.headers.size(), size);
    }
    const merkle::Hash root = tree.Root(size);
    if (root != report_.checkpoint.root) {
      Fault(absl::StrCat("the root of the ", size, " entries is ", merkle::ToHex(merkle::AsBytes(root)),
                         ", the signed checkpoint says ",
                         merkle::ToHex(merkle::AsBytes(report_.checkpoint.root))));
    }
    CheckEarlier(tree);
    goes_on_ = begun.first > 0 && begun.first <= size &&
               begun.second == merkle::ToHex(merkle::AsBytes(tree.Root(begun.first)));
  }

  // Size and root of the log whose fold was begun in the scratch folder; 0 when there is none.
  std::pair<uint64_t, std::string> FoldBegunBefore() const {
    auto text = ReadFile(options_.scratch + "/log");
    const std::vector<std::string> words = absl::StrSplit(text.value_or(""), ' ');
    uint64_t size = 0;
    if (words.size() != 2 || !absl::SimpleAtoi(words[0], &size)) return {0, ""};
    return {size, words[1]};
  }

  void CheckEarlier(const SlimTree& tree) {
    if (!report_.earlier.has_value()) return;
    const merkle::Checkpoint& earlier = *report_.earlier;
    if (earlier.size > report_.checkpoint.size) {
      Fault(absl::StrCat("the earlier checkpoint has ", earlier.size, " records, this log only ",
                         report_.checkpoint.size, ": its end is missing"));
    } else if (tree.Root(earlier.size) != earlier.root) {
      Fault(absl::StrCat("the first ", earlier.size,
                         " records are not those of the earlier checkpoint: the log was forked or changed"));
    }
  }

  void CheckOrder(uint64_t sequence, const Header& header) {
    next_versions_.push_back(0);
    if (!header.whole || header.sequence != sequence || header.stream > sequence) {
      return Fault(absl::StrCat("record ", sequence, " is damaged or out of place"));
    }
    if ((header.stream_version == 0) != (header.stream == sequence) ||
        header.stream_version != next_versions_[header.stream]) {
      return Fault(absl::StrCat("record ", sequence, " breaks the order of stream ", header.stream));
    }
    if (header.recorded_at_micros < report_.last_recorded_at_micros) {
      return Fault(absl::StrCat("record ", sequence, " goes back in time"));
    }
    ++next_versions_[header.stream];
    if (header.stream_version == 0) ++report_.streams;
    if (sequence == 0) report_.first_recorded_at_micros = header.recorded_at_micros;
    report_.last_recorded_at_micros = header.recorded_at_micros;
  }

  // How far the server's read models were, and what they held; everything folded where it didn't say.
  absl::StatusOr<uint64_t> ServersReadModels() {
    auto text = ReadFile(options_.folder + "/read-models.json");
    boost::system::error_code error;
    if (absl::IsNotFound(text.status())) return report_.checkpoint.size;
    if (!text.ok()) return text.status();
    const absl::Status malformed = absl::InvalidArgumentError(
        "read-models.json is malformed: export it again, or verify with --no-fold");
    const boost::json::value all = boost::json::parse(*text, error);
    if (error || !all.is_object()) return malformed;
    const auto* size = all.as_object().if_contains("size");
    const auto* hashes = all.as_object().if_contains("hashes");
    if (size == nullptr || !size->is_int64() || size->as_int64() < 0 || hashes == nullptr ||
        !hashes->is_object()) {
      return malformed;
    }
    for (const auto& [name, hash] : hashes->as_object()) {
      report_.server_hashes[std::string(name)] =
          hash.is_string() ? std::string(hash.as_string()) : std::string();
    }
    return std::min(static_cast<uint64_t>(size->as_int64()), report_.checkpoint.size);
  }

  // An error where the work can't be done here, as on a full disk: that says nothing against the log.
  absl::Status Fold() {
    ASSIGN_OR_RETURN(const auto told_end, ServersReadModels());
    const uint64_t end = told_end;
    const ExportedLog log(options_.folder, report_.checkpoint.size);
    if (!goes_on_) std::filesystem::remove_all(options_.scratch);
    std::error_code error;
    std::filesystem::create_directories(options_.scratch, error);
    const std::string root = merkle::ToHex(merkle::AsBytes(report_.checkpoint.root));
    auto folded = [&]() -> absl::StatusOr<std::map<std::string, std::string>> {
      // Of which log it is, before any of it: a fold that is cut off is gone on with for that log alone.
      absl::Status status =
          WriteFile(options_.scratch + "/log", absl::StrCat(report_.checkpoint.size, " ", root), 0644);
      if (!status.ok()) return status;
      ASSIGN_OR_RETURN(auto projector, projections::Projector::Open(options_.scratch + "/read-models", log));
      if (projector->next_sequence() > end) {
        return absl::FailedPreconditionError(
            "the folder for the work has more than the server's read models: remove it, and verify again");
      }
      status = projector->FoldTo(end, [&](uint64_t done) {
        if (options_.progress) options_.progress("events folded", done, end);
      });
      if (!status.ok()) return status;
      return projector->ContentHashes();
    }();
    std::filesystem::remove_all(options_.scratch);
    if (!folded.ok()) {
      const std::string why = absl::StrCat("the log can't be folded: ", folded.status().message());
      if (!absl::IsDataLoss(folded.status())) return absl::Status(folded.status().code(), why);
      Fault(why);
      return absl::OkStatus();
    }
    report_.folded = end;
    for (const auto& [name, hash] : *folded) report_.fold_hashes[name] = merkle::ToHex(hash);
    const bool told = !report_.server_hashes.empty();
    for (const auto& [name, hash] : report_.fold_hashes) {
      if (!told || report_.server_hashes[name] == hash) continue;
      Fault(absl::StrCat("the server's read model ", name, " is not the fold of the log"));
    }
    return absl::OkStatus();
  }

  const VerifyOptions& options_;
  VerifyReport report_;
  std::vector<uint32_t> next_versions_;  // by stream: the version that comes next
  bool goes_on_ = false;                 // with the fold that was begun before
};

}  // namespace

absl::StatusOr<VerifyReport> VerifyLog(const VerifyOptions& options) { return Verification(options).Run(); }

std::string VerifyReport::Page(Language language) const {
  const auto in = [&](const char* indonesian, const char* english) {
    return std::string(language == Language::kIndonesian ? indonesian : english);
  };
  std::string page =
      absl::StrCat(in("LAPORAN PEMERIKSAAN CATATAN", "REPORT ON THE EXAMINATION OF A RECORD"), "\n\n",
                   in("Catatan: ", "Record: "), checkpoint.origin, "\n", in("Isi: ", "Holds: "),
                   CountText(checkpoint.size), in(" peristiwa dalam ", " events in "), CountText(streams),
                   in(" berkas, ", " files, "), TimeText(first_recorded_at_micros), " - ",
                   TimeText(last_recorded_at_micros), "\n", in("Akar (SHA-256): ", "Root (SHA-256): "),
                   merkle::ToHex(merkle::AsBytes(checkpoint.root)), "\n\n");
  if (!proven) {
    absl::StrAppend(
        &page, in("HASIL: TIDAK TERBUKTI. Yang ditemukan:", "RESULT: NOT PROVEN. What was found:"), "\n");
    for (const std::string& fault : faults) absl::StrAppend(&page, "  - ", fault, "\n");
    return page;
  }
  absl::StrAppend(&page, in("HASIL: TERBUKTI UTUH.", "RESULT: PROVEN WHOLE."), "\n");
  const auto line = [&](const std::string& text) { absl::StrAppend(&page, "  - ", text, "\n"); };
  line(in("Setiap peristiwa dibaca dan dihitung sidiknya; semuanya bersama menghasilkan akar di atas.",
          "Every event was read and hashed; together they make the root above."));
  line(in("Akar itu ditandatangani dengan kunci catatan ini.",
          "That root is signed with the key of this record."));
  line(in("Tidak ada peristiwa yang hilang, berpindah tempat, atau mundur waktunya (none missing).",
          "No event is missing, out of place or goes back in time (none missing)."));
  for (const auto& [name, time_seconds] : witnessed) {
    line(absl::StrCat(in("Disaksikan oleh ", "Witnessed by "), name, ", ",
                      TimeText(static_cast<int64_t>(time_seconds) * 1'000'000), "."));
  }
  if (earlier.has_value()) {
    line(absl::StrCat(in("Melanjutkan catatan terdahulu sebanyak ", "It continues the earlier record of "),
                      CountText(earlier->size), in(" peristiwa, tanpa perubahan.", " events, unchanged.")));
  }
  if (folded > 0) {
    line(absl::StrCat(
        in("Semua daftar dan angka dihitung ulang dari ", "All lists and figures were computed anew from "),
        CountText(folded), in(" peristiwa", " events"),
        server_hashes.empty()
            ? "."
            : in(" dan sama dengan yang dipakai peladen.", " and equal those that the server uses.")));
  }
  return page;
}

std::string VerifyReport::Json() const {
  boost::json::object out;
  out["proven"] = proven;
  out["origin"] = checkpoint.origin;
  out["size"] = std::to_string(checkpoint.size);
  out["root"] = merkle::ToHex(merkle::AsBytes(checkpoint.root));
  out["streams"] = std::to_string(streams);
  out["first_recorded_at_micros"] = std::to_string(first_recorded_at_micros);
  out["last_recorded_at_micros"] = std::to_string(last_recorded_at_micros);
  boost::json::array found;
  for (const std::string& fault : faults) found.emplace_back(fault);
  out["faults"] = std::move(found);
  boost::json::object seen;
  for (const auto& [name, time_seconds] : witnessed) seen[name] = std::to_string(time_seconds);
  out["witnessed"] = std::move(seen);
  if (earlier.has_value()) out["earlier_size"] = std::to_string(earlier->size);
  out["folded"] = std::to_string(folded);
  boost::json::object models;
  for (const auto& [name, hash] : fold_hashes) models[name] = hash;
  out["read_models"] = std::move(models);
  out["equal_to_server"] = !server_hashes.empty() && server_hashes == fold_hashes;
  return boost::json::serialize(out);
}

}  // namespace klaim::tools
