#include "tools/klaim/client/connection.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/return_if_error.h"
#include "google/protobuf/util/json_util.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "services/common/call_metadata.h"
#include "services/common/http_client.h"
#include "tools/installation/authority.h"
#include "tools/installation/docket_files.h"

namespace klaim::tools {

void Connection::AddOptions(CLI::App& app) {
  app.add_option("--addresses", addresses_, "The addresses.json that klaimd wrote")
      ->envname("KLAIM_ADDRESSES")
      ->default_val("var/demo/addresses.json");
  app.add_option("--as", person_, "Act as this person: people/NAME.crt and .key beside addresses.json");
  app.add_option("--request-id", request_id_,
                 "Name of this request: repeating it changes nothing (default: random)");
  app.add_option("--session", session_file_,
                 "Act as who signed in with this file (klaim sign-in), not by certificate")
      ->envname("KLAIM_SESSION");
  app.add_option("--as-of", as_of_,
                 "Ask how it stood at this record or moment (2026-11-24T15:04:05Z); for auditors");
  app.add_option("--purpose", purpose_, "What personal data is wanted for; recorded with each look");
  app.add_flag("--json", json_, "Print answers as JSON, a line each");
  app.add_flag("--quiet", quiet_, "Show no progress");
}

absl::Status Connection::Connect() {
  auto text = ReadFile(addresses_);
  if (!text.ok()) {
    return absl::UnavailableError(
        absl::StrCat("no daemon serves here (", addresses_,
                     " is missing): start klaimd, or name the file with --addresses"));
  }
  boost::system::error_code error;
  const boost::json::value addresses = boost::json::parse(*text, error);
  if (error || !addresses.is_object())
    return absl::InvalidArgumentError(absl::StrCat(addresses_, " is not JSON"));
  const auto value = [&](const char* name) {
    const auto* found = addresses.as_object().if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
  };
  certificate_file_ = value("certificate");
  key_file_ = value("key");
  http_ = value("http");
  authority_file_ = value("ca");
  log_key_file_ = value("vkey");
  if (!person_.empty()) {
    const std::string folder = addresses_.substr(0, addresses_.rfind('/') + 1) + "people/";
    certificate_file_ = folder + person_ + ".crt";
    key_file_ = folder + person_ + ".key";
  }
  grpc::SslCredentialsOptions tls;
  std::vector<std::pair<std::string, std::string*>> files = {{value("ca"), &tls.pem_root_certs}};
  if (session_file_.empty()) {
    files.emplace_back(certificate_file_, &tls.pem_cert_chain);
    files.emplace_back(key_file_, &tls.pem_private_key);
  } else if (auto token = ReadFile(session_file_); token.ok()) {
    token_ = std::string(absl::StripAsciiWhitespace(*token));
  }
  for (const auto& [path, out] : files) {
    ASSIGN_OR_RETURN(*out, ReadFile(path));
  }
  for (const auto& [name, value_of] : {std::pair("--as-of", &as_of_), std::pair("--session", &token_)}) {
    RETURN_IF_ERROR(services::CheckMetadata(name, name, *value_of));
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  channel_ = grpc::CreateCustomChannel(value("grpc"), grpc::SslCredentials(tls), arguments);
  return absl::OkStatus();
}

void Connection::AddMetadata(grpc::ClientContext& context) const {
  if (!token_.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", token_));
  if (!as_of_.empty()) context.AddMetadata(services::kAsOfMetadata, as_of_);
  if (!purpose_.empty()) context.AddMetadata(services::kPurposeBytesMetadata, purpose_);
}

absl::StatusOr<std::string> Connection::Get(const std::string& path, size_t most_bytes) const {
  services::HttpRequest request;
  request.url = absl::StrCat("https://", http_, path);
  request.ca_file = authority_file_;
  request.bearer = token_;
  if (session_file_.empty()) {
    request.certificate_file = certificate_file_;
    request.key_file = key_file_;
  }
  request.most_bytes = most_bytes;
  ASSIGN_OR_RETURN(auto answer, services::Fetch(request));
  if (answer.code != 200) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": ", absl::StripTrailingAsciiWhitespace(answer.body)));
  }
  return std::move(answer.body);
}

std::string Connection::RequestId() const {
  if (!request_id_.empty()) return request_id_;
  std::random_device random;
  std::string id = "klaim-";
  for (int i = 0; i < 4; ++i) id += absl::StrFormat("%08x", random());
  return id;
}

void Connection::PrintJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  (void)google::protobuf::util::MessageToJsonString(message, &text, options);
  std::cout << text << std::endl;
}

void Connection::Show(const google::protobuf::Message& message, const std::string& text) const {
  if (json_) return PrintJson(message);
  const auto* field = message.GetDescriptor()->FindFieldByName("receipt");
  const bool has_receipt = field != nullptr && field->message_type() == v1::Receipt::descriptor();
  if (has_receipt) {
    const auto& receipt =
        static_cast<const v1::Receipt&>(message.GetReflection()->GetMessage(message, field));
    if (receipt.recorded_before())
      std::cout << "This was recorded before, as record " << receipt.first_sequence()
                << ": nothing was recorded now. Then: ";
  }
  std::cout << text << std::endl;
}

void Connection::WaitUntilVisible() {
  if (last_recorded_ == 0) return;
  // The query that every role may make.
  v1::ListOrganisationsRequest request;
  v1::ListOrganisationsResponse response;
  request.set_at_least_sequence(last_recorded_);
  request.mutable_page()->set_size(1);
  (void)Call(&v1::RegistryService::Stub::ListOrganisations, request, response);
}

}  // namespace klaim::tools
