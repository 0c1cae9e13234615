#include "services/boundary/peers.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/privacy/vault.h"
#include "services/common/call_metadata.h"

namespace klaim::services {
namespace {

std::string RandomWord() {
  std::string word(32, '\0');
  privacy::FillRandom(reinterpret_cast<uint8_t*>(word.data()), word.size());
  return word;
}

}  // namespace

Peers::Peers() : word_(RandomWord()) {}

void Peers::NoteDescriptor(int descriptor, std::shared_ptr<const Peer> peer) {
  absl::MutexLock lock(&mutex_);
  by_descriptor_[descriptor] = std::move(peer);
}

void Peers::ForgetDescriptor(int descriptor, const Peer& peer) {
  absl::MutexLock lock(&mutex_);
  const auto found = by_descriptor_.find(descriptor);
  if (found != by_descriptor_.end() && found->second.get() == &peer) by_descriptor_.erase(found);
}

std::string Peers::Note(std::shared_ptr<const Peer> peer) {
  absl::MutexLock lock(&mutex_);
  std::string shown = absl::StrCat(word_, next_++);
  shown_[shown] = std::move(peer);
  return shown;
}

void Peers::Forget(const std::string& shown) {
  absl::MutexLock lock(&mutex_);
  shown_.erase(shown);
}

std::shared_ptr<const Peer> Peers::Of(const grpc::ServerContextBase& context) const {
  const auto shown = context.client_metadata().find(kPeerMetadata);
  const std::string name = context.peer();
  absl::string_view number = name;
  int descriptor = 0;
  absl::MutexLock lock(&mutex_);
  if (absl::ConsumePrefix(&number, "fd:")) {
    const auto found =
        absl::SimpleAtoi(number, &descriptor) ? by_descriptor_.find(descriptor) : by_descriptor_.end();
    return found == by_descriptor_.end() ? nullptr : found->second;
  }
  if (shown == context.client_metadata().end()) return nullptr;
  const auto found = shown_.find(std::string(shown->second.data(), shown->second.size()));
  return found == shown_.end() ? nullptr : found->second;
}

}  // namespace klaim::services
