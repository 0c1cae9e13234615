// Every method x every role x (in scope, out of scope), by real calls, against the table in docs/security.md.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "grpcpp/generic/generic_stub.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/registry_service.pb.h"
#include "services/principal.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_furniture.h"
#include "testing/temporary_folder.h"
#include "tools/authority.h"

namespace klaim::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::ServedFurniture;
using klaim::testing::TemporaryFolder;

constexpr char kTableBegins[] = "<!-- methods: begin -->\n";
constexpr char kTableEnds[] = "<!-- methods: end -->";

// What one organisation registered.
struct Registered {
  uint64_t organisation = 0;
  uint64_t account = 0;
  v1::FileClaimResponse filed;
  uint64_t document = 0;
};

class PermissionsTest : public ::testing::Test {
 protected:
  PermissionsTest() : people_(folder_.path()) {
    daemon_ = std::make_unique<Daemon>(folder_.path());
    EXPECT_TRUE(daemon_->started()) << daemon_->output();
    furniture_ = klaim::testing::Furnish(daemon_->Connect("legal-team"));
    ours_ = Register("Ours", "ours");
    theirs_ = Register("Theirs", "theirs");
    for (int role = v1::Role_MIN + 1; role <= v1::Role_MAX; ++role) {
      const std::string name = RoleName(static_cast<v1::Role>(role));
      for (const auto& [organisation, person] :
           {std::pair(uint64_t{0}, "national-" + name), std::pair(ours_.organisation, "ours-" + name)}) {
        people_.Open(organisation, person, name);
        channels_[person] = daemon_->Connect(person);
      }
    }
  }

  Registered Register(const std::string& name, const std::string& person) {
    Registered registered;
    registered.organisation = people_.RegisterOrganisation(name);
    registered.account = people_.Open(registered.organisation, person, "partner");
    auto intake = v1::IntakeService::NewStub(daemon_->Connect(person));
    grpc::ClientContext context;
    const grpc::Status status = intake->FileClaim(&context, furniture_.Filing(person), &registered.filed);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::ofstream(folder_.path("note.txt")) << "A note of " << person << "\n";
    people_.Klaim({"--as", person, "evidence", "add", folder_.path("note.txt"), "--case",
                   std::to_string(registered.filed.case_id()), "--request-id", "document"});
    // The answer was printed; the same request gives it again as a program reads it.
    const std::string said =
        people_.Klaim({"--json", "--as", person, "evidence", "add", folder_.path("note.txt"), "--case",
                       std::to_string(registered.filed.case_id()), "--request-id", "document"});
    const size_t at = said.find("\"document_id\":\"") + 15;
    registered.document = std::stoull(said.substr(at));
    return registered;
  }

  // A request that names what this organisation registered and is wrong in all else, so that nothing happens.
  static std::unique_ptr<Message> RequestAbout(const google::protobuf::MethodDescriptor& method,
                                               const Registered& registered) {
    std::unique_ptr<Message> request(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(method.input_type())->New());
    for (const auto& [name, id] :
         {std::pair("claim_id", registered.filed.claim_id()),
          std::pair("case_id", registered.filed.case_id()),
          std::pair("claimant_id", registered.filed.claimant_id()),
          std::pair("document_id", registered.document), std::pair("account_id", registered.account),
          std::pair("organisation_id", registered.organisation)}) {
      const FieldDescriptor* field = method.input_type()->FindFieldByName(name);
      if (field != nullptr && !field->is_repeated())
        request->GetReflection()->SetUInt64(request.get(), field, id);
    }
    if (auto* organisation = dynamic_cast<v1::RegisterOrganisationRequest*>(request.get())) {
      organisation->mutable_organisation()->set_parent_id(registered.organisation);
    }
    return request;
  }

