// klaim claimant: the rights of a person over their data.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/return_if_error.h"
#include "klaim/v1/audit_service.grpc.pb.h"
#include "klaim/v1/claimant_events.pb.h"
#include "klaim/v1/common.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/privacy_service.grpc.pb.h"
#include "klaim/v1/search_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/event_words.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Privacy = v1::PrivacyService::Stub;

struct AboutClaimant {
  uint64_t id = 0;
  uint64_t recipient = 0;
  std::string reason;
};

void AddShowClaimant(CLI::App& claimant, Connection& connection) {
  auto about = std::make_shared<AboutClaimant>();
  auto* show = claimant.add_subcommand("show", "Shows who a claimant is; the look is recorded");
  show->add_option("CLAIMANT", about->id, "Number of the claimant")->required();
  OnCall(show, connection, [=, &connection] {
    v1::GetClaimantRequest request;
    v1::GetClaimantResponse response;
    request.set_claimant_id(about->id);
    absl::Status status = connection.Call(&v1::IntakeService::Stub::GetClaimant, request, response);
    const v1::Person& person = response.claimant().person();
    if (status.ok()) {
      connection.Show(response, absl::StrCat("Claimant ", about->id, ": ", ProtectedText(person.name()),
                                             "\nNIK ", ProtectedText(person.national_id()), ", born ",
                                             ProtectedText(person.birth_date()), ", phone ",
                                             ProtectedText(person.phone())));
    }
    return status;
  });
}

void AddFindClaimant(CLI::App& claimant, Connection& connection) {
  auto* find = claimant.add_subcommand(
      "find", "Finds people by name in any spelling, village, reference or number; each look is recorded");
  auto request = std::make_shared<v1::SearchRequest>();
  auto query = std::make_shared<std::string>();
  auto most = std::make_shared<uint32_t>(10);
  find->add_option("QUERY", *query, "What the words begin with, as in \"Suharti Kranji\"")->required();
  find->add_option("--size", *most, "How many, up to 50")->capture_default_str();
  find->footer("Example:\n  klaim --purpose hearing claimant find \"siti ami\"");
  OnCall(find, connection, [=, &connection] {
    request->set_query(*query);
    request->set_most(*most);
    v1::SearchResponse response;
    absl::Status status = connection.Call(&v1::SearchService::Stub::Search, *request, response);
    if (!status.ok()) return status;
    Table table({"claimant", "name", "born", "village", "claims"});
    for (const v1::FoundClaimant& found : response.claimants()) {
      std::vector<uint64_t> claims;
      for (const v1::FoundClaim& claim : found.claims()) claims.push_back(claim.claim_id());
      table.Add({absl::StrCat(found.claimant_id()), ProtectedText(found.person().name()),
                 ProtectedText(found.person().birth_date()), ProtectedText(found.person().village()),
                 absl::StrJoin(claims, ", ")});
    }
    connection.Show(response, table.Text() + (response.more() ? "\n... and more: write more of it" : ""));
    return status;
  });
}

void AddConsent(CLI::App& claimant, Connection& connection) {
  auto about = std::make_shared<AboutClaimant>();
  auto given_on = std::make_shared<std::string>();
  const auto common = [about](CLI::App* command) {
    command->add_option("CLAIMANT", about->id, "Number of the claimant")->required();
    command->add_option(
        "--share-with", about->recipient,
        "Organisation that may be shown the cases; without it, the consent to pursue the claims");
  };
  auto* give = claimant.add_subcommand("consent", "Records a consent");
  common(give);
  give->add_option("--given-on", *given_on, "Date, day first")->required();
  OnCall(give, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto date, ParseDate(*given_on));
    v1::GiveConsentRequest request;
    v1::GiveConsentResponse response;
    request.set_request_id(connection.RequestId());
    request.set_claimant_id(about->id);
    request.mutable_consent()->set_purpose(about->recipient == 0 ? v1::CONSENT_PURPOSE_PURSUE_CLAIM
                                                                 : v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER);
    request.mutable_consent()->set_recipient_id(about->recipient);
    *request.mutable_consent()->mutable_given_on() = date;
    absl::Status status = connection.Call(&v1::IntakeService::Stub::GiveConsent, request, response);
    if (status.ok()) connection.Show(response, "Recorded.");
    return status;
  });
  auto* withdraw = claimant.add_subcommand(
      "withdraw-consent", "Records that a consent was withdrawn: sharing ends, or nothing more is decided");
  common(withdraw);
  OnCall(withdraw, connection, [=, &connection] {
    v1::WithdrawConsentRequest request;
    v1::WithdrawConsentResponse response;
    request.set_request_id(connection.RequestId());
    request.set_claimant_id(about->id);
    request.set_purpose(about->recipient == 0 ? v1::CONSENT_PURPOSE_PURSUE_CLAIM
                                              : v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER);
    request.set_recipient_id(about->recipient);
    absl::Status status = connection.Call(&v1::IntakeService::Stub::WithdrawConsent, request, response);
    if (status.ok()) connection.Show(response, "Recorded.");
    return status;
  });
}

