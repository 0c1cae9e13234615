// klaim witness: keeps the last checkpoint of a log, checks that the next one only adds to it, and cosigns it
// (C2SP tlog-witness, tlog-cosignature). Runs at a partner's, who need not trust the log.

#include "tools/klaim/audit/witness.h"

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/checkpoint.h"
#include "engine/storage/durable_file.h"
#include "services/common/acceptor.h"
#include "services/common/connection_limits.h"
#include "services/common/system_clock.h"
#include "tools/installation/authority.h"
#include "tools/klaim/audit/commands.h"

namespace klaim::tools {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

constexpr size_t kMaxBodyBytes = 128 << 10;
constexpr auto kFirstRequest = std::chrono::seconds(5);  // from a connection's beginning until it is in
constexpr auto kNextRequest = std::chrono::seconds(60);  // the same, from an answer to the one before
constexpr auto kTakenWithin = std::chrono::seconds(5);   // an answer
constexpr services::ConnectionBounds kBounds{64, 64, 8};

WitnessAnswer AnswerOf(Witness& witness, const http::request<http::string_body>& request) {
  absl::string_view target(request.target().data(), request.target().size());
  const bool gets = request.method() == http::verb::get;
  if (target == "/add-checkpoint") {
    if (request.method() != http::verb::post) return {405, "text/plain", "only POST\n"};
    return witness.AddCheckpoint(request.body(),
                                 static_cast<uint64_t>(services::SystemClockMicros() / 1'000'000));
  }
  if (gets && target == "/healthz") return {200, "text/plain", "ok\n"};
  if (gets && absl::ConsumePrefix(&target, "/") && absl::ConsumeSuffix(&target, "/checkpoint")) {
    return witness.LastCheckpoint(target);
  }
  return {404, "text/plain", "there is no such page\n"};
}

// A client's connection: one request after the other, until it is closed. Keeps itself by what it waits for. All of them run on
// one thread, so that no two requests overtake each other in the witness.
class Visitor : public std::enable_shared_from_this<Visitor> {
 public:
  Visitor(tcp::socket socket, Witness& witness)
      : address_(services::AddressOf(socket)), stream_(std::move(socket)), witness_(witness) {}

  void Start(services::ConnectionLimits& limits) {
    seat_ = limits.Enter(address_,
                         services::ClosingOn(stream_.get_executor(), weak_from_this(), &Visitor::Close));
    if (seat_ != nullptr) Read(kFirstRequest);
  }

 private:
  void Close() { stream_.close(); }

  void Read(std::chrono::seconds within) {
    seat_->Used();
    parser_.emplace();
    parser_->body_limit(kMaxBodyBytes);
    stream_.expires_after(within);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) { self->Answer(error); });
  }

  void Answer(beast::error_code error) {
    const bool too_long = error == http::error::body_limit;
    if (error && !too_long) return;
    const auto& request = parser_->get();
    const WitnessAnswer answer =
        too_long ? WitnessAnswer{413, "text/plain", "the body is too long\n"} : AnswerOf(witness_, request);
    response_ = {};
    response_.version(request.version());
    response_.result(static_cast<unsigned>(answer.status));
    response_.set(http::field::content_type, answer.content_type);
    response_.keep_alive(!too_long && request.keep_alive());
    response_.body() = answer.body;
    response_.prepare_payload();
    stream_.expires_after(kTakenWithin);
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code failed, size_t) {
      if (!failed && self->response_.keep_alive()) self->Read(kNextRequest);
    });
  }

  const std::string address_;
  beast::tcp_stream stream_;
  Witness& witness_;
  std::unique_ptr<services::ConnectionLimits::Seat> seat_;
  beast::flat_buffer buffer_{kMaxBodyBytes + (16 << 10)};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

class WitnessServer {
 public:
  explicit WitnessServer(Witness& witness) : witness_(witness) {}

  absl::Status Serve(const std::string& address, uint16_t port) {
    RETURN_IF_ERROR(acceptor_.Listen(address, port));
    std::cout << "ready: witness on " << address << ":" << acceptor_.port() << std::endl;
    context_.run();
    return absl::InternalError("the witness stopped listening");
  }

 private:
  Witness& witness_;
  services::ConnectionLimits limits_{kBounds};  // outlives those who sit in it, whom the context keeps
  boost::asio::io_context context_{1};
  services::Acceptor acceptor_{context_, [this](tcp::socket socket) {
                                 std::make_shared<Visitor>(std::move(socket), witness_)->Start(limits_);
                               }};
};

