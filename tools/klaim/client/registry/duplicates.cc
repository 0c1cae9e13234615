// klaim duplicates, klaim family, klaim double-claims: who is who, and which losses are claimed twice.

#include <unistd.h>

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "klaim/v1/claimant_events.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/linkage_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/event_words.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Linkage = v1::LinkageService::Stub;

std::string FieldsText(const v1::DuplicateSuspected& suspected) {
  std::string text;
  for (const v1::ComparedField& field : suspected.fields()) {
    absl::StrAppendFormat(&text, "%s%s %s %+.1f", text.empty() ? "" : ", ", field.field(), field.level(),
                          field.weight_centibits() / 100.0);
  }
  return text;
}

// A write that needs two claimants and a text.
template <class Request, class Response>
void AddStep(
    CLI::App& parent, Connection& connection, const std::string& name, const std::string& what,
    const std::vector<std::string>& numbers, const std::string& text_option, const std::string& text_help,
    grpc::Status (Linkage::*method)(grpc::ClientContext*, const Request&, Response*),
    std::function<void(Request&, const std::vector<uint64_t>&, const std::string&)> fill,
    const std::string& done, const std::function<void(CLI::App&)>& options = [](CLI::App&) {}) {
  auto* command = parent.add_subcommand(name, what);
  auto ids = std::make_shared<std::vector<uint64_t>>(numbers.size(), 0);
  auto text = std::make_shared<std::string>();
  for (size_t i = 0; i < numbers.size(); ++i) command->add_option(numbers[i], (*ids)[i])->required();
  command->add_option(text_option, *text, text_help)->required();
  options(*command);
  OnCall(command, connection, [=, &connection] {
    Request request;
    request.set_request_id(connection.RequestId());
    fill(request, *ids, *text);
    Response response;
    absl::Status status = connection.Call(method, request, response);
    if (status.ok()) connection.Show(response, DoneText(response, done));
    return status;
  });
}

void AddListDuplicates(CLI::App& duplicates, Connection& connection) {
  auto* list = duplicates.add_subcommand("list", "Lists pairs that wait for a decision, most at stake first");
  auto size = std::make_shared<uint32_t>(100);
  auto explain = std::make_shared<bool>(false);
  list->add_option("--size", *size, "How many")->capture_default_str();
  list->add_flag("--explain", *explain, "What each field says, in bits");
  OnCall(list, connection, [=, &connection] {
    v1::ListSuspectedDuplicatesRequest request;
    v1::ListSuspectedDuplicatesResponse response;
    request.mutable_page()->set_size(*size);
    absl::Status status = connection.Call(&Linkage::ListSuspectedDuplicates, request, response);
    Table table(*explain
                    ? std::vector<std::string>{"claimant", "may be", "probability", "sure", "at stake", "why"}
                    : std::vector<std::string>{"claimant", "may be", "probability", "sure", "at stake"});
    for (const auto& pair : response.pairs()) {
      std::vector<std::string> row = {
          absl::StrCat(pair.claimant_id()), absl::StrCat(pair.suspected().other_id()),
          absl::StrFormat("%.4f", pair.suspected().probability_millionths() / 1e6),
          pair.suspected().sure() ? "yes" : "", absl::StrCat(pair.at_stake_minor())};
      if (*explain) row.push_back(FieldsText(pair.suspected()));
      table.Add(std::move(row));
    }
    if (status.ok()) {
      connection.Show(response,
                      response.pairs().empty()
                          ? std::string("Nothing waits for a decision.\n")
                          : table.Text() + (response.page().next_cursor().empty() ? "" : "\n... and more"));
    }
    return status;
  });
}

// What is known of two claimants, beside each other. Both looks are recorded.
absl::StatusOr<std::string> Compared(Connection& connection, uint64_t one_id, uint64_t other_id) {
  v1::GetClaimantResponse one;
  v1::GetClaimantResponse other;
  for (const auto& [id, found] : {std::pair(one_id, &one), std::pair(other_id, &other)}) {
    v1::GetClaimantRequest request;
    request.set_claimant_id(id);
    RETURN_IF_ERROR(connection.Call(&v1::IntakeService::Stub::GetClaimant, request, *found));
  }
  Table table({"", absl::StrCat("claimant ", one_id), absl::StrCat("claimant ", other_id), ""});
  const auto add = [&](const char* what, const std::string& mine, const std::string& theirs) {
    table.Add({what, mine, theirs, mine == theirs ? "" : "differs"});
  };
  const v1::Person& mine = one.claimant().person();
  const v1::Person& theirs = other.claimant().person();
  add("name", ProtectedText(mine.name()), ProtectedText(theirs.name()));
  add("NIK", ProtectedText(mine.national_id()), ProtectedText(theirs.national_id()));
  add("born", ProtectedText(mine.birth_date()), ProtectedText(theirs.birth_date()));
  add("phone", ProtectedText(mine.phone()), ProtectedText(theirs.phone()));
  add("village", ProtectedText(mine.village()), ProtectedText(theirs.village()));
  add("address", ProtectedText(mine.address()), ProtectedText(theirs.address()));
  add("claims as", EnumName(one.claimant().capacity()), EnumName(other.claimant().capacity()));
  return table.Text();
}

