#include "engine/privacy/token.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>
#include <sodium.h>
#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"

namespace klaim::privacy {
namespace {

constexpr size_t kTokenNonceBytes = 12;
constexpr CK_ULONG kTagBits = 128;

absl::Status TokenError(absl::string_view doing, CK_RV result) {
  return absl::PermissionDeniedError(
      absl::StrCat("the token refused ", doing, ": ", p11_kit_strerror(result)));
}

struct UriFreer {
  void operator()(P11KitUri* uri) const { p11_kit_uri_free(uri); }
};

// A session with the token, logged in, with its key found; all is let go at the end.
class TokenSession {
 public:
  ~TokenSession() {
    if (module_ == nullptr) return;
    if (session_ != CK_INVALID_HANDLE) module_->C_CloseSession(session_);
    p11_kit_module_finalize(module_);
    p11_kit_module_release(module_);
  }

  absl::Status Open(const std::string& text) {
    const std::unique_ptr<P11KitUri, UriFreer> uri(p11_kit_uri_new());
    if (p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_ANY, uri.get()) != P11_KIT_URI_OK) {
      return absl::InvalidArgumentError("the token's address is no PKCS#11 URI (RFC 7512)");
    }
    const char* module_path = p11_kit_uri_get_module_path(uri.get());
    if (module_path == nullptr) {
      return absl::InvalidArgumentError("the token's URI must name its module-path");
    }
    module_ = p11_kit_module_load(module_path, 0);
    if (module_ == nullptr) return absl::NotFoundError(absl::StrCat("can't load ", module_path));
    if (CK_RV result = p11_kit_module_initialize(module_); result != CKR_OK) {
      return TokenError("to start", result);
    }
    RETURN_IF_ERROR(LogIn(uri.get()));
    return FindKey(uri.get());
  }

  absl::StatusOr<std::string> Crypt(bool encrypt, const std::string& nonce, absl::string_view in) {
    std::string iv = nonce;
    CK_GCM_PARAMS parameters{};
    parameters.pIv = reinterpret_cast<CK_BYTE*>(iv.data());
    parameters.ulIvLen = iv.size();
    parameters.ulIvBits = iv.size() * 8;
    parameters.ulTagBits = kTagBits;
    CK_MECHANISM mechanism{CKM_AES_GCM, &parameters, sizeof(parameters)};
    std::string input(in);
    std::string out(in.size() + 64, '\0');
    CK_ULONG size = out.size();
    auto* from = reinterpret_cast<CK_BYTE*>(input.data());
    auto* to = reinterpret_cast<CK_BYTE*>(out.data());
    CK_RV result = encrypt ? module_->C_EncryptInit(session_, &mechanism, key_)
                           : module_->C_DecryptInit(session_, &mechanism, key_);
    if (result == CKR_OK) {
      result = encrypt ? module_->C_Encrypt(session_, from, input.size(), to, &size)
                       : module_->C_Decrypt(session_, from, input.size(), to, &size);
    }
    sodium_memzero(input.data(), input.size());
    if (result != CKR_OK) return TokenError(encrypt ? "to encrypt" : "to decrypt", result);
    out.resize(size);
    return out;
  }

 private:
  absl::Status LogIn(P11KitUri* uri) {
    CK_ULONG count = 0;
    module_->C_GetSlotList(CK_TRUE, nullptr, &count);
    std::vector<CK_SLOT_ID> slots(count);
    if (count > 0) module_->C_GetSlotList(CK_TRUE, slots.data(), &count);
    for (CK_SLOT_ID slot : slots) {
      CK_TOKEN_INFO info{};
      if (module_->C_GetTokenInfo(slot, &info) != CKR_OK) continue;
      if (p11_kit_uri_match_token_info(uri, &info) != 1) continue;
      CK_RV result = module_->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session_);
      if (result != CKR_OK) return TokenError("a session", result);
      ASSIGN_OR_RETURN(auto pin, ReadPin(uri));
      result = module_->C_Login(session_, CKU_USER, reinterpret_cast<CK_UTF8CHAR*>(pin.data()), pin.size());
      sodium_memzero(pin.data(), pin.size());
      if (result != CKR_OK && result != CKR_USER_ALREADY_LOGGED_IN) return TokenError("to log in", result);
      return absl::OkStatus();
    }
    return absl::NotFoundError("no token of that name is there");
  }

  static absl::StatusOr<std::string> ReadPin(P11KitUri* uri) {
    const char* source = p11_kit_uri_get_pin_source(uri);
    if (source == nullptr) return absl::InvalidArgumentError("the token's URI must name its pin-source");
    const std::string path(absl::StripPrefix(source, "file:"));
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return absl::NotFoundError(absl::StrCat("can't read ", path));
    if ((info.st_mode & 077) != 0) {
      return absl::PermissionDeniedError(
          absl::StrCat("the PIN in ", path, " can be read by others than its owner: chmod 600 it"));
    }
    std::ifstream in(path);
    std::string pin;
    std::getline(in, pin);
    return std::string(absl::StripTrailingAsciiWhitespace(pin));
  }

  absl::Status FindKey(P11KitUri* uri) {
    CK_ULONG given = 0;
    CK_ATTRIBUTE* attributes = p11_kit_uri_get_attributes(uri, &given);
    std::vector<CK_ATTRIBUTE> wanted(attributes, attributes + given);
    CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
    wanted.push_back({CKA_CLASS, &secret, sizeof(secret)});
    CK_ULONG found = 0;
    CK_RV result = module_->C_FindObjectsInit(session_, wanted.data(), wanted.size());
    if (result == CKR_OK) result = module_->C_FindObjects(session_, &key_, 1, &found);
    module_->C_FindObjectsFinal(session_);
    if (result != CKR_OK) return TokenError("to look for the key", result);
    if (found == 0) return absl::NotFoundError("the token has no secret key of that name");
    return absl::OkStatus();
  }

  CK_FUNCTION_LIST* module_ = nullptr;
  CK_SESSION_HANDLE session_ = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE key_ = CK_INVALID_HANDLE;
};

}  // namespace

absl::StatusOr<std::string> EncryptInToken(const std::string& uri, absl::string_view clear) {
  TokenSession session;
  RETURN_IF_ERROR(session.Open(uri));
  std::string nonce(kTokenNonceBytes, '\0');
  randombytes_buf(nonce.data(), nonce.size());
  ASSIGN_OR_RETURN(auto encrypted, session.Crypt(true, nonce, clear));
  return nonce + encrypted;
}

absl::StatusOr<std::string> DecryptInToken(const std::string& uri, absl::string_view encrypted) {
  if (encrypted.size() < kTokenNonceBytes) return absl::DataLossError("the encrypted master key is cut off");
  TokenSession session;
  RETURN_IF_ERROR(session.Open(uri));
  return session.Crypt(false, std::string(encrypted.substr(0, kTokenNonceBytes)),
                       encrypted.substr(kTokenNonceBytes));
}

}  // namespace klaim::privacy
