#include "services/common/acceptor.h"

#include <openssl/pem.h>

#include <algorithm>
#include <boost/asio/strand.hpp>
#include <chrono>

#include "absl/strings/str_cat.h"

namespace klaim::services {
namespace {

using boost::asio::ip::tcp;

constexpr auto kPause = std::chrono::milliseconds(100);
constexpr int kBacklog = 512;

}  // namespace

absl::Status Acceptor::Listen(const std::string& address, int port) {
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(address, error);
  const tcp::endpoint endpoint(ip, static_cast<uint16_t>(port));
  if (!error) acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(boost::asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(kBacklog, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("can't listen on ", address, ":", port, ": ", error.message(),
                     ": is it an IP address of this machine, and is the port free?"));
  }
  Accept();
  return absl::OkStatus();
}

void Acceptor::Close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void Acceptor::Accept() {
  acceptor_.async_accept(boost::asio::make_strand(context_),
                         [this](boost::system::error_code error, tcp::socket socket) {
                           if (!acceptor_.is_open()) return;
                           if (!error) {
                             // What is sent goes out at once, also when it is the end of something longer.
                             socket.set_option(tcp::no_delay(true), error);
                             taken_(std::move(socket));
                             return Accept();
                           }
                           pause_.expires_after(kPause);
                           pause_.async_wait([this](boost::system::error_code stopped) {
                             if (!stopped && acceptor_.is_open()) Accept();
                           });
                         });
}

absl::Status PrepareTls(const std::string& certificate_authority, const std::string& certificate,
                        const std::string& private_key, boost::asio::ssl::context& tls) {
  namespace ssl = boost::asio::ssl;
  const auto buffer = [](const std::string& text) { return boost::asio::buffer(text); };
  boost::system::error_code error;
  tls.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
                  error);
  if (!error) tls.use_certificate_chain(buffer(certificate), error);
  if (!error) tls.use_private_key(buffer(private_key), ssl::context::pem, error);
  if (!error) tls.add_certificate_authority(buffer(certificate_authority), error);
  if (!error) tls.set_verify_mode(ssl::verify_peer, error);
  if (error) {
    return absl::InvalidArgumentError(
        absl::StrCat("the server's certificate or key can't be used: ", error.message()));
  }
  SSL_CTX_set_session_id_context(tls.native_handle(), reinterpret_cast<const unsigned char*>("klaim"), 5);
  return absl::OkStatus();
}

std::string PeerCertificate(SSL* tls) {
  X509* certificate = SSL_get1_peer_certificate(tls);
  if (certificate == nullptr) return "";
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free_all(bio);
  X509_free(certificate);
  return pem;
}

std::string AddressOf(const tcp::socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? "" : AddressShared(endpoint.address().to_string());
}

std::string AddressShared(absl::string_view address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(std::string(address.substr(0, address.find('%'))), error);
  if (error) return "";
  if (parsed.is_v4()) return parsed.to_v4().to_string();
  const boost::asio::ip::address_v6 v6 = parsed.to_v6();
  boost::asio::ip::address_v6::bytes_type bytes = v6.to_bytes();
  if (v6.is_v4_mapped()) {
    return absl::StrCat(+bytes[12], ".", +bytes[13], ".", +bytes[14], ".", +bytes[15]);
  }
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return absl::StrCat(boost::asio::ip::address_v6(bytes).to_string(), "/64");
}

}  // namespace klaim::services