// Asks again for a pair that nobody suspects, with both shown: on a terminal at once, else by an option.
absl::Status Merge(Connection& connection, v1::MergeClaimantsRequest& request,
                   v1::MergeClaimantsResponse& response) {
  absl::Status status = connection.Call(&Linkage::MergeClaimants, request, response);
  if (domain::FieldsOf(status) != std::vector<std::string>{"although_not_suspected"}) return status;
  const auto compared = Compared(connection, request.claimant_id(), request.into_id());
  std::cerr << (compared.ok() ? *compared
                              : absl::StrCat("They can't be shown: ", compared.status().message()))
            << std::endl;
  if (connection.json() || isatty(STDIN_FILENO) == 0) {
    return absl::Status(status.code(), absl::StrCat(status.message(), ", by --although-not-suspected"));
  }
  std::cerr << "Nobody suspects that these two are one person. Write \"one person\" to merge them: "
            << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  if (answer != "one person") return status;
  request.set_although_not_suspected(true);
  return connection.Call(&Linkage::MergeClaimants, request, response);
}

void AddMerge(CLI::App& duplicates, Connection& connection) {
  auto* merge =
      duplicates.add_subcommand("merge", "Decides that CLAIMANT is INTO: its claims go on in INTO's name");
  auto request = std::make_shared<v1::MergeClaimantsRequest>();
  auto claimant = std::make_shared<uint64_t>(0);
  auto into = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  auto although = std::make_shared<bool>(false);
  merge->add_option("CLAIMANT", *claimant)->required();
  merge->add_option("INTO", *into)->required();
  merge->add_option("--reason", *reason, "Why")->required();
  merge->add_flag("--although-not-suspected", *although,
                  "They are one person, compared and known, although nobody suspected it");
  merge->footer("Example:\n  klaim duplicates merge 5120 3011 --reason \"same card, seen\"");
  OnCall(merge, connection, [=, &connection] {
    request->set_request_id(connection.RequestId());
    request->set_claimant_id(*claimant);
    request->set_into_id(*into);
    request->set_reason(*reason);
    request->set_although_not_suspected(*although);
    v1::MergeClaimantsResponse response;
    absl::Status status = Merge(connection, *request, response);
    if (status.ok())
      connection.Show(response, "Merged. Both histories stay; `klaim duplicates undo` restores both.");
    return status;
  });
}

absl::StatusOr<v1::ClaimantCapacity> ParseRelation(const std::string& text) {
  for (int value = v1::ClaimantCapacity_MIN + 1; value <= v1::ClaimantCapacity_MAX; ++value) {
    const auto capacity = static_cast<v1::ClaimantCapacity>(value);
    if (EnumName(capacity) == text) return capacity;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--relation: \"", text, "\" is none of worker, spouse, parent, child, heir, guardian"));
}

}  // namespace

void AddDuplicates(CLI::App& app, Connection& connection) {
  auto* duplicates = app.add_subcommand("duplicates", "Claimants who may be one person: look, decide, undo");
  duplicates->require_subcommand(1);
  duplicates->footer(
      "Examples:\n  klaim duplicates list --explain\n  klaim duplicates merge 5120 3011 --reason \"same "
      "card, seen\"\n"
      "  klaim duplicates refuse 5120 3011 --reason \"sisters\"\n  klaim duplicates undo 5120 --reason \"not "
      "the same\"");
  AddListDuplicates(*duplicates, connection);
  AddMerge(*duplicates, connection);
  AddStep<v1::RefuseDuplicateRequest, v1::RefuseDuplicateResponse>(
      *duplicates, connection, "refuse", "Decides that two are two persons", {"CLAIMANT", "OTHER"},
      "--reason", "Why", &Linkage::RefuseDuplicate,
      [](auto& request, const auto& ids, const auto& text) {
        request.set_claimant_id(ids[0]);
        request.set_other_id(ids[1]);
        request.set_reason(text);
      },
      "Two persons.");
  AddStep<v1::UndoMergeRequest, v1::UndoMergeResponse>(
      *duplicates, connection, "undo", "Undoes a merger: both are as they were", {"CLAIMANT"}, "--reason",
      "Why", &Linkage::UndoMerge,
      [](auto& request, const auto& ids, const auto& text) {
        request.set_claimant_id(ids[0]);
        request.set_reason(text);
      },
      "Undone: both are as they were.");
}

