// Agencies and employers: what of a name tells who it is, and which of them are one or hang together.

#include "engine/linkage/respondent.h"

#include <gtest/gtest.h>

namespace klaim::linkage {
namespace {

using Words = std::vector<std::string>;

TEST(Respondents, NamesWithoutLegalFormsInAnyScript) {
  const std::vector<std::pair<std::string, std::string>> same = {
      {"PT. Maju Djaja Sentosa (Persero) Tbk", "MAJU JAYA SENTOSA"},
      {"CV Sinar Harapan", "sinar harapan, C.V"},
      {"Golden Ocean Employment Agency Co., Ltd.", "Golden Ocean Limited"},
      {"金海船务有限公司", "Jin Hai Chuan Wu"},
      {"Agensi Pekerjaan Bintang Sdn Bhd", "Agensi Pekerjaan Bintang"},
      {"PT Karya Mandiri", "PT Karja Mandiri"},
  };
  for (const auto& [one, other] : same) EXPECT_TRUE(SameCompanyName(one, other)) << one << " / " << other;
  const std::vector<std::pair<std::string, std::string>> different = {
      {"PT Maju Jaya Sentosa", "PT Maju Abadi Perkasa"},
      {"Golden Ocean Ltd", "Golden Harmony Ltd"},
      {"PT Jasa Tenaga Kerja Bintang", "PT Jasa Tenaga Kerja Bulan"},
  };
  for (const auto& [one, other] : different)
    EXPECT_FALSE(SameCompanyName(one, other)) << one << " / " << other;
  EXPECT_FALSE(ParseCompanyName("PT").empty()) << "a name of nothing but a legal form is a name";
  EXPECT_EQ(FoldNumber("No. 12/SIP3MI/2019"), "no12sip3mi2019");
}

class Index : public ::testing::Test {
 protected:
  Index() {
    // Others, so that words have a frequency.
    for (uint64_t i = 0; i < 200; ++i) {
      index_.Set(1000 + i, {{"PT " + Name(i) + " " + Name(i * 7 + 3)}, {}, {}, {}, "ID"});
    }
    index_.Set(1, {{"PT Samudra Lintas Bahtera", "PT Bahtera Lama"},
                   {"SIUPPAK 45/2017"},
                   {"Hartono Wibisono"},
                   {"Jl. Veteran No. 12, Tegal"},
                   "ID"});
  }
  static std::string Name(uint64_t i) {
    static constexpr const char* kParts[] = {"ra", "bu", "ti", "ko", "me", "sa", "lo", "di", "wa", "ne"};
    return std::string(kParts[i % 10]) + kParts[i / 10 % 10] + kParts[(i / 3) % 10];
  }
  RespondentIndex index_;
};

TEST_F(Index, TellsWhoIsOneAndWhoHangsTogether) {
  struct Case {
    const char* what;
    RespondentText text;
    Relation relation;
  };
  const Case cases[] = {
      {"the same licence under another name",
       {{"PT Nama Baru"}, {"siuppak-45/2017"}, {}, {}, "ID"},
       Relation::kSame},
      {"the same name, old spelling and form",
       {{"P.T. Samoedra Lintas Bahtera Tbk."}, {}, {}, {}, "ID"},
       Relation::kSame},
      {"a former name", {{"Bahtera Lama"}, {}, {"Hartono Wibisono"}, {}, "ID"}, Relation::kSame},
      {"another name, the same director in another order",
       {{"PT Cakrawala Timur"}, {}, {"H. Wibisono Hartono"}, {}, "ID"},
       Relation::kSameDirector},
      {"another name at the same address",
       {{"PT Cakrawala Timur"}, {}, {}, {"Veteran 12 Tegal jl no"}, "ID"},
       Relation::kSameAddress},
  };
  for (const Case& test : cases) {
    const auto found = index_.CandidatesFor(test.text, 5);
    ASSERT_FALSE(found.empty()) << test.what;
    EXPECT_EQ(found[0].id, 1u) << test.what;
    EXPECT_EQ(static_cast<int>(found[0].relation), static_cast<int>(test.relation)) << test.what;
    double sum = 0;
    for (const RespondentWeight& weight : found[0].explanation) sum += weight.bits;
    EXPECT_NEAR(sum, found[0].bits, 1e-9) << "the score is its fields' sum";
  }
}

TEST_F(Index, DoesntGuess) {
  EXPECT_TRUE(index_.CandidatesFor({{"PT Cakrawala Timur"}, {}, {"Hartono"}, {}, "ID"}, 5).empty())
      << "a single name tells no director";
  EXPECT_TRUE(index_.CandidatesFor({{"PT Cakrawala Timur"}, {"12"}, {}, {}, "ID"}, 5).empty())
      << "a short number is anybody's";
  for (const auto& found : index_.CandidatesFor({{"Bahtera Sejahtera"}, {}, {}, {}, "HK"}, 5)) {
    EXPECT_NE(found.zone, Zone::kLink) << "one word in common in another country is not enough";
  }
  index_.Set(1, {{"PT Lain Sama Sekali"}, {}, {}, {}, "ID"});
  EXPECT_TRUE(index_.CandidatesFor({{"PT Nama Baru"}, {"SIUPPAK 45/2017"}, {}, {}, "ID"}, 5).empty())
      << "what was put right is forgotten";
}

}  // namespace
}  // namespace klaim::linkage
