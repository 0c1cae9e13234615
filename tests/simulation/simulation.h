// The engine, whole, from one seed: sequencer, log, vault, read models and clock on a disk that fails, with clients that
// repeat, duplicate and vanish. One thread runs everything, step by step, so that a seed fails alike each time.
//
// The oracle (oracle.h) looks on: what was acknowledged is there for ever and once, what was refused is not, requests
// stand whole or not at all, times don't go back, proofs hold between any two moments, money is conserved, keys open,
// and the read models are what a fresh fold makes of the log, to the byte.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace klaim::simulation {

// Defects that can be put in on purpose, to see that they are found.
enum class Bug {
  kNone,
  kDiskLies,         // what was acknowledged isn't synced
  kForgetsRequests,  // a repetition isn't known after a restart
  kTearsRequests,    // a request's events are appended in two parts
  kOverpays,         // a payment is a minor unit too much
  kSkipsEvents,      // a read model misses an event now and then
};

struct Report {
  absl::Status status;  // what is wrong, with the seed
  std::string root;     // of the log's tree at the end: the same each time
  uint64_t events = 0;
  uint64_t accepted = 0;
  uint64_t refused = 0;
  uint64_t repeated = 0;
  uint64_t restarts = 0;
  uint64_t power_failures = 0;
  uint64_t disk_errors = 0;
  uint64_t full_disks = 0;
  uint64_t corruptions = 0;
  uint64_t erasures = 0;
  uint64_t done_by_jobs = 0;  // decisions on claims
  uint64_t paid_minor = 0;
};

// Runs one seed, on a thread of its own.
Report Simulate(uint64_t seed, Bug bug = Bug::kNone);

}  // namespace klaim::simulation
