#include "services/identity/certificates.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/freer.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/time/steady.h"
#include "spdlog/spdlog.h"

namespace klaim::services {
namespace {

using BioPointer = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using CertificatePointer = std::unique_ptr<X509, Freer<X509_free>>;

constexpr absl::Duration kLookEvery = absl::Seconds(1);

CertificatePointer Parse(absl::string_view pem) {
  BioPointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return CertificatePointer(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

std::string SerialOf(const ASN1_INTEGER* number) {
  std::unique_ptr<BIGNUM, Freer<BN_free>> value(ASN1_INTEGER_to_BN(number, nullptr));
  char* text = BN_bn2hex(value.get());
  std::string serial = absl::AsciiStrToLower(text);
  OPENSSL_free(text);
  return serial;
}

std::string UriOf(X509* certificate) {
  auto* names =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  std::string uri;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_URI) continue;
    uri.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.uniformResourceIdentifier)),
               static_cast<size_t>(ASN1_STRING_length(name->d.uniformResourceIdentifier)));
  }
  GENERAL_NAMES_free(names);
  return uri;
}

}  // namespace

absl::StatusOr<ClientCertificate> ReadClientCertificate(absl::string_view pem) {
  const CertificatePointer certificate = Parse(pem);
  if (certificate == nullptr)
    return domain::Refuse(absl::StatusCode::kUnauthenticated, v1::REASON_CERTIFICATE_CAN_NOT_BE_READ);
  ASSIGN_OR_RETURN(auto name, ParsePrincipalUri(UriOf(certificate.get())));
  ClientCertificate read;
  read.name = std::move(name);
  read.serial = SerialOf(X509_get0_serialNumber(certificate.get()));
  tm until{};
  ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &until);
  read.not_after_micros = static_cast<int64_t>(timegm(&until)) * 1'000'000;
  return read;
}

std::string SerialOfCertificate(absl::string_view pem) {
  const CertificatePointer certificate = Parse(pem);
  return certificate == nullptr ? "" : SerialOf(X509_get0_serialNumber(certificate.get()));
}

RevocationList::RevocationList(std::string file, std::string authority)
    : file_(std::move(file)), authority_(std::move(authority)) {}

std::string RevocationList::Stamp() const {
  struct stat info {};
  if (stat(file_.c_str(), &info) != 0) return "missing";
  return absl::StrCat(info.st_ino, " ", info.st_size, " ", info.st_mtim.tv_sec, " ", info.st_mtim.tv_nsec);
}

absl::StatusOr<std::set<std::string>> RevocationList::Read() const {
  std::ifstream in(file_, std::ios::binary);
  if (!in) {
    return absl::NotFoundError(absl::StrCat("can't read the revocation list ", file_, ": ",
                                            std::strerror(errno),
                                            "; `klaim init` makes one: restore it from its backup"));
  }
  std::ostringstream text;
  text << in.rdbuf();
  const std::string pem = text.str();
  BioPointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::unique_ptr<X509_CRL, Freer<X509_CRL_free>> list(
      PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
  const CertificatePointer authority = Parse(authority_);
  if (list == nullptr || authority == nullptr ||
      X509_CRL_verify(list.get(), X509_get0_pubkey(authority.get())) != 1) {
    return absl::DataLossError(
        absl::StrCat("the revocation list ", file_, " is not one that this docket's authority signed"));
  }
  std::set<std::string> serials;
  STACK_OF(X509_REVOKED)* revoked = X509_CRL_get_REVOKED(list.get());
  for (int i = 0; i < sk_X509_REVOKED_num(revoked); ++i) {
    serials.insert(SerialOf(X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(revoked, i))));
  }
  return serials;
}

absl::Status RevocationList::Load() {
  const std::string stamp = Stamp();
  ASSIGN_OR_RETURN(auto serials, Read());
  absl::MutexLock lock(&mutex_);
  serials_ = std::move(serials);
  stamp_ = stamp;
  return absl::OkStatus();
}

bool RevocationList::Refresh() {
  {
    absl::MutexLock lock(&mutex_);
    const absl::Duration now = steady::Now();
    if (now - looked_at_ < kLookEvery) return false;
    looked_at_ = now;
    if (Stamp() == stamp_) return false;
  }
  absl::Status loaded = Load();
  if (loaded.ok()) {
    spdlog::info("the revocation list was read again");
    return true;
  }
  spdlog::error("{}; the one read before still holds", std::string(loaded.message()));
  return false;
}

bool RevocationList::Contains(const std::string& serial) const {
  absl::MutexLock lock(&mutex_);
  return serials_.contains(serial);
}

}  // namespace klaim::services
