#include "engine/linkage/model.h"

#include <algorithm>
#include <cmath>

#include "absl/container/btree_map.h"

namespace klaim::linkage {
namespace {

using Patterns = absl::btree_map<uint32_t, double>;  // how many pairs compare like that

constexpr int kIterations = 30;
// So many pairs' worth of the probabilities that the model begins with are mixed into what is learnt.
constexpr double kPriorPairs = 20;
// By chance at least so often, whatever was counted: nothing proves anything beyond all doubt.
constexpr double kLeastChance = 2e-7;
// Pairs at random that are this likely one person are left out of what is common by chance.
constexpr double kSurelyOneBits = 16;
constexpr double kMostNameBits = 8;
constexpr size_t kRandomNamePairs = 200'000;

struct Beginning {
  Model::Levels one_person;
  Model::Levels two_persons;
};
//                     missing same   error  alike  partly left   different
constexpr std::array<Beginning, kFields> kBeginning = {{
    /* name 1 */ {{0, .86, .08, .05, 0, .00, .01}, {0, .010, .004, .030, 0, .00, .956}},
    /* name 2 */ {{0, .68, .08, .05, 0, .15, .04}, {0, .002, .001, .010, 0, .35, .637}},
    /* name 3 */ {{0, .60, .08, .06, 0, .20, .06}, {0, .002, .001, .010, 0, .40, .587}},
    /* father */ {{0, .85, .06, .05, 0, .00, .04}, {0, .010, .003, .030, 0, .00, .957}},
    /* birth  */ {{0, .88, .06, .02, .02, .00, .02}, {0, .0001, .002, .005, .03, .00, .963}},
    /* nat id */ {{0, .84, .08, 0, .03, .00, .05}, {0, 2e-7, 2e-6, 0, 1e-6, .00, .999997}},
    /* phone  */ {{0, .65, .04, 0, 0, .00, .31}, {0, 2e-6, 1e-5, 0, 0, .00, .99998}},
    /* place  */ {{0, .80, .03, .07, .04, .00, .06}, {0, .0005, .0005, .003, .02, .00, .976}},
    /* addr   */ {{0, .60, .12, .10, .06, .00, .12}, {0, .0002, .002, .01, .15, .00, .8378}},
}};

double Log2(double value) { return std::log2(std::max(value, 1e-12)); }

Patterns Count(absl::Span<const Person> persons, const Lexicons& lexicons, const std::vector<Pair>& pairs) {
  Patterns patterns;
  for (const Pair& pair : pairs) {
    patterns[Compare(persons[pair.one], persons[pair.other], lexicons).pattern()] += 1;
  }
  return patterns;
}

// What is common by chance, without pairs that are one person by all appearance.
void LearnChance(const Patterns& patterns, Model& model) {
  std::array<Model::Levels, kFields> counts{};
  for (const auto& [pattern, count] : patterns) {
    double bits = 0;
    for (int field = 0; field < kFields; ++field) {
      const size_t level = static_cast<size_t>(LevelOf(pattern, field));
      if (level == 0) continue;
      bits += Log2(model.one_person[field][level] / std::max(model.two_persons[field][level], 1e-9));
    }
    if (bits > kSurelyOneBits) continue;
    for (int field = 0; field < kFields; ++field) {
      counts[field][static_cast<size_t>(LevelOf(pattern, field))] += count;
    }
  }
  for (int field = 0; field < kFields; ++field) {
    double all = kPriorPairs;
    for (int level = 1; level < kLevels; ++level) all += counts[field][level];
    for (int level = 1; level < kLevels; ++level) {
      const double counted = counts[field][level] + kPriorPairs * kBeginning[field].two_persons[level];
      model.two_persons[field][level] = std::max(counted / all, kLeastChance);
    }
  }
}

// A name that agrees is no accident of the other name that agrees: the chance of each is that of two words at random, as
// often as there are words to choose from.
void LearnNameChance(absl::Span<const Person> persons, const Lexicons& lexicons,
                     const std::vector<Pair>& at_random, Model& model) {
  Model::Levels words{};
  double pairs = 0;
  double all = 0;
  const size_t step = std::max<size_t>(1, at_random.size() / kRandomNamePairs);
  for (size_t at = 0; at < at_random.size(); at += step) {
    ++pairs;
    for (WordId one : persons[at_random[at].one].names) {
      for (WordId other : persons[at_random[at].other].names) {
        const Level level = CompareWords(one, other, lexicons.names);
        if (level == Level::kMissing) continue;
        words[static_cast<size_t>(level)] += 1;
        ++all;
      }
    }
  }
  if (all == 0) return;
  const double choices_of_both = std::max(1.0, all / pairs);
  for (int slot = 0; slot < 3; ++slot) {
    const double names_each = std::max(1.0, std::sqrt(choices_of_both) - slot);
    Model::Levels& chance = model.two_persons[static_cast<size_t>(slot)];
    const double left_out = chance[static_cast<size_t>(Level::kLeftOut)];
    double different = 1 - left_out;
    for (Level level : {Level::kSame, Level::kOneError, Level::kAlike}) {
      const double share = (words[static_cast<size_t>(level)] + 0.5) / (all + 1) * names_each * names_each;
      chance[static_cast<size_t>(level)] = std::min(0.3, share) * (1 - left_out);
      different -= chance[static_cast<size_t>(level)];
    }
    chance[static_cast<size_t>(Level::kDifferent)] = std::max(different, 0.05);
  }
}

// Expectation-maximisation over the pairs that met in a block, with what is common by chance fixed. Nearly all pairs that
// are one person met in one block or another, so what they look like is what pairs of one person look like; and nearly
// all that didn't meet are two persons, so the share of one person is of all pairs that there are.
void LearnOnePerson(const Patterns& patterns, double weight, double all_pairs, Model& model) {
  double share = 1e-6;
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    std::array<Model::Levels, kFields> counts{};
    double expected = 0;
    for (const auto& [pattern, count] : patterns) {
      double bits = Log2(share / (1 - share));
      for (int field = 0; field < kFields; ++field) {
        const size_t level = static_cast<size_t>(LevelOf(pattern, field));
        if (level == 0) continue;
        bits += Log2(model.one_person[field][level]) - Log2(model.two_persons[field][level]);
      }
      const double probability = count * weight / (1 + std::exp2(-bits));
      expected += probability;
      for (int field = 0; field < kFields; ++field) {
        counts[field][static_cast<size_t>(LevelOf(pattern, field))] += probability;
      }
    }
    share = std::clamp(expected / all_pairs, 1e-15, 0.5);
    for (int field = 0; field < kFields; ++field) {
      double counted = kPriorPairs;
      for (int level = 1; level < kLevels; ++level) counted += counts[field][level];
      for (int level = 1; level < kLevels; ++level) {
        model.one_person[field][level] =
            (counts[field][level] + kPriorPairs * kBeginning[field].one_person[level]) / counted;
      }
    }
  }
}

}  // namespace

