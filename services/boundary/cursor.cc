#include "services/boundary/cursor.h"

#include <sodium.h>

#include <cstring>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/record/byte_order.h"
#include "klaim/v1/common.pb.h"
#include "services/common/limits.h"

namespace klaim::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kNumberBytes = 8;

const uint8_t* Bytes(absl::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }
uint8_t* Bytes(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }

absl::Status NotOfThisList() {
  return domain::InvalidField("page.cursor", v1::REASON_IS_NOT_CURSOR_OF_THIS_LIST);
}

// Whose list it is, and which: the request without what may differ from page to page.
std::string BoundTo(absl::string_view actor, const Message& request) {
  const std::unique_ptr<Message> asked(request.New());
  asked->CopyFrom(request);
  for (const char* name : {"page", "at_least_sequence"}) {
    const FieldDescriptor* field = asked->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) asked->GetReflection()->ClearField(asked.get(), field);
  }
  const absl::string_view end("\0", 1);
  return absl::StrCat(actor, end, asked->GetDescriptor()->full_name(), end, asked->SerializeAsString());
}

v1::PageRequest PageIn(const Message& request) {
  v1::PageRequest page;
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("page");
  if (field != nullptr && request.GetReflection()->HasField(request, field)) {
    page.CopyFrom(request.GetReflection()->GetMessage(request, field));
  }
  return page;
}

}  // namespace

CursorSeal::CursorSeal(const privacy::Vault& vault) {
  std::string key;
  for (const char* part : {"0", "1", "2", "3"}) record::AppendBig64(key, vault.Tag("key of cursors", part));
  std::memcpy(key_.data(), key.data(), privacy::SecretKey::size());
}

std::string CursorSeal::Seal(absl::string_view bound, absl::string_view position) const {
  std::string sealed(kNonceBytes + position.size() + kTagBytes, '\0');
  privacy::FillRandom(Bytes(sealed), kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(Bytes(sealed) + kNonceBytes, nullptr, Bytes(position),
                                             position.size(), Bytes(bound), bound.size(), nullptr,
                                             Bytes(sealed), key_.data());
  return absl::WebSafeBase64Escape(sealed);
}

absl::StatusOr<std::string> CursorSeal::Open(absl::string_view bound, const std::string& cursor) const {
  std::string sealed;
  if (!absl::WebSafeBase64Unescape(cursor, &sealed) || sealed.size() < kNonceBytes + kTagBytes) {
    return NotOfThisList();
  }
  const absl::string_view rest = absl::string_view(sealed).substr(kNonceBytes);
  std::string position(rest.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(Bytes(position), nullptr, nullptr, Bytes(rest), rest.size(),
                                                 Bytes(bound), bound.size(), Bytes(sealed),
                                                 key_.data()) != 0) {
    return NotOfThisList();
  }
  return position;
}

absl::StatusOr<Page> Page::Of(const CursorSeal& seal, absl::string_view actor, const Message& request,
                              const std::string& prefix) {
  const v1::PageRequest asked = PageIn(request);
  Page page(seal, BoundTo(actor, request));
  page.size = asked.size() == 0 ? kDefaultPageSize : asked.size();
  if (page.size > kMaxPageSize) {
    return domain::InvalidField("page.size", v1::REASON_IS_MORE_THAN, kMaxPageSize);
  }
  page.from = prefix;
  if (asked.cursor().empty()) return page;
  ASSIGN_OR_RETURN(auto position, seal.Open(page.bound_, asked.cursor()));
  if (!absl::StartsWith(position, prefix)) return NotOfThisList();
  page.from = std::move(position);
  return page;
}

absl::StatusOr<uint64_t> Page::Number() const {
  if (from.empty()) return uint64_t{0};
  if (from.size() != kNumberBytes) return NotOfThisList();
  return record::LoadBig64(from.data());
}

std::string Page::CursorAtNumber(uint64_t number) const {
  std::string position;
  record::AppendBig64(position, number);
  return CursorAt(position);
}

}  // namespace klaim::services
