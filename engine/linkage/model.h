// Fellegi and Sunter's model of record linkage (I. P. Fellegi, A. B. Sunter, "A Theory for Record Linkage", 1969), with households: two
// records are of one person, of two persons of one household (who share village, address, telephone and parts of their names, and as twins
// the birth date), or of two strangers. Evidence counts by how much likelier it is for one person than for two of either kind, in bits; with the
// odds of any two records at all that is the probability that they are one person. A name counts as a whole, by how rare it is in its place
// (term frequencies, after W. E. Winkler, 1989). Probabilities are learnt on the data itself by expectation-maximisation (Dempster,
// Laird, Rubin, 1977), within bounds that no data may leave; how far their sum can be believed is learnt on pairs whose national numbers
// are held back and then say who was right. Nothing is trained by hand.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "engine/linkage/comparison.h"

namespace klaim::linkage {

enum class Zone : uint8_t {
  kDistinct,  // two persons
  kReview,    // a person decides
  kLink,      // one person
};
absl::string_view ZoneName(Zone zone);  // "distinct", "review", "link"

// What one field adds to a score.
struct FieldWeight {
  Field field;
  Level level;
  double
      bits;  // log2 of how much likelier this is for one person than for two strangers; of kHousehold what is taken off for a household
};

// How a model did on pairs whose national numbers it wasn't shown.
struct HeldBack {
  uint64_t pairs = 0;           // with both numbers
  uint64_t sure = 0;            // of which, without the numbers, were found to be one person
  uint64_t sure_and_wrong = 0;  // whose numbers are two
};

// Fewer persons teach nothing that a model doesn't begin with.
inline constexpr size_t kMinToLearn = 500;

// Thread-safe once learnt.
class Model {
 public:
  static constexpr double kUsualPriorLogOdds = -14;
  static constexpr double kUsualHouseholdShare = 1e-5;

  // Probabilities as they are in most registers, for a docket that is too small to learn from; pairs are of one person with these odds,
  // in bits.
  explicit Model(double prior_log_odds = kUsualPriorLogOdds);

  // log2 of how much likelier this comparison is for one person than for two.
  double Bits(const Comparison& comparison) const;
  // The probability that they are one.
  double Probability(double bits) const;
  Zone ZoneOf(double bits) const;
  // The same as Bits, field by field; the sum is Bits.
  std::vector<FieldWeight> Explain(const Comparison& comparison) const;

  double prior_log_odds() const { return prior_log_odds_; }
  const HeldBack& held_back() const { return held_back_; }

  // Of pairs of each kind, which share has each level, of those that aren't missing.
  using Levels = std::array<double, kLevels>;
  using Fields = std::array<Levels, kFields>;
  Fields one_person;
  Fields strangers;
  Fields household;
  double household_share = kUsualHouseholdShare;  // of all pairs of two
  double copied_share = 1e-7;                     // those of whom one has the other's number

  // Which error is to be borne: how likely a pair that is linked without a review may be wrong; and below which probability a pair isn't
  // worth a person's look.
  struct ErrorRates {
    double false_links = 0.005;
    double least_probability = 0.1;
  };
  // Sets the prior odds and the thresholds from the bits of all pairs that met in a block; `records` is of how many
  // records they are.
  void Calibrate(absl::Span<const float> bits, uint64_t records, const ErrorRates& rates);

  // A pair whose national numbers both are known: its comparison without them, and whether they are the same.
  struct Judged {
    Comparison without_number;
    bool same = false;
  };
  // Learns from such pairs how far bits can be believed; where there are too few, they are believed as far as in most registers. After
  // Calibrate.
  void HoldBack(absl::Span<const Judged> judged, const ErrorRates& rates);

  // To be called when probabilities changed.
  void Prepare();

 private:
  struct Sides;
  Sides SidesOf(const Comparison& comparison) const;
  // Bits as the fields say them, before they are scaled.
  double Weigh(const Comparison& comparison) const;
  void SetThresholds(const ErrorRates& rates);
  void Believe(double scale, double shift, const ErrorRates& rates);

  // log2 of one_person over strangers, and of household over strangers, where frequencies say nothing.
  std::array<std::array<float, kLevels>, kFields> bits_{};
  std::array<std::array<float, kLevels>, kFields> household_bits_{};
  double prior_log_odds_;
  double scale_ = 1;  // of all bits but those of national numbers, which are nobody's but one person's
  double link_bits_ = 0;
  double review_bits_ = 0;
  HeldBack held_back_;
};

// Pairs of records by number.
struct Pair {
  uint32_t one;
  uint32_t other;
};

// What is learnt from: pairs at random show what is common by chance, pairs that met in a block what one person and a household look
// like.
struct TrainingPairs {
  std::vector<Pair> at_random;
  std::vector<Pair> met;
  double met_weight = 1;  // of how many pairs that met each of these stands
};
Model Learn(absl::Span<const Person> persons, const Lexicons& lexicons, const TrainingPairs& pairs);

}  // namespace klaim::linkage
