// What is filed in the benchmarks: a docket with a programme and linked agencies, and filings of the shape
// and size of real ones.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/log/rocksdb_event_log.h"
#include "engine/privacy/vault.h"
#include "klaim/v1/intake_service.pb.h"
#include "services/docket/open_docket.h"

namespace klaim::benchmark {

// What a docket holds before anything is filed: one programme, and agencies with numbers one after the other.
struct Fixtures {
  uint64_t programme_id = 0;
  uint64_t first_respondent = 0;
  uint64_t respondents = 0;
};

// A docket without services around it.
struct BenchDocket {
  std::unique_ptr<log::RocksDbEventLog> log;
  std::unique_ptr<privacy::Vault> vault;
  std::unique_ptr<sequencer::Sequencer> sequencer;
  Fixtures fixtures;
};

std::unique_ptr<BenchDocket> OpenBenchDocket(const std::string& folder, size_t max_batch_commands);

// Runs one request and returns the sequence of its first event.
uint64_t RunNow(
    sequencer::Sequencer& sequencer, const std::string& request_id,
    absl::AnyInvocable<absl::Status(domain::Docket&, const domain::Context&, domain::Decision&)> decide);

// A filing as the boundary hands it to the sequencer.
struct SealedFiling {
  v1::FileClaimRequest request;
  // Of the new claimant; neither where the claimant is registered already.
  std::optional<privacy::Identity> person;
  privacy::DataKey key;
};

// Seals a filing in clear under a key of the vault made for its claimant: a docket is opened again only with the
// keys of everybody in its log.
SealedFiling SealedAtTheBoundary(v1::FileClaimRequest filing, privacy::Vault& vault);

// Submits all filings at once and waits until they are answered. Ends the benchmark when one is refused.
void FileAll(sequencer::Sequencer& sequencer, privacy::Vault& vault,
             const std::vector<SealedFiling>& filings);

// Files whole filings from number `from` to before `until`, some thousands at a time.
void FileInParts(sequencer::Sequencer& sequencer, privacy::Vault& vault, const Fixtures& fixtures,
                 uint64_t from, uint64_t until);

// Registers organisation, programme and agencies.
void Furnish(sequencer::Sequencer& sequencer, Fixtures& fixtures);

// Filing number `number`: a new claimant and case with personal data in clear.
v1::FileClaimRequest WholeFiling(const Fixtures& fixtures, uint64_t number);

// The same for a claimant and case that are registered.
v1::FileClaimRequest FilingFor(const Fixtures& fixtures, uint64_t number, uint64_t claimant_id,
                               uint64_t case_id);

}  // namespace klaim::benchmark
