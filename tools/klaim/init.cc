// klaim init, klaim organisation: a docket's folder, its authority, its organisations and their certificates.

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/privacy/master_key.h"
#include "services/open_docket.h"
#include "services/principal.h"
#include "tools/authority.h"
#include "tools/docket_files.h"
#include "tools/klaim/session.h"

namespace klaim::tools {
namespace {

// Who works on a docket from its first day: name and roles. Whoever approves is another person than who
// proposes.
constexpr std::pair<const char*, const char*> kFirstPeople[] = {
    {kDefaultPerson, "lawyer+valuer+treasurer+auditor+administrator"},
    {"approver", "approver"},
    {"auditor", "auditor"},
    {"call-centre", "intake"},
};

absl::Status IssuePerson(const DocketFiles& files, uint64_t organisation_id, const std::string& roles,
                         const std::string& name) {
  auto uri = services::PrincipalUri(organisation_id, absl::StrSplit(roles, '+'), name);
  if (!uri.ok()) return uri.status();
  if (std::filesystem::exists(files.certificate(name))) {
    return absl::AlreadyExistsError(absl::StrCat("name: there is a certificate for ", name, " already"));
  }
  std::error_code error;
  std::filesystem::create_directories(files.root + "/people", error);
  CertificateRequest request;
  request.common_name = name;
  request.uri = *uri;
  return IssueCertificate(files.authority(), request, files.certificate(name), files.key(name));
}

// The docket's first event: its national body, number 0.
absl::Status RecordNationalBody(const DocketFiles& files, const std::string& name,
                                const std::string& country) {
  absl::Status failure;
  auto docket = services::Open(files.data(), files.master_key(), [](const absl::Status&) {});
  if (!docket.ok()) return docket.status();
  v1::RegisterOrganisationRequest request;
  request.mutable_organisation()->set_name(name);
  request.mutable_organisation()->set_country(country);
  request.mutable_organisation()->set_kind(v1::ORGANISATION_KIND_NATIONAL);
  sequencer::Command command;
  command.actor = "init@0";
  command.request_id = "init";
  command.request_type = request.GetDescriptor()->name();
  command.decide = [&](domain::Docket& state, const domain::Context& context, domain::Decision& decision) {
    return domain::Decide(request, state, context, decision);
  };
  command.done = [&](const absl::StatusOr<sequencer::Outcome>& outcome) { failure = outcome.status(); };
  absl::Status submitted = (*docket)->sequencer->Submit(std::move(command));
  (*docket)->sequencer->Stop();
  return submitted.ok() ? failure : submitted;
}

absl::Status Init(const DocketFiles& files, const std::string& name, const std::string& country,
                  const std::vector<std::string>& hosts) {
  if (std::filesystem::exists(files.data() + "/FORMAT")) {
    return absl::AlreadyExistsError(absl::StrCat(files.root, " holds a docket already"));
  }
  std::error_code error;
  std::filesystem::create_directories(files.root, error);
  if (error) return absl::InternalError(absl::StrCat("can't make ", files.root, ": ", error.message()));
  if (absl::Status status = privacy::CreateMasterKey(files.master_key()); !status.ok()) return status;
  absl::Status status = CreateAuthority(files.authority(), absl::StrCat("Klaim authority of ", name));
  CertificateRequest server;
  server.common_name = "klaimd";
  server.hosts = hosts;
  if (status.ok())
    status = IssueCertificate(files.authority(), server, files.server_certificate(), files.server_key());
  if (status.ok()) status = RecordNationalBody(files, name, country);
  for (const auto& [person, roles] : kFirstPeople) {
    if (status.ok()) status = IssuePerson(files, 0, roles, person);
  }
  return status;
}

v1::OrganisationKind KindOf(const std::string& kind) {
  if (kind == "province") return v1::ORGANISATION_KIND_PROVINCE;
  if (kind == "district") return v1::ORGANISATION_KIND_DISTRICT;
  if (kind == "village") return v1::ORGANISATION_KIND_VILLAGE;
  return v1::ORGANISATION_KIND_PARTNER;
}

void AddCertificate(CLI::App& organisation, Session& session) {
  auto* command =
      organisation.add_subcommand("certificate", "Makes a client certificate for a person or system");
  auto files = std::make_shared<DocketFiles>();
  auto id = std::make_shared<uint64_t>(0);
  auto roles = std::make_shared<std::string>();
  auto name = std::make_shared<std::string>();
  command->add_option("--docket", files->root, "Folder of the docket, with its authority")->required();
  command->add_option("--organisation", *id, "Number of the organisation; 0 is the national body");
  command->add_option("--role", *roles, "Roles, joined with +, as in lawyer+valuer")->required();
  command->add_option("--name", *name, "Name that events will bear, a-z 0-9 - _ .")->required();
  command->footer(
      "Example:\n  klaim organisation certificate --docket var/demo --organisation 1 --role partner --name "
      "ngo-hk");
  OnCall(
      command, session,
      [=] {
        if (absl::Status status = IssuePerson(*files, *id, *roles, *name); !status.ok()) return status;
        std::cout << files->certificate(*name) << "\n" << files->key(*name) << std::endl;
        return absl::OkStatus();
      },
      false);
}

}  // namespace

void AddInit(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("init", "Makes a docket: folder, master key, authority, first certificates");
  auto files = std::make_shared<DocketFiles>();
  auto name = std::make_shared<std::string>();
  auto country = std::make_shared<std::string>("ID");
  auto hosts = std::make_shared<std::vector<std::string>>(std::vector<std::string>{"localhost", "127.0.0.1"});
  command->add_option("--docket", files->root, "Folder to make")->required();
  command->add_option("--name", *name, "Name of the national body")->required();
  command->add_option("--country", *country, "Its ISO 3166-1 country")->capture_default_str();
  command->add_option("--host", *hosts, "Names and IP addresses under which klaimd will be called")
      ->capture_default_str();
  command->footer("Example:\n  klaim init --docket var/demo --name \"Serikat Buruh Migran Indonesia\"");
  OnCall(
      command, session,
      [=] {
        if (absl::Status status = Init(*files, *name, *country, *hosts); !status.ok()) return status;
        std::cout << "Docket made in " << files->root << ". Keep a copy of " << files->master_key()
                  << " apart from the data: without it no name can be read again.\nNext: klaimd --docket "
                  << files->root << std::endl;
        return absl::OkStatus();
      },
      false);
}

void AddOrganisation(CLI::App& app, Session& session) {
  auto* organisation =
      app.add_subcommand("organisation", "Branches and partner NGOs, and their certificates");
  organisation->require_subcommand(1);
  auto* add = organisation->add_subcommand("register", "Registers a branch or a partner");
  auto request = std::make_shared<v1::RegisterOrganisationRequest>();
  auto name = std::make_shared<std::string>();
  auto kind = std::make_shared<std::string>("partner");
  auto country = std::make_shared<std::string>("ID");
  auto area = std::make_shared<std::string>();
  auto parent = std::make_shared<uint64_t>(0);
  add->add_option("--name", *name, "Name")->required();
  add->add_option("--kind", *kind, "province, district, village or partner")
      ->check(CLI::IsMember({"province", "district", "village", "partner"}))
      ->capture_default_str();
  add->add_option("--parent", *parent, "Number of the organisation above it")->capture_default_str();
  add->add_option("--country", *country, "ISO 3166-1 country")->capture_default_str();
  add->add_option("--area", *area, "Kemendagri code of its area");
  add->footer(
      "Example:\n  klaim organisation register --name \"Mitra Hong Kong\" --kind partner --country HK");
  OnCall(add, session, [=, &session] {
    request->set_request_id(session.RequestId());
    auto* registered = request->mutable_organisation();
    registered->set_name(*name);
    registered->set_kind(KindOf(*kind));
    registered->set_parent_id(*parent);
    registered->set_country(*country);
    if (!area->empty()) registered->mutable_area()->set_code(*area);
    v1::RegisterOrganisationResponse response;
    absl::Status status = session.Call(session.registry(), &v1::RegistryService::Stub::RegisterOrganisation,
                                       *request, response);
    if (status.ok())
      session.Show(response, absl::StrCat("Organisation ", response.organisation_id(), " registered."));
    return status;
  });
  auto* list = organisation->add_subcommand("list", "Lists organisations");
  OnCall(list, session, [&session] {
    v1::ListOrganisationsRequest ask;
    v1::ListOrganisationsResponse response;
    ask.mutable_page()->set_size(1000);
    absl::Status status =
        session.Call(session.registry(), &v1::RegistryService::Stub::ListOrganisations, ask, response);
    Table table({"no", "name", "country", "above"});
    for (const auto& row : response.organisations()) {
      table.Add({absl::StrCat(row.organisation_id()), row.registered().name(), row.registered().country(),
                 absl::StrCat(row.registered().parent_id())});
    }
    if (status.ok()) session.Show(response, table.Text());
    return status;
  });
  AddCertificate(*organisation, session);
}

}  // namespace klaim::tools
