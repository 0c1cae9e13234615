#include "services/registry/exchange_service.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/people/claimant.h"
#include "engine/merkle/hash.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/networks/respondent_networks.h"
#include "projections/registry/registry.h"
#include "projections/registry/registry_query.h"
#include "services/linkage/claimant_person.h"
#include "services/linkage/respondent_linker.h"

namespace klaim::services {

using domain::ExchangeState;
using linkage::BlindingKey;
using linkage::Referent;
using sequencer::Outcome;

namespace {

// Of one part: little enough to be blinded within a fraction of a second.
constexpr size_t kMaxOffered = 200;
constexpr uint64_t kMaxRecordsRead = 50'000;
constexpr int kMaxAnswered = 1'000;
constexpr int kMaxFacts = 10;

std::string SecretName(uint64_t exchange_id) { return absl::StrCat("exchange/", exchange_id); }

void AddEntries(const std::vector<linkage::IdentifyingText>& texts, const BlindingKey& key,
                const Referent& of, uint64_t network_id, v1::OfferBlindIndexResponse& response) {
  for (const linkage::IdentifyingText& text : texts) {
    v1::BlindEntry& entry = *response.add_entries();
    entry.set_fact(text.fact);
    entry.set_blinded(key.Blind(text));
    entry.set_reference(key.Refer(of));
    if (network_id != 0) entry.set_network(key.Refer({Referent::Kind::kNetwork, network_id}));
  }
}

// Who was registered in a stretch of the log, and where the next stretch begins (0 for nowhere).
struct Registered {
  std::vector<uint64_t> claimants;
  std::vector<uint64_t> respondents;
  uint64_t next_sequence = 0;
};

absl::StatusOr<Registered> ReadRegistered(const log::LogReader& log, uint64_t from) {
  Registered registered;
  v1::EventRecord event;
  absl::Status status;
  absl::Status read = log.Read(from, [&](uint64_t sequence, absl::string_view bytes) {
    if (registered.claimants.size() + registered.respondents.size() >= kMaxOffered ||
        sequence - from >= kMaxRecordsRead) {
      registered.next_sequence = sequence;
      return false;
    }
    status = record::DecodeRecord(sequence, bytes, event);
    if (event.has_claimant_registered()) registered.claimants.push_back(event.stream());
    if (event.has_respondent_registered()) registered.respondents.push_back(event.stream());
    return status.ok();
  });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  return registered;
}

absl::Status CheckFound(const std::string& field, const v1::FoundMatch& found, bool person) {
  const bool known = std::all_of(found.facts().begin(), found.facts().end(), [](int fact) {
    return v1::IdentifyingFact_IsValid(fact) && fact != v1::IDENTIFYING_FACT_UNSPECIFIED;
  });
  if (found.facts().empty() || found.facts_size() > kMaxFacts || !known) {
    return domain::InvalidField(field + ".facts", v1::REASON_MUST_NAME_WHAT_BOTH_SHARE);
  }
  if (found.their_reference().size() != linkage::kReferenceBytes) {
    return domain::InvalidField(field + ".their_reference", v1::REASON_MUST_BE_16_BYTES);
  }
  if (found.their_network().size() != (person ? 0 : linkage::kReferenceBytes)) {
    return domain::InvalidField(field + ".their_network",
                                v1::REASON_MUST_BE_16_BYTES_FOR_RESPONDENT_EMPTY_FOR_PERSON);
  }
  return absl::OkStatus();
}

// Numbers of the partner's networks here, above all of ours.
constexpr uint64_t kTheirs = uint64_t{1} << 63;

// Networks of ours, with those of the partner that are the same by a respondent in both: connected components.
absl::Status DescribeNetworks(const projections::RegistryQuery& registry, const ExchangeState& exchange,
                              v1::GetExchangeResponse& response) {
  std::map<uint64_t, uint64_t> network_of;
  projections::RespondentNetworks joining;
  auto networks = registry.AllNetworks();
  if (!networks.ok()) return networks.status();
  for (uint64_t id : networks->Respondents()) {
    network_of[id] = networks->NetworkOf(id);
    joining.Add(networks->NetworkOf(id));
  }
  std::map<std::string, uint64_t> numbers;  // of the partner's networks
  uint64_t links = 0;
  for (const v1::ExchangeMatch& match : exchange.matches) {
    const auto network = network_of.find(match.respondent_id());
    if (network == network_of.end()) continue;
    const auto [number, fresh] = numbers.emplace(match.their_network(), kTheirs + numbers.size());
    if (fresh) joining.Add(number->second);
    joining.Link(links++, network->second, number->second);
  }
  struct Joined {
    std::set<uint64_t> networks;            // ours
    std::vector<uint64_t> respondents;      // ours, ascending
    std::set<std::string> references;       // theirs
    std::map<std::string, uint32_t> sizes;  // by their networks
  };
  std::map<uint64_t, Joined> joined;
  for (const v1::ExchangeMatch& match : exchange.matches) {
    const auto network = network_of.find(match.respondent_id());
    if (network == network_of.end()) continue;
    Joined& whole = joined[joining.NetworkOf(network->second)];
    whole.references.insert(match.their_reference());
    whole.sizes[match.their_network()] = match.their_network_size();
  }
  for (const auto& [respondent_id, network_id] : network_of) {
    const auto whole = joined.find(joining.NetworkOf(network_id));
    if (whole == joined.end()) continue;
    whole->second.respondents.push_back(respondent_id);
    whole->second.networks.insert(network_id);
  }
  for (const auto& [number, whole] : joined) {
    v1::JoinedNetwork& network = *response.add_networks();
    for (uint64_t respondent_id : whole.respondents) network.add_respondent_ids(respondent_id);
    for (uint64_t network_id : whole.networks) network.add_network_ids(network_id);
    for (const std::string& reference : whole.references) network.add_their_references(reference);
    for (const auto& [name, size] : whole.sizes) network.set_their_size(network.their_size() + size);
  }
  return absl::OkStatus();
}

absl::Status FillMatches(const Page& page, const std::vector<v1::ExchangeMatch>& matches,
                         v1::GetExchangeResponse& response) {
  ASSIGN_OR_RETURN(auto number, page.Number());
  const uint64_t from = std::min<uint64_t>(number, matches.size());
  const uint64_t end = std::min<uint64_t>(matches.size(), from + page.size);
  for (uint64_t at = from; at < end; ++at) *response.add_matches() = matches[at];
  if (end < matches.size()) response.mutable_page()->set_next_cursor(page.CursorAtNumber(end));
  return absl::OkStatus();
}

}  // namespace

ExchangeService::ExchangeService(CallPipeline& calls) : calls_(calls) {
  Serve(&ExchangeService::OpenExchange, &ExchangeService::OfferBlindIndex, &ExchangeService::AnswerBlindIndex,
        &ExchangeService::RecordExchangeMatches, &ExchangeService::GetExchange,
        &ExchangeService::ResolveReference, &ExchangeService::CloseExchange);
}

absl::StatusOr<ExchangeService::Opened> ExchangeService::Open(uint64_t exchange_id, bool make) {
  privacy::Vault& vault = *calls_.docket().vault;
  absl::MutexLock lock(&keys_mutex_);
  ASSIGN_OR_RETURN(auto exchange,
                   sequencer::Folded<ExchangeState>(*calls_.docket().log, "exchange_id", exchange_id));
  if (exchange.closed) return domain::NotNow("exchange_id", v1::REASON_EXCHANGE_IS_CLOSED);
  auto secret = vault.GetSecret(SecretName(exchange_id));
  if (absl::IsNotFound(secret.status()) && make) {
    RETURN_IF_ERROR(calls_.docket().RequireLead());
    secret = BlindingKey::NewSecret();
    RETURN_IF_ERROR(vault.PutSecret(SecretName(exchange_id), *secret));
  }
  if (!secret.ok()) return secret.status();
  ASSIGN_OR_RETURN(auto key, BlindingKey::Of(*std::move(secret)));
  return Opened{exchange.partner_id, key};
}

template <class Request, class Response, class Work>
grpc::ServerUnaryReactor* ExchangeService::Record(grpc::CallbackServerContext* context,
                                                  const Request* request, Response* response, Work work) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.AuthoriseNow(*context, *request);
  if (!caller.ok()) return CallPipeline::Refuse(reactor, caller.status());
  boost::asio::post(worker_, [this, reactor, request, response, work, caller = *std::move(caller)] {
    auto part = work(*request, *response);
    auto command = part.ok()
                       ? calls_.Prepare(caller, CallPipeline::Own(*request),
                                        [part = *part](domain::Docket& docket, const domain::Context& now,
                                                       domain::Decision& decision) {
                                          return domain::Decide(part, docket, now, decision);
                                        })
                       : absl::StatusOr<sequencer::Command>(part.status());
    absl::Status status = command.status();
    if (status.ok()) {
      command->done = [reactor, response](const absl::StatusOr<Outcome>& outcome) {
        if (outcome.ok()) CallPipeline::FillReceipt(*outcome, *response->mutable_receipt());
        reactor->Finish(ToWire(outcome.status()));
      };
      status = calls_.docket().sequencer->Submit(*std::move(command));
    }
    if (!status.ok()) CallPipeline::Refuse(reactor, status);
  });
  return reactor;
}

