#include "services/docket/vault/vault_check.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/record/byte_order.h"
#include "engine/record/encoded_record.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::services {
namespace {

constexpr uint64_t kTellEvery = 10'000;
constexpr char kKinds[] = "eikmrs";  // first letters of rows' names, as engine/privacy/vault.h has them

uint64_t NumberIn(absl::string_view name) { return name.size() < 9 ? 0 : record::LoadBig64(name.data() + 1); }

// The name of a row so many numbers behind another one; of the next kind where there are none. Empty behind all.
std::string Beyond(const std::string& name, uint64_t step) {
  const uint64_t number = NumberIn(name);
  if (number + step < number) {
    for (const char kind : absl::string_view(kKinds)) {
      if (kind > name[0]) return std::string(1, kind);
    }
    return "";
  }
  std::string beyond = name.substr(0, 1);
  record::AppendBig64(beyond, number + step);
  return beyond;
}

std::string WordsOf(absl::string_view name) {
  switch (name.empty() ? ' ' : name[0]) {
    case 'k':
      return "the data key doesn't open";
    case 's':
      return "a secret of the services doesn't open";
    case 'i':
      return absl::StrCat("the run of identities of record ", NumberIn(name), " is damaged");
    default:
      return "a row is damaged";
  }
}

class Check {
 public:
  Check(const log::LogReader& log, const privacy::Vault& vault, v1::VerifyVaultResponse& report,
        absl::FunctionRef<bool()> goes_on)
      : log_(log), vault_(vault), report_(report), goes_on_(goes_on) {}

  absl::Status Run() {
    report_.set_total_records(log_.next_sequence());
    LookAtFiles();
    LookAtRows();
    absl::Status status = stopped_ ? absl::CancelledError("the check was ended") : LookAtNamedKeys();
    for (auto& [key_id, fault] : keys_) *report_.add_faults() = fault;
    for (const std::string& what : others_) report_.add_faults()->set_what(what);
    return status;
  }

 private:
  // As they stand on the disk: rows that are read may come from memory.
  void LookAtFiles() {
    for (const storage::TableFile& file : vault_.TableFiles()) {
      if (stopped_) return;
      const auto damage = storage::CheckTableFile(file, [&](uint64_t) {
        stopped_ = !goes_on_();
        return !stopped_;
      });
      if (absl::IsCancelled(damage.status())) return;
      if (!damage.ok()) {
        others_.push_back(absl::StrCat(file.path, " can't be read: ", damage.status().message()));
      } else if (damage->has_value()) {
        others_.push_back(absl::StrCat(file.path, " is damaged: ", (*damage)->what));
      }
    }
  }

  // Where rows can't be read, it goes on behind the first that can, by ever larger steps.
  void LookAtRows() {
    std::string next(kKinds, 1);
    uint64_t step = 1;
    while (!next.empty() && !stopped_) {
      bool some = false;
      absl::Status read = vault_.Check(next, [&](absl::string_view name, bool whole) {
        some = true;
        next = std::string(name);
        if (!whole && name[0] == 'k') NoteKey(NumberIn(name), WordsOf(name));
        if (!whole && name[0] != 'k') others_.push_back(WordsOf(name));
        report_.set_rows(report_.rows() + 1);
        if (report_.rows() % kTellEvery == 0) stopped_ = !goes_on_();
        return !stopped_;
      });
      if (read.ok()) return;
      if (some) step = 1;
      if (some || unreadable_.empty()) {
        unreadable_ = std::string(read.message());
        others_.push_back(absl::StrCat("rows behind number ", NumberIn(next), " of kind ", next.substr(0, 1),
                                       " can't be read: ", unreadable_));
      }
      next = Beyond(next, step);
      step *= 2;
      if (step == 0) step = uint64_t{1} << 63;
    }
  }

  absl::Status LookAtNamedKeys() {
    v1::EventRecord event;
    absl::Status decoded;
    absl::Status read = log_.Read(0, [&](uint64_t sequence, absl::string_view bytes) {
      decoded = record::DecodeRecord(sequence, bytes, event);
      if (!decoded.ok()) return false;
      if (event.has_claimant_registered())
        Open(event.claimant_registered().key_id(), privacy::kPersonsKey, event.stream());
      if (event.has_reference_register_published())
        Open(event.reference_register_published().key_id(), privacy::kRegistersKey, event.stream());
      if (event.has_claimant_erased()) NoteDestroyed(event.claimant_erased().key_id());
      if (event.has_reference_register_withdrawn())
        NoteDestroyed(event.reference_register_withdrawn().key_id());
      report_.set_records(sequence + 1);
      if (report_.records() % kTellEvery == 0) stopped_ = !goes_on_();
      return !stopped_;
    });
    if (stopped_) return absl::CancelledError("the check was ended");
    return read.ok() ? decoded : read;
  }

  void Open(uint64_t key_id, absl::string_view owner, uint64_t owner_id) {
    absl::Status opened = vault_.Open(key_id, owner).status();
    if (opened.ok()) return report_.set_keys(report_.keys() + 1);
    if (absl::IsNotFound(opened)) {
      auto destroyed = vault_.WasErased(key_id);
      if (destroyed.ok() && *destroyed) return report_.set_destroyed(report_.destroyed() + 1);
      opened = destroyed.ok() ? absl::NotFoundError(kMissing) : destroyed.status();
    }
    NoteKey(key_id, std::string(opened.message()));
    keys_[key_id].set_owner_id(owner_id);
  }

  // By an event behind the one that names it.
  void NoteDestroyed(uint64_t key_id) {
    const auto fault = keys_.find(key_id);
    if (fault == keys_.end() || fault->second.what() != kMissing) return;
    keys_.erase(fault);
    report_.set_destroyed(report_.destroyed() + 1);
  }

  void NoteKey(uint64_t key_id, const std::string& what) {
    v1::VaultFault& fault = keys_[key_id];
    fault.set_key_id(key_id);
    fault.set_what(what);
  }

  static constexpr char kMissing[] =
      "the data key is missing: the vault is older than the log, or its end was lost";

  const log::LogReader& log_;
  const privacy::Vault& vault_;
  v1::VerifyVaultResponse& report_;
  absl::FunctionRef<bool()> goes_on_;
  std::map<uint64_t, v1::VaultFault> keys_;
  std::vector<std::string> others_;
  std::string unreadable_;
  bool stopped_ = false;
};

}  // namespace

absl::Status CheckVault(const log::LogReader& log, const privacy::Vault& vault,
                        v1::VerifyVaultResponse& report, absl::FunctionRef<bool()> goes_on) {
  return Check(log, vault, report, goes_on).Run();
}

}  // namespace klaim::services