WitnessAnswer Refuse(int status, absl::string_view why) {
  return {status, "text/plain; charset=utf-8", absl::StrCat(why, "\n")};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Witness>> Witness::Open(std::string state_file, merkle::VerifierKey log,
                                                       merkle::SigningKey key) {
  std::unique_ptr<Witness> witness(new Witness(std::move(state_file), std::move(log), std::move(key)));
  if (!std::filesystem::exists(witness->state_file_)) return witness;
  ASSIGN_OR_RETURN(auto text, ReadFile(witness->state_file_));
  // Once the state was the checkpoint's text alone.
  auto note = merkle::SignedNote::Parse(text);
  auto last = merkle::Checkpoint::Parse(note.ok() ? note->text : text);
  if (!last.ok() || last->origin != witness->log_.name) {
    return absl::DataLossError(
        absl::StrCat(witness->state_file_, " is not the last checkpoint of ", witness->log_.name));
  }
  witness->last_ = *last;
  witness->last_note_ = std::move(text);
  return witness;
}

WitnessAnswer Witness::AddCheckpoint(absl::string_view body, uint64_t now_seconds) {
  const WitnessAnswer malformed = Refuse(400, "this is no add-checkpoint request (c2sp.org/tlog-witness)");
  const size_t split = body.find("\n\n");
  if (split == absl::string_view::npos) return malformed;
  std::vector<absl::string_view> lines = absl::StrSplit(body.substr(0, split), '\n');
  uint64_t old_size = 0;
  if (!absl::ConsumePrefix(&lines[0], "old ") || !merkle::ParseSize(lines[0], old_size) ||
      lines.size() > 64) {
    return malformed;
  }
  std::vector<merkle::Hash> path;
  for (size_t i = 1; i < lines.size(); ++i) {
    auto hash = merkle::ParseHash(lines[i]);
    if (!hash.ok()) return malformed;
    path.push_back(*hash);
  }
  auto note = merkle::SignedNote::Parse(body.substr(split + 2));
  auto checkpoint = note.ok() ? merkle::Checkpoint::Parse(note->text) : note.status();
  if (!checkpoint.ok()) return malformed;
  if (checkpoint->origin != log_.name) return Refuse(404, "this witness doesn't know the log");
  if (!note->Verify(log_).ok()) return Refuse(403, "the checkpoint isn't signed by the log's key");
  if (old_size > checkpoint->size) return Refuse(400, "the old size is more than the checkpoint's");
  if (old_size != last_.size) {
    return {409, "text/x.tlog.size", absl::StrCat(last_.size, "\n")};
  }
  // Of the signatures only those that count are kept: anybody can add others.
  std::erase_if(note->signatures, [&](const merkle::NoteSignature& line) {
    return line.name != log_.name || line.key_id != log_.id();
  });
  if (auto refused = Contradiction(*checkpoint, path, body, *note); refused.has_value()) return *refused;
  const merkle::NoteSignature cosignature = merkle::Cosign(key_, note->text, now_seconds);
  note->signatures.push_back(cosignature);
  const std::string kept = note->Format();
  if (absl::Status status = storage::WriteDurably(state_file_, kept); !status.ok()) {
    return Refuse(500, status.message());
  }
  last_ = *checkpoint;
  last_note_ = kept;
  return {200, "text/plain; charset=utf-8", cosignature.Line()};
}

std::optional<WitnessAnswer> Witness::Contradiction(const merkle::Checkpoint& checkpoint,
                                                    const std::vector<merkle::Hash>& path,
                                                    absl::string_view body, const merkle::SignedNote& note) {
  const auto forked = [&] {
    Keep("fork", checkpoint, absl::StrCat(last_note_, "\n", body));
    return Refuse(422, "the checkpoint contradicts the last one: the log was forked");
  };
  if (checkpoint.size == 0 && checkpoint.root != merkle::RootOfHashes({})) {
    return Refuse(422, "the root is not that of a log without records");
  }
  // The root of nothing is what it is, so that before the first checkpoint there is nothing to contradict.
  if (checkpoint.size == last_.size && last_.size > 0 && checkpoint.root != last_.root) return forked();
  if (last_.size == 0 || checkpoint.size == last_.size) {
    if (path.empty()) return std::nullopt;
    return Refuse(422, "there is nothing to prove here: a proof from nothing, or to the same size, is empty");
  }
  const auto roots = merkle::RootsOfConsistencyProof(last_.size, checkpoint.size, last_.root, path);
  if (roots.has_value() && roots->to == checkpoint.root) {
    if (roots->from == last_.root) return std::nullopt;
    return forked();
  }
  // Anybody can send a log's own checkpoint with a proof of nothing: that alone says nothing against the log.
  Keep("unproven", checkpoint, note.Format());
  return Refuse(422, "the proof doesn't show that the checkpoint extends the last one");
}

// Never in the place of what was kept before. One file for each checkpoint: the log's signature bounds how many there are.
void Witness::Keep(const char* what, const merkle::Checkpoint& checkpoint, const std::string& evidence) {
  const std::string file = absl::StrCat(state_file_, ".", what, "-", checkpoint.size, "-",
                                        merkle::ToHex(merkle::AsBytes(checkpoint.root)));
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) return;
  const absl::Status kept = storage::WriteDurably(file, evidence);
  std::cerr << "klaim witness: the checkpoint of size " << checkpoint.size << " of " << log_.name
            << (absl::string_view(what) == "fork" ? " contradicts the one of size "
                                                  : " came without a proof that it extends the one of size ")
            << last_.size << "; " << (kept.ok() ? "it is kept in " + file : std::string(kept.message()))
            << std::endl;
}

