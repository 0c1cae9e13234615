// What arrives in a request's place: the request, or what kept it from being parsed.

#include "proto/request_parser.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "klaim/v1/intake_service.pb.h"

namespace klaim::services {
namespace {

constexpr int kMaxParts = 300'000;

std::optional<proto::Fault> Parse(const std::string& text, v1::FileClaimRequest& request) {
  const grpc::Slice slice(text);
  grpc::ByteBuffer bytes(&slice, 1);
  EXPECT_TRUE(proto::Parse(bytes, request).ok());
  return proto::FaultOf(request);
}

// So many times these bytes.
std::string Times(int count, const std::string& one) {
  std::string all;
  for (int i = 0; i < count; ++i) all += one;
  return all;
}

const std::string kEmptyHead{static_cast<char>(v1::FileClaimRequest::kHeadsFieldNumber << 3 | 2), '\0'};

TEST(RequestParser, CountsWhatARequestConsistsOfBeforeItTakesMemory) {
  v1::FileClaimRequest request;
  EXPECT_FALSE(Parse(Times(kMaxParts, kEmptyHead), request).has_value());
  EXPECT_EQ(request.heads_size(), kMaxParts);
  v1::FileClaimRequest nested;
  for (int i = 0; i <= kMaxParts; ++i) nested.mutable_new_claimant()->add_consents();
  v1::FileClaimRequest listed;
  for (int i = 0; i <= kMaxParts; ++i) listed.add_respondent_ids(static_cast<uint64_t>(i));
  const std::string one_by_one{v1::FileClaimRequest::kRespondentIdsFieldNumber << 3, 1};
  // Of a number that no field has: a group, and a text.
  const std::string group{15 << 3 | 3, 15 << 3 | 4};
  const std::string unknown{15 << 3 | 2, '\0'};
  for (const std::string& many :
       {Times(kMaxParts + 1, kEmptyHead), nested.SerializeAsString(), listed.SerializeAsString(),
        Times(kMaxParts + 1, one_by_one), Times(kMaxParts + 1, group), Times(kMaxParts + 1, unknown)}) {
    const auto fault = Parse(many, request);
    ASSERT_TRUE(fault.has_value());
    EXPECT_EQ(fault->field, "request");
    EXPECT_EQ(fault->what, "has more than 300,000 parts: split it");
    EXPECT_EQ(request.heads_size(), 0);
  }
}

TEST(RequestParser, AMessageThatIsLongerThanWhatItStandsInIsNone) {
  // A claimant of four bytes, with a consent of a mebibyte in it.
  std::string text{static_cast<char>(v1::FileClaimRequest::kNewClaimantFieldNumber << 3 | 2),
                   4,
                   static_cast<char>(v1::NewClaimant::kConsentsFieldNumber << 3 | 2),
                   '\x80',
                   '\x80',
                   '\x40'};
  text += Times(600'000, kEmptyHead);
  v1::FileClaimRequest request;
  const auto fault = Parse(text, request);
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->what, "");
}

TEST(RequestParser, NamesATextThatIsNotUtf8InALongRequestToo) {
  v1::FileClaimRequest request;
  request.set_request_id(std::string(100'000, 'x'));
  request.add_heads()->set_code("p\xE9riode");
  const auto fault = Parse(request.SerializePartialAsString(), request);
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->field, "heads[0].code");
  EXPECT_TRUE(absl::StrContains(fault->what, "UTF-8"));
}

}  // namespace
}  // namespace klaim::services
