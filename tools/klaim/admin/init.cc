// klaim init, klaim organisation: a docket's folder, its authority, its organisations and their certificates.

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/registry/organisation.h"
#include "engine/merkle/signed_note.h"
#include "engine/privacy/master_key.h"
#include "klaim/v1/account_events.pb.h"
#include "klaim/v1/accounts_service.pb.h"
#include "klaim/v1/organisation_events.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "services/docket/docket_opening.h"
#include "services/docket/open_docket.h"
#include "services/identity/certificates.h"
#include "services/identity/principal.h"
#include "tools/installation/authority.h"
#include "tools/installation/docket_files.h"
#include "tools/klaim/admin/commands.h"
#include "tools/klaim/admin/installation.h"
#include "tools/klaim/client/table.h"

namespace klaim::tools {
namespace {

// Who works on a docket from its first day. Whoever approves is another person than who proposes, and nobody
// changes their own roles, so that there are two administrators.
struct FirstPerson {
  const char* name;
  std::vector<v1::Role> roles;
};
const std::vector<FirstPerson>& FirstPeople() {
  static const auto& people = *new std::vector<FirstPerson>{
      {kDefaultPerson,
       {v1::ROLE_LAWYER, v1::ROLE_VALUER, v1::ROLE_TREASURER, v1::ROLE_AUDITOR, v1::ROLE_ADMINISTRATOR}},
      {"approver", {v1::ROLE_APPROVER}},
      {"auditor", {v1::ROLE_AUDITOR}},
      {"call-centre", {v1::ROLE_INTAKE}},
      {"administrator", {v1::ROLE_ADMINISTRATOR}},
  };
  return people;
}

absl::Status IssueTo(const DocketFiles& files, uint64_t organisation_id, const std::string& name) {
  ASSIGN_OR_RETURN(auto uri, services::PrincipalUri(organisation_id, name));
  if (std::filesystem::exists(files.certificate(name))) {
    return absl::AlreadyExistsError(absl::StrCat("name: there is a certificate for ", name, " already"));
  }
  std::error_code error;
  std::filesystem::create_directories(files.root + "/people", error);
  CertificateRequest request;
  request.common_name = name;
  request.uri = uri;
  return IssueCertificate(files.authority(), request, files.certificate(name), files.key(name));
}

// Has a request recorded in the name of whoever keeps the machine. What becomes of it is in `failure` once the sequencer has stopped.
template <class Request, class Decide>
void Record(services::OpenDocket& docket, const Request& request, Decide decide, absl::Status& failure) {
  sequencer::Command command;
  command.actor = "init@0";
  command.request_id = request.request_id();
  command.request_type = request.GetDescriptor()->name();
  command.decide = std::move(decide);
  command.done = [&failure](const absl::StatusOr<sequencer::Outcome>& outcome) {
    failure.Update(outcome.status());
  };
  absl::Status submitted = docket.sequencer->Submit(std::move(command));
  if (!submitted.ok()) failure.Update(submitted);
}

// Opens an account with all its roles at once, as the machine's keeper alone may: the docket's authority and keys are there.
void RecordAccount(services::OpenDocket& docket, const v1::OpenAccountRequest& account,
                   absl::Status& failure) {
  Record(
      docket, account,
      [account](domain::Docket& state, const domain::Context&, domain::Decision& decision) {
        return domain::OpenFirstAccount(account, state, decision);
      },
      failure);
}

// The docket's first events: its national body, number 0, and the accounts of its first people.
absl::Status RecordFirstEvents(const DocketFiles& files, const std::string& name,
                               const std::string& country) {
  absl::Status failure;
  ASSIGN_OR_RETURN(auto docket, services::Open(files.data(), files.master_key(), [](const absl::Status&) {}));
  v1::RegisterOrganisationRequest national;
  national.set_request_id("init");
  national.mutable_organisation()->set_name(name);
  national.mutable_organisation()->set_country(country);
  national.mutable_organisation()->set_kind(v1::ORGANISATION_KIND_NATIONAL);
  Record(
      *docket, national,
      [national](domain::Docket& state, const domain::Context& context, domain::Decision& decision) {
        return domain::Decide(national, state, context, decision);
      },
      failure);
  for (const FirstPerson& person : FirstPeople()) {
    v1::OpenAccountRequest account;
    account.set_request_id(absl::StrCat("init ", person.name));
    account.set_name(person.name);
    for (v1::Role role : person.roles) account.add_roles(role);
    RecordAccount(*docket, account, failure);
  }
  docket->sequencer->Stop();
  return failure;
}

// One more administrator, where there is none left to confirm one.
absl::Status OpenAdministrator(const DocketFiles& files, const std::string& name) {
  absl::Status failure;
  {
    ASSIGN_OR_RETURN(auto docket,
                     services::Open(files.data(), files.master_key(), [](const absl::Status&) {}));
    v1::OpenAccountRequest account;
    account.set_request_id(absl::StrCat("administrator ", name));
    account.set_name(name);
    account.add_roles(v1::ROLE_ADMINISTRATOR);
    RecordAccount(*docket, account, failure);
    docket->sequencer->Stop();
  }
  return failure.ok() ? IssueTo(files, 0, name) : failure;
}

// The key that signs the log's checkpoints, and its public half for auditors and witnesses.
absl::Status MakeLogKey(const DocketFiles& files, std::string origin) {
  if (origin.empty()) {
    // No two dockets may share an origin, or a witness could take one for the other.
    uint64_t number = 0;
    privacy::FillRandom(reinterpret_cast<uint8_t*>(&number), sizeof(number));
    origin = absl::StrFormat("klaim.invalid/%016x", number);
  }
  ASSIGN_OR_RETURN(auto key, merkle::SigningKey::Generate(origin, merkle::KeyType::kEd25519));
  absl::Status status = WriteFile(files.log_key(), key.Text() + "\n", 0600);
  return status.ok() ? WriteFile(files.log_verifier_key(), key.verifier().Text() + "\n", 0644) : status;
}

absl::Status Init(const DocketFiles& files, const std::string& name, const std::string& country,
                  const std::string& origin, const std::vector<std::string>& hosts) {
  if (std::filesystem::exists(files.data() + "/FORMAT")) {
    return absl::AlreadyExistsError(absl::StrCat(files.root, " holds a docket already"));
  }
  absl::Status status = MakeInstallation(files, name, origin, hosts);
  if (status.ok()) status = RecordFirstEvents(files, name, country);
  if (status.ok()) status = IssueToFirstPeople(files);
  return status;
}

v1::OrganisationKind KindOf(const std::string& kind) {
  if (kind == "province") return v1::ORGANISATION_KIND_PROVINCE;
  if (kind == "district") return v1::ORGANISATION_KIND_DISTRICT;
  if (kind == "village") return v1::ORGANISATION_KIND_VILLAGE;
  return v1::ORGANISATION_KIND_PARTNER;
}

// Takes a person's certificate out of use: on the revocation list, and out of the way of a new one.
absl::Status RevokeOf(const DocketFiles& files, const std::string& name, std::string serial) {
  if (!name.empty()) {
    ASSIGN_OR_RETURN(auto pem, ReadFile(files.certificate(name)));
    ASSIGN_OR_RETURN(auto certificate, services::ReadClientCertificate(pem));
    serial = certificate.serial;
  }
  RETURN_IF_ERROR(Revoke(files.authority(), serial));
  std::error_code error;
  if (!name.empty()) {
    std::filesystem::rename(files.certificate(name),
                            absl::StrCat(files.certificate(name), ".revoked-", serial), error);
    std::filesystem::remove(files.key(name), error);
  }
  std::cout << "Certificate " << serial << " is revoked; a running klaimd refuses it within a second."
            << std::endl;
  return absl::OkStatus();
}

void AddCertificate(CLI::App& organisation, Connection& connection) {
  auto* certificate = organisation.add_subcommand(
      "certificate", "Client certificates of people and systems; what they may do, their account says");
  certificate->require_subcommand(1);
  auto files = std::make_shared<DocketFiles>();
  auto id = std::make_shared<uint64_t>(0);
  auto name = std::make_shared<std::string>();
  auto serial = std::make_shared<std::string>();
  const auto add = [&](const char* command_name, const char* about) {
    auto* command = certificate->add_subcommand(command_name, about);
    command->add_option("--docket", files->root, "Folder of the docket, with its authority")->required();
    return command;
  };
  auto* issue = add("issue", "Makes a certificate and key in people/");
  issue->add_option("--organisation", *id, "Number of the organisation; 0 is the national body");
  issue->add_option("--name", *name, "Name of the account")->required();
  issue->footer(
      "Example:\n  klaim account open --organisation 11 --name ngo-hk --role partner\n"
      "  klaim --as administrator account confirm 12\n"
      "  klaim organisation certificate issue --docket var/demo --organisation 11 --name ngo-hk");
  OnCall(
      issue, connection,
      [=] {
        RETURN_IF_ERROR(IssueTo(*files, *id, *name));
        std::cout << files->certificate(*name) << "\n" << files->key(*name) << std::endl;
        return absl::OkStatus();
      },
      false);
  auto* revoke = add("revoke", "Revokes a certificate; a running klaimd refuses it within a second");
  auto* by = revoke->add_option_group("which");
  by->add_option("--name", *name, "Whose, of those in people/");
  by->add_option("--serial", *serial, "Its serial number, hexadecimal");
  by->require_option(1);
  revoke->footer("Example:\n  klaim organisation certificate revoke --docket var/demo --name ngo-hk");
  OnCall(
      revoke, connection, [=] { return RevokeOf(*files, *name, *serial); }, false);
}

}  // namespace

absl::Status MakeInstallation(const DocketFiles& files, const std::string& name, std::string origin,
                              const std::vector<std::string>& hosts) {
  std::error_code error;
  std::filesystem::create_directories(files.root, error);
  if (error) return absl::InternalError(absl::StrCat("can't make ", files.root, ": ", error.message()));
  RETURN_IF_ERROR(privacy::CreateMasterKey(files.master_key()));
  absl::Status status = MakeLogKey(files, std::move(origin));
  if (status.ok()) status = CreateAuthority(files.authority(), absl::StrCat("Klaim authority of ", name));
  CertificateRequest server;
  server.common_name = "klaimd";
  server.hosts = hosts;
  if (!status.ok()) return status;
  return IssueCertificate(files.authority(), server, files.server_certificate(), files.server_key());
}

absl::Status IssueToFirstPeople(const DocketFiles& files) {
  absl::Status status;
  for (const FirstPerson& person : FirstPeople()) {
    const bool there = std::filesystem::exists(files.certificate(person.name));
    if (status.ok() && !there) status = IssueTo(files, 0, person.name);
  }
  return status;
}

void AddAdministrator(CLI::App& account, Connection& connection) {
  auto* command = account.add_subcommand("administrator",
                                         "Opens an administrator on the docket's machine while klaimd is "
                                         "stopped: where no second one is left to confirm anything");
  auto files = std::make_shared<DocketFiles>();
  auto name = std::make_shared<std::string>();
  command->add_option("--docket", files->root, "Folder of the docket, with its master key and authority")
      ->required();
  command->add_option("--name", *name, "Name that events will bear, a-z 0-9 - _ .")->required();
  command->footer("Example:\n  klaim account administrator --docket /srv/klaim --name dewi");
  OnCall(
      command, connection,
      [=] {
        RETURN_IF_ERROR(OpenAdministrator(*files, *name));
        std::cout << *name << "@0 is an administrator: " << files->certificate(*name) << "\n"
                  << files->key(*name) << std::endl;
        return absl::OkStatus();
      },
      false);
}

void AddInit(CLI::App& app, Connection& connection) {
  auto* command =
      app.add_subcommand("init", "Makes a docket: folder, master key, authority, first certificates");
  auto files = std::make_shared<DocketFiles>();
  auto name = std::make_shared<std::string>();
  auto country = std::make_shared<std::string>("ID");
  auto origin = std::make_shared<std::string>();
  auto hosts = std::make_shared<std::vector<std::string>>(std::vector<std::string>{"localhost", "127.0.0.1"});
  command->add_option("--docket", files->root, "Folder to make")->required();
  command->add_option("--name", *name, "Name of the national body")->required();
  command->add_option("--country", *country, "Its ISO 3166-1 country")->capture_default_str();
  command->add_option("--origin", *origin,
                      "Name of the log in checkpoints, an address without https://, as in sbmi.or.id/klaim "
                      "(default: a random one)");
  command->add_option("--host", *hosts, "Names and IP addresses under which klaimd will be called")
      ->capture_default_str();
  command->footer("Example:\n  klaim init --docket var/demo --name \"Serikat Buruh Migran Indonesia\"");
  OnCall(
      command, connection,
      [=] {
        RETURN_IF_ERROR(Init(*files, *name, *country, *origin, *hosts));
        std::cout << "Docket made in " << files->root << ". Keep a copy of " << files->master_key()
                  << " apart from the data: without it no name can be read again.\nNext: klaimd --docket "
                  << files->root << std::endl;
        return absl::OkStatus();
      },
      false);
}

void AddOrganisation(CLI::App& app, Connection& connection) {
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
  OnCall(add, connection, [=, &connection] {
    request->set_request_id(connection.RequestId());
    auto* registered = request->mutable_organisation();
    registered->set_name(*name);
    registered->set_kind(KindOf(*kind));
    registered->set_parent_id(*parent);
    registered->set_country(*country);
    if (!area->empty()) registered->mutable_area()->set_code(*area);
    v1::RegisterOrganisationResponse response;
    absl::Status status =
        connection.Call(&v1::RegistryService::Stub::RegisterOrganisation, *request, response);
    if (status.ok())
      connection.Show(response, absl::StrCat("Organisation ", response.organisation_id(), " registered."));
    return status;
  });
  auto* list = organisation->add_subcommand("list", "Lists organisations");
  OnCall(list, connection, [&connection] {
    v1::ListOrganisationsRequest ask;
    v1::ListOrganisationsResponse response;
    ask.mutable_page()->set_size(1000);
    absl::Status status = connection.Call(&v1::RegistryService::Stub::ListOrganisations, ask, response);
    Table table({"no", "name", "country", "above"});
    for (const auto& row : response.organisations()) {
      table.Add({absl::StrCat(row.organisation_id()), row.registered().name(), row.registered().country(),
                 absl::StrCat(row.registered().parent_id())});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
  AddCertificate(*organisation, connection);
}

}  // namespace klaim::tools