void AddSharing(CLI::App& claimant, Connection& connection) {
  auto about = std::make_shared<AboutClaimant>();
  auto* share =
      claimant.add_subcommand("share-case", "Shares a case with a partner, if the claimant consents");
  share->add_option("CASE", about->id, "Number of the case")->required();
  share->add_option("--with", about->recipient, "Number of the organisation")->required();
  OnCall(share, connection, [=, &connection] {
    v1::ShareCaseRequest request;
    v1::ShareCaseResponse response;
    request.set_request_id(connection.RequestId());
    request.set_case_id(about->id);
    request.set_recipient_id(about->recipient);
    absl::Status status = connection.Call(&Privacy::ShareCase, request, response);
    if (status.ok()) connection.Show(response, "Shared.");
    return status;
  });
  auto* end = claimant.add_subcommand("unshare-case", "Ends the sharing of a case");
  end->add_option("CASE", about->id, "Number of the case")->required();
  end->add_option("--with", about->recipient, "Number of the organisation")->required();
  end->add_option("--reason", about->reason, "Why")->required();
  OnCall(end, connection, [=, &connection] {
    v1::EndCaseSharingRequest request;
    v1::EndCaseSharingResponse response;
    request.set_request_id(connection.RequestId());
    request.set_case_id(about->id);
    request.set_recipient_id(about->recipient);
    request.set_reason(about->reason);
    absl::Status status = connection.Call(&Privacy::EndCaseSharing, request, response);
    if (status.ok()) connection.Show(response, "Ended.");
    return status;
  });
}

void AddCorrect(CLI::App& claimant, Connection& connection) {
  auto about = std::make_shared<AboutClaimant>();
  auto field = std::make_shared<std::string>();
  auto* correct = claimant.add_subcommand(
      "correct", "Puts a field of a person right; the value is asked for, never an argument");
  correct->add_option("CLAIMANT", about->id, "Number of the claimant")->required();
  correct->add_option("--field", *field, "Which")
      ->check(CLI::IsMember({"name", "national_id", "birth_date", "phone", "village", "address"}))
      ->required();
  correct->add_option("--reason", about->reason, "Why")->required();
  correct->footer("Example:\n  klaim claimant correct 17 --field phone --reason \"new number\"");
  OnCall(correct, connection, [=, &connection] {
    v1::CorrectClaimantRequest request;
    v1::CorrectClaimantResponse response;
    request.set_request_id(connection.RequestId());
    request.set_claimant_id(about->id);
    request.set_reason(about->reason);
    v1::Person& person = *request.mutable_person();
    auto* value = dynamic_cast<v1::Protected*>(
        person.GetReflection()->MutableMessage(&person, v1::Person::descriptor()->FindFieldByName(*field)));
    value->set_clear(AskSecretly(absl::StrCat("New ", *field)));
    absl::Status status = connection.Call(&Privacy::CorrectClaimant, request, response);
    if (status.ok()) connection.Show(response, "Corrected.");
    return status;
  });
}

