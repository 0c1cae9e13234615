// Blind indexes: alike where the facts are, in whichever order the two keys are used, and saying nothing else.

#include "engine/linkage/blind_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace klaim::linkage {
namespace {

BlindingKey NewKey() { return *BlindingKey::Of(BlindingKey::NewSecret()); }

std::string TextOf(const std::vector<IdentifyingText>& texts, v1::IdentifyingFact fact) {
  for (const IdentifyingText& text : texts) {
    if (text.fact == fact) return text.text;
  }
  return "";
}

TEST(BlindIndex, BothKeysGiveOneValueInEitherOrder) {
  const BlindingKey one = NewKey();
  const BlindingKey other = NewKey();
  const IdentifyingText text{v1::IDENTIFYING_FACT_PHONE, "6281234567890"};
  const std::string blinded = one.Blind(text);
  ASSERT_EQ(blinded.size(), kBlindedBytes);
  EXPECT_NE(blinded, other.Blind(text)) << "one key alone tells nobody anything";
  EXPECT_EQ(blinded, one.Blind(text));
  EXPECT_EQ(*other.BlindAgain(blinded), *one.BlindAgain(other.Blind(text)));
  // The same letters as another fact, or another text, are something else.
  std::set<std::string> values;
  for (const auto& different : {text, IdentifyingText{v1::IDENTIFYING_FACT_NATIONAL_ID, text.text},
                                IdentifyingText{v1::IDENTIFYING_FACT_PHONE, "6281234567891"}}) {
    values.insert(*other.BlindAgain(one.Blind(different)));
  }
  EXPECT_EQ(values.size(), 3u);
}

TEST(BlindIndex, WhatIsNoValueIsRefused) {
  const BlindingKey key = NewKey();
  for (const std::string& value : {std::string(), std::string(31, 'x'), std::string(32, '\0'),
                                   std::string(32, '\xff'), std::string(64, 'x')}) {
    EXPECT_TRUE(absl::IsInvalidArgument(key.BlindAgain(value).status()));
  }
  EXPECT_FALSE(BlindingKey::Of("short").ok());
}

TEST(BlindIndex, ReferencesAreReadByTheirOwnKeyAlone) {
  const BlindingKey key = NewKey();
  const BlindingKey other = NewKey();
  std::set<std::string> references;
  for (const auto kind : {Referent::Kind::kClaimant, Referent::Kind::kRespondent, Referent::Kind::kNetwork}) {
    for (const uint64_t id : {uint64_t{0}, uint64_t{7}, uint64_t{1} << 63, ~uint64_t{0}}) {
      const std::string reference = key.Refer({kind, id});
      ASSERT_EQ(reference.size(), kReferenceBytes);
      EXPECT_TRUE(references.insert(reference).second);
      const auto read = key.Resolve(reference);
      ASSERT_TRUE(read.ok());
      EXPECT_EQ(read->kind, kind);
      EXPECT_EQ(read->id, id);
      EXPECT_FALSE(other.Resolve(reference).ok());
    }
  }
  EXPECT_FALSE(key.Resolve(std::string(16, 'x')).ok());
  EXPECT_FALSE(key.Resolve("").ok());
}

TEST(BlindIndex, SpellingsOfOnePersonGiveOneText) {
  const auto one = IdentifyingTextsOf(
      PersonText{"H. Moh. Soekarno", "17-05-1988", "3578.0117.0588.0001", "+62 812-3456-7890", "", ""});
  const auto other = IdentifyingTextsOf(
      PersonText{"SUKARNO, Muhammad", "1988-05-17", "3578011705880001", "+6281234567890", "", ""});
  for (const auto fact :
       {v1::IDENTIFYING_FACT_NATIONAL_ID, v1::IDENTIFYING_FACT_PHONE, v1::IDENTIFYING_FACT_NAME_AND_BIRTH}) {
    EXPECT_FALSE(TextOf(one, fact).empty()) << fact;
    EXPECT_EQ(TextOf(one, fact), TextOf(other, fact)) << fact;
  }
  // A name alone, or a year, is many people's.
  EXPECT_TRUE(IdentifyingTextsOf(PersonText{"Siti Aminah", "1990", "", "", "33.02.01.2001", ""}).empty());
  EXPECT_TRUE(IdentifyingTextsOf(PersonText{}).empty());
}

TEST(BlindIndex, SpellingsOfOneCompanyGiveOneText) {
  RespondentText one{
      {"PT. Samudra Lintas Bahtera"}, {"SIP3MI-45/2017", "12"}, {"Hartono Wibisono", "Budi"}, {}, "ID"};
  RespondentText other{
      {"Samoedra Lintas Bahtera, P.T. Tbk"}, {"sip3mi 45 2017"}, {"WIBISONO Hartono"}, {}, "ID"};
  for (const auto fact :
       {v1::IDENTIFYING_FACT_LICENCE, v1::IDENTIFYING_FACT_COMPANY_NAME, v1::IDENTIFYING_FACT_DIRECTOR}) {
    EXPECT_FALSE(TextOf(IdentifyingTextsOf(one), fact).empty()) << fact;
    EXPECT_EQ(TextOf(IdentifyingTextsOf(one), fact), TextOf(IdentifyingTextsOf(other), fact)) << fact;
  }
  EXPECT_EQ(IdentifyingTextsOf(one).size(), 3u)
      << "neither the number of two digits nor the director of one word";
  other.country = "TW";
  EXPECT_NE(TextOf(IdentifyingTextsOf(one), v1::IDENTIFYING_FACT_COMPANY_NAME),
            TextOf(IdentifyingTextsOf(other), v1::IDENTIFYING_FACT_COMPANY_NAME));
}

}  // namespace
}  // namespace klaim::linkage
