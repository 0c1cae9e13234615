#include "tools/installation/authority.h"

#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/freer.h"
#include "engine/base/return_if_error.h"

namespace klaim::tools {
namespace {

using KeyPointer = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using CertificatePointer = std::unique_ptr<X509, Freer<X509_free>>;
using BioPointer = std::unique_ptr<BIO, Freer<BIO_free_all>>;

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

std::string PemOf(EVP_PKEY* key) {
  BioPointer bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return TextOf(bio.get());
}

std::string PemOf(X509* certificate) {
  BioPointer bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return TextOf(bio.get());
}

bool AddExtension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

CertificatePointer NewCertificate(EVP_PKEY* key, const std::string& common_name, int days) {
  CertificatePointer certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  unsigned char serial[16];
  RAND_bytes(serial, sizeof(serial));
  serial[0] &= 0x7F;  // a serial number is positive
  std::unique_ptr<BIGNUM, Freer<BN_free>> number(BN_bin2bn(serial, sizeof(serial), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -300);  // clocks differ by a little
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400L * days);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("Klaim"), -1,
                             -1, 0);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

absl::StatusOr<KeyPointer> ReadKey(const std::string& path) {
  ASSIGN_OR_RETURN(auto text, ReadFile(path));
  BioPointer bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  KeyPointer key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (key == nullptr) return absl::DataLossError(absl::StrCat(path, " has no private key"));
  return key;
}

absl::StatusOr<CertificatePointer> ReadCertificate(const std::string& path) {
  ASSIGN_OR_RETURN(auto text, ReadFile(path));
  BioPointer bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  CertificatePointer certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return absl::DataLossError(absl::StrCat(path, " has no certificate"));
  return certificate;
}

std::string AlternativeNames(const CertificateRequest& request) {
  if (!request.uri.empty()) return absl::StrCat("URI:", request.uri);
  std::vector<std::string> names;
  for (const std::string& host : request.hosts) {
    const bool address =
        host.find(':') != std::string::npos || std::isdigit(static_cast<unsigned char>(host.back())) != 0;
    names.push_back(absl::StrCat(address ? "IP:" : "DNS:", host));
  }
  return absl::StrJoin(names, ",");
}

}  // namespace

absl::Status WriteFile(const std::string& path, const std::string& text, unsigned mode) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) return absl::InternalError(absl::StrCat("can't write ", path, ": ", std::strerror(errno)));
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(file);
  return written ? absl::OkStatus() : absl::InternalError(absl::StrCat("can't write ", path));
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("can't read ", path, ": ", std::strerror(errno)));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

absl::Status CreateAuthority(const std::string& folder, const std::string& name) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  KeyPointer key(EVP_EC_gen("P-256"));
  if (key == nullptr) return absl::InternalError("OpenSSL can't make a P-256 key");
  CertificatePointer certificate = NewCertificate(key.get(), name, 3650);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  const bool made =
      AddExtension(certificate.get(), certificate.get(), NID_basic_constraints,
                   "critical,CA:TRUE,pathlen:0") &&
      AddExtension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign") &&
      AddExtension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash") &&
      X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0;
  if (!made) return absl::InternalError("OpenSSL can't make the authority's certificate");
  RETURN_IF_ERROR(WriteFile(folder + "/ca.key", PemOf(key.get()), 0600));
  RETURN_IF_ERROR(WriteFile(folder + "/ca.crt", PemOf(certificate.get()), 0644));
  return Revoke(folder, "");
}

absl::Status Revoke(const std::string& authority_folder, const std::string& serial) {
  ASSIGN_OR_RETURN(auto authority_key, ReadKey(authority_folder + "/ca.key"));
  ASSIGN_OR_RETURN(auto authority, ReadCertificate(authority_folder + "/ca.crt"));
  const std::string file = authority_folder + "/revoked.crl";
  using ListPointer = std::unique_ptr<X509_CRL, Freer<X509_CRL_free>>;
  ListPointer list;
  if (auto text = ReadFile(file); text.ok()) {
    BioPointer bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
    list.reset(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
    if (list == nullptr) return absl::DataLossError(absl::StrCat(file, " has no revocation list"));
    if (serial.empty()) return absl::OkStatus();
  } else {
    list.reset(X509_CRL_new());
    X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(authority.get()));
  }
  std::unique_ptr<ASN1_TIME, Freer<ASN1_TIME_free>> now(X509_gmtime_adj(nullptr, 0));
  std::unique_ptr<ASN1_TIME, Freer<ASN1_TIME_free>> next(X509_gmtime_adj(nullptr, 86'400L * 3650));
  X509_CRL_set1_lastUpdate(list.get(), now.get());
  X509_CRL_set1_nextUpdate(list.get(), next.get());
  if (!serial.empty()) {
    BIGNUM* number = nullptr;
    if (BN_hex2bn(&number, serial.c_str()) != static_cast<int>(serial.size())) {
      BN_free(number);
      return absl::InvalidArgumentError(absl::StrCat("serial: \"", serial, "\" is not hexadecimal"));
    }
    std::unique_ptr<BIGNUM, Freer<BN_free>> owned(number);
    std::unique_ptr<ASN1_INTEGER, Freer<ASN1_INTEGER_free>> integer(BN_to_ASN1_INTEGER(number, nullptr));
    X509_REVOKED* revoked = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(revoked, integer.get());
    X509_REVOKED_set_revocationDate(revoked, now.get());
    X509_CRL_add0_revoked(list.get(), revoked);
    X509_CRL_sort(list.get());
  }
  if (X509_CRL_sign(list.get(), authority_key.get(), EVP_sha256()) == 0) {
    return absl::InternalError("OpenSSL can't sign the revocation list");
  }
  BioPointer bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_CRL(bio.get(), list.get());
  RETURN_IF_ERROR(WriteFile(file + ".new", TextOf(bio.get()), 0644));
  std::error_code error;
  std::filesystem::rename(file + ".new", file, error);
  return error ? absl::InternalError(absl::StrCat("can't write ", file)) : absl::OkStatus();
}

absl::Status IssueCertificate(const std::string& authority_folder, const CertificateRequest& request,
                              const std::string& certificate_file, const std::string& key_file) {
  ASSIGN_OR_RETURN(auto authority_key, ReadKey(authority_folder + "/ca.key"));
  ASSIGN_OR_RETURN(auto authority, ReadCertificate(authority_folder + "/ca.crt"));
  KeyPointer key(EVP_EC_gen("P-256"));
  if (key == nullptr) return absl::InternalError("OpenSSL can't make a P-256 key");
  CertificatePointer certificate = NewCertificate(key.get(), request.common_name, request.days);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority.get()));
  const bool server = request.uri.empty();
  const bool made =
      AddExtension(certificate.get(), authority.get(), NID_basic_constraints, "critical,CA:FALSE") &&
      AddExtension(certificate.get(), authority.get(), NID_key_usage, "critical,digitalSignature") &&
      AddExtension(certificate.get(), authority.get(), NID_ext_key_usage,
                   server ? "serverAuth" : "clientAuth") &&
      AddExtension(certificate.get(), authority.get(), NID_subject_alt_name, AlternativeNames(request)) &&
      X509_sign(certificate.get(), authority_key.get(), EVP_sha256()) != 0;
  if (!made)
    return absl::InternalError(absl::StrCat("OpenSSL can't make a certificate for ", request.common_name));
  RETURN_IF_ERROR(WriteFile(key_file, PemOf(key.get()), 0600));
  return WriteFile(certificate_file, PemOf(certificate.get()), 0644);
}

}  // namespace klaim::tools
