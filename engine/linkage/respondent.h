// Which agencies and employers are one, or hang together: the machinery of linkage with other weights. Legal forms and
// words of the trade are left out of names, which come in any script; a name's words count by how rare they are among the
// respondents themselves; licences, directors and addresses count beside. There are too few respondents in a docket to learn
// how often one field is wrong, so those shares are fixed, in respondent.cc.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/linkage/comparison.h"
#include "engine/linkage/model.h"

namespace klaim::linkage {

// What is known of a respondent; whatever is unknown is empty.
struct RespondentText {
  std::vector<std::string> names;  // registered, other and former
  std::vector<std::string> licences;
  std::vector<std::string> directors;
  std::vector<std::string> addresses;
  std::string country;
};

// The words of a company's name that tell who it is, canonical: "PT. Maju Djaja Sentosa (Persero) Tbk" is "mayu", "yaya",
// "sentosa". All of them when nothing else is left.
std::vector<std::string> ParseCompanyName(absl::string_view name);

// True when two names are of one company by most of their telling words, typing errors allowed.
bool SameCompanyName(const std::string& one, const std::string& other);

// Letters and digits alone, small: "No. SIP3MI-12/2019" is "nosip3mi122019".
std::string FoldNumber(absl::string_view number);

// What one field adds.
struct RespondentWeight {
  std::string field;  // "name", "licence", "director", "address", "country"
  Level level;
  double bits;
};

// How two respondents look.
enum class Relation : uint8_t { kUnrelated, kSame, kSameDirector, kSameAddress };

// A register that grows. Not thread-safe.
class RespondentIndex {
 public:
  struct Candidate {
    uint64_t id = 0;
    Relation relation = Relation::kUnrelated;
    double bits = 0;
    double probability = 0;       // that they are one
    Zone zone = Zone::kDistinct;  // of being one
    std::vector<RespondentWeight> explanation;
  };

  // Adds a respondent under a number of the caller's, or puts what is known of it right.
  void Set(uint64_t id, const RespondentText& text);

  // Who one in it may be, or hangs together with, the likeliest first.
  std::vector<Candidate> CandidatesOf(uint64_t id, size_t most) const;
  // The same for one who isn't in it.
  std::vector<Candidate> CandidatesFor(const RespondentText& text, size_t most) const;

  size_t size() const { return records_.size(); }

 private:
  using Words = std::vector<std::string>;
  struct Record {
    std::vector<Words> names;
    std::set<std::string> licences;
    std::set<std::string> directors;
    std::vector<Words> addresses;
    std::string country;
  };
  static Record Read(const RespondentText& text);
  static std::set<std::string> KeysOf(const Record& record);
  void Count(const Record& record, uint64_t id, bool add);
  // log2 of how rare a word is.
  double RarityBits(const std::string& word) const;
  RespondentWeight CompareNames(const Record& one, const Record& other) const;
  Candidate Compare(const Record& one, const Record& other) const;
  std::vector<Candidate> Find(const Record& record, uint64_t except, size_t most) const;

  std::map<uint64_t, Record> records_;
  std::map<std::string, uint32_t> uses_;  // of words in names
  std::map<std::string, std::set<uint64_t>> by_key_;
};

}  // namespace klaim::linkage
