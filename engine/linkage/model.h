// Fellegi and Sunter's model of record linkage (I. P. Fellegi, A. B. Sunter, "A Theory for Record Linkage", 1969): a
// field's agreement counts by how much likelier it is for one person than for two, in bits; their sum, with the odds of any
// two records at all, is the probability that they are one person. A rare name that agrees counts for more than a common
// one (term frequencies, after W. E. Winkler, 1989). The probabilities are learnt on the data itself by
// expectation-maximisation (Dempster, Laird, Rubin, 1977); nothing is trained by hand.
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
  double bits;  // log2 of how much likelier this is for one person than for two
};

// Thread-safe once learnt.
class Model {
 public:
  // Probabilities as they are in most registers, for a docket that is too small to learn from.
  Model();

  // log2 of how much likelier this comparison is for one person than for two.
  double Bits(const Comparison& comparison, const Lexicons& lexicons) const;
  // The probability that they are one.
  double Probability(double bits) const;
  Zone ZoneOf(double bits) const;
  // The same as Bits, field by field; the sum is Bits.
  std::vector<FieldWeight> Explain(const Comparison& comparison, const Lexicons& lexicons) const;

  double prior_log_odds() const { return prior_log_odds_; }

  // Of pairs that are one person and of pairs that aren't, which share has each level, of those that aren't missing.
  using Levels = std::array<double, kLevels>;
  std::array<Levels, kFields> one_person;
  std::array<Levels, kFields> two_persons;

  // Which error is to be borne: how likely a pair that is linked without a review may be wrong; of all true pairs,
  // which share may be lost below the review.
  struct ErrorRates {
    double false_links = 0.005;
    double missed = 0.01;
  };
  // Sets the prior odds and the thresholds from the bits of all pairs that met in a block; `records` is of how many
  // records they are.
  void Calibrate(absl::Span<const float> bits, uint64_t records, const ErrorRates& rates);

  // To be called when probabilities changed.
  void Prepare();

 private:
  double NameAdjustment(const Comparison& comparison, size_t slot, const Lexicons& lexicons) const;

  std::array<std::array<float, kLevels>, kFields> bits_{};
  double prior_log_odds_ = -14;
  double link_bits_ = 20;
  double review_bits_ = 10;
};

// Pairs of records by number.
struct Pair {
  uint32_t one;
  uint32_t other;
};

// What is learnt from: pairs at random show what is common by chance, pairs that met in a block what one person looks
// like.
struct TrainingPairs {
  std::vector<Pair> at_random;
  std::vector<Pair> met;
  double met_weight = 1;  // of how many pairs that met each of these stands
};
Model Learn(absl::Span<const Person> persons, const Lexicons& lexicons, const TrainingPairs& pairs);

}  // namespace klaim::linkage
