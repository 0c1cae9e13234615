// The mass-claim machinery: linkage against sorting the same records' keys, and sharing money out against a plain sum.

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/domain/money/allocation.h"
#include "engine/linkage/linker.h"
#include "services/linkage/person_search.h"
#include "tools/benchmark/figures.h"
#include "tools/klaim/admin/sample_persons.h"

namespace klaim::benchmark {
namespace {

struct Records {
  linkage::Lexicons lexicons;
  std::vector<linkage::Person> persons;
  std::vector<linkage::PersonText> texts;
  std::vector<uint64_t> truth;
};

std::vector<std::string> Villages() {
  std::vector<std::string> villages;
  for (int regency = 10; regency < 60; ++regency) {
    for (int district = 10; district < 30; ++district) {
      for (int village = 2001; village < 2021; ++village) {
        villages.push_back(absl::StrCat("33.", regency, ".", district, ".", village));
      }
    }
  }
  return villages;
}

linkage::PersonText TextOf(const tools::SamplePerson& person) {
  return {person.name,   tools::IsoDate(person.birth_date), person.nik, person.phone, person.village,
          person.address};
}

// As `klaim generate --duplicates 20` writes them, without the file between.
void Make(size_t count, Records& records) {
  tools::Dice dice(count);
  const std::vector<std::string> villages = Villages();
  std::vector<tools::SamplePerson> known;
  tools::SamplePeople people(villages, count, dice);
  while (records.texts.size() < count) {
    const bool again = !known.empty() && dice.Chance(20);
    if (!again) known.push_back(people.Next(dice.Chance(70)));
    const tools::SamplePerson person =
        again ? tools::WrittenAgain(dice.Pick(known), villages, tools::Damage::kAsFound, dice) : known.back();
    records.texts.push_back(TextOf(person));
    records.truth.push_back(person.number);
  }
}

template <class Key>
double Pairs(const std::map<Key, double>& counts) {
  double sum = 0;
  for (const auto& [key, count] : counts) sum += count * (count - 1) / 2;
  return sum;
}

double PairwiseF1(const std::vector<uint64_t>& truth, const std::vector<uint32_t>& cluster) {
  std::map<std::pair<uint64_t, uint32_t>, double> both;
  std::map<uint64_t, double> wanted;
  std::map<uint32_t, double> found;
  for (size_t i = 0; i < truth.size(); ++i) {
    ++both[{truth[i], cluster[i]}];
    ++wanted[truth[i]];
    ++found[cluster[i]];
  }
  return 2 * Pairs(both) / (Pairs(wanted) + Pairs(found));
}

// The floor: making each record's block keys and sorting them, as any blocking must.
double SortKeys(const Records& records) {
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::pair<uint64_t, uint32_t>> keys;
  for (size_t i = 0; i < records.persons.size(); ++i) {
    for (uint64_t key : linkage::KeysOf(records.persons[i], records.lexicons)) {
      keys.emplace_back(key, static_cast<uint32_t>(i));
    }
  }
  std::sort(keys.begin(), keys.end());
  return SecondsSince(begin);
}

// People as they come in, a fifth of them for the second time: of somebody among the last hundred thousand.
class Arrivals {
 public:
  struct Arrival {
    linkage::PersonText text;
    std::optional<uint64_t> again;  // whom it is, by the number under which they came in first
  };

  // Who comes in as the `number`th.
  Arrival Next(uint64_t number) {
    if (!known_.empty() && dice_.Chance(20)) return Again();
    tools::SamplePerson person = people_.Next(dice_.Chance(70));
    person.number = number;
    if (known_.size() < kKept) {
      known_.push_back(person);
    } else {
      known_[number % kKept] = person;
    }
    return {TextOf(person), std::nullopt};
  }
  Arrival Again() {
    const tools::SamplePerson& person = dice_.Pick(known_);
    return {TextOf(tools::WrittenAgain(person, villages_, tools::Damage::kAsFound, dice_)), person.number};
  }

