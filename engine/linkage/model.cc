#include "engine/linkage/model.h"

#include <algorithm>
#include <cmath>

namespace klaim::linkage {
namespace {

constexpr int kIterations = 20;
// So many pairs' worth of the probabilities that the model begins with are mixed into what is learnt.
constexpr double kPriorPairs = 50;
// By chance at least so often, whatever was counted: nothing proves anything beyond all doubt.
constexpr double kMinChance = 2e-7;
// Somebody who shares a telephone with a stranger by chance, or somebody else's name after a typing error.
constexpr double kChanceOfPhone = 2e-6;
constexpr double kTypingErrors = 100;  // that can befall a name, each as likely
// How much likelier twins have such names than others of a household, in bits.
constexpr double kTwinsSoundAlike = 2;
// To so many pairs of one person there is one of two persons of whom one is written down with the other's number: a card that was copied
// twice, a row that was dragged down.
constexpr double kCopiedNumbers = 0.005;
// Of held-back pairs of each kind at least so many, or they say nothing.
constexpr size_t kMinJudged = 200;
constexpr double kInMostRegisters = 0.88;  // of what bits say
constexpr double kMinOdds = -15;
constexpr double kMaxOdds = 25;
// Of the error that is borne, the model spends so much; the rest is for what it can't know.
constexpr double kOfWhatIsBorne = 0.5;
// Of one person's two records, if both have a number, at most so many are believed to have two.
constexpr double kMaxOtherNumbers = 0.08;

struct Beginning {
  Model::Levels one_person;
  Model::Levels strangers;
  Model::Levels household;
};
//                     missing same   error  alike  partly left   different
constexpr std::array<Beginning, kFields> kBeginning = {{
    /* name   */ {{0, .62, .12, .08, .04, .11, .03},
                  {0, .0003, .0004, .004, .03, .004, .9613},
                  {0, .015, .015, .05, .20, .02, .70}},
    /* father */
    {{0, .85, .06, .05, 0, .00, .04}, {0, .010, .003, .030, 0, .00, .957}, {0, .35, .03, .02, 0, 0, .60}},
    /* birth  */
    {{0, .74, .07, .10, .04, .00, .05},
     {0, .0001, .0015, .006, .025, .00, .9674},
     {0, .03, .005, .02, .04, 0, .905}},
    /* nat id */
    {{0, .84, .05, .04, .01, .02, .04},
     {0, 2e-7, 2e-6, .005, .05, .01, .935},
     {0, 3e-4, 2e-6, .005, .05, .01, .9347}},
    /* phone  */
    {{0, .62, .03, 0, 0, .00, .35}, {0, 2e-6, 1e-5, 0, 0, .00, .99998}, {0, .70, .01, 0, 0, 0, .29}},
    /* place  */
    {{0, .80, .03, .07, .04, .00, .06},
     {0, .004, .0005, .004, .02, .00, .9715},
     {0, .93, .01, .02, .02, 0, .02}},
    /* addr   */
    {{0, .60, .12, .10, .06, .00, .12},
     {0, .0002, .002, .01, .15, .00, .8378},
     {0, .65, .12, .08, .05, 0, .10}},
}};

size_t At(Field field) { return static_cast<size_t>(field); }
size_t At(Level level) { return static_cast<size_t>(level); }

double Log2(double value) { return std::log2(std::max(value, 1e-12)); }

// What no data may say: that one person's complete identifiers differ often, or that a household shares them often, or never.
void KeepWithinBounds(Model& model) {
  const auto most = [](Model::Levels& levels, Level level, double bound) {
    levels[At(level)] = std::min(levels[At(level)], bound);
  };
  most(model.one_person[At(Field::kNationalId)], Level::kDifferent, 0.05);
  most(model.one_person[At(Field::kNationalId)], Level::kPartlySame, 0.015);
  most(model.one_person[At(Field::kBirthDate)], Level::kDifferent, 0.05);
  most(model.one_person[At(Field::kName)], Level::kDifferent, 0.04);
  most(model.one_person[At(Field::kName)], Level::kPartlySame, 0.06);
  most(model.household[At(Field::kNationalId)], Level::kSame, 0.0005);
  most(model.household[At(Field::kNationalId)], Level::kOneError, 0.0005);
  most(model.household[At(Field::kName)], Level::kSame, 0.04);
  most(model.household[At(Field::kBirthDate)], Level::kSame, 0.10);
  most(model.household[At(Field::kPhone)], Level::kSame, 0.6);
  const auto least = [](Model::Levels& levels, Level level, double bound) {
    levels[At(level)] = std::max(levels[At(level)], bound);
  };
  least(model.household[At(Field::kName)], Level::kSame, 0.008);
  least(model.household[At(Field::kName)], Level::kOneError, 0.008);
  least(model.household[At(Field::kName)], Level::kAlike, 0.03);
  least(model.household[At(Field::kBirthDate)], Level::kSame, 0.02);
  least(model.household[At(Field::kPhone)], Level::kSame, 0.4);
  least(model.household[At(Field::kPhone)], Level::kDifferent, 0.4);
}

struct Compared {
  Comparison comparison;
  double one_person = 0;  // how likely it is one, in the course of learning
  double household = 0;
};

std::vector<Compared> CompareAll(absl::Span<const Person> persons, const Lexicons& lexicons,
                                 const std::vector<Pair>& pairs) {
  std::vector<Compared> compared;
  compared.reserve(pairs.size());
  for (const Pair& pair : pairs)
    compared.push_back({Compare(persons[pair.one], persons[pair.other], lexicons)});
  return compared;
}

using LevelCounts = std::array<Model::Levels, kFields>;

void Count(const Comparison& comparison, double weight, LevelCounts& counts) {
  for (size_t field = 0; field < kFields; ++field) counts[field][At(comparison.levels[field])] += weight;
}

void SetFrom(const LevelCounts& counts, const Model::Levels Beginning::*beginning, Model::Fields& fields) {
  for (size_t field = 0; field < kFields; ++field) {
    double all = kPriorPairs;
    for (size_t level = 1; level < kLevels; ++level) all += counts[field][level];
    for (size_t level = 1; level < kLevels; ++level) {
      fields[field][level] =
          (counts[field][level] + kPriorPairs * (kBeginning[field].*beginning)[level]) / all;
    }
  }
}

// A national number of Indonesia by its parts says little beside the birth date, which it holds; its levels but "same" are as the model
// begins with them: two strangers at random have them too seldom to learn from.
void KeepNikParts(Model::Fields& fields, const Model::Levels Beginning::*beginning) {
  for (Level level : {Level::kAlike, Level::kPartlySame, Level::kLeftOut}) {
    fields[At(Field::kNationalId)][At(level)] = (kBeginning[At(Field::kNationalId)].*beginning)[At(level)];
  }
}

// Of pairs at random some are one person: what looks like one, as the model begins, doesn't count.
void LearnChance(const std::vector<Compared>& at_random, Model& model) {
  LevelCounts counts{};
  for (const Compared& pair : at_random)
    Count(pair.comparison, 1 - model.Probability(model.Bits(pair.comparison)), counts);
  SetFrom(counts, &Beginning::strangers, model.strangers);
  for (Model::Levels& levels : model.strangers) {
    for (size_t level = 1; level < kLevels; ++level) levels[level] = std::max(levels[level], kMinChance);
  }
  KeepNikParts(model.strangers, &Beginning::strangers);
  model.Prepare();
}

// Expectation-maximisation over the pairs that met in a block, with what is common by chance fixed. Nearly all pairs that are one person
// met in one block or another, so what they look like is what pairs of one person look like; so too households; and nearly
// all that didn't meet are strangers, so the shares are of all pairs that there are.
void LearnKinds(std::vector<Compared>& met, double weight, double all_pairs, Model& model) {
  double one_person_share = 1e-6;
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    model.Prepare();
    LevelCounts one{};
    LevelCounts home{};
    double ones = 0;
    double homes = 0;
    for (Compared& pair : met) {
      const double bits = model.Bits(pair.comparison) + Log2(one_person_share / (1 - one_person_share));
      pair.one_person = 1 / (1 + std::exp2(-bits));
      // Of two persons, how likely they are of one household.
      double against = Log2(model.household_share);
      for (size_t field = 0; field < kFields; ++field) {
        const size_t level = At(pair.comparison.levels[field]);
        if (level != 0) against += Log2(model.household[field][level]) - Log2(model.strangers[field][level]);
      }
      pair.household = (1 - pair.one_person) / (1 + std::exp2(-against));
      ones += pair.one_person * weight;
      homes += pair.household * weight;
      Count(pair.comparison, pair.one_person * weight, one);
      Count(pair.comparison, pair.household * weight, home);
    }
    one_person_share = std::clamp(ones / all_pairs, 1e-15, 0.5);
    model.household_share = std::clamp(homes / all_pairs, 1e-12, 0.2);
    model.copied_share = kCopiedNumbers * one_person_share;
    SetFrom(one, &Beginning::one_person, model.one_person);
    SetFrom(home, &Beginning::household, model.household);
    KeepNikParts(model.one_person, &Beginning::one_person);
    KeepNikParts(model.household, &Beginning::household);
    KeepWithinBounds(model);
  }
}

}  // namespace