absl::string_view ZoneName(Zone zone) {
  static constexpr absl::string_view kNames[] = {"distinct", "review", "link"};
  return kNames[static_cast<size_t>(zone)];
}

Model::Model() {
  for (int field = 0; field < kFields; ++field) {
    one_person[field] = kBeginning[field].one_person;
    two_persons[field] = kBeginning[field].two_persons;
  }
  Prepare();
}

void Model::Prepare() {
  for (int field = 0; field < kFields; ++field) {
    bits_[field][0] = 0;
    for (int level = 1; level < kLevels; ++level) {
      const double chance = two_persons[field][level];
      bits_[field][level] =
          chance == 0 ? 0.0f : static_cast<float>(Log2(one_person[field][level]) - Log2(chance));
    }
  }
}

double Model::NameAdjustment(const Comparison& comparison, size_t slot, const Lexicons& lexicons) const {
  const WordId word = comparison.same_names[slot];
  if (word == 0) return 0;
  const double share =
      (lexicons.names.Uses(word) + 1.0) / (static_cast<double>(lexicons.names.all_uses()) + 1.0);
  return std::clamp(Log2(lexicons.names.Coincidence() / share), -kMostNameBits, kMostNameBits);
}

double Model::Bits(const Comparison& comparison, const Lexicons& lexicons) const {
  double bits = 0;
  for (int field = 0; field < kFields; ++field)
    bits += bits_[field][static_cast<size_t>(comparison.levels[field])];
  for (size_t slot = 0; slot < comparison.same_names.size(); ++slot) {
    bits += NameAdjustment(comparison, slot, lexicons);
  }
  return bits;
}