WitnessAnswer Witness::LastCheckpoint(absl::string_view origin_hash) const {
  if (last_note_.empty() || origin_hash != merkle::ToHex(merkle::AsBytes(merkle::Sha256(log_.name)))) {
    return Refuse(404, "this witness has cosigned no checkpoint of that log");
  }
  // A state of before, without signatures, proves nothing.
  if (!merkle::SignedNote::Parse(last_note_).ok()) return Refuse(404, "there is none with signatures yet");
  return {200, "text/plain; charset=utf-8", last_note_};
}

void AddWitness(CLI::App& app, Connection& connection) {
  auto* witness = app.add_subcommand("witness", "Cosigns a log's checkpoints, if each only adds to the last");
  witness->require_subcommand(1);
  auto name = std::make_shared<std::string>();
  auto key_file = std::make_shared<std::string>();
  auto* make = witness->add_subcommand("new-key", "Makes the witness's key; prints its public half");
  make->add_option("--name", *name, "Name of the witness, an address without https://")->required();
  make->add_option("--key", *key_file, "File to make")->required();
  make->footer("Example:\n  klaim witness new-key --name mitra.example.org/witness --key witness.key");
  OnCall(
      make, connection,
      [=]() -> absl::Status {
        if (std::filesystem::exists(*key_file))
          return absl::AlreadyExistsError(absl::StrCat(*key_file, " is there already"));
        ASSIGN_OR_RETURN(auto key, merkle::SigningKey::Generate(*name, merkle::KeyType::kCosignature));
        std::cout << key.verifier().Text() << std::endl;
        return WriteFile(*key_file, key.Text() + "\n", 0600);
      },
      false);
  auto log_key = std::make_shared<std::string>();
  auto state = std::make_shared<std::string>();
  auto address = std::make_shared<std::string>("127.0.0.1");
  auto port = std::make_shared<uint16_t>(0);
  auto* serve = witness->add_subcommand("serve", "Serves until it is stopped");
  serve->add_option("--log", *log_key, "File with the log's public key (log.vkey)")->required();
  serve->add_option("--key", *key_file, "The witness's key")->required();
  serve->add_option("--state", *state, "File with the last checkpoint; made when missing")->required();
  serve->add_option("--host", *address, "IP address to listen on")->capture_default_str();
  serve->add_option("--port", *port, "Port; 0 takes a free one")->capture_default_str();
  serve->footer(
      "Example:\n  klaim witness serve --log log.vkey --key witness.key --state last-checkpoint --port 7490\n"
      "In klaimd's folder, witnesses.json: {\"needed\": 1, \"witnesses\": [{\"url\": "
      "\"http://10.0.0.5:7490\", "
      "\"vkey\": \"...\"}]}");
  OnCall(
      serve, connection,
      [=]() -> absl::Status {
        ASSIGN_OR_RETURN(auto log_text, ReadFile(*log_key));
        ASSIGN_OR_RETURN(auto log, merkle::VerifierKey::Parse(log_text));
        ASSIGN_OR_RETURN(auto key_text, ReadFile(*key_file));
        ASSIGN_OR_RETURN(auto key, merkle::SigningKey::Parse(key_text));
        if (key.verifier().type != merkle::KeyType::kCosignature) {
          return absl::InvalidArgumentError(
              "--key is not a witness's key: make one with `klaim witness new-key`");
        }
        ASSIGN_OR_RETURN(auto opened, Witness::Open(*state, std::move(log), std::move(key)));
        return WitnessServer(*opened).Serve(*address, *port);
      },
      false);
}

}  // namespace klaim::tools