// How much likelier a comparison is than for strangers: for one person, and for a household; field by field for one person.
struct Model::Sides {
  std::array<double, kFields> bits{};
  double one_person = 0;
  double household = 0;
};

absl::string_view ZoneName(Zone zone) {
  static constexpr absl::string_view kNames[] = {"distinct", "review", "link"};
  return kNames[static_cast<size_t>(zone)];
}

Model::Model(double prior_log_odds) : prior_log_odds_(prior_log_odds) {
  // Among few, households are a greater share of all pairs too.
  household_share = std::min(0.05, kUsualHouseholdShare * std::exp2(prior_log_odds - kUsualPriorLogOdds));
  for (size_t field = 0; field < kFields; ++field) {
    one_person[field] = kBeginning[field].one_person;
    strangers[field] = kBeginning[field].strangers;
    household[field] = kBeginning[field].household;
  }
  Prepare();
  SetThresholds({});
}

void Model::Prepare() {
  for (size_t field = 0; field < kFields; ++field) {
    for (size_t level = 1; level < kLevels; ++level) {
      const double chance = strangers[field][level];
      const auto bits = [&](double likely) {
        return chance == 0 ? 0.0f : static_cast<float>(Log2(likely) - Log2(chance));
      };
      bits_[field][level] = bits(one_person[field][level]);
      household_bits_[field][level] = bits(household[field][level]);
    }
  }
}

