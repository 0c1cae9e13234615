// klaim exchange: which persons and respondents stand in a partner's docket too, by blind indexes that go between the two as files.

#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>

#include <fstream>
#include <map>
#include <set>
#include <unordered_map>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "klaim/v1/exchange_events.pb.h"
#include "klaim/v1/exchange_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Exchanges = v1::ExchangeService::Stub;
using Entries = std::vector<v1::BlindEntry>;

constexpr size_t kAnsweredAtOnce = 1'000;
constexpr size_t kRecordedAtOnce = 500;

std::string FactName(int fact) { return EnumName(static_cast<v1::IdentifyingFact>(fact)); }

std::string FactsText(const google::protobuf::RepeatedField<int>& facts) {
  return absl::StrJoin(facts, ", ", [](std::string* out, int fact) { absl::StrAppend(out, FactName(fact)); });
}

absl::StatusOr<Entries> ReadEntries(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("can't read ", file));
  google::protobuf::io::IstreamInputStream stream(&in);
  Entries entries;
  bool ended = false;
  for (v1::BlindEntry entry;
       google::protobuf::util::ParseDelimitedFromZeroCopyStream(&entry, &stream, &ended); entry.Clear()) {
    entries.push_back(entry);
  }
  if (!ended || entries.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(file, " is no blind index, or was cut off"));
  }
  return entries;
}

absl::Status WriteEntries(const std::string& file, const Entries& entries) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  for (const v1::BlindEntry& entry : entries) {
    google::protobuf::util::SerializeDelimitedToOstream(entry, &out);
  }
  out.flush();
  if (out) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("can't write ", file));
}

absl::Status Offer(Connection& connection, uint64_t exchange_id, const std::string& file) {
  Entries entries;
  v1::OfferBlindIndexRequest request;
  request.set_exchange_id(exchange_id);
  const std::string request_id = connection.RequestId();
  {
    std::unique_ptr<Progress> progress;
    do {
      request.set_request_id(absl::StrCat(request_id, "/", request.from_sequence()));
      v1::OfferBlindIndexResponse part;
      RETURN_IF_ERROR(connection.Call(&Exchanges::OfferBlindIndex, request, part));
      entries.insert(entries.end(), part.entries().begin(), part.entries().end());
      if (progress == nullptr) {
        progress = std::make_unique<Progress>("Blinding", part.log_size(), connection.quiet());
      }
      progress->Set(part.next_sequence() == 0 ? part.log_size() : part.next_sequence());
      request.set_from_sequence(part.next_sequence());
    } while (request.from_sequence() != 0);
  }
  // In an order that says nothing of when somebody was registered.
  std::sort(entries.begin(), entries.end(),
            [](const auto& one, const auto& other) { return one.blinded() < other.blinded(); });
  RETURN_IF_ERROR(WriteEntries(file, entries));
  std::cout << CountText(entries.size()) << " blinded values are in " << file
            << ". Hand it to the partner, and ask for theirs." << std::endl;
  return absl::OkStatus();
}

absl::Status Answer(Connection& connection, uint64_t exchange_id, const std::string& theirs,
                    const std::string& file) {
  ASSIGN_OR_RETURN(auto entries, ReadEntries(theirs));
  const std::string request_id = connection.RequestId();
  {
    Progress progress("Blinding once more", entries.size(), connection.quiet());
    for (size_t done = 0; done < entries.size(); done += kAnsweredAtOnce) {
      v1::AnswerBlindIndexRequest request;
      request.set_request_id(absl::StrCat(request_id, "/", done));
      request.set_exchange_id(exchange_id);
      const size_t end = std::min(entries.size(), done + kAnsweredAtOnce);
      for (size_t i = done; i < end; ++i) request.add_blinded(entries[i].blinded());
      v1::AnswerBlindIndexResponse answer;
      RETURN_IF_ERROR(connection.Call(&Exchanges::AnswerBlindIndex, request, answer));
      for (size_t i = done; i < end; ++i) {
        entries[i].set_blinded(answer.blinded(static_cast<int>(i - done)));
      }
      progress.Set(end);
    }
  }
  RETURN_IF_ERROR(WriteEntries(file, entries));
  std::cout
      << CountText(entries.size()) << " values of the partner's are blinded with both keys in " << file
      << ". Hand it back to the partner, and keep a copy: it is compared with what they hand back to you."
      << std::endl;
  return absl::OkStatus();
}