  grpc::Status Call(const std::string& person, const google::protobuf::MethodDescriptor& method,
                    const Message& request) {
    grpc::GenericStub stub(channels_.at(person));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    grpc::CompletionQueue queue;
    void* tag = nullptr;
    bool ok = false;
    auto call = stub.PrepareCall(
        &context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), &queue);
    call->StartCall(nullptr);
    queue.Next(&tag, &ok);
    const grpc::Slice slice(request.SerializeAsString());
    const grpc::ByteBuffer bytes(&slice, 1);
    call->WriteLast(bytes, grpc::WriteOptions(), nullptr);
    queue.Next(&tag, &ok);
    grpc::ByteBuffer answer;
    do {
      call->Read(&answer, nullptr);
      queue.Next(&tag, &ok);
    } while (ok);
    grpc::Status status;
    call->Finish(&status, nullptr);
    queue.Next(&tag, &ok);
    return status;
  }

  static bool Denied(const grpc::Status& status) {
    return status.error_code() == grpc::StatusCode::PERMISSION_DENIED &&
           !absl::StrContains(status.error_message(), "your own");
  }

  // One row of the table, as calls show it.
  std::string Row(const google::protobuf::MethodDescriptor& method) {
    const Demand demand = DemandOf(method.input_type());
    const bool national = demand.scope == v1::SCOPE_NATIONAL;
    std::vector<std::string> allowed;
    for (int role = v1::Role_MIN + 1; role <= v1::Role_MAX; ++role) {
      const std::string name = RoleName(static_cast<v1::Role>(role));
      const grpc::Status in_scope =
          Call((national ? "national-" : "ours-") + name, method, *RequestAbout(method, ours_));
      EXPECT_NE(in_scope.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED) << method.full_name();
      const grpc::Status out_of_scope = Call("ours-" + name, method, *RequestAbout(method, theirs_));
      if (Denied(in_scope)) {
        EXPECT_TRUE(Denied(out_of_scope)) << method.full_name() << " " << name;
        continue;
      }
      allowed.push_back(name);
      if (demand.scope == v1::SCOPE_SUBJECT && method.name() != "FileClaims") {
        EXPECT_NE(in_scope.error_code(), grpc::StatusCode::NOT_FOUND)
            << method.full_name() << " " << name << ": " << in_scope.error_message();
        if (NamesASubject(method)) {
          EXPECT_EQ(out_of_scope.error_code(), grpc::StatusCode::NOT_FOUND)
              << method.full_name() << " " << name << ": " << out_of_scope.error_message();
        }
      }
      EXPECT_TRUE(!national || Denied(out_of_scope)) << method.full_name() << " " << name;
    }
    const auto lower = [](const std::string& name, size_t prefix) {
      return absl::AsciiStrToLower(name.substr(prefix));
    };
    return absl::StrCat("| ", method.service()->name(), ".", method.name(), " | ",
                        lower(v1::Permission_Name(demand.permission), 11), " | ",
                        lower(v1::Scope_Name(demand.scope), 6), " | ",
                        allowed.size() == v1::Role_MAX ? "all" : absl::StrJoin(allowed, ", "), " |\n");
  }

  bool NamesASubject(const google::protobuf::MethodDescriptor& method) const {
    return RequestAbout(method, theirs_)->ByteSizeLong() > 0;
  }

  TemporaryFolder folder_;
  DocketPeople people_;
  std::unique_ptr<Daemon> daemon_;
  ServedFurniture furniture_;
  Registered ours_;
  Registered theirs_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

TEST_F(PermissionsTest, EveryMethodForEveryRoleIsAsTheTableSays) {
  std::string table = "| method | permission | scope | roles |\n| --- | --- | --- | --- |\n";
  for (const auto* method : AllMethods()) table += Row(*method);
  const std::string file = std::string(KLAIM_SOURCE) + "/docs/security.md";
  const std::string text = *tools::ReadFile(file);
  const size_t begin = text.find(kTableBegins) + sizeof(kTableBegins) - 1;
  const size_t end = text.find(kTableEnds);
  ASSERT_NE(end, std::string::npos);
  if (std::getenv("KLAIM_WRITE_TABLES") != nullptr) {
    std::ofstream(file) << text.substr(0, begin) << table << text.substr(end);
    return;
  }
  EXPECT_EQ(text.substr(begin, end - begin), table)
      << "write it anew with KLAIM_WRITE_TABLES=1, and look at what changed";
}

TEST_F(PermissionsTest, WhoShowsNothingCanOnlyTryToSignIn) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = *tools::ReadFile(folder_.path("authority/ca.crt"));
  channels_["nobody"] = grpc::CreateChannel(daemon_->address(), grpc::SslCredentials(tls));
  for (const auto* method : AllMethods()) {
    const grpc::Status status = Call("nobody", *method, *RequestAbout(*method, ours_));
    if (DemandOf(method->input_type()).permission == v1::PERMISSION_SIGN_IN) {
      EXPECT_NE(status.error_code(), grpc::StatusCode::OK) << method->full_name();
    } else {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED)
          << method->full_name() << ": " << status.error_message();
    }
  }
}

}  // namespace
}  // namespace klaim::services