std::vector<FieldWeight> Model::Explain(const Comparison& comparison, const Lexicons& lexicons) const {
  std::vector<FieldWeight> weights;
  for (int field = 0; field < kFields; ++field) {
    const Level level = comparison.levels[field];
    if (level == Level::kMissing) continue;
    double bits = bits_[field][static_cast<size_t>(level)];
    if (field < 3) bits += NameAdjustment(comparison, static_cast<size_t>(field), lexicons);
    weights.push_back({static_cast<Field>(field), level, bits});
  }
  return weights;
}

double Model::Probability(double bits) const { return 1 / (1 + std::exp2(-(bits + prior_log_odds_))); }

Zone Model::ZoneOf(double bits) const {
  if (bits >= link_bits_) return Zone::kLink;
  return bits >= review_bits_ ? Zone::kReview : Zone::kDistinct;
}

void Model::Calibrate(absl::Span<const float> bits, uint64_t records, const ErrorRates& rates) {
  // Tenths of a bit are fine enough.
  constexpr int kLowest = -600;
  constexpr int kHighest = 1200;
  std::vector<uint64_t> histogram(kHighest - kLowest + 1, 0);
  for (float value : bits) {
    const int tenth = std::clamp(static_cast<int>(std::lround(value * 10)), kLowest, kHighest);
    ++histogram[static_cast<size_t>(tenth - kLowest)];
  }
  const double all_pairs = static_cast<double>(records) * static_cast<double>(records - 1) / 2 + 1;
  const auto expected = [&] {
    double sum = 0;
    for (size_t i = 0; i < histogram.size(); ++i) {
      sum += static_cast<double>(histogram[i]) * Probability((static_cast<int>(i) + kLowest) / 10.0);
    }
    return sum;
  };
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    const double share = std::clamp((expected() + 0.5) / all_pairs, 1e-15, 0.5);
    prior_log_odds_ = Log2(share / (1 - share));
  }
  const double all_true = expected() + 1e-9;
  // Down from the surest pair: a link's own chance of being wrong is borne, then a person is asked, until what is left
  // below holds few enough true pairs.
  double found = 0;
  link_bits_ = -prior_log_odds_ + Log2((1 - rates.false_links) / std::max(rates.false_links, 1e-9));
  review_bits_ = std::min(link_bits_, -prior_log_odds_);
  for (int tenth = kHighest; tenth >= kLowest; --tenth) {
    const double bits_here = tenth / 10.0;
    if (bits_here < review_bits_ && all_true - found <= rates.missed * all_true) break;
    found += static_cast<double>(histogram[static_cast<size_t>(tenth - kLowest)]) * Probability(bits_here);
    review_bits_ = std::min(review_bits_, bits_here);
  }
}

Model Learn(absl::Span<const Person> persons, const Lexicons& lexicons, const TrainingPairs& pairs) {
  Model model;
  LearnChance(Count(persons, lexicons, pairs.at_random), model);
  LearnNameChance(persons, lexicons, pairs.at_random, model);
  const double count = static_cast<double>(persons.size());
  LearnOnePerson(Count(persons, lexicons, pairs.met), pairs.met_weight, count * (count - 1) / 2, model);
  model.Prepare();
  return model;
}

}  // namespace klaim::linkage