// Values blinded with both keys are alike where the facts are.
std::vector<v1::FoundMatch> Compare(const Entries& ours, const Entries& theirs) {
  std::unordered_map<std::string, std::vector<const v1::BlindEntry*>> by_value;
  for (const v1::BlindEntry& entry : ours) by_value[entry.blinded()].push_back(&entry);
  std::map<std::string, std::set<std::string>> members;  // references by their network
  for (const v1::BlindEntry& entry : theirs) {
    if (!entry.network().empty()) members[entry.network()].insert(entry.reference());
  }
  std::map<std::pair<std::string, std::string>, v1::FoundMatch> pairs;
  std::map<std::pair<std::string, std::string>, std::set<int>> facts;
  for (const v1::BlindEntry& entry : theirs) {
    const auto found = by_value.find(entry.blinded());
    if (found == by_value.end()) continue;
    for (const v1::BlindEntry* own : found->second) {
      if (own->fact() != entry.fact()) continue;
      const std::pair pair(own->reference(), entry.reference());
      facts[pair].insert(entry.fact());
      v1::FoundMatch& match = pairs[pair];
      match.set_reference(own->reference());
      match.set_their_reference(entry.reference());
      match.set_their_network(entry.network());
      match.set_their_network_size(
          entry.network().empty() ? 0 : static_cast<uint32_t>(members[entry.network()].size()));
    }
  }
  std::vector<v1::FoundMatch> matches;
  for (auto& [pair, match] : pairs) {
    for (int fact : facts[pair]) match.add_facts(static_cast<v1::IdentifyingFact>(fact));
    matches.push_back(std::move(match));
  }
  return matches;
}

absl::Status CompareAndRecord(Connection& connection, uint64_t exchange_id, const std::string& answered,
                              const std::string& theirs) {
  ASSIGN_OR_RETURN(auto ours, ReadEntries(answered));
  ASSIGN_OR_RETURN(auto others, ReadEntries(theirs));
  const std::vector<v1::FoundMatch> matches = Compare(ours, others);
  const std::string request_id = connection.RequestId();
  for (size_t done = 0; done < matches.size(); done += kRecordedAtOnce) {
    v1::RecordExchangeMatchesRequest request;
    request.set_request_id(absl::StrCat(request_id, "/", done));
    request.set_exchange_id(exchange_id);
    for (size_t i = done; i < std::min(matches.size(), done + kRecordedAtOnce); ++i) {
      *request.add_found() = matches[i];
    }
    v1::RecordExchangeMatchesResponse response;
    RETURN_IF_ERROR(connection.Call(&Exchanges::RecordExchangeMatches, request, response));
  }
  std::cout << CountText(matches.size())
            << " of ours stand in the partner's docket too. See `klaim exchange show " << exchange_id << "`."
            << std::endl;
  return absl::OkStatus();
}

std::string ExchangeText(const v1::GetExchangeResponse& exchange) {
  std::string text = absl::StrCat(
      "With organisation ", exchange.partner_id(), exchange.closed() ? ", closed" : "", ": ",
      CountText(exchange.claimants_offered()), " claimants and ", CountText(exchange.respondents_offered()),
      " respondents offered, ", CountText(exchange.values_answered()), " values of theirs answered\n");
  Table matches({"claimant", "respondent", "alike in", "their reference"});
  for (const v1::ExchangeMatch& match : exchange.matches()) {
    matches.Add({match.claimant_id() == 0 ? "" : absl::StrCat(match.claimant_id()),
                 match.respondent_id() == 0 ? "" : absl::StrCat(match.respondent_id()),
                 FactsText(match.facts()), absl::BytesToHexString(match.their_reference())});
  }
  if (exchange.matches_size() > 0) absl::StrAppend(&text, "\n", matches.Text());
  for (const v1::JoinedNetwork& network : exchange.networks()) {
    absl::StrAppend(
        &text, "\nNetwork ", absl::StrJoin(network.network_ids(), " and "), " (respondents ",
        absl::StrJoin(network.respondent_ids(), ", "), ") goes on in theirs, with ", network.their_size(),
        " respondents",
        network.network_ids_size() > 1 ? ": by what they know, these networks of yours are one" : "", "\n");
  }
  return text;
}

void AddOpenExchange(CLI::App& exchange, Connection& connection) {
  auto* open = exchange.add_subcommand("open", "Opens an exchange with a partner organisation");
  auto request = std::make_shared<v1::OpenExchangeRequest>();
  auto partner = std::make_shared<uint64_t>();
  open->add_option("--with", *partner, "Number of the partner organisation")->required();
  OnCall(open, connection, [=, &connection] {
    request->set_request_id(connection.RequestId());
    request->set_partner_id(*partner);
    v1::OpenExchangeResponse response;
    absl::Status status = connection.Call(&Exchanges::OpenExchange, *request, response);
    if (status.ok()) connection.Show(response, absl::StrCat("exchange ", response.exchange_id()));
    return status;
  });
}

void AddClose(CLI::App& exchange, Connection& connection) {
  auto* close = exchange.add_subcommand(
      "close", "Ends an exchange and destroys its key: what was handed out says nothing any more");
  auto request = std::make_shared<v1::CloseExchangeRequest>();
  auto id = std::make_shared<uint64_t>();
  auto reason = std::make_shared<std::string>();
  close->add_option("exchange", *id, "Number of the exchange")->required();
  close->add_option("--reason", *reason, "Why")->required();
  OnCall(close, connection, [=, &connection] {
    request->set_request_id(connection.RequestId());
    request->set_exchange_id(*id);
    request->set_reason(*reason);
    v1::CloseExchangeResponse response;
    absl::Status status = connection.Call(&Exchanges::CloseExchange, *request, response);
    if (status.ok()) connection.Show(response, "Closed; its key is destroyed.");
    return status;
  });
}

