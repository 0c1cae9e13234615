#include "tools/klaim-node/node.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/base/return_if_error.h"
#include "spdlog/spdlog.h"

namespace klaim::tools {
namespace {

constexpr auto kAnnounceAgain = std::chrono::seconds(2);
constexpr auto kRestartPause = std::chrono::milliseconds(500);
// So long a docket that goes to another node may take to finish what it accepted.
constexpr auto kHandOver = std::chrono::seconds(10);

}  // namespace

// A docket as this node has it.
struct Node::Place {
  Place(boost::asio::io_context& io, const ServedDocket& served)
      : docket(served), grpc(io), http(io), pause(io) {}

  const ServedDocket& docket;
  Forwarder grpc;
  Forwarder http;
  bool assigned = false;
  Role role = Role::kNone;   // of the child
  DaemonChild::Ready ready;  // where the child serves, once it leads
  std::string known;         // the last address that was said of the docket
  std::unique_ptr<DaemonChild> child;
  boost::asio::steady_timer pause;
  bool pausing = false;
  std::vector<std::promise<void>> until_given_up;  // somebody waits until it doesn't lead any more
};

Node::Node(NodeConfiguration configuration, std::string klaimd)
    : configuration_(std::move(configuration)), klaimd_(std::move(klaimd)) {
  for (const ServedDocket& docket : configuration_.dockets)
    places_.push_back(std::make_unique<Place>(io_, docket));
}

Node::~Node() = default;

absl::Status Node::Run() {
  RETURN_IF_ERROR(Listen());
  RETURN_IF_ERROR(Join());
  for (const auto& place : places_) Reconcile(*place);
  AnnounceAgain();
  const auto work = boost::asio::make_work_guard(io_);
  std::cout << "ready: node " << configuration_.node << " serves " << places_.size() << " dockets"
            << std::endl;
  io_.run();
  // The children end while the group still thinks that the dockets are ours; then others take them at once.
  assignment_.reset();
  owners_.reset();
  return absl::OkStatus();
}

void Node::Stop() {
  boost::asio::post(io_, [this] {
    stopping_ = true;
    for (const auto& place : places_) Reconcile(*place);
    if (!AnyRunning()) io_.stop();
  });
}

absl::Status Node::Listen() {
  for (const auto& place : places_) {
    RETURN_IF_ERROR(place->grpc.Listen(place->docket.grpc));
    if (place->docket.http.empty()) continue;
    RETURN_IF_ERROR(place->http.Listen(place->docket.http));
  }
  return absl::OkStatus();
}

absl::Status Node::Join() {
  ASSIGN_OR_RETURN(owners_, Owners::Follow(configuration_, [this](const Owner& owner) {
                     boost::asio::post(io_, [this, owner] { NoticeOwner(owner); });
                   }));
  auto assignment =
      Assignment::Join(configuration_, [this](const std::set<std::string>& topics) { SetAssigned(topics); });
  if (!assignment.ok()) return assignment.status();
  assignment_ = *std::move(assignment);
  return absl::OkStatus();
}

// Called by the group's thread; waits, in reason, until what was given up isn't led here any more.
void Node::SetAssigned(const std::set<std::string>& topics) {
  if (io_.stopped()) return;
  auto given_up = std::make_shared<std::promise<std::vector<std::future<void>>>>();
  auto asked = given_up->get_future();
  boost::asio::post(io_, [this, topics, given_up] {
    std::vector<std::future<void>> waiting;
    for (const auto& place : places_) {
      place->assigned = topics.contains(place->docket.topic);
      if (!place->assigned && place->role == Role::kLead) {
        waiting.push_back(place->until_given_up.emplace_back().get_future());
      }
      Reconcile(*place);
    }
    given_up->set_value(std::move(waiting));
  });
  const auto until = std::chrono::steady_clock::now() + kHandOver;
  if (asked.wait_until(until) != std::future_status::ready) return;
  for (const std::future<void>& each : asked.get()) each.wait_until(until);
}

void Node::NoticeOwner(const Owner& owner) {
  for (const auto& place : places_) {
    if (place->docket.topic != owner.topic) continue;
    spdlog::info("{} is at {} ({})", owner.topic, owner.node, owner.grpc);
    place->known = owner.grpc;
    place->grpc.SetTarget(owner.grpc);
    place->http.SetTarget(owner.http);
  }
}

// A word that the brokers lost while they were changing leaders is said again, until it is read back; not by who only
// finishes what it accepted before the docket went elsewhere.
void Node::AnnounceAgain() {
  for (const auto& place : places_) {
    const bool leads = place->assigned && place->role == Role::kLead && !place->ready.grpc.empty();
    if (!leads || place->known == place->ready.grpc) continue;
    owners_->Announce({place->docket.topic, configuration_.node, place->ready.grpc, place->ready.http});
  }
  announcing_.expires_after(kAnnounceAgain);
  announcing_.async_wait([this](const boost::system::error_code& error) {
    if (!error) AnnounceAgain();
  });
}

void Node::Reconcile(Place& place) {
  Role wanted = Role::kNone;
  if (!stopping_ && place.assigned) wanted = Role::kLead;
  if (!stopping_ && !place.assigned && place.docket.follow) wanted = Role::kFollow;
  if (place.role == wanted) return;
  if (place.child != nullptr) return place.child->Stop();  // it is looked at again when it has ended
  if (!place.pausing) StartChild(place, wanted);
}

void Node::StartChild(Place& place, Role role) {
  const auto on_ready = [this, &place, role](const DaemonChild::Ready& ready) {
    if (role != Role::kLead) return;
    place.ready = ready;
    NoticeOwner({place.docket.topic, configuration_.node, ready.grpc, ready.http});
    owners_->Announce({place.docket.topic, configuration_.node, ready.grpc, ready.http});
    place.known.clear();  // until it is read back
  };
  const auto on_end = [this, &place](int exit_code) {
    spdlog::info("klaimd of {} ended with {}", place.docket.topic, exit_code);
    place.role = Role::kNone;
    place.ready = {};
    for (std::promise<void>& waiting : std::exchange(place.until_given_up, {})) waiting.set_value();
    // Not from within the child's own call; and what can't serve isn't started again and again without a breath.
    place.pausing = true;
    place.pause.expires_after(kRestartPause);
    place.pause.async_wait([this, &place](const boost::system::error_code&) {
      place.child.reset();
      place.pausing = false;
      Reconcile(place);
      if (stopping_ && !AnyRunning()) io_.stop();
    });
  };
  place.child = std::make_unique<DaemonChild>(io_, on_ready, on_end);
  place.role = role;
  if (absl::Status status = place.child->Start(CommandOf(place, role)); !status.ok()) {
    spdlog::error("{}", std::string(status.message()));
    on_end(127);
  }
}

std::vector<std::string> Node::CommandOf(const Place& place, Role role) const {
  const ServedDocket& docket = place.docket;
  const bool leads = role == Role::kLead;
  std::vector<std::string> command = {klaimd_,
                                      "--docket",
                                      docket.folder,
                                      "--host",
                                      configuration_.address,
                                      "--grpc-port",
                                      absl::StrCat(leads ? 0 : docket.follow_grpc),
                                      "--http-port",
                                      absl::StrCat(leads ? 0 : docket.follow_http),
                                      "--brokers",
                                      configuration_.brokers,
                                      "--topic",
                                      docket.topic,
                                      "--vault",
                                      docket.vault,
                                      "--node",
                                      configuration_.node};
  if (!configuration_.broker_properties.empty()) {
    command.insert(command.end(), {"--broker-properties", configuration_.broker_properties});
  }
  if (!leads) command.push_back("--follow");
  command.insert(command.end(), docket.klaimd_arguments.begin(), docket.klaimd_arguments.end());
  return command;
}

bool Node::AnyRunning() const {
  for (const auto& place : places_) {
    if (place->child != nullptr) return true;
  }
  return false;
}

}  // namespace klaim::tools
