#include "services/docket/damage.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "spdlog/spdlog.h"

namespace klaim::services {
namespace {

bool SamePlace(const Damage& one, const Damage& other) {
  if (one.part != other.part || one.file != other.file) return false;
  return !one.file.empty() || one.holds == other.holds;
}

std::string PlaceOf(const Damage& damage) {
  return damage.file.empty() ? damage.holds : absl::StrCat(damage.holds, ", in ", damage.file);
}

}  // namespace

const char* NameOf(DamagedPart part) {
  switch (part) {
    case DamagedPart::kLog:
      return "log";
    case DamagedPart::kVault:
      return "vault";
    case DamagedPart::kEvidence:
      return "evidence";
    case DamagedPart::kReadModels:
      return "read models";
  }
  return "";
}

void Damages::Note(const Damage& damage) {
  std::function<void(const Damage&)> then;
  {
    absl::MutexLock lock(&mutex_);
    const auto known =
        std::find_if(all_.begin(), all_.end(), [&](const Damage& each) { return SamePlace(each, damage); });
    if (known != all_.end()) {
      if (damage.exact || !known->exact) *known = damage;
      return;
    }
    const bool first = std::none_of(all_.begin(), all_.end(),
                                    [](const Damage& each) { return each.part == DamagedPart::kLog; });
    if (damage.part == DamagedPart::kLog && first) then = on_log_damage_;
    all_.push_back(damage);
  }
  spdlog::error("damage in the {}: {}: {}", NameOf(damage.part), PlaceOf(damage), damage.what);
  if (then) then(damage);
}

std::vector<Damage> Damages::All() const {
  absl::MutexLock lock(&mutex_);
  return all_;
}

uint64_t Damages::Count(DamagedPart part) const {
  absl::MutexLock lock(&mutex_);
  return static_cast<uint64_t>(
      std::count_if(all_.begin(), all_.end(), [&](const Damage& each) { return each.part == part; }));
}

void Damages::OnLogDamage(std::function<void(const Damage&)> then) {
  std::vector<Damage> before;
  {
    absl::MutexLock lock(&mutex_);
    on_log_damage_ = then;
    before = all_;
  }
  const auto first = std::find_if(before.begin(), before.end(),
                                  [](const Damage& each) { return each.part == DamagedPart::kLog; });
  if (then && first != before.end()) then(*first);
}

absl::Status LogIsDamaged(const Damage& damage, bool copy) {
  const char* mend =
      copy ? "stop klaimd, remove data/log and start it, and the copy is made again from the brokers"
           : "restore the log from its backup with klaim restore";
  return absl::DataLossError(
      absl::StrCat("the log is damaged (", PlaceOf(damage),
                   "), so nothing is recorded any more; all other records can still be read and proven, but "
                   "names and documents not, since each look at them is recorded first: ",
                   mend, " (docs/operations.md, Damage)"));
}

}  // namespace klaim::services
