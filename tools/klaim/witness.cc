// klaim witness: keeps the last checkpoint of a log, checks that the next one only adds to it, and cosigns it
// (C2SP tlog-witness, tlog-cosignature). Runs at a partner's, who need not trust the log.

#include "tools/klaim/witness.h"

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "engine/merkle/checkpoint.h"
#include "services/durable_file.h"
#include "tools/authority.h"
#include "tools/klaim/session.h"

namespace klaim::tools {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

constexpr size_t kMostBodyBytes = 128 << 10;
constexpr auto kTimeout = std::chrono::seconds(10);

// One request after the other: that is what keeps two from overtaking each other.
absl::Status ServeWitness(Witness& witness, const std::string& address, uint16_t port) {
  boost::asio::io_context context{1};
  beast::error_code error;
  const tcp::endpoint endpoint(boost::asio::ip::make_address(address, error), port);
  tcp::acceptor acceptor(context);
  if (!error) acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(boost::asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(64, error);
  if (error)
    return absl::UnavailableError(
        absl::StrCat("can't listen on ", address, ":", port, ": ", error.message()));
  std::cout << "ready: witness on " << address << ":" << acceptor.local_endpoint().port() << std::endl;
  while (true) {
    auto stream = std::make_shared<beast::tcp_stream>(acceptor.accept(context, error));
    if (error) continue;
    auto buffer = std::make_shared<beast::flat_buffer>(kMostBodyBytes + (8 << 10));
    auto parser = std::make_shared<http::request_parser<http::string_body>>();
    parser->body_limit(kMostBodyBytes);
    stream->expires_after(kTimeout);
    http::async_read(
        *stream, *buffer, *parser, [&, stream, buffer, parser](beast::error_code failed, size_t) {
          if (failed) return;
          const auto& request = parser->get();
          WitnessAnswer answer{404, "text/plain", "there is no such page\n"};
          if (request.target() == "/add-checkpoint" && request.method() == http::verb::post) {
            answer = witness.AddCheckpoint(request.body(),
                                           static_cast<uint64_t>(absl::ToUnixSeconds(absl::Now())));
          } else if (request.target() == "/healthz" && request.method() == http::verb::get) {
            answer = {200, "text/plain", "ok\n"};
          }
          auto response = std::make_shared<http::response<http::string_body>>();
          response->result(static_cast<unsigned>(answer.status));
          response->set(http::field::content_type, answer.content_type);
          response->body() = answer.body;
          response->prepare_payload();
          response->keep_alive(false);
          http::async_write(*stream, *response, [stream, response](beast::error_code, size_t) {});
        });
    context.restart();
    context.run();
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Witness>> Witness::Open(std::string state_file, merkle::VerifierKey log,
                                                       merkle::SigningKey key) {
  std::unique_ptr<Witness> witness(new Witness(std::move(state_file), std::move(log), std::move(key)));
  if (!std::filesystem::exists(witness->state_file_)) return witness;
  auto text = ReadFile(witness->state_file_);
  if (!text.ok()) return text.status();
  auto last = merkle::Checkpoint::Parse(*text);
  if (!last.ok() || last->origin != witness->log_.name) {
    return absl::DataLossError(
        absl::StrCat(witness->state_file_, " is not the last checkpoint of ", witness->log_.name));
  }
  witness->last_ = *last;
  return witness;
}

WitnessAnswer Witness::AddCheckpoint(absl::string_view body, uint64_t now_seconds) {
  const auto refuse = [](int status, absl::string_view why) {
    return WitnessAnswer{status, "text/plain; charset=utf-8", absl::StrCat(why, "\n")};
  };
  const WitnessAnswer malformed = refuse(400, "this is no add-checkpoint request (c2sp.org/tlog-witness)");
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
  if (checkpoint->origin != log_.name) return refuse(404, "this witness doesn't know the log");
  if (!note->Verify(log_).ok()) return refuse(403, "the checkpoint isn't signed by the log's key");
  if (old_size > checkpoint->size) return refuse(400, "the old size is more than the checkpoint's");
  if (old_size != last_.size) {
    return {409, "text/x.tlog.size", absl::StrCat(last_.size, "\n")};
  }
  if (old_size == checkpoint->size && old_size > 0) {
    if (checkpoint->root != last_.root) return Forked(409, *note);
  } else if (old_size == 0) {
    if (!path.empty()) return refuse(422, "a tree from nothing has no proof");
  } else if (!merkle::VerifyConsistency(old_size, checkpoint->size, last_.root, checkpoint->root, path)) {
    return Forked(422, *note);
  }
  if (absl::Status kept = services::WriteDurably(state_file_, note->text); !kept.ok()) {
    return refuse(500, kept.message());
  }
  last_ = *checkpoint;
  return {200, "text/plain; charset=utf-8", merkle::Cosign(key_, note->text, now_seconds).Line()};
}

// The log signed what contradicts what it signed before: that is kept as evidence, and never cosigned.
WitnessAnswer Witness::Forked(int status, const merkle::SignedNote& note) {
  (void)services::WriteDurably(state_file_ + ".fork", note.Format());
  std::cerr << "klaim witness: " << log_.name << " was forked: the checkpoint of size "
            << note.text.substr(note.text.find('\n') + 1, 20) << "... doesn't extend the one of size "
            << last_.size << "; it is kept in " << state_file_ << ".fork" << std::endl;
  return {status, "text/plain; charset=utf-8",
          "the checkpoint doesn't extend the last one: the log was forked\n"};
}

void AddWitness(CLI::App& app, Session& session) {
  auto* witness = app.add_subcommand("witness", "Cosigns a log's checkpoints, if each only adds to the last");
  witness->require_subcommand(1);
  auto name = std::make_shared<std::string>();
  auto key_file = std::make_shared<std::string>();
  auto* make = witness->add_subcommand("new-key", "Makes the witness's key; prints its public half");
  make->add_option("--name", *name, "Name of the witness, an address without https://")->required();
  make->add_option("--key", *key_file, "File to make")->required();
  make->footer("Example:\n  klaim witness new-key --name mitra.example.org/witness --key witness.key");
  OnCall(
      make, session,
      [=]() -> absl::Status {
        if (std::filesystem::exists(*key_file))
          return absl::AlreadyExistsError(absl::StrCat(*key_file, " is there already"));
        auto key = merkle::SigningKey::Generate(*name, merkle::KeyType::kCosignature);
        if (!key.ok()) return key.status();
        std::cout << key->verifier().Text() << std::endl;
        return WriteFile(*key_file, key->Text() + "\n", 0600);
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
      serve, session,
      [=]() -> absl::Status {
        auto log_text = ReadFile(*log_key);
        if (!log_text.ok()) return log_text.status();
        auto log = merkle::VerifierKey::Parse(*log_text);
        if (!log.ok()) return log.status();
        auto key_text = ReadFile(*key_file);
        if (!key_text.ok()) return key_text.status();
        auto key = merkle::SigningKey::Parse(*key_text);
        if (!key.ok()) return key.status();
        if (key->verifier().type != merkle::KeyType::kCosignature) {
          return absl::InvalidArgumentError(
              "--key is not a witness's key: make one with `klaim witness new-key`");
        }
        auto opened = Witness::Open(*state, *std::move(log), *std::move(key));
        if (!opened.ok()) return opened.status();
        return ServeWitness(**opened, *address, *port);
      },
      false);
}

}  // namespace klaim::tools