grpc::ServerUnaryReactor* ExchangeService::OpenExchange(grpc::CallbackServerContext* context,
                                                        const v1::OpenExchangeRequest* request,
                                                        v1::OpenExchangeResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_exchange_id(outcome.first_sequence);
  });
}

absl::StatusOr<domain::OfferPart> ExchangeService::Offer(const v1::OfferBlindIndexRequest& request,
                                                         v1::OfferBlindIndexResponse& response) {
  const log::LogReader& log = *calls_.docket().log;
  ASSIGN_OR_RETURN(auto exchange, Open(request.exchange_id()));
  ASSIGN_OR_RETURN(auto registered, ReadRegistered(log, request.from_sequence()));
  domain::OfferPart part{request.exchange_id(), {}};
  for (uint64_t id : registered.claimants) {
    ASSIGN_OR_RETURN(auto claimant, sequencer::Folded<domain::ClaimantState>(log, "exchange_id", id));
    if (!claimant.may_share_with.contains(exchange.partner_id)) continue;
    const auto person = PersonTextOf(log, id, *calls_.docket().vault);
    if (absl::IsDataLoss(person.status())) continue;  // one who can't be read keeps nobody else out
    if (!person.ok()) return person.status();
    if (!person->has_value()) continue;
    part.offered.add_claimant_ids(id);
    AddEntries(linkage::IdentifyingTextsOf(**person), exchange.key, {Referent::Kind::kClaimant, id}, 0,
               response);
  }
  const projections::RegistryQuery registry = calls_.docket().models().registry();
  for (uint64_t id : registered.respondents) {
    auto respondent = registry.Respondent("exchange_id", id);
    if (absl::IsNotFound(respondent.status())) {
      return domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_READ_MODELS_ARE_BEHIND);
    }
    if (!respondent.ok()) return respondent.status();
    part.offered.add_respondent_ids(id);
    AddEntries(linkage::IdentifyingTextsOf(TextOf(respondent->registered())), exchange.key,
               {Referent::Kind::kRespondent, id}, respondent->network_id(), response);
  }
  part.offered.set_entries(static_cast<uint32_t>(response.entries_size()));
  response.set_next_sequence(registered.next_sequence);
  response.set_log_size(log.next_sequence());
  return part;
}

