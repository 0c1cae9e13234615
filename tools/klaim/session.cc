#include "tools/klaim/session.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <iostream>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "engine/domain/rules.h"
#include "engine/domain/text.h"
#include "engine/time/steady.h"
#include "google/protobuf/util/json_util.h"
#include "services/call_metadata.h"
#include "services/http_client.h"
#include "tools/authority.h"
#include "tools/docket_files.h"

namespace klaim::tools {
namespace {

// Code points, for column widths.
size_t WidthOf(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool IsNumber(const std::string& text) {
  return !text.empty() && absl::ascii_isdigit(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || c == '.' || c == ',' || c == '-' || c == ' ' ||
                  absl::ascii_isupper(c) || c == 'p';
         });
}

std::string Grouped(uint64_t number) {
  std::string digits = absl::StrCat(number);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<size_t>(at), ".");
  return digits;
}

}  // namespace

void Session::AddOptions(CLI::App& app) {
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

absl::Status Session::Connect() {
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
    auto pem = ReadFile(path);
    if (!pem.ok()) return pem.status();
    *out = *std::move(pem);
  }
  for (const auto& [name, value_of] : {std::pair("--as-of", &as_of_), std::pair("--session", &token_)}) {
    if (absl::Status usable = services::CheckMetadata(name, name, *value_of); !usable.ok()) return usable;
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  channel_ = grpc::CreateCustomChannel(value("grpc"), grpc::SslCredentials(tls), arguments);
  accounts_ = v1::AccountsService::NewStub(channel_);
  sessions_ = v1::SessionService::NewStub(channel_);
  privacy_ = v1::PrivacyService::NewStub(channel_);
  evidence_ = v1::EvidenceService::NewStub(channel_);
  registry_ = v1::RegistryService::NewStub(channel_);
  intake_ = v1::IntakeService::NewStub(channel_);
  review_ = v1::ReviewService::NewStub(channel_);
  groups_ = v1::GroupsService::NewStub(channel_);
  compensation_ = v1::CompensationService::NewStub(channel_);
  audit_ = v1::AuditService::NewStub(channel_);
  linkage_ = v1::LinkageService::NewStub(channel_);
  casework_ = v1::CaseworkService::NewStub(channel_);
  decisions_ = v1::MassDecisionService::NewStub(channel_);
  imports_and_exports_ = v1::ImportExportService::NewStub(channel_);
  networks_ = v1::NetworkService::NewStub(channel_);
  exchanges_ = v1::ExchangeService::NewStub(channel_);
  registers_ = v1::ReferenceRegisterService::NewStub(channel_);
  treasury_ = v1::TreasuryService::NewStub(channel_);
  return absl::OkStatus();
}

void Session::AddMetadata(grpc::ClientContext& context) const {
  if (!token_.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", token_));
  if (!as_of_.empty()) context.AddMetadata(services::kAsOfMetadata, as_of_);
  if (!purpose_.empty()) context.AddMetadata(services::kPurposeBytesMetadata, purpose_);
}

absl::StatusOr<std::string> Session::Get(const std::string& path, size_t most_bytes) const {
  services::HttpRequest request;
  request.url = absl::StrCat("https://", http_, path);
  request.ca_file = authority_file_;
  request.bearer = token_;
  if (session_file_.empty()) {
    request.certificate_file = certificate_file_;
    request.key_file = key_file_;
  }
  request.most_bytes = most_bytes;
  auto answer = services::Fetch(request);
  if (!answer.ok()) return answer.status();
  if (answer->code != 200) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": ", absl::StripTrailingAsciiWhitespace(answer->body)));
  }
  return std::move(answer->body);
}

std::string AskSecretly(const std::string& prompt) {
  termios before{};
  const bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) {
    std::cerr << prompt << ": " << std::flush;
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
  }
  std::string line;
  std::getline(std::cin, line);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    std::cerr << std::endl;
  }
  return line;
}

std::string Session::RequestId() const {
  if (!request_id_.empty()) return request_id_;
  std::random_device random;
  std::string id = "klaim-";
  for (int i = 0; i < 4; ++i) id += absl::StrFormat("%08x", random());
  return id;
}

