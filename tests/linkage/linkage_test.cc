// One person, one claimant: what linkage folds, what it tells apart, and how good it is on records whose truth is known.

#include <gtest/gtest.h>

#include <map>

#include "engine/linkage/linker.h"
#include "engine/linkage/name.h"
#include "testing/temporary_folder.h"
#include "tools/klaim/sample_persons.h"

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
  EXPECT_EQ(level(siti, other, Field::kNationalId), Level::kOneError);
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
  EXPECT_EQ(level(siti, other, Field::kName2), Level::kSame) << "in another order";
  other.name = "Siti";
  EXPECT_EQ(level(siti, other, Field::kName2), Level::kLeftOut);
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
  while (persons.size() < records) {
    const bool again = !known.empty() && dice.Chance(20);
    if (!again) known.push_back(tools::NewSamplePerson(known.size(), dice.Chance(60), villages, dice));
    const tools::SamplePerson person =
        again ? tools::WrittenAgain(dice.Pick(known), villages, dice) : known.back();
    texts.push_back({person.name, tools::IsoDate(person.birth_date), person.nik, person.phone, person.village,
                     person.address});
    persons.push_back(ReadPerson(texts.back(), lexicons));
    truth.push_back(person.number);
  }
}

TEST(Linkage, FindsWhoIsOnePerson) {
  const Sample sample(20'000, 11);
  const LinkageResult result = LinkAll(sample.persons, sample.lexicons, {}, [](double) {});
  std::map<std::pair<uint64_t, uint32_t>, double> both;
  std::map<uint64_t, double> truth;
  std::map<uint32_t, double> found;
  for (size_t i = 0; i < sample.truth.size(); ++i) {
    ++both[{sample.truth[i], result.cluster[i]}];
    ++truth[sample.truth[i]];
    ++found[result.cluster[i]];
  }
  const auto pairs = [](const auto& counts) {
    double sum = 0;
    for (const auto& [key, count] : counts) sum += count * (count - 1) / 2;
    return sum;
  };
  const double f1 = 2 * pairs(both) / (pairs(truth) + pairs(found));
  EXPECT_GE(f1, 0.98);
  // The same records give the same clusters.
  EXPECT_EQ(LinkAll(sample.persons, sample.lexicons, {}, [](double) {}).cluster, result.cluster);
  // Each score is the sum of what its fields say.
  for (size_t i = 0; i < result.pairs.size(); i += 97) {
    const auto& pair = result.pairs[i];
    double sum = 0;
    for (const FieldWeight& weight :
         result.model.Explain(Compare(sample.persons[pair.one], sample.persons[pair.other], sample.lexicons),
                              sample.lexicons)) {
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
  for (size_t i = 0; i < sample.truth.size(); ++i) {
    const auto [known, fresh] = first.emplace(sample.truth[i], i + 1);
    if (fresh) continue;
    ++duplicates;
    const auto candidates = *index->CandidatesOf(i + 1, 10);
    for (const auto& candidate : candidates) met += candidate.id == known->second;
    // Who isn't in it is told the same, and one more: the record itself.
    const auto of_text = *index->CandidatesOf(sample.texts[i], 10);
    ASSERT_FALSE(of_text.empty());
    EXPECT_GE(of_text.size(), std::min<size_t>(10, candidates.size() + 1));
  }
  EXPECT_GT(static_cast<double>(met), 0.97 * static_cast<double>(duplicates));
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
