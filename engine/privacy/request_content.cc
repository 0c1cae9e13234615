#include "engine/privacy/request_content.h"

#include <sodium.h>

#include <algorithm>
#include <set>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/return_if_error.h"
#include "engine/record/byte_order.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/unknown_field_set.h"
#include "klaim/v1/common.pb.h"

namespace klaim::privacy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kWholeBytes = 16;
constexpr size_t kFieldBytes = 4;
constexpr size_t kContentNonceBytes = crypto_stream_chacha20_ietf_NONCEBYTES;
// Of a list of more, all parts are one field.
constexpr int kMaxPartsApart = 16;

// Where a field stands: from the request inwards, with its place in a list, or -1.
struct Step {
  const FieldDescriptor* field;
  int index;
};
using Path = std::vector<Step>;

std::string TextOf(const Path& path) {
  return absl::StrJoin(path, ".", [](std::string* out, const Step& step) {
    absl::StrAppend(out, step.field->name());
    if (step.index >= 0) absl::StrAppend(out, "[", step.index, "]");
  });
}

bool IsContent(const FieldDescriptor& field, const Path& path) {
  if (path.empty() && field.name() == "request_id") return false;
  return !field.options().GetExtension(v1::beside_content);
}

// What is one value for who reads it.
bool IsOneValue(const google::protobuf::Descriptor* type) {
  return type == v1::Protected::descriptor() || type == v1::Money::descriptor() ||
         type == v1::PartialDate::descriptor();
}

using Visit = absl::FunctionRef<void(const Message& parent, const Path& path)>;

void ForEachField(const Message& message, Path& path, Visit visit) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!IsContent(*field, path)) continue;
    const int parts = field->is_repeated() ? reflection.FieldSize(message, field) : 0;
    if (parts > 0 && parts <= kMaxPartsApart) {
      for (int i = 0; i < parts; ++i) {
        path.push_back({field, i});
        visit(message, path);
        path.pop_back();
      }
      continue;
    }
    path.push_back({field, -1});
    const bool inner = !field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                       !IsOneValue(field->message_type());
    if (inner) {
      ForEachField(reflection.GetMessage(message, field), path, visit);
    } else {
      visit(message, path);
    }
    path.pop_back();
  }
}

void AppendMessage(const Message& message, std::string& out) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
  }
  record::AppendBig64(out, bytes.size());
  out += bytes;
}

// One value of a field, or of a list the part at `index`.
void AppendValue(const Message& parent, const FieldDescriptor* field, int index, std::string& out) {
  const google::protobuf::Reflection& reflection = *parent.GetReflection();
  const bool part = field->is_repeated();
  const auto number = [&](uint64_t value) { record::AppendBig64(out, value); };
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return AppendMessage(
          part ? reflection.GetRepeatedMessage(parent, field, index) : reflection.GetMessage(parent, field),
          out);
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text = part ? reflection.GetRepeatedStringReference(parent, field, index, &scratch)
                                     : reflection.GetStringReference(parent, field, &scratch);
      number(text.size());
      out += text;
      return;
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return number(part ? reflection.GetRepeatedBool(parent, field, index)
                         : reflection.GetBool(parent, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return number(static_cast<uint64_t>(part ? reflection.GetRepeatedEnumValue(parent, field, index)
                                               : reflection.GetEnumValue(parent, field)));
    case FieldDescriptor::CPPTYPE_UINT32:
      return number(part ? reflection.GetRepeatedUInt32(parent, field, index)
                         : reflection.GetUInt32(parent, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return number(part ? reflection.GetRepeatedUInt64(parent, field, index)
                         : reflection.GetUInt64(parent, field));
    case FieldDescriptor::CPPTYPE_INT32:
      return number(static_cast<uint64_t>(part ? reflection.GetRepeatedInt32(parent, field, index)
                                               : reflection.GetInt32(parent, field)));
    case FieldDescriptor::CPPTYPE_INT64:
      return number(static_cast<uint64_t>(part ? reflection.GetRepeatedInt64(parent, field, index)
                                               : reflection.GetInt64(parent, field)));
    default:
      return;  // the vocabulary has no floating point
  }
}

// Keyed hashes of fields and of the whole.
class Hasher {
 public:
  explicit Hasher(const Vault& vault) : key_(vault.KeyFor("request content")) {}

  void Add(const Message& parent, const Path& path) {
    bytes_.clear();
    for (const Step& step : path) {
      record::AppendBig64(bytes_, static_cast<uint64_t>(step.field->number()));
      record::AppendBig64(bytes_, static_cast<uint64_t>(step.index + 1));
    }
    const Step& last = path.back();
    const bool list = last.field->is_repeated() && last.index < 0;
    const int parts = list ? parent.GetReflection()->FieldSize(parent, last.field) : 1;
    for (int i = 0; i < parts; ++i) AppendValue(parent, last.field, list ? i : last.index, bytes_);
    uint8_t hash[crypto_shorthash_siphashx24_BYTES];
    crypto_shorthash_siphashx24(hash, reinterpret_cast<const uint8_t*>(bytes_.data()), bytes_.size(),
                                key_.data());
    whole_.append(reinterpret_cast<const char*>(hash), sizeof(hash));
    fields_.push_back(static_cast<char>(path.front().field->number() & 0xff));
    fields_.append(reinterpret_cast<const char*>(hash), kFieldBytes - 1);
  }

  std::string Finish() const {
    uint8_t hash[kWholeBytes];
    crypto_generichash(hash, sizeof(hash), reinterpret_cast<const uint8_t*>(whole_.data()), whole_.size(),
                       key_.data(), key_.size());
    return absl::StrCat(absl::string_view(reinterpret_cast<const char*>(hash), sizeof(hash)), fields_);
  }

 private:
  const std::array<uint8_t, 16> key_;
  std::string bytes_;
  std::string whole_;
  std::string fields_;
};

// The path of the first field of which the vocabulary of this program knows nothing, with its number; nothing when there is none.
std::string UnknownIn(const Message& message, const std::string& path) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (const auto& unknown = reflection.GetUnknownFields(message); !unknown.empty())
    return absl::StrCat(path, unknown.field(0).number());
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const int parts = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < parts; ++i) {
      const Message& inner = field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                                  : reflection.GetMessage(message, field);
      const std::string at =
          absl::StrCat(path, field->name(), field->is_repeated() ? absl::StrCat("[", i, "]") : "", ".");
      if (std::string found = UnknownIn(inner, at); !found.empty()) return found;
    }
  }
  return "";
}