void AddWhose(CLI::App& exchange, Connection& connection) {
  auto* whose = exchange.add_subcommand("whose", "Names whom a reference of this docket means");
  auto id = std::make_shared<uint64_t>();
  auto reference = std::make_shared<std::string>();
  whose->add_option("exchange", *id, "Number of the exchange")->required();
  whose->add_option("--reference", *reference, "What the partner names: 32 hexadecimal characters")
      ->required();
  OnCall(whose, connection, [=, &connection] {
    v1::ResolveReferenceRequest request;
    request.set_exchange_id(*id);
    request.set_reference(absl::HexStringToBytes(*reference));
    v1::ResolveReferenceResponse response;
    absl::Status status = connection.Call(&Exchanges::ResolveReference, request, response);
    std::string text = absl::StrCat("claimant ", response.claimant_id());
    if (response.respondent_id() != 0) text = absl::StrCat("respondent ", response.respondent_id());
    if (response.network_id() != 0) text = absl::StrCat("network ", response.network_id());
    if (status.ok()) connection.Show(response, text);
    return status;
  });
}

void AddFileCommands(CLI::App& exchange, Connection& connection) {
  struct Files {
    uint64_t exchange_id = 0;
    std::string theirs;
    std::string answered;
    std::string to;
  };
  auto files = std::make_shared<Files>();
  auto* offer = exchange.add_subcommand("offer", "Blinds this docket's index into a file for the partner");
  offer->add_option("exchange", files->exchange_id, "Number of the exchange")->required();
  offer->add_option("--to", files->to, "File to write")->required();
  OnCall(offer, connection, [=, &connection] { return Offer(connection, files->exchange_id, files->to); });

  auto* answer = exchange.add_subcommand("answer", "Blinds the partner's index with this docket's key too");
  answer->add_option("exchange", files->exchange_id, "Number of the exchange")->required();
  answer->add_option("theirs", files->theirs, "File that the partner offered")->required();
  answer->add_option("--to", files->to, "File to write")->required();
  OnCall(answer, connection,
         [=, &connection] { return Answer(connection, files->exchange_id, files->theirs, files->to); });

  auto* compare = exchange.add_subcommand("compare", "Finds who stands in both dockets, and records it");
  compare->add_option("exchange", files->exchange_id, "Number of the exchange")->required();
  compare->add_option("--answered", files->answered, "Ours, as the partner handed it back")->required();
  compare->add_option("--theirs", files->theirs, "Theirs, as `klaim exchange answer` wrote it")->required();
  OnCall(compare, connection, [=, &connection] {
    return CompareAndRecord(connection, files->exchange_id, files->answered, files->theirs);
  });
}

void AddShowExchange(CLI::App& exchange, Connection& connection) {
  auto* show = exchange.add_subcommand("show", "Shows who stands in both, and networks that go on in theirs");
  auto id = std::make_shared<uint64_t>();
  show->add_option("exchange", *id, "Number of the exchange")->required();
  OnCall(show, connection, [=, &connection] {
    v1::GetExchangeRequest request;
    request.set_exchange_id(*id);
    request.mutable_page()->set_size(1'000);
    v1::GetExchangeResponse whole;
    absl::Status status;
    do {
      v1::GetExchangeResponse response;
      status = connection.Call(&Exchanges::GetExchange, request, response);
      request.mutable_page()->set_cursor(response.page().next_cursor());
      whole.MergeFrom(response);
    } while (status.ok() && !request.page().cursor().empty());
    whole.clear_page();
    if (status.ok()) connection.Show(whole, ExchangeText(whole));
    return status;
  });
}

}  // namespace

void AddExchange(CLI::App& app, Connection& connection) {
  auto* exchange = app.add_subcommand(
      "exchange",
      "Which claimants and respondents stand in a partner's docket too. Files go between the two, in which "
      "no name can be "
      "read or tried out; claimants are in them only with their consent to share with that partner");
  exchange->require_subcommand(1);
  AddOpenExchange(*exchange, connection);
  AddFileCommands(*exchange, connection);
  AddShowExchange(*exchange, connection);
  AddWhose(*exchange, connection);
  AddClose(*exchange, connection);
  exchange->footer(
      "A whole exchange, on each side:\n"
      "  klaim exchange open --with 12\n"
      "  klaim exchange offer 340 --to ours.blind             # to the partner; theirs.blind comes from "
      "them\n"
      "  klaim exchange answer 340 theirs.blind --to theirs-answered.blind    # to the partner; ours comes "
      "back\n"
      "  klaim exchange compare 340 --answered ours-answered.blind --theirs theirs-answered.blind\n"
      "  klaim exchange show 340");
}

}  // namespace klaim::tools
