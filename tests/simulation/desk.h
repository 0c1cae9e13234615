// Everything that anybody may ask of a docket, at random: half of it work that gets claims through to their payments,
// half whatever the vocabulary allows, filled in at random from its descriptors.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/domain/core/docket.h"
#include "engine/sequencer/sequencer.h"
#include "klaim/v1/event_record.pb.h"
#include "simulation/simulated_storage.h"

namespace klaim::simulation {

using Decide = std::function<absl::Status(domain::Docket&, const domain::Context&, domain::Decision&)>;

struct Asked {
  std::string actor;
  absl::string_view request_type;
  bool registers_person = false;
  // The decision of the request, sealed under this data key where it registers a person. For each submission anew.
  std::function<Decide(uint64_t key_id)> decide;
};

class Desk {
 public:
  explicit Desk(Random& random) : random_(random) {}

  // The requests without which nothing else can be: organisation, programme, agency.
  std::vector<Asked> Fixtures();
  Asked Next();

  // What happened becomes what can be asked about.
  void Learn(const v1::EventRecord& event);

  void LearnOfMoney(const v1::EventRecord& event);
  const std::vector<uint64_t>& Of(v1::AggregateKind kind) const;

 private:
  template <class Request>
  Asked Ask(Request request, const std::string& actor = "sari@0");
  Asked Work();
  Asked Anything();
  template <class Request>
  Asked Filled();
  Asked Filing();
  Asked Money();
  Asked HandingOver();
  Asked InBulk(uint64_t step);
  uint64_t Any(v1::AggregateKind kind);
  // The one that began last, or now and then any other: money takes many steps with the same one.
  uint64_t Newest(v1::AggregateKind kind);
  uint64_t NumberFor(const std::string& field);

  Random& random_;
  std::map<v1::AggregateKind, std::vector<uint64_t>> known_;
  std::vector<uint64_t> allocations_;           // proposals
  std::vector<uint64_t> moves_;                 // proposals
  std::map<uint64_t, uint64_t> settlement_of_;  // by allocation
  std::map<uint64_t, uint64_t> claimant_of_;    // by claim
  std::map<uint64_t, int> steps_;  // of a claim: how many of the way to its determination are done
  uint64_t last_ = 0;
  uint64_t money_step_ = 0;  // what comes next for the money: 0 a group, 1 a settlement ... 9 the bank's word
  std::vector<uint64_t> allocated_claims_;
};

}  // namespace klaim::simulation
