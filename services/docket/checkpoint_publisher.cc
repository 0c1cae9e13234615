#include "services/docket/checkpoint_publisher.h"

#include <pthread.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/storage/durable_file.h"
#include "engine/time/steady.h"
#include "services/common/http_client.h"
#include "services/common/system_clock.h"
#include "services/docket/docket_metrics.h"
#include "spdlog/spdlog.h"

namespace klaim::services {
namespace {

namespace json = boost::json;

constexpr absl::Duration kFirstDelay = absl::Seconds(1);
constexpr absl::Duration kMaxDelay = absl::Minutes(1);
constexpr absl::Duration kMaxRetryAfter = absl::Hours(24);  // that a witness may ask for

std::string ReadAll(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

absl::StatusOr<WitnessPolicy> ReadWitnesses(const std::string& file) {
  WitnessPolicy policy;
  if (!std::filesystem::exists(file)) return policy;
  json::error_code error;
  const json::value all = json::parse(ReadAll(file), error);
  const absl::Status bad = absl::InvalidArgumentError(
      absl::StrCat(file, R"( must be {"needed": N, "witnesses": [{"url": "...", "vkey": "..."}, ...]})"));
  if (error || !all.is_object()) return bad;
  const auto text = [](const json::object& object, const char* name) {
    const json::value* found = object.if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
  };
  const json::value* needed = all.as_object().if_contains("needed");
  const json::value* list = all.as_object().if_contains("witnesses");
  if (needed == nullptr || !needed->is_int64() || needed->as_int64() < 0 || list == nullptr ||
      !list->is_array()) {
    return bad;
  }
  policy.needed = static_cast<size_t>(needed->as_int64());
  for (const json::value& each : list->as_array()) {
    if (!each.is_object()) return bad;
    auto key = merkle::VerifierKey::Parse(text(each.as_object(), "vkey"));
    if (!key.ok() || key->type != merkle::KeyType::kCosignature) {
      return absl::InvalidArgumentError(absl::StrCat(file, ": a vkey is not one of a witness"));
    }
    policy.witnesses.push_back(
        {text(each.as_object(), "url"), *std::move(key), text(each.as_object(), "ca_file")});
  }
  if (policy.needed > policy.witnesses.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, " needs ", policy.needed, " of ", policy.witnesses.size(), " witnesses"));
  }
  return policy;
}

absl::StatusOr<std::unique_ptr<CheckpointPublisher>> CheckpointPublisher::Start(
    const log::LogReader& log, PublisherOptions options,
    std::function<void(const absl::Status&)> on_failure) {
  std::unique_ptr<CheckpointPublisher> publisher(
      new CheckpointPublisher(log, std::move(options), std::move(on_failure)));
  RETURN_IF_ERROR(publisher->Recover());
  // The first is out before anybody can ask, if no witness must be waited for.
  if (publisher->options_.witnesses.needed == 0) {
    RETURN_IF_ERROR(publisher->Publish());
  }
  publisher->thread_ = std::thread([self = publisher.get()] { self->Loop(); });
  pthread_setname_np(publisher->thread_.native_handle(), "checkpoints");
  return publisher;
}

CheckpointPublisher::CheckpointPublisher(const log::LogReader& log, PublisherOptions options,
                                         std::function<void(const absl::Status&)> on_failure)
    : log_(log), options_(std::move(options)), on_failure_(std::move(on_failure)) {
  for (const WitnessAddress& address : options_.witnesses.witnesses) witnesses_.push_back({address});
}

CheckpointPublisher::~CheckpointPublisher() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const Published> CheckpointPublisher::current() const {
  absl::MutexLock lock(&mutex_);
  return current_;
}

absl::Status CheckpointPublisher::Recover() {
  if (!std::filesystem::exists(options_.file)) return absl::OkStatus();
  const std::string text = ReadAll(options_.file);
  auto note = merkle::SignedNote::Parse(text);
  auto checkpoint =
      note.ok() ? merkle::OpenCheckpoint(*note, key()) : absl::StatusOr<merkle::Checkpoint>(note.status());
  if (!checkpoint.ok()) {
    return absl::DataLossError(
        absl::StrCat(options_.file, ": ", checkpoint.status().message(),
                     ": it is not what this docket published; restore it, or the docket, from a backup"));
  }
  if (checkpoint->size > log_.next_sequence()) {
    return absl::DataLossError(absl::StrCat(
        "the log has ", log_.next_sequence(), " records, but a checkpoint of ", checkpoint->size,
        " was published: its end is missing. Nothing may be built on it: restore the log from a backup"));
  }
  ASSIGN_OR_RETURN(auto root, log_.Root(checkpoint->size));
  if (root != checkpoint->root) {
    return absl::DataLossError(
        absl::StrCat("the log's first ", checkpoint->size,
                     " records are not those of the checkpoint that was published: it was changed, or is "
                     "another docket's. Nothing may be built on it: restore the log from a backup"));
  }
  absl::MutexLock lock(&mutex_);
  current_ = std::make_shared<Published>(Published{checkpoint->size, text, CosignaturesOn(*note)});
  metrics::Of<DocketMetrics>().checkpoint_events.Set(static_cast<double>(checkpoint->size));
  return absl::OkStatus();
}

size_t CheckpointPublisher::CosignaturesOn(const merkle::SignedNote& note) const {
  const auto count = std::count_if(witnesses_.begin(), witnesses_.end(), [&](const AskedWitness& witness) {
    return merkle::VerifyCosignature(note, witness.address.key).ok();
  });
  return static_cast<size_t>(count);
}

void CheckpointPublisher::Loop() {
  const auto stopping = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_; };
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      steady::AwaitFor(mutex_, absl::Condition(&stopping), options_.interval);
      if (stopping_) return;
    }
    absl::Status status = Publish();
    // Where the log is damaged nothing more is recorded (services/docket/damage.h): nothing is left to publish.
    if (absl::IsDataLoss(status)) {
      spdlog::error("no checkpoint is published any more: {}", std::string(status.message()));
      return;
    }
    if (!status.ok()) return on_failure_(status);
  }
}

