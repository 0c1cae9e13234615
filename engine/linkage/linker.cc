#include "engine/linkage/linker.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <cmath>
#include <numeric>
#include <string>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "engine/base/return_if_error.h"

namespace klaim::linkage {
namespace {

// In a block of more than this, only near neighbours are compared.
constexpr size_t kCrowdedPerson = 40;
constexpr size_t kNeighbours = 6;
// A block of so many is passed over when it is asked who a new person may be.
constexpr size_t kMaxOfBlock = 300;
constexpr size_t kTrainingPairs = 300'000;
constexpr size_t kJudgedPairs = 300'000;
constexpr size_t kRandomPairs = 500'000;
constexpr size_t kMaxTrainingPersons = 300'000;
// Pairs less likely than this, in bits below even odds of the best prior, are forgotten.
constexpr float kForgetBelowBits = 2;
constexpr size_t kMaxCrossPairs = 400;

struct Entry {
  uint64_t key;
  uint32_t person;
  bool operator<(const Entry& other) const {
    return key != other.key ? key < other.key : person < other.person;
  }
};

unsigned Threads() { return std::max(1u, std::thread::hardware_concurrency()); }

// Runs `work(part, begin, end)` for equal parts of `count`, side by side.
void InParts(size_t count, absl::FunctionRef<void(size_t part, size_t begin, size_t end)> work) {
  const size_t parts = Threads();
  std::vector<std::thread> threads;
  for (size_t part = 1; part < parts; ++part) {
    threads.emplace_back([&, part] { work(part, count * part / parts, count * (part + 1) / parts); });
  }
  work(0, 0, count / parts);
  for (std::thread& thread : threads) thread.join();
}

std::vector<Entry> EntriesOf(absl::Span<const Person> persons, const Lexicons& lexicons) {
  std::vector<std::vector<Entry>> parts(Threads());
  InParts(persons.size(), [&](size_t part, size_t begin, size_t end) {
    parts[part].reserve((end - begin) * 12);
    for (size_t i = begin; i < end; ++i) {
      for (uint64_t key : KeysOf(persons[i], lexicons))
        parts[part].push_back({key, static_cast<uint32_t>(i)});
    }
    std::sort(parts[part].begin(), parts[part].end());
  });
  std::vector<Entry> entries = std::move(parts[0]);
  for (size_t part = 1; part < parts.size(); ++part) {
    const auto middle = static_cast<std::ptrdiff_t>(entries.size());
    entries.insert(entries.end(), parts[part].begin(), parts[part].end());
    std::vector<Entry>().swap(parts[part]);
    std::inplace_merge(entries.begin(), entries.begin() + middle, entries.end());
  }
  return entries;
}

// An order in which records of one person stand near each other, for crowded blocks.
bool NearOrder(const Person& one, const Person& other) {
  const auto order = [](const Person& person) {
    return std::make_tuple(person.names[0], person.names[1], person.birth_year, person.birth_month,
                           person.birth_day, person.national_id.bytes);
  };
  return order(one) < order(other);
}

void PairsOfBlock(absl::Span<const Entry> block, absl::Span<const Person> persons,
                  std::vector<uint32_t>& members, absl::FunctionRef<void(uint32_t, uint32_t)> visit) {
  members.clear();
  for (const Entry& entry : block) members.push_back(entry.person);
  size_t reach = members.size();
  if (members.size() > kCrowdedPerson) {
    reach = kNeighbours;
    std::sort(members.begin(), members.end(), [&](uint32_t one, uint32_t other) {
      if (NearOrder(persons[one], persons[other])) return true;
      return !NearOrder(persons[other], persons[one]) && one < other;
    });
  }
  for (size_t i = 0; i < members.size(); ++i) {
    for (size_t k = i + 1; k < members.size() && k <= i + reach; ++k) {
      visit(std::min(members[i], members[k]), std::max(members[i], members[k]));
    }
  }
}

// Calls `visit` for each block, by key.
void ForEachBlock(absl::Span<const Entry> entries, absl::FunctionRef<void(absl::Span<const Entry>)> visit) {
  for (size_t begin = 0; begin < entries.size();) {
    size_t end = begin + 1;
    while (end < entries.size() && entries[end].key == entries[begin].key) ++end;
    if (end - begin > 1) visit(entries.subspan(begin, end - begin));
    begin = end;
  }
}

// A register's row for each person of a block: 'b', the key, the slot.
constexpr size_t kBlockBytes = 9;
std::string BlockOf(uint64_t key) {
  std::string name(kBlockBytes, 'b');
  boost::endian::store_big_u64(reinterpret_cast<unsigned char*>(&name[1]), key);
  return name;
}
std::string RowInBlock(uint64_t key, uint32_t slot) {
  std::string name = BlockOf(key);
  name.resize(kBlockBytes + sizeof(slot));
  boost::endian::store_big_u32(reinterpret_cast<unsigned char*>(&name[kBlockBytes]), slot);
  return name;
}
uint32_t SlotIn(absl::string_view row) {
  return boost::endian::load_big_u32(reinterpret_cast<const unsigned char*>(row.data() + kBlockBytes));
}

uint64_t NextRandom(uint64_t& state) {  // SplitMix64
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

TrainingPairs ChooseTrainingPairs(const std::vector<uint64_t>& candidates, size_t persons) {
  TrainingPairs pairs;
  const uint64_t count = persons;
  if (count * (count - 1) / 2 <= kRandomPairs) {
    for (uint32_t i = 0; i < count; ++i) {
      for (uint32_t k = i + 1; k < count; ++k) pairs.at_random.push_back({i, k});
    }
  } else {
    uint64_t state = 42;
    while (pairs.at_random.size() < kRandomPairs) {
      const auto one = static_cast<uint32_t>(NextRandom(state) % count);
      const auto other = static_cast<uint32_t>(NextRandom(state) % count);
      if (one != other) pairs.at_random.push_back({one, other});
    }
  }
  const size_t step = candidates.size() / kTrainingPairs + 1;
  for (size_t i = 0; i < candidates.size(); i += step) {
    pairs.met.push_back({static_cast<uint32_t>(candidates[i] >> 32), static_cast<uint32_t>(candidates[i])});
  }
  pairs.met_weight = static_cast<double>(step);
  return pairs;
}

std::vector<ScoredPair> ScoreAll(const std::vector<uint64_t>& pairs, absl::Span<const Person> persons,
                                 const Lexicons& lexicons, const Model& model, std::vector<float>& all_bits) {
  std::vector<std::vector<ScoredPair>> parts(Threads());
  all_bits.resize(pairs.size());
  InParts(pairs.size(), [&](size_t part, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const auto one = static_cast<uint32_t>(pairs[i] >> 32);
      const auto other = static_cast<uint32_t>(pairs[i]);
      const auto bits = static_cast<float>(model.Bits(Compare(persons[one], persons[other], lexicons)));
      all_bits[i] = bits;
      if (bits >= kForgetBelowBits) parts[part].push_back({one, other, bits});
    }
  });
  std::vector<ScoredPair> scored = std::move(parts[0]);
  for (size_t part = 1; part < parts.size(); ++part) {
    scored.insert(scored.end(), parts[part].begin(), parts[part].end());
  }
  return scored;
}

bool Meet(const Person& one, const Person& other, const Lexicons& lexicons) {
  const BlockKeys keys = KeysOf(other, lexicons);
  for (uint64_t key : KeysOf(one, lexicons)) {
    if (std::binary_search(keys.begin(), keys.end(), key)) return true;
  }
  return false;
}

// Pairs of which both national numbers are known, some of them, without those. What met by its numbers alone wouldn't be among them if they
// weren't known.
std::vector<Model::Judged> JudgedPairs(const std::vector<uint64_t>& candidates,
                                       absl::Span<const Person> persons, const Lexicons& lexicons) {
  std::vector<Model::Judged> judged;
  for (uint64_t candidate : candidates) {
    Person one = persons[candidate >> 32];
    Person other = persons[static_cast<uint32_t>(candidate)];
    const Level level = Compare(one, other, lexicons).level(Field::kNationalId);
    if (level != Level::kSame && level != Level::kDifferent && level != Level::kPartlySame) continue;
    one.national_id = other.national_id = {};
    if (!Meet(one, other, lexicons)) continue;
    judged.push_back({Compare(one, other, lexicons), level == Level::kSame});
    if (judged.size() == kJudgedPairs) break;
  }
  return judged;
}

std::vector<uint64_t> CandidatePairs(absl::Span<const Entry> entries, absl::Span<const Person> persons) {
  // Parts end between blocks.
  std::vector<size_t> bounds = {0};
  for (size_t part = 1; part < Threads(); ++part) {
    size_t at = entries.size() * part / Threads();
    while (at > 0 && at < entries.size() && entries[at].key == entries[at - 1].key) ++at;
    bounds.push_back(std::max(at, bounds.back()));
  }
  bounds.push_back(entries.size());
  std::vector<std::vector<uint64_t>> parts(Threads());
  InParts(parts.size(), [&](size_t, size_t first, size_t last) {
    std::vector<uint32_t> members;
    for (size_t part = first; part < last; ++part) {
      auto& pairs = parts[part];
      ForEachBlock(
          entries.subspan(bounds[part], bounds[part + 1] - bounds[part]), [&](absl::Span<const Entry> block) {
            PairsOfBlock(block, persons, members,
                         [&](uint32_t one, uint32_t other) { pairs.push_back(uint64_t{one} << 32 | other); });
          });
      std::sort(pairs.begin(), pairs.end());
      pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    }
  });
  std::vector<uint64_t> pairs = std::move(parts[0]);
  for (size_t part = 1; part < parts.size(); ++part) {
    const auto middle = static_cast<std::ptrdiff_t>(pairs.size());
    pairs.insert(pairs.end(), parts[part].begin(), parts[part].end());
    std::vector<uint64_t>().swap(parts[part]);
    std::inplace_merge(pairs.begin(), pairs.begin() + middle, pairs.end());
  }
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

// Joins what is more likely one person than two, the likeliest first; two clusters only when their members are one person on the average, so that
// one wrong link doesn't join two families.
std::vector<uint32_t> ClusterOf(const std::vector<ScoredPair>& pairs, absl::Span<const Person> persons,
                                const Lexicons& lexicons, const Model& model) {
  std::vector<uint32_t> cluster(persons.size());
  std::iota(cluster.begin(), cluster.end(), 0);
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> members;
  const auto members_of = [&](uint32_t first) -> std::vector<uint32_t>& {
    auto [found, fresh] = members.try_emplace(first);
    if (fresh) found->second.push_back(first);
    return found->second;
  };
  for (const ScoredPair& pair : pairs) {
    if (model.Probability(pair.bits) < 0.5) break;
    uint32_t one = cluster[pair.one];
    uint32_t other = cluster[pair.other];
    if (one == other) continue;
    if (one > other) std::swap(one, other);
    members_of(one);
    members_of(other);
    std::vector<uint32_t>& kept = members[one];
    const std::vector<uint32_t>& joined = members[other];
    if (kept.size() * joined.size() > 1) {
      double sum = 0;
      size_t count = 0;
      for (size_t i = 0; i < kept.size() && count < kMaxCrossPairs; ++i) {
        for (size_t k = 0; k < joined.size() && count < kMaxCrossPairs; ++k, ++count) {
          sum += model.Probability(model.Bits(Compare(persons[kept[i]], persons[joined[k]], lexicons)));
        }
      }
      if (sum < 0.5 * static_cast<double>(count)) continue;
    }
    for (uint32_t person : joined) cluster[person] = one;
    kept.insert(kept.end(), joined.begin(), joined.end());
    members.erase(other);
  }
  return cluster;
}

}  // namespace

LinkageResult LinkAll(absl::Span<const Person> persons, const Lexicons& lexicons,
                      const Model::ErrorRates& rates, absl::FunctionRef<void(double share)> progress) {
  LinkageResult result;
  result.cluster.resize(persons.size());
  std::iota(result.cluster.begin(), result.cluster.end(), 0);
  if (persons.size() < 2) return result;
  std::vector<Entry> entries = EntriesOf(persons, lexicons);
  progress(0.1);
  const std::vector<uint64_t> pairs = CandidatePairs(entries, persons);
  std::vector<Entry>().swap(entries);
  result.pairs_compared = pairs.size();
  progress(0.3);
  result.model = Learn(persons, lexicons, ChooseTrainingPairs(pairs, persons.size()));
  progress(0.5);
  std::vector<float> all_bits;
  result.pairs = ScoreAll(pairs, persons, lexicons, result.model, all_bits);
  result.model.Calibrate(all_bits, persons.size(), rates);
  result.model.HoldBack(JudgedPairs(pairs, persons, lexicons), rates);
  // How far bits are believed changes what they come to.
  for (ScoredPair& pair : result.pairs) {
    pair.bits =
        static_cast<float>(result.model.Bits(Compare(persons[pair.one], persons[pair.other], lexicons)));
  }
  progress(0.8);
  std::erase_if(result.pairs,
                [&](const ScoredPair& pair) { return result.model.ZoneOf(pair.bits) == Zone::kDistinct; });
  std::sort(result.pairs.begin(), result.pairs.end(), [](const ScoredPair& a, const ScoredPair& b) {
    return std::make_tuple(-a.bits, a.one, a.other) < std::make_tuple(-b.bits, b.one, b.other);
  });
  result.cluster = ClusterOf(result.pairs, persons, lexicons, result.model);
  progress(1);
  return result;
}

Model LearnFrom(absl::Span<const Person> persons, const Lexicons& lexicons, const Model::ErrorRates& rates) {
  if (persons.size() < 2) {
    return Model();
  }
  if (persons.size() > kMaxTrainingPersons) persons = persons.subspan(0, kMaxTrainingPersons);
  const std::vector<uint64_t> pairs = CandidatePairs(EntriesOf(persons, lexicons), persons);
  Model model = Learn(persons, lexicons, ChooseTrainingPairs(pairs, persons.size()));
  std::vector<float> all_bits;
  ScoreAll(pairs, persons, lexicons, model, all_bits);
  model.Calibrate(all_bits, persons.size(), rates);
  model.HoldBack(JudgedPairs(pairs, persons, lexicons), rates);
  return model;
}

absl::StatusOr<std::unique_ptr<PersonIndex>> PersonIndex::Begin(storage::PrivateScratch& scratch) {
  ASSIGN_OR_RETURN(auto persons, scratch.MakePlaces(sizeof(Placed)));
  return std::unique_ptr<PersonIndex>(new PersonIndex(scratch, std::move(persons)));
}

absl::Status PersonIndex::PutPlaced(uint32_t slot, const Placed& placed) {
  return persons_.Put(slot, {reinterpret_cast<const uint8_t*>(&placed), sizeof(placed)});
}

absl::StatusOr<PersonIndex::Placed> PersonIndex::GetPlaced(uint32_t slot) const {
  Placed placed;
  RETURN_IF_ERROR(persons_.Get(slot, {reinterpret_cast<uint8_t*>(&placed), sizeof(placed)}));
  return placed;
}

absl::Status PersonIndex::Add(uint64_t id, const PersonText& text) {
  RETURN_IF_ERROR(Remove(id));
  const Placed placed{id, ReadPerson(text, lexicons_)};
  uint32_t slot = next_slot_;
  if (free_.empty()) {
    ++next_slot_;
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  slots_[id] = slot;
  rocksdb::WriteBatch rows;
  for (uint64_t key : KeysOf(placed.person, lexicons_)) rows.Put(RowInBlock(key, slot), {});
  absl::Status put = PutPlaced(slot, placed);
  return put.ok() ? scratch_.Write(rows) : put;
}

absl::StatusOr<std::vector<PersonIndex::Candidate>> PersonIndex::CandidatesOf(uint64_t id,
                                                                              size_t most) const {
  const auto found = slots_.find(id);
  if (found == slots_.end()) return std::vector<Candidate>();
  ASSIGN_OR_RETURN(auto placed, GetPlaced(found->second));
  return Meet(placed.person, found->second, most);
}

absl::StatusOr<std::vector<PersonIndex::Candidate>> PersonIndex::CandidatesOf(const PersonText& text,
                                                                              size_t most) {
  const Person person = ReadPerson(text, lexicons_);
  auto candidates = Meet(person, std::nullopt, most);
  ReleasePerson(person, lexicons_);
  return candidates;
}

absl::StatusOr<std::vector<PersonIndex::Candidate>> PersonIndex::Meet(const Person& person,
                                                                      std::optional<uint32_t> own_slot,
                                                                      size_t most) const {
  std::vector<uint32_t> met;
  std::vector<uint32_t> met_in_a_crowd;
  for (uint64_t key : KeysOf(person, lexicons_)) {
    std::vector<uint32_t> members;
    absl::Status scanned = scratch_.Scan(BlockOf(key), [&](absl::string_view row) {
      if (const uint32_t slot = SlotIn(row); slot != own_slot) members.push_back(slot);
      return members.size() < kMaxOfBlock;
    });
    if (!scanned.ok()) return scanned;
    if (members.size() < kMaxOfBlock) {
      met.insert(met.end(), members.begin(), members.end());
    } else if (met_in_a_crowd.empty()) {
      met_in_a_crowd = std::move(members);
    }
  }
  if (met.empty()) met = std::move(met_in_a_crowd);
  std::sort(met.begin(), met.end());
  met.erase(std::unique(met.begin(), met.end()), met.end());
  std::vector<Candidate> candidates;
  for (uint32_t slot : met) {
    ASSIGN_OR_RETURN(auto other, GetPlaced(slot));
    const Comparison comparison = Compare(person, other.person, lexicons_);
    const double bits = model_.Bits(comparison);
    const Zone zone = model_.ZoneOf(bits);
    if (zone == Zone::kDistinct) continue;
    candidates.push_back({other.id, bits, model_.Probability(bits), zone, model_.Explain(comparison)});
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::make_tuple(-a.bits, a.id) < std::make_tuple(-b.bits, b.id);
  });
  if (candidates.size() > most) candidates.resize(most);
  return candidates;
}

absl::Status PersonIndex::Remove(uint64_t id) {
  const auto found = slots_.find(id);
  if (found == slots_.end()) return absl::OkStatus();
  const uint32_t slot = found->second;
  ASSIGN_OR_RETURN(auto placed, GetPlaced(slot));
  rocksdb::WriteBatch rows;
  for (uint64_t key : KeysOf(placed.person, lexicons_)) rows.Delete(RowInBlock(key, slot));
  ReleasePerson(placed.person, lexicons_);
  slots_.erase(found);
  free_.push_back(slot);
  absl::Status put = PutPlaced(slot, {});
  return put.ok() ? scratch_.Write(rows) : put;
}

void PersonIndex::Expect(double share) {
  const double odds = share / static_cast<double>(std::max<size_t>(size(), 1));
  model_ = Model(std::max(std::log2(odds), Model::kUsualPriorLogOdds));
}

absl::Status PersonIndex::Relearn(const Model::ErrorRates& rates) {
  std::vector<Person> persons;
  for (uint32_t slot = 0; slot < next_slot_ && persons.size() < kMaxTrainingPersons; ++slot) {
    ASSIGN_OR_RETURN(auto placed, GetPlaced(slot));
    persons.push_back(placed.person);
  }
  model_ = LearnFrom(persons, lexicons_, rates);
  return absl::OkStatus();
}

}  // namespace klaim::linkage