// The same bytes either way round.
std::string Crypted(absl::string_view bytes, absl::string_view nonce, const DataKey& key) {
  // A key of its own beside that which seals values.
  uint8_t content_key[crypto_stream_chacha20_ietf_KEYBYTES];
  constexpr absl::string_view kName = "request content";
  crypto_generichash(content_key, sizeof(content_key), reinterpret_cast<const uint8_t*>(kName.data()),
                     kName.size(), key.key.data(), SecretKey::size());
  std::string out(bytes.size(), '\0');
  crypto_stream_chacha20_ietf_xor(reinterpret_cast<uint8_t*>(out.data()),
                                  reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
                                  reinterpret_cast<const uint8_t*>(nonce.data()), content_key);
  sodium_memzero(content_key, sizeof(content_key));
  return out;
}

std::multiset<std::string> FieldsOf(absl::string_view digest) {
  std::multiset<std::string> fields;
  for (size_t at = kWholeBytes; at + kFieldBytes <= digest.size(); at += kFieldBytes)
    fields.emplace(digest.substr(at, kFieldBytes));
  return fields;
}

}  // namespace

std::vector<std::string> ContentFields(const Message& request) {
  std::vector<std::string> names;
  Path path;
  ForEachField(request, path, [&](const Message&, const Path& at) { names.push_back(TextOf(at)); });
  return names;
}

absl::Status CheckKnown(const Message& request) {
  const std::string unknown = UnknownIn(request, "");
  if (unknown.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(unknown,
                   ": is a field of which this klaimd knows nothing: leave it out, "
                   "or have klaimd brought up to date"));
}

absl::StatusOr<RequestContent> RequestContent::Of(const Message& request, const Vault& vault) {
  RETURN_IF_ERROR(CheckKnown(request));
  RequestContent content;
  content.request_ = &request;
  Hasher hasher(vault);
  Path path;
  ForEachField(request, path, [&](const Message& parent, const Path& at) { hasher.Add(parent, at); });
  content.digest_ = hasher.Finish();
  content.recorded_.set_digest(content.digest_);
  return content;
}

void RequestContent::SealUnder(const DataKey& key) {
  key_ = key;
  recorded_.set_key_id(key.key_id);
  recorded_.mutable_nonce()->resize(kContentNonceBytes);
  FillRandom(reinterpret_cast<uint8_t*>(recorded_.mutable_nonce()->data()), kContentNonceBytes);
  recorded_.set_digest(Crypted(digest_, recorded_.nonce(), key));
}

absl::StatusOr<std::optional<std::vector<std::string>>> RequestContent::DiffersFrom(
    const v1::RequestContent& first, const Vault& vault) const {
  std::vector<std::string> differing;
  std::string digest = first.digest();
  if (first.key_id() != 0) {
    if (first.nonce().size() != kContentNonceBytes)
      return absl::DataLossError("a request's content in the log is damaged");
    absl::StatusOr<DataKey> key = absl::NotFoundError("");
    if (key_.has_value() && key_->key_id == first.key_id()) {
      key = *key_;
    } else {
      key = vault.Open(first.key_id());
    }
    if (absl::IsNotFound(key.status())) return differing;
    if (!key.ok()) return key.status();
    digest = Crypted(digest, first.nonce(), *key);
  }
  if (digest == digest_) return std::nullopt;
  const std::vector<std::string> names = ContentFields(*request_);
  std::multiset<std::string> then = FieldsOf(digest);
  std::set<uint8_t> told;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string field = digest_.substr(kWholeBytes + i * kFieldBytes, kFieldBytes);
    if (const auto same = then.find(field); same != then.end()) {
      then.erase(same);
      continue;
    }
    told.insert(static_cast<uint8_t>(field[0]));
    differing.push_back(names[i]);
  }
  // What was given then and isn't now.
  for (const std::string& field : then) {
    const auto* outermost = request_->GetDescriptor()->FindFieldByNumber(static_cast<uint8_t>(field[0]));
    if (outermost != nullptr && told.insert(static_cast<uint8_t>(field[0])).second)
      differing.push_back(outermost->name());
  }
  return differing;
}

}  // namespace klaim::privacy