absl::Status CheckpointPublisher::Publish() {
  const std::shared_ptr<const Published> before = current();
  merkle::Checkpoint checkpoint;
  checkpoint.origin = key().name;
  checkpoint.size = log_.next_sequence();
  const bool grew = checkpoint.size > before->size;
  if (checkpoint.size == 0 || (!grew && before->cosigned == witnesses_.size())) return absl::OkStatus();
  const auto now = std::chrono::steady_clock::now();
  const auto askable = static_cast<size_t>(
      std::count_if(witnesses_.begin(), witnesses_.end(),
                    [&](const AskedWitness& witness) { return witness.not_before <= now; }));
  // Without enough of them nothing would come of it.
  if (askable < options_.witnesses.needed) return absl::OkStatus();
  if (!grew && askable <= before->cosigned) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto root, log_.Root(checkpoint.size));
  checkpoint.root = root;
  merkle::SignedNote note;
  note.text = checkpoint.Text();
  note.Sign(options_.key);
  const size_t cosigned = AskWitnesses(checkpoint, note);
  if (cosigned < options_.witnesses.needed) return absl::OkStatus();
  if (!grew && cosigned <= before->cosigned) return absl::OkStatus();
  const std::string text = note.Format();
  // Durable before it is out: what was published once must never be forgotten.
  RETURN_IF_ERROR(storage::WriteDurably(options_.file, text));
  absl::MutexLock lock(&mutex_);
  current_ = std::make_shared<Published>(Published{checkpoint.size, text, cosigned});
  metrics::Of<DocketMetrics>().checkpoint_events.Set(static_cast<double>(checkpoint.size));
  metrics::Of<DocketMetrics>().checkpoint_published.Set(static_cast<double>(SystemClockMicros() / 1'000'000));
  return absl::OkStatus();
}

size_t CheckpointPublisher::AskWitnesses(const merkle::Checkpoint& checkpoint, merkle::SignedNote& note) {
  size_t cosigned = 0;
  for (AskedWitness& witness : witnesses_) {
    if (witness.not_before > std::chrono::steady_clock::now()) continue;
    absl::Duration retry_after;
    const absl::Status asked = AskWitness(witness, checkpoint, note, retry_after);
    const std::string complaint(asked.message());
    // The same complaint isn't repeated each time.
    if (!asked.ok() && complaint != witness.complaint) spdlog::warn("witnesses: {}", complaint);
    witness.complaint = complaint;
    cosigned += asked.ok() ? 1 : 0;
    witness.delay = asked.ok() ? absl::ZeroDuration() : std::clamp(witness.delay * 2, kFirstDelay, kMaxDelay);
    witness.not_before =
        std::chrono::steady_clock::now() +
        absl::ToChronoMilliseconds(std::max(witness.delay, std::min(retry_after, kMaxRetryAfter)));
  }
  return cosigned;
}

absl::Status CheckpointPublisher::AskWitness(AskedWitness& witness, const merkle::Checkpoint& checkpoint,
                                             merkle::SignedNote& note, absl::Duration& retry_after) {
  merkle::SignedNote submitted;
  submitted.text = note.text;
  submitted.Sign(options_.key);
  // A second time when it tells us that it knows another size.
  for (int tries = 0; tries < 2; ++tries) {
    std::string body = absl::StrCat("old ", witness.size, "\n");
    if (witness.size > 0 && witness.size < checkpoint.size) {
      ASSIGN_OR_RETURN(auto path, log_.ConsistencyProof(witness.size, checkpoint.size));
      for (const merkle::Hash& hash : path) absl::StrAppend(&body, merkle::HashText(hash), "\n");
    }
    HttpRequest request;
    request.url = absl::StrCat(absl::StripSuffix(witness.address.url, "/"), "/add-checkpoint");
    request.plain = true;  // all that goes over the wire is public and signed
    request.ca_file = witness.address.ca_file;
    request.body = absl::StrCat(body, "\n", submitted.Format());
    request.content_type = "text/plain; charset=utf-8";
    request.timeout = absl::Seconds(5);
    ASSIGN_OR_RETURN(auto answer, Fetch(request));
    uint64_t known = 0;
    if (answer.code == 409 && absl::StartsWith(answer.content_type, "text/x.tlog.size") &&
        merkle::ParseSize(absl::StripSuffix(answer.body, "\n"), known) && known <= checkpoint.size &&
        tries == 0) {
      witness.size = known;
      continue;
    }
    retry_after = answer.retry_after;
    if (answer.code != 200) {
      return absl::FailedPreconditionError(
          absl::StrCat(witness.address.key.name, " refused the checkpoint with status ", answer.code));
    }
    ASSIGN_OR_RETURN(auto cosigned, merkle::SignedNote::Parse(absl::StrCat(note.text, "\n", answer.body)));
    RETURN_IF_ERROR(merkle::VerifyCosignature(cosigned, witness.address.key).status());
    const merkle::VerifierKey& known_key = witness.address.key;
    for (const merkle::NoteSignature& line : cosigned.signatures) {
      if (line.name == known_key.name && line.key_id == known_key.id()) note.signatures.push_back(line);
    }
    witness.size = checkpoint.size;
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(witness.address.key.name, " doesn't know which size it has"));
}

}  // namespace klaim::services
