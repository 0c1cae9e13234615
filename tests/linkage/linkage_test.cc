// One person, one claimant: what linkage folds, what it tells apart, and how good it is on records whose truth is known.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "absl/strings/str_split.h"
#include "engine/linkage/linker.h"
#include "engine/linkage/name.h"
#include "testing/temporary_folder.h"
#include "tools/klaim/admin/sample_persons.h"

namespace klaim::linkage {
namespace {

TEST(Names, AreFoldedToOneForm) {
  const std::vector<std::pair<std::string, std::string>> same = {
      {"Soekarno", "Sukarno"},
      {"Djoemiati", "Jumiati"},
      {"Tjahjani", "Cahyani"},
      {"Jogja Soerja", "Yogya Surya"},
      {"H. Moh. Sjarif", "MUHAMMAD SYARIF"},
      {"Mochamad Noer", "Muhamad Nur"},
      {"St. Aminah", "Siti Amina"},
      {"Abd. Rahman", "Abdurrahman"},
      {"Siti Aminah, S.Pd.", "Hj. Siti Aminah"},
      {"Khadijah", "Kadijah"},
      {"Müller", "Muller"},
      {"محمد", "muhammad"},
      {"王小明", "Wang Xiao Ming"},
  };
  for (const auto& [one, other] : same) {
    if (one == "محمد") continue;  // without vowels in script: met by sound, not folded
    EXPECT_EQ(ParseName(one).words, ParseName(other).words) << one << " / " << other;
  }
  EXPECT_EQ(ParseName("Siti binti Karto").words, std::vector<std::string>{"siti"});
  EXPECT_EQ(ParseName("Siti binti Karto").father, "karto");
  EXPECT_EQ(SoundOf(CanonicalWord(Latin("محمد"))), SoundOf(CanonicalWord("mhmd")))
      << "Arabic without its vowels";
  EXPECT_EQ(ParseName("Haji").words, std::vector<std::string>{"hayi"})
      << "a name of nothing but a title is a name";
}

TEST(Comparison, TellsLevelsApart) {
  Lexicons lexicons;
  const auto level = [&](const PersonText& one, const PersonText& other, Field field) {
    return Compare(ReadPerson(one, lexicons), ReadPerson(other, lexicons), lexicons).level(field);
  };
  const PersonText siti = {"Siti Aminah",    "1985-03-07",    "3302014703850012",
                           "+6281234567890", "33.02.01.2001", ""};
  PersonText other = siti;
  EXPECT_EQ(level(siti, other, Field::kNationalId), Level::kSame);
  other.national_id = "3302014703850013";
  EXPECT_EQ(level(siti, other, Field::kNationalId), Level::kPartlySame)
      << "another serial of the same day, as twins have";
  other.national_id = "3302014703850000";
  EXPECT_EQ(level(siti, other, Field::kNationalId), Level::kMissing) << "cut by a spreadsheet";
  other.national_id = "3302014703860012";
  EXPECT_EQ(level(siti, other, Field::kNationalId), Level::kAlike) << "one digit of the birth";
  other.national_id = "3310014703850012";
  EXPECT_EQ(level(siti, other, Field::kNationalId), Level::kLeftOut)
      << "of the same birth and serial, the area anew";
  other.national_id = "3302015510900003";
  EXPECT_EQ(level(siti, other, Field::kNationalId), Level::kDifferent);
  other.national_id = "3302010000000000";
  EXPECT_EQ(level(siti, other, Field::kNationalId), Level::kMissing) << "of zeros, and so nobody's";
  other.national_id = "3302014703850013";
  other.birth_date = "1985-07-03";
  EXPECT_EQ(level(siti, other, Field::kBirthDate), Level::kOneError) << "day and month in each other's place";
  other.birth_date = "1985";
  EXPECT_EQ(level(siti, other, Field::kBirthDate), Level::kAlike) << "a year alone doesn't contradict";
  other.birth_date = "";
  EXPECT_EQ(level(siti, other, Field::kBirthDate), Level::kSame) << "the NIK holds the birth date, day + 40";
  other.phone = "0812-3456-7890";
  EXPECT_EQ(level(siti, other, Field::kPhone), Level::kSame);
  other.locality = "33.02.01.2009";
  EXPECT_EQ(level(siti, other, Field::kLocality), Level::kAlike);
  other.name = "Aminah Siti";
  EXPECT_EQ(level(siti, other, Field::kName), Level::kSame) << "in another order";
  other.name = "Siti";
  EXPECT_EQ(level(siti, other, Field::kName), Level::kLeftOut);
  other.phone = "";
  EXPECT_EQ(level(siti, other, Field::kPhone), Level::kMissing);
  EXPECT_NEAR(JaroWinkler("martha", "marhta"), 0.9611, 0.0001) << "Winkler's own example";
  EXPECT_TRUE(OneError("aminah", "amniah"));
  EXPECT_FALSE(OneError("aminah", "amirul"));
}

struct Sample {
  Sample(size_t records, uint64_t seed);