Model::Sides Model::SidesOf(const Comparison& comparison) const {
  Sides sides;
  for (size_t field = 0; field < kFields; ++field) {
    const size_t level = At(comparison.levels[field]);
    if (level == 0) continue;
    double bits = bits_[field][level];
    double at_home = household_bits_[field][level];
    // Where frequencies tell the chance of strangers better, they take the place of what was learnt.
    double chance = 0;
    if (field == At(Field::kName) && comparison.name_chance > 0) {
      const double learnt = strangers[field][level];
      chance = comparison.name_chance;
      if (comparison.levels[field] == Level::kOneError)
        chance = learnt + kTypingErrors * chance * one_person[field][level];
      if (comparison.levels[field] == Level::kPartlySame) chance = std::max(chance, learnt);
    } else if (field == At(Field::kPhone) && comparison.levels[field] == Level::kSame) {
      chance = kChanceOfPhone + comparison.phone_chance;
    }
    if (chance > 0) {
      chance = std::clamp(chance, kMinChance, 1.0);
      bits = Log2(one_person[field][level]) - Log2(chance);
      at_home = Log2(household[field][level]) - Log2(chance);
    }
    sides.bits[field] = bits;
    sides.one_person += bits;
    sides.household += at_home;
  }
  // Twins have one birth date, mostly names that sound together, and one number but for the serial.
  if (comparison.level(Field::kBirthDate) == Level::kSame &&
      (comparison.level(Field::kName) == Level::kAlike ||
       comparison.level(Field::kName) == Level::kOneError)) {
    sides.household += kTwinsSoundAlike;
  }
  const bool twins = comparison.level(Field::kNationalId) == Level::kPartlySame &&
                     comparison.level(Field::kBirthDate) == Level::kSame;
  if (twins) {
    const size_t field = At(Field::kNationalId);
    sides.household += Log2(0.9) - Log2(household[field][At(Level::kPartlySame)]);
  }
  return sides;
}