void Session::PrintJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  (void)google::protobuf::util::MessageToJsonString(message, &text, options);
  std::cout << text << std::endl;
}

void Session::Show(const google::protobuf::Message& message, const std::string& text) const {
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

void Session::WaitUntilVisible() {
  if (last_recorded_ == 0) return;
  // The query that every role may make.
  v1::ListOrganisationsRequest request;
  v1::ListOrganisationsResponse response;
  request.set_at_least_sequence(last_recorded_);
  request.mutable_page()->set_size(1);
  (void)Call(registry(), &v1::RegistryService::Stub::ListOrganisations, request, response);
}

void OnCall(CLI::App* command, Session& session, Action action, bool connects, int trouble) {
  command->callback([&session, action = std::move(action), connects, trouble] {
    absl::Status status = connects ? session.Connect() : absl::OkStatus();
    if (status.ok()) status = action();
    session.WaitUntilVisible();
    if (status.ok()) return;
    std::cerr << "klaim: " << status.message() << std::endl;
    throw CLI::RuntimeError(absl::IsDataLoss(status) ? 1 : trouble);
  });
}

std::string Table::Text() const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  std::string text;
  for (size_t r = 0; r < rows_.size(); ++r) {
    std::string line;
    for (size_t i = 0; i < rows_[r].size(); ++i) {
      const std::string& cell = rows_[r][i];
      const std::string padding(widths[i] - WidthOf(cell), ' ');
      const bool right = r > 0 && IsNumber(cell);
      line += (i == 0 ? "" : "  ") + (right ? padding + cell : cell + padding);
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += (r == 0 ? "" : "\n") + line;
  }
  return text;
}

Progress::Progress(std::string what, uint64_t total, bool quiet)
    : what_(std::move(what)),
      total_(total),
      shown_(!quiet && isatty(STDERR_FILENO) != 0),
      began_millis_(absl::ToInt64Milliseconds(steady::Now())) {}

Progress::~Progress() {
  if (!shown_) return;
  last_shown_millis_ = 0;
  Set(done_);
  std::fputc('\n', stderr);
}

void Progress::Set(uint64_t done) {
  done_ = done;
  if (!shown_) return;
  const int64_t now = absl::ToInt64Milliseconds(steady::Now());
  if (now - last_shown_millis_ < 100) return;
  last_shown_millis_ = now;
  const uint64_t percent = total_ == 0 ? 100 : done * 100 / total_;
  const int64_t elapsed = now - began_millis_;
  std::string left;
  if (done > 0 && done < total_ && elapsed > 1'000) {
    const auto seconds = static_cast<int64_t>(static_cast<double>(elapsed) / static_cast<double>(done) *
                                              static_cast<double>(total_ - done) / 1'000);
    left =
        seconds < 90 ? absl::StrCat(", ", seconds, " s left") : absl::StrCat(", ", seconds / 60, " min left");
  }
  std::fprintf(stderr, "\r%s: %s / %s (%d %%%s)      ", what_.c_str(), CountText(done).c_str(),
               CountText(total_).c_str(), static_cast<int>(percent), left.c_str());
  std::fflush(stderr);
}

std::string CountText(uint64_t count) { return Grouped(count); }

std::string TimeText(int64_t micros) {
  return absl::FormatTime("%d-%m-%Y %H:%M UTC", absl::FromUnixMicros(micros), absl::UTCTimeZone());
}

std::string DateText(const v1::PartialDate& date) {
  if (date.year() == 0) return "";
  if (date.month() == 0) return absl::StrCat(date.year());
  if (date.day() == 0) return absl::StrFormat("%02d-%04d", date.month(), date.year());
  return absl::StrFormat("%02d-%02d-%04d", date.day(), date.month(), date.year());
}

namespace {

// "17 Mei 1990" as "17-5-1990", and "Mei 1990" as "5-1990"; months as Indonesians and English write them, in full or by three letters.
std::string WithMonthNumber(const std::string& text) {
  static constexpr absl::string_view kMonths[12][2] = {
      {"januari", "january"}, {"februari", "february"}, {"maret", "march"},
      {"april", "april"},     {"mei", "may"},           {"juni", "june"},
      {"juli", "july"},       {"agustus", "august"},    {"september", "september"},
      {"oktober", "october"}, {"november", "november"}, {"desember", "december"}};
  std::vector<std::string> parts = absl::StrSplit(text, absl::ByAnyChar(" -/."), absl::SkipEmpty());
  if (parts.size() < 2 || parts.size() > 3) return text;
  std::string& month = parts[parts.size() - 2];
  const std::string written = absl::AsciiStrToLower(month);
  if (written.size() < 3 || absl::ascii_isdigit(static_cast<unsigned char>(written[0]))) return text;
  for (int i = 0; i < 12; ++i) {
    for (absl::string_view name : kMonths[i]) {
      const bool meant = name == written || (written.size() == 3 && absl::StartsWith(name, written)) ||
                         (i == 7 && (written == "agt" || written == "agu"));
      if (!meant) continue;
      month = absl::StrCat(i + 1);
      return absl::StrJoin(parts, "-");
    }
  }
  return text;
}

}  // namespace

absl::StatusOr<v1::PartialDate> ParseDate(const std::string& text) {
  std::vector<std::string> parts =
      absl::StrSplit(WithMonthNumber(domain::Cleaned(text)), absl::ByAnyChar("-/."));
  const bool iso = parts.size() > 1 && parts[0].size() == 4;
  if (iso) std::reverse(parts.begin(), parts.end());
  std::vector<uint32_t> numbers;
  for (const std::string& part : parts) {
    uint32_t number = 0;
    const bool digits = !part.empty() && std::all_of(part.begin(), part.end(), absl::ascii_isdigit);
    if (!digits || !absl::SimpleAtoi(part, &number)) numbers.clear(), parts.clear();
    if (parts.empty()) break;
    numbers.push_back(number);
  }
  if (numbers.empty() || numbers.size() > 3 || parts.back().size() != 4) {
    return absl::InvalidArgumentError("must be a date, day first, as in 31-12-2025, 12-2025 or 2025");
  }
  v1::PartialDate date;
  date.set_year(numbers.back());
  if (numbers.size() > 1) date.set_month(numbers[numbers.size() - 2]);
  if (numbers.size() > 2) date.set_day(numbers[0]);
  const bool complete = (numbers.size() < 2 || date.month() > 0) && (numbers.size() < 3 || date.day() > 0);
  if (!complete || !domain::CheckDate("date", date, false, false).ok()) {
    return absl::InvalidArgumentError("is a date that doesn't exist (dates are day first, as in 31-12-2025)");
  }
  return date;
}

std::string EnumName(const google::protobuf::EnumDescriptor& type, int value) {
  const auto* named = type.FindValueByNumber(value);
  if (named == nullptr) return absl::StrCat(value);
  // The first of each is PREFIX_UNSPECIFIED.
  const absl::string_view prefix = absl::StripSuffix(type.value(0)->name(), "UNSPECIFIED");
  return absl::AsciiStrToLower(absl::StripPrefix(named->name(), prefix));
}

std::string EventName(const v1::EventRecord& event) {
  const auto* field = v1::EventRecord::descriptor()->FindFieldByNumber(event.event_case());
  return field == nullptr ? "?" : field->name();
}

absl::StatusOr<v1::PartialDate> DayOf(const std::string& option, const std::string& text) {
  auto date = ParseDate(text);
  if (!date.ok()) return absl::InvalidArgumentError(absl::StrCat(option, " ", date.status().message()));
  return date;
}

absl::StatusOr<int64_t> AmountOf(const std::string& option, const std::string& text,
                                 const std::string& currency) {
  auto amount = ParseMoney(text, currency);
  if (!amount.ok()) return absl::InvalidArgumentError(absl::StrCat(option, " ", amount.status().message()));
  return amount;
}

}  // namespace klaim::tools