void AddExport(CLI::App& claimant, Connection& connection) {
  auto about = std::make_shared<AboutClaimant>();
  auto english = std::make_shared<bool>(false);
  auto* all = claimant.add_subcommand("export", "Everything that is held about a claimant, for the claimant");
  all->add_option("CLAIMANT", about->id, "Number of the claimant")->required();
  all->add_flag("--english", *english, "In English instead of Indonesian");
  all->footer("Example:\n  klaim --purpose \"permintaan pekerja\" claimant export 17 > 17.txt");
  OnCall(all, connection, [=, &connection] {
    v1::ExportClaimantRequest request;
    request.set_claimant_id(about->id);
    grpc::ClientContext context;
    connection.AddMetadata(context);
    auto reader = connection.StubOf<v1::PrivacyService::Stub>().ExportClaimant(&context, request);
    v1::ExportClaimantResponse part;
    std::vector<v1::EventRecord> events;
    while (reader->Read(&part)) {
      if (connection.json()) Connection::PrintJson(part);
      events.insert(events.end(), part.events().begin(), part.events().end());
    }
    absl::Status status = services::FromWire(reader->Finish());
    if (status.ok() && !connection.json())
      std::cout << ClaimantExportText(about->id, events,
                                      *english ? Language::kEnglish : Language::kIndonesian);
    return status;
  });
}

void AddErase(CLI::App& claimant, Connection& connection) {
  auto about = std::make_shared<AboutClaimant>();
  auto yes = std::make_shared<bool>(false);
  auto* erase = claimant.add_subcommand(
      "erase", "Erases a person for ever: names, testimony and documents can't be read again; figures stay");
  erase->add_option("CLAIMANT", about->id, "Number of the claimant")->required();
  erase->add_option("--reason", about->reason, "Why, without personal data")->required();
  erase->add_flag("--yes", *yes, "Don't ask again");
  OnCall(erase, connection, [=, &connection]() -> absl::Status {
    if (!*yes && AskSecretly(absl::StrCat("Type ", about->id, " to erase this person for ever")) !=
                     absl::StrCat(about->id)) {
      return absl::CancelledError("nothing was erased");
    }
    v1::EraseClaimantRequest request;
    v1::EraseClaimantResponse response;
    request.set_request_id(connection.RequestId());
    request.set_claimant_id(about->id);
    request.set_reason(about->reason);
    absl::Status status = connection.Call(&Privacy::EraseClaimant, request, response);
    if (status.ok()) {
      connection.Show(response,
                      absl::StrCat("Claimant ", about->id,
                                   " is erased. Vault backups of before still open the data until they "
                                   "have rotated away."));
    }
    return status;
  });
}

void AddViews(CLI::App& claimant, Connection& connection) {
  auto about = std::make_shared<AboutClaimant>();
  auto* views = claimant.add_subcommand("views", "Who looked at personal data, and what for");
  views->add_option("--claimant", about->id, "Only of this claimant");
  OnCall(views, connection, [=, &connection] {
    v1::ListViewsRequest request;
    request.mutable_page()->set_size(1000);
    request.set_of_claimant(about->id);
    Table table({"no", "when", "who", "whose", "what for"});
    // Every look that was recorded until now.
    v1::GetTreeHeadResponse head;
    absl::Status status =
        connection.Call(&v1::AuditService::Stub::GetTreeHead, v1::GetTreeHeadRequest(), head);
    if (!status.ok()) return status;
    request.set_at_least_sequence(head.size() - 1);
    v1::ListViewsResponse response;
    do {
      response.Clear();
      status = connection.Call(&Privacy::ListViews, request, response);
      if (connection.json() && status.ok()) Connection::PrintJson(response);
      for (const auto& view : response.views()) {
        table.Add({absl::StrCat(view.sequence()), TimeText(view.recorded_at_micros()), view.viewer(),
                   absl::StrJoin(view.claimant_ids(), " "), view.purpose()});
      }
      request.mutable_page()->set_cursor(response.page().next_cursor());
    } while (status.ok() && !response.page().next_cursor().empty());
    if (status.ok() && !connection.json()) std::cout << table.Text() << std::endl;
    return status;
  });
}

}  // namespace

void AddClaimant(CLI::App& app, Connection& connection) {
  auto* claimant = app.add_subcommand("claimant", "A person's data and their rights over it");
  claimant->require_subcommand(1);
  AddShowClaimant(*claimant, connection);
  AddFindClaimant(*claimant, connection);
  AddConsent(*claimant, connection);
  AddSharing(*claimant, connection);
  AddCorrect(*claimant, connection);
  AddExport(*claimant, connection);
  AddErase(*claimant, connection);
  AddViews(*claimant, connection);
}

}  // namespace klaim::tools