grpc::ServerUnaryReactor* ExchangeService::OfferBlindIndex(grpc::CallbackServerContext* context,
                                                           const v1::OfferBlindIndexRequest* request,
                                                           v1::OfferBlindIndexResponse* response) {
  return Record(context, request, response,
                [this](const auto& asked, auto& answer) { return Offer(asked, answer); });
}

absl::StatusOr<domain::AnswerPart> ExchangeService::Answer(const v1::AnswerBlindIndexRequest& request,
                                                           v1::AnswerBlindIndexResponse& response) {
  if (request.blinded().empty() || request.blinded_size() > kMaxAnswered) {
    return domain::InvalidField("blinded", v1::REASON_MUST_HAVE_1_TO_VALUES, kMaxAnswered);
  }
  ASSIGN_OR_RETURN(auto exchange, Open(request.exchange_id()));
  domain::AnswerPart part{request.exchange_id(), {}};
  std::string all;
  for (int i = 0; i < request.blinded_size(); ++i) {
    auto twice = exchange.key.BlindAgain(request.blinded(i));
    if (!twice.ok()) return domain::InvalidField(absl::StrCat("blinded[", i, "]"), twice.status().message());
    response.add_blinded(*std::move(twice));
    all += request.blinded(i);
  }
  part.answered.set_entries(static_cast<uint32_t>(request.blinded_size()));
  part.answered.set_sha256(std::string(merkle::AsBytes(merkle::Sha256(all))));
  return part;
}

grpc::ServerUnaryReactor* ExchangeService::AnswerBlindIndex(grpc::CallbackServerContext* context,
                                                            const v1::AnswerBlindIndexRequest* request,
                                                            v1::AnswerBlindIndexResponse* response) {
  return Record(context, request, response,
                [this](const auto& asked, auto& answer) { return Answer(asked, answer); });
}