double Model::Weigh(const Comparison& comparison) const {
  const Sides sides = SidesOf(comparison);
  // Over strangers, households and those of whom one is written down with the other's number, together, by their shares.
  double others = 1 + std::exp2(std::min(sides.household + Log2(household_share), 200.0));
  if (comparison.level(Field::kNationalId) == Level::kSame) {
    const size_t place = At(comparison.level(Field::kLocality));
    const double chance = strangers[At(Field::kNationalId)][At(Level::kSame)];
    others += std::exp2(household_bits_[At(Field::kLocality)][place]) * copied_share / chance;
  }
  return sides.one_person - std::log2(others);
}

double Model::Bits(const Comparison& comparison) const {
  if (comparison.level(Field::kNationalId) == Level::kMissing) return scale_ * Weigh(comparison);
  Comparison without_number = comparison;
  without_number.levels[At(Field::kNationalId)] = Level::kMissing;
  const double others = Weigh(without_number);
  return scale_ * others + (Weigh(comparison) - others);
}

std::vector<FieldWeight> Model::Explain(const Comparison& comparison) const {
  const Sides sides = SidesOf(comparison);
  std::vector<FieldWeight> weights;
  for (size_t field = 0; field < kFields; ++field) {
    if (comparison.levels[field] == Level::kMissing) continue;
    const double scale = field == At(Field::kNationalId) ? 1 : scale_;
    weights.push_back({static_cast<Field>(field), comparison.levels[field], scale * sides.bits[field]});
  }
  double taken_off = Bits(comparison);
  for (const FieldWeight& weight : weights) taken_off -= weight.bits;
  if (taken_off < -0.05) weights.push_back({Field::kHousehold, Level::kAlike, taken_off});
  return weights;
}

double Model::Probability(double bits) const { return 1 / (1 + std::exp2(-(bits + prior_log_odds_))); }

Zone Model::ZoneOf(double bits) const {
  if (bits >= link_bits_) return Zone::kLink;
  return bits >= review_bits_ ? Zone::kReview : Zone::kDistinct;
}

void Model::SetThresholds(const ErrorRates& rates) {
  const auto bits_of = [&](double probability) {
    return Log2(probability / (1 - probability)) - prior_log_odds_;
  };
  link_bits_ = bits_of(1 - kOfWhatIsBorne * std::clamp(rates.false_links, 1e-9, 0.5));
  review_bits_ = std::min(link_bits_, bits_of(std::clamp(rates.least_probability, 1e-9, 1 - 1e-9)));
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
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    double expected = 0;
    for (size_t i = 0; i < histogram.size(); ++i) {
      const double at = (static_cast<int>(i) + kLowest) / 10.0;
      expected += static_cast<double>(histogram[i]) / (1 + std::exp2(-(at + prior_log_odds_)));
    }
    const double share = std::clamp((expected + 0.5) / all_pairs, 1e-15, 0.5);
    prior_log_odds_ = Log2(share / (1 - share));
  }
  SetThresholds(rates);
}