  Lexicons lexicons;
  std::vector<Person> persons;
  std::vector<PersonText> texts;
  std::vector<uint64_t> truth;
};

Sample::Sample(size_t records, uint64_t seed) {
  tools::Dice dice(seed);
  std::vector<std::string> villages;
  for (int i = 0; i < 5'000; ++i) {
    villages.push_back("33." + std::to_string(10 + i / 500) + "." + std::to_string(10 + i / 50 % 10) + "." +
                       std::to_string(2001 + i % 50));
  }
  std::vector<tools::SamplePerson> known;
  tools::SamplePeople people(villages, records, dice);
  while (persons.size() < records) {
    const bool again = !known.empty() && dice.Chance(20);
    if (!again) known.push_back(people.Next(dice.Chance(60)));
    const tools::SamplePerson person =
        again ? tools::WrittenAgain(dice.Pick(known), villages, tools::Damage::kAsFound, dice) : known.back();
    texts.push_back({person.name, tools::IsoDate(person.birth_date), person.nik, person.phone, person.village,
                     person.address});
    persons.push_back(ReadPerson(texts.back(), lexicons));
    truth.push_back(person.number);
  }
}

double PairsIn(const auto& counts) {
  double sum = 0;
  for (const auto& [key, count] : counts) sum += count * (count - 1) / 2;
  return sum;
}

struct Quality {
  double f1 = 0;      // of the pairs within clusters
  uint64_t sure = 0;  // pairs of the zone link
  uint64_t sure_wrong = 0;
  uint64_t to_review = 0;
};

Quality QualityOf(const LinkageResult& result, const std::vector<uint64_t>& truth) {
  std::map<std::pair<uint64_t, uint32_t>, double> both;
  std::map<uint64_t, double> persons;
  std::map<uint32_t, double> found;
  for (size_t i = 0; i < truth.size(); ++i) {
    ++both[{truth[i], result.cluster[i]}];
    ++persons[truth[i]];
    ++found[result.cluster[i]];
  }
  Quality quality;
  quality.f1 = 2 * PairsIn(both) / (PairsIn(persons) + PairsIn(found));
  for (const ScoredPair& pair : result.pairs) {
    const bool sure = result.model.ZoneOf(pair.bits) == Zone::kLink;
    quality.sure += sure ? 1 : 0;
    quality.sure_wrong += sure && truth[pair.one] != truth[pair.other] ? 1 : 0;
    quality.to_review += sure ? 0 : 1;
  }
  return quality;
}

// One wrong in two hundred is what a sure link promises.
void ExpectSureMeansSure(const Quality& quality) {
  EXPECT_LE(static_cast<double>(quality.sure_wrong), 0.005 * static_cast<double>(quality.sure))
      << quality.sure_wrong << " of " << quality.sure;
}

// Registers of four organisations, by somebody who hadn't seen this engine: one-word and common names within a village, twins,
// fathers and sons of one name, a family's one telephone, birth dates missing, a year alone or false. `person` is the truth.
TEST(Linkage, IsSureOfWhatIsSoInRegistersMadeByOthers) {
  std::ifstream file(KLAIM_SOURCE "/tests/linkage/registers.tsv");
  std::string line;
  ASSERT_TRUE(std::getline(file, line)) << "its head";
  Lexicons lexicons;
  std::vector<Person> persons;
  std::vector<uint64_t> truth;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = absl::StrSplit(line, '\t');
    ASSERT_EQ(cells.size(), 7u) << line;
    persons.push_back(ReadPerson({cells[1], cells[2], cells[3], cells[4], cells[5], cells[6]}, lexicons));
    truth.push_back(std::stoull(cells[0].substr(1)));
  }
  ASSERT_EQ(persons.size(), 2'368u);
  const Quality quality = QualityOf(LinkAll(persons, lexicons, {}, [](double) {}), truth);
  ExpectSureMeansSure(quality);
  EXPECT_GE(quality.sure, 200u);
  EXPECT_GE(quality.f1, 0.88) << "Splink, plainly configured, has 0.845 here at its best";
  EXPECT_LE(quality.to_review, 4'000u) << "of 1,114 pairs that are one person";
}

// Two people of one name, whose birth dates and NIKs are whole, valid and other: nothing else makes them one.
TEST(Linkage, TwoPeopleWithPapersOfTheirOwnAreTwo) {
  Sample sample(5'000, 13);
  const PersonText one = {"Slamet Riyadi",  "1979-04-11",    "3302011104790001",
                          "+6281234567890", "33.10.10.2001", "Jl. Mawar 3"};
  PersonText other = one;
  other.birth_date = "1984-10-23";
  other.national_id = "3302012310840002";
  sample.persons.push_back(ReadPerson(one, sample.lexicons));
  sample.persons.push_back(ReadPerson(other, sample.lexicons));
  const LinkageResult result = LinkAll(sample.persons, sample.lexicons, {}, [](double) {});
  const uint32_t first = static_cast<uint32_t>(sample.persons.size()) - 2;
  EXPECT_NE(result.cluster[first], result.cluster[first + 1]);
  for (const ScoredPair& pair : result.pairs) {
    if (pair.one == first && pair.other == first + 1) {
      EXPECT_NE(result.model.ZoneOf(pair.bits), Zone::kLink);
    }
  }
}

TEST(Linkage, FindsWhoIsOnePerson) {
  const Sample sample(20'000, 11);
  const LinkageResult result = LinkAll(sample.persons, sample.lexicons, {}, [](double) {});
  const Quality quality = QualityOf(result, sample.truth);
  EXPECT_GE(quality.f1, 0.95);
  ExpectSureMeansSure(quality);
  // The same records give the same clusters.
  EXPECT_EQ(LinkAll(sample.persons, sample.lexicons, {}, [](double) {}).cluster, result.cluster);
  // Each score is the sum of what its fields say.
  for (size_t i = 0; i < result.pairs.size(); i += 97) {
    const auto& pair = result.pairs[i];
    double sum = 0;
    for (const FieldWeight& weight : result.model.Explain(
             Compare(sample.persons[pair.one], sample.persons[pair.other], sample.lexicons))) {
      sum += weight.bits;
    }
    EXPECT_NEAR(sum, pair.bits, 0.01);
  }
}

TEST(PersonIndex, FindsTheNewOneAtOnceAndForgetsWhoIsRemoved) {
  const Sample sample(5'000, 12);
  testing::TemporaryFolder folder;
  auto scratch = *storage::PrivateScratch::Begin(folder.path("scratch"));
  auto index = *PersonIndex::Begin(*scratch);
  for (size_t i = 0; i < sample.texts.size(); ++i) ASSERT_TRUE(index->Add(i + 1, sample.texts[i]).ok());
  ASSERT_TRUE(index->Relearn({}).ok());
  // Everybody's second record has the first one among its candidates.
  std::map<uint64_t, uint64_t> first;
  size_t duplicates = 0;
  size_t met = 0;
  size_t met_by_text = 0;
  for (size_t i = 0; i < sample.truth.size(); ++i) {
    const auto [known, fresh] = first.emplace(sample.truth[i], i + 1);
    if (fresh) continue;
    ++duplicates;
    const auto candidates = *index->CandidatesOf(i + 1, 10);
    for (const auto& candidate : candidates) met += candidate.id == known->second;
    // Who isn't in it, and gives the very same, meets that record.
    const auto of_text = *index->CandidatesOf(sample.texts[i], 10);
    met_by_text += std::any_of(of_text.begin(), of_text.end(),
                               [&](const auto& candidate) { return candidate.id == i + 1; });
  }
  EXPECT_GT(static_cast<double>(met), 0.97 * static_cast<double>(duplicates));
  EXPECT_GT(static_cast<double>(met_by_text), 0.99 * static_cast<double>(duplicates));
  const size_t before = index->size();
  const uint64_t gone = first.begin()->second;
  ASSERT_TRUE(index->Remove(gone).ok());
  EXPECT_EQ(index->size(), before - 1);
  for (size_t i = 0; i < sample.truth.size(); ++i) {
    const auto candidates = *index->CandidatesOf(i + 1, 10);
    for (const auto& candidate : candidates) EXPECT_NE(candidate.id, gone);
  }
  EXPECT_TRUE(index->CandidatesOf(gone, 10)->empty());
}

}  // namespace
}  // namespace klaim::linkage