void AddFamily(CLI::App& app, Connection& connection) {
  auto* family = app.add_subcommand("family", "Claimants of one family: never merged, their claims compared");
  family->require_subcommand(1);
  auto* link = family->add_subcommand("link", "Links two claimants as one family");
  auto one = std::make_shared<uint64_t>(0);
  auto other = std::make_shared<uint64_t>(0);
  auto relation = std::make_shared<std::string>();
  auto evidence = std::make_shared<std::string>();
  link->add_option("CLAIMANT", *one)->required();
  link->add_option("OTHER", *other)->required();
  link->add_option("--relation", *relation,
                   "What OTHER is to CLAIMANT: worker, spouse, parent, child, heir, guardian")
      ->required();
  link->add_option("--evidence", *evidence, "What shows it, as in \"kartu keluarga\"")->required();
  link->footer("Example:\n  klaim family link 3011 4220 --relation spouse --evidence \"buku nikah\"");
  OnCall(link, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto parsed, ParseRelation(*relation));
    v1::LinkFamilyRequest request;
    request.set_request_id(connection.RequestId());
    request.set_claimant_id(*one);
    request.set_other_id(*other);
    request.set_relation(parsed);
    request.set_evidence(*evidence);
    v1::LinkFamilyResponse response;
    absl::Status status = connection.Call(&Linkage::LinkFamily, request, response);
    if (status.ok()) connection.Show(response, "Linked as one family.");
    return status;
  });
  AddStep<v1::UnlinkFamilyRequest, v1::UnlinkFamilyResponse>(
      *family, connection, "unlink", "Undoes a family link", {"CLAIMANT", "OTHER"}, "--reason", "Why",
      &Linkage::UnlinkFamily,
      [](auto& request, const auto& ids, const auto& text) {
        request.set_claimant_id(ids[0]);
        request.set_other_id(ids[1]);
        request.set_reason(text);
      },
      "No longer linked.");
}

void AddDoubleClaims(CLI::App& app, Connection& connection) {
  auto* doubles = app.add_subcommand("double-claims", "Losses that look as if they were claimed twice");
  doubles->require_subcommand(1);
  auto* list = doubles->add_subcommand("list", "Lists them; nothing is paid on them before a decision");
  OnCall(list, connection, [&connection] {
    v1::ListDoubleClaimsRequest request;
    v1::ListDoubleClaimsResponse response;
    request.mutable_page()->set_size(1000);
    absl::Status status = connection.Call(&Linkage::ListDoubleClaims, request, response);
    Table table({"claim", "and claim", "heads", "one family", "decided"});
    for (const auto& pair : response.claims()) {
      std::string heads;
      for (int i = 0; i < pair.heads_size(); ++i) {
        absl::StrAppend(&heads, heads.empty() ? "" : ", ", pair.heads(i));
        if (pair.other_heads(i) != pair.heads(i)) absl::StrAppend(&heads, " and ", pair.other_heads(i));
      }
      table.Add({absl::StrCat(pair.claim_id()), absl::StrCat(pair.other_claim_id()), heads,
                 pair.family() ? "yes" : "", pair.proposed_separate() ? "two losses, by one person" : ""});
    }
    if (status.ok()) {
      connection.Show(response, response.claims().empty() ? std::string("None.\n") : table.Text());
    }
    return status;
  });
  auto separate = std::make_shared<bool>(false);
  AddStep<v1::DecideDoubleClaimRequest, v1::DecideDoubleClaimResponse>(
      *doubles, connection, "decide",
      "Lets CLAIM give way to OTHER, or finds two losses (one loss under two programmes: klaim loss)",
      {"CLAIM", "OTHER"}, "--reason", "Why", &Linkage::DecideDoubleClaim,
      [separate](auto& request, const auto& ids, const auto& text) {
        request.set_claim_id(ids[0]);
        request.set_other_claim_id(ids[1]);
        request.set_separate(*separate);
        request.set_reason(text);
      },
      "Decided.",
      [separate](CLI::App& command) {
        command.add_flag("--separate", *separate,
                         "They are two losses, and both go on, once another person decides the same");
        command.footer(
            "Examples:\n  klaim double-claims decide 5122 3013 --reason \"one loss\"\n"
            "  klaim double-claims decide 5122 3013 --separate --reason \"two contracts\"");
      });
}

}  // namespace klaim::tools