absl::StatusOr<domain::RecordMatches> ExchangeService::Resolve(
    const v1::RecordExchangeMatchesRequest& request) {
  ASSIGN_OR_RETURN(auto exchange, Open(request.exchange_id()));
  domain::RecordMatches matches{request.exchange_id(), {}};
  for (int i = 0; i < request.found_size(); ++i) {
    const v1::FoundMatch& found = request.found(i);
    const std::string field = absl::StrCat("found[", i, "]");
    auto referent = exchange.key.Resolve(found.reference());
    if (!referent.ok()) return domain::InvalidField(field + ".reference", referent.status().message());
    const bool person = referent->kind == Referent::Kind::kClaimant;
    if (!person && referent->kind != Referent::Kind::kRespondent) {
      return domain::InvalidField(field + ".reference", v1::REASON_MEANS_NETWORK_NOT_CLAIMANT_OR_RESPONDENT);
    }
    RETURN_IF_ERROR(CheckFound(field, found, person));
    v1::ExchangeMatch& match = *matches.found.add_matches();
    if (person) {
      match.set_claimant_id(referent->id);
    } else {
      match.set_respondent_id(referent->id);
    }
    *match.mutable_facts() = found.facts();
    match.set_their_reference(found.their_reference());
    match.set_their_network(found.their_network());
    match.set_their_network_size(found.their_network_size());
  }
  return matches;
}

grpc::ServerUnaryReactor* ExchangeService::RecordExchangeMatches(
    grpc::CallbackServerContext* context, const v1::RecordExchangeMatchesRequest* request,
    v1::RecordExchangeMatchesResponse* response) {
  return Record(context, request, response, [this](const auto& asked, auto&) { return Resolve(asked); });
}

grpc::ServerUnaryReactor* ExchangeService::GetExchange(grpc::CallbackServerContext* context,
                                                       const v1::GetExchangeRequest* request,
                                                       v1::GetExchangeResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller& caller) -> absl::Status {
    auto exchange =
        sequencer::Folded<ExchangeState>(calls_.LogFor(caller), "exchange_id", request->exchange_id());
    if (!exchange.ok()) return exchange.status();
    response->set_partner_id(exchange->partner_id);
    response->set_claimants_offered(exchange->claimants_offered);
    response->set_respondents_offered(exchange->respondents_offered);
    response->set_values_answered(exchange->values_answered);
    response->set_closed(exchange->closed);
    ASSIGN_OR_RETURN(auto page, calls_.PageOf(caller, *request, ""));
    RETURN_IF_ERROR(FillMatches(page, exchange->matches, *response));
    if (!request->page().cursor().empty()) return absl::OkStatus();
    return DescribeNetworks(calls_.ModelsFor(caller).registry(), *exchange, *response);
  });
}

grpc::ServerUnaryReactor* ExchangeService::ResolveReference(grpc::CallbackServerContext* context,
                                                            const v1::ResolveReferenceRequest* request,
                                                            v1::ResolveReferenceResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller&) -> absl::Status {
    auto exchange = Open(request->exchange_id(), false);
    if (absl::IsNotFound(exchange.status()))
      return domain::InvalidField("reference", v1::REASON_NOTHING_WAS_OFFERED_YET);
    if (!exchange.ok()) return exchange.status();
    auto referent = exchange->key.Resolve(request->reference());
    if (!referent.ok()) return domain::InvalidField("reference", referent.status().message());
    if (referent->kind == Referent::Kind::kClaimant) response->set_claimant_id(referent->id);
    if (referent->kind == Referent::Kind::kRespondent) response->set_respondent_id(referent->id);
    if (referent->kind == Referent::Kind::kNetwork) response->set_network_id(referent->id);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ExchangeService::CloseExchange(grpc::CallbackServerContext* context,
                                                         const v1::CloseExchangeRequest* request,
                                                         v1::CloseExchangeResponse* response) {
  return calls_.WriteThen(
      context, request, response,
      [this, exchange_id = request->exchange_id()](const Principal&, const Outcome&,
                                                   grpc::ServerUnaryReactor* reactor) {
        boost::asio::post(worker_, [this, reactor, exchange_id] {
          absl::MutexLock lock(&keys_mutex_);
          reactor->Finish(ToWire(calls_.docket().vault->DestroySecret(SecretName(exchange_id))));
        });
      });
}

}  // namespace klaim::services