 private:
  static constexpr size_t kKept = 100'000;
  tools::Dice dice_{11};
  const std::vector<std::string> villages_ = Villages();
  tools::SamplePeople people_{villages_, 1'000'000, dice_};
  std::vector<tools::SamplePerson> known_;
};

}  // namespace

void MeasureLinkage(bool quick) {
  double first = 0;
  for (size_t count :
       quick ? std::vector<size_t>{1'000, 4'000} : std::vector<size_t>{10'000, 100'000, 1'000'000}) {
    Records records;
    Make(count, records);
    const auto begin = std::chrono::steady_clock::now();
    for (const auto& text : records.texts)
      records.persons.push_back(linkage::ReadPerson(text, records.lexicons));
    const linkage::LinkageResult result =
        linkage::LinkAll(records.persons, records.lexicons, {}, [](double) {});
    const double seconds = SecondsSince(begin);
    if (first == 0) first = seconds / static_cast<double>(count);
    Print(absl::StrCat("link_", count, "_records"), seconds, "s", "sorting_their_keys", SortKeys(records));
    Print(absl::StrCat("link_", count, "_cost_of_one"), seconds / static_cast<double>(count) * 1e6, "us",
          "of_the_smallest", first * 1e6);
    Print(absl::StrCat("link_", count, "_pairwise_f1"), PairwiseF1(records.truth, result.cluster), "",
          "wanted", 0.98);
    Print(absl::StrCat("link_", count, "_resident"), ResidentMebibytes(), "MiB", "limit", 4'096);
  }
}

// What a serving daemon keeps of claimants: whom a new one may be, and who has a name.
void MeasureRegister(uint64_t persons, bool quick) {
  const uint64_t tried = quick ? 50 : 2'000;
  constexpr size_t kPlaceBytes = sizeof(uint64_t) + sizeof(linkage::Person) + 24;
  const std::string folder = FreshFolder("register");
  auto scratch = Must(storage::PrivateScratch::Begin(folder));
  auto index = Must(linkage::PersonIndex::Begin(*scratch));
  services::PersonSearch search(Must(services::AreaNames::Read("")), *scratch);
  Arrivals arrivals;
  uint64_t count = 0;
  for (const uint64_t stage : {persons / 100, persons / 10, persons}) {
    const uint64_t first = count;
    auto begin = std::chrono::steady_clock::now();
    for (; count < stage; ++count) {
      const linkage::PersonText text = arrivals.Next(count).text;
      Need(index->Add(count, text));
      Need(search.Put(count, text));
      Need(search.AddReference(count, absl::StrCat("sbmi:A-", count)));
    }
    const double each = SecondsSince(begin) / static_cast<double>(count - first);
    Need(index->Relearn({}));
    std::vector<double> candidates;
    std::vector<double> finds;
    double recognised = 0;
    for (uint64_t i = 0; i < tried; ++i) {
      const auto [text, again] = arrivals.Again();
      const uint64_t id = count + i;
      begin = std::chrono::steady_clock::now();
      Need(index->Add(id, text));
      const auto found = Must(index->CandidatesOf(id, 5));
      candidates.push_back(SecondsSince(begin) * 1e3);
      recognised += std::any_of(found.begin(), found.end(),
                                [&](const auto& candidate) { return candidate.id == *again; });
      begin = std::chrono::steady_clock::now();
      Must(search.Find(text.name, 11));
      finds.push_back(SecondsSince(begin) * 1e3);
      Need(index->Remove(id));
    }
    const std::string among = absl::StrCat("_among_", stage);
    Print("adding_a_person" + among, each * 1e6, "us");
    Print("a_new_one_with_candidates_median" + among, Median(candidates), "ms");
    Print("a_new_one_with_candidates_p99" + among, Percentile99(candidates), "ms", "limit", 1'000);
    Print("who_came_before_is_a_candidate" + among, recognised / static_cast<double>(tried), "of all",
          "wanted", 0.98);
    Print("search_by_name_p99" + among, Percentile99(finds), "ms", "limit", 100);
    Print("register_resident" + among, ResidentMebibytes(), "MiB");
    Print("register_disk_a_person" + among, BytesBelow(folder) / static_cast<double>(stage) + kPlaceBytes,
          "bytes");
  }
}

void MeasureAllocation(bool quick) {
  for (size_t count :
       quick ? std::vector<size_t>{1'000, 10'000} : std::vector<size_t>{10'000, 100'000, 1'000'000}) {
    tools::Dice dice(7);
    std::vector<domain::OwedHead> owed;
    int64_t total = 0;
    for (size_t i = 0; i < count; ++i) {
      const auto amount = static_cast<int64_t>(1 + dice.Below(2'000'000));
      owed.push_back({i, "unpaid_wages", static_cast<uint32_t>(1 + i % 3), amount});
      total += amount;
    }
    v1::AllocationPlan plan;
    plan.set_costs_basis_points(300);
    plan.set_reserve_basis_points(500);
    auto& equal = *plan.add_steps();
    equal.set_rule(v1::ALLOCATION_RULE_EQUAL);
    equal.set_cap_minor(50'000);
    auto& tier = *plan.add_steps();
    tier.set_rule(v1::ALLOCATION_RULE_PRO_RATA);
    tier.add_tiers(1);
    tier.set_floor_minor(10'000);
    tier.set_cap_minor(900'000);
    plan.add_steps()->set_rule(v1::ALLOCATION_RULE_PRO_RATA);
    const double floor = MedianOfThree([&] {
      const auto begin = std::chrono::steady_clock::now();
      std::vector<domain::OwedHead> copy = owed;
      volatile int64_t sum = 0;
      for (const auto& head : copy) sum = sum + head.owed_minor;
      return SecondsSince(begin);
    });
    const double seconds = MedianOfThree([&] {
      const auto begin = std::chrono::steady_clock::now();
      if (domain::ShareOut(total / 2, total / 2, plan, owed).amount_minor == 0) std::exit(1);
      return SecondsSince(begin);
    });
    Print(absl::StrCat("allocate_", count, "_claims_three_steps"), seconds, "s", "copying_them", floor);
  }
}

}  // namespace klaim::benchmark