namespace {

// A logistic curve of the odds that a model gives.
struct Curve {
  double scale = 1;
  double shift = 0;
  double At(double odds) const { return 1 / (1 + std::exp2(-(scale * odds + shift))); }
};

// The curve that fits best how likely each is one person (J. Platt, 1999), by Newton's steps.
Curve FitCurve(const std::vector<double>& odds, const std::vector<double>& likely, Curve curve) {
  const double ln2 = std::log(2.0);
  for (int step = 0; step < 10; ++step) {
    double by_scale = 0, by_shift = 0, scale_scale = 1e-6, scale_shift = 0, shift_shift = 1e-6;
    for (size_t i = 0; i < odds.size(); ++i) {
      const double fitted = curve.At(odds[i]);
      const double weight = std::max(fitted * (1 - fitted), 1e-9);
      by_scale += (likely[i] - fitted) * odds[i];
      by_shift += likely[i] - fitted;
      scale_scale += weight * odds[i] * odds[i];
      scale_shift += weight * odds[i];
      shift_shift += weight;
    }
    const double determinant = scale_scale * shift_shift - scale_shift * scale_shift;
    if (std::abs(determinant) < 1e-9) break;
    curve.scale +=
        std::clamp((shift_shift * by_scale - scale_shift * by_shift) / determinant / ln2, -0.5, 0.5);
    curve.shift +=
        std::clamp((scale_scale * by_shift - scale_shift * by_scale) / determinant / ln2, -3.0, 3.0);
  }
  return curve;
}

}  // namespace

void Model::Believe(double scale, double shift, const ErrorRates& rates) {
  scale_ *= scale;
  prior_log_odds_ = scale * prior_log_odds_ + shift;
  SetThresholds(rates);
}

// Numbers are wrong now and then: a person has another one on a second paper. How often, is learnt with the curve, by
// expectation-maximisation: where pairs look as much like one person as can be, whose numbers differ are such.
void Model::HoldBack(absl::Span<const Judged> judged, const ErrorRates& rates) {
  const auto same = static_cast<size_t>(
      std::count_if(judged.begin(), judged.end(), [](const Judged& pair) { return pair.same; }));
  if (same < kMinJudged || judged.size() - same < kMinJudged) {
    Believe(kInMostRegisters, 0, rates);
    return;
  }
  std::vector<double> odds;
  for (const Judged& pair : judged)
    odds.push_back(std::clamp(Bits(pair.without_number) + prior_log_odds_, kMinOdds, kMaxOdds));
  std::vector<double> likely(judged.size());
  Curve curve;
  double other_number = 0.02;
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    double ones = 0;
    double ones_with_other = 0;
    for (size_t i = 0; i < judged.size(); ++i) {
      const double before = curve.At(odds[i]);
      likely[i] =
          judged[i].same ? 1 - kMinChance : before * other_number / (before * other_number + 1 - before);
      ones += likely[i];
      if (!judged[i].same) ones_with_other += likely[i];
    }
    other_number = std::clamp(ones_with_other / ones, 0.001, kMaxOtherNumbers);
    curve = FitCurve(odds, likely, curve);
  }
  // Bits are never believed more than they say.
  Believe(std::clamp(curve.scale, 0.3, 1.0), std::clamp(curve.shift, -8.0, 2.0), rates);
  held_back_ = {};
  for (size_t i = 0; i < judged.size(); ++i) {
    ++held_back_.pairs;
    if (ZoneOf(Bits(judged[i].without_number)) != Zone::kLink) continue;
    ++held_back_.sure;
    held_back_.sure_and_wrong += judged[i].same ? 0 : 1;
  }
}

Model Learn(absl::Span<const Person> persons, const Lexicons& lexicons, const TrainingPairs& pairs) {
  Model model;
  LearnChance(CompareAll(persons, lexicons, pairs.at_random), model);
  const double count = static_cast<double>(persons.size());
  std::vector<Compared> met = CompareAll(persons, lexicons, pairs.met);
  LearnKinds(met, pairs.met_weight, count * (count - 1) / 2, model);
  model.Prepare();
  return model;
}

}  // namespace klaim::linkage
