// Every method x every role x (in scope, out of scope), by real calls, against the table in docs/security.md.

#include "engine/domain/people/permissions.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "grpcpp/generic/generic_stub.h"
#include "klaim/v1/casework_service.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/evidence_service.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/registry_service.pb.h"
#include "klaim/v1/review_service.pb.h"
#include "services/boundary/scope.h"
#include "services/boundary/told_fields.h"
#include "services/identity/methods.h"
#include "services/identity/principal.h"
#include "testing/bounded_tests.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::ServedFixtures;
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
    fixtures_ = klaim::testing::RegisterFixtures(daemon_->Connect("legal-team"));
    ours_ = Register("Ours", "ours");
    theirs_ = Register("Theirs", "theirs");
    for (int role = v1::Role_MIN + 1; role <= v1::Role_MAX; ++role) {
      const std::string name = domain::RoleName(static_cast<v1::Role>(role));
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
    const grpc::Status status = intake->FileClaim(&context, fixtures_.Filing(person), &registered.filed);
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

  grpc::Status Call(const std::string& person, const Message& request) {
    for (const auto* method : AllMethods()) {
      if (method->input_type() == request.GetDescriptor()) return Call(person, *method, request);
    }
    ADD_FAILURE() << request.GetDescriptor()->name() << " is no method's";
    return grpc::Status::OK;
  }

  // A page of claims, of one claim, as somebody sees it.
  grpc::Status ListOne(const std::string& person, const std::string& cursor, const std::string& destination,
                       v1::ListClaimsResponse& listed) {
    v1::ListClaimsRequest list;
    list.mutable_page()->set_size(1);
    list.mutable_page()->set_cursor(cursor);
    list.set_destination(destination);
    listed.Clear();
    grpc::ClientContext context;
    return v1::IntakeService::NewStub(daemon_->Connect(person))->ListClaims(&context, list, &listed);
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
      const std::string name = domain::RoleName(static_cast<v1::Role>(role));
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
  ServedFixtures fixtures_;
  Registered ours_;
  Registered theirs_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

TEST_F(PermissionsTest, EveryMethodForEveryRoleIsAsTheTableSays) {
  testing::AllowMinutes(5, "every method is called twice by every role, and some hash a password");
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

TEST_F(PermissionsTest, ACursorIsGoodForItsOwnerAndItsListAlone) {
  auto intake = v1::IntakeService::NewStub(daemon_->Connect("ours"));
  for (const char* request_id : {"second", "third"}) {
    v1::FileClaimResponse filed;
    grpc::ClientContext context;
    ASSERT_TRUE(intake->FileClaim(&context, fixtures_.Filing(request_id), &filed).ok());
    v1::ListClaimsRequest visible;
    visible.set_at_least_sequence(filed.receipt().sequence());
    v1::ListClaimsResponse ignored;
    grpc::ClientContext second;
    ASSERT_TRUE(intake->ListClaims(&second, visible, &ignored).ok());
  }
  v1::ListClaimsResponse listed;
  ASSERT_TRUE(ListOne("ours", "", "", listed).ok());
  const std::string cursor = listed.page().next_cursor();
  ASSERT_FALSE(cursor.empty());
  const uint64_t first = listed.claims(0).claim_id();
  std::string told;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(cursor, &told));
  std::string next = "c";
  for (int shift = 56; shift >= 0; shift -= 8) {
    next += static_cast<char>(theirs_.filed.claim_id() >> shift & 0xff);
  }
  EXPECT_FALSE(absl::StrContains(told, next)) << "the number of another organisation's claim";
  ASSERT_TRUE(ListOne("ours", cursor, "", listed).ok());
  ASSERT_EQ(listed.claims_size(), 1);
  EXPECT_NE(listed.claims(0).claim_id(), first) << "it goes on";
  constexpr auto kRefused = grpc::StatusCode::INVALID_ARGUMENT;
  EXPECT_EQ(ListOne("theirs", cursor, "", listed).error_code(), kRefused) << "another's";
  EXPECT_EQ(ListOne("ours", cursor, "HK", listed).error_code(), kRefused) << "of another list";
  EXPECT_EQ(ListOne("ours", absl::WebSafeBase64Escape(next), "", listed).error_code(), kRefused) << "made up";
  EXPECT_EQ(ListOne("ours", "not base64!", "", listed).error_code(), kRefused);
  for (const size_t at : {size_t{3}, told.size() / 2, told.size() - 1}) {
    std::string changed = told;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_EQ(ListOne("ours", absl::WebSafeBase64Escape(changed), "", listed).error_code(), kRefused) << at;
  }
  v1::ListAllocationSharesRequest shares;
  shares.mutable_page()->set_cursor(absl::WebSafeBase64Escape("a" + std::string(8, '\xff')));
  EXPECT_EQ(Call("national-treasurer", shares).error_code(), kRefused);
  EXPECT_TRUE(ListOne("ours", "", "", listed).ok()) << "the daemon goes on";
}

TEST_F(PermissionsTest, ANumberThatIsAnothersAnswersAsOneThatNobodyHas) {
  constexpr uint64_t kNobodys = 999'999'999;
  const auto look = [&](const std::string& person, uint64_t theirs, auto request_with) {
    const grpc::Status elsewhere = Call(person, request_with(theirs));
    const grpc::Status nowhere = Call(person, request_with(kNobodys));
    EXPECT_EQ(elsewhere.error_code(), grpc::StatusCode::NOT_FOUND) << elsewhere.error_message();
    EXPECT_EQ(nowhere.error_code(), grpc::StatusCode::NOT_FOUND) << nowhere.error_message();
    EXPECT_EQ(absl::StrReplaceAll(elsewhere.error_message(), {{absl::StrCat(theirs), "N"}}),
              absl::StrReplaceAll(nowhere.error_message(), {{absl::StrCat(kNobodys), "N"}}));
  };
  look("ours-lawyer", theirs_.filed.claim_id(), [&](uint64_t id) {
    v1::DecideEligibilityRequest decide;
    decide.set_request_id(absl::StrCat("precedent ", id));
    decide.set_claim_id(ours_.filed.claim_id());
    decide.mutable_decision()->set_eligible(true);
    decide.mutable_decision()->set_precedent_claim_id(id);
    return decide;
  });
  look("ours-partner", theirs_.document, [&](uint64_t id) {
    v1::StateTransferRequest state;
    state.set_request_id(absl::StrCat("transfer ", id));
    state.set_case_id(ours_.filed.case_id());
    state.mutable_transfer()->set_document_id(id);
    return state;
  });
  look("ours-partner", theirs_.account, [&](uint64_t id) {
    v1::AssignCaseRequest assign;
    assign.set_request_id(absl::StrCat("responsible ", id));
    assign.set_case_id(ours_.filed.case_id());
    assign.set_responsible_id(id);
    return assign;
  });
  look("ours-partner", theirs_.account, [&](uint64_t id) {
    v1::ListDeadlinesRequest list;
    list.set_responsible_id(id);
    return list;
  });
  look("ours-partner", theirs_.document, [&](uint64_t id) {
    v1::UploadDocumentRequest upload;
    upload.mutable_begun()->set_request_id(absl::StrCat("redaction ", id));
    upload.mutable_begun()->set_case_id(ours_.filed.case_id());
    upload.mutable_begun()->set_redaction_of(id);
    return upload;
  });
}

void CollectUndeclared(const google::protobuf::Descriptor* type, std::set<std::string>& undeclared) {
  if (type == v1::Protected::descriptor()) return;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->message_type() != nullptr) {
      CollectUndeclared(field->message_type(), undeclared);
    } else if (!NamedBy(*field).has_value()) {
      undeclared.insert(field->full_name());
    }
  }
}

TEST(NumbersInRequests, EachSaysWhatItNames) {
  std::set<std::string> undeclared;
  for (const auto* method : AllMethods()) {
    // The lines of an import are requests of their own, and are looked at when they are filed.
    if (DemandOf(method->input_type()).scope == v1::SCOPE_NATIONAL || method->name() == "StageImport")
      continue;
    CollectUndeclared(method->input_type(), undeclared);
  }
  // What the boundary fills in, nobody may.
  const std::set<std::string> filled_here = {"klaim.v1.NewClaimant.key_id",
                                             "klaim.v1.NewClaimant.similar_key_ids"};
  EXPECT_EQ(undeclared, filled_here) << "say in the vocabulary what the number (names)";
}

TEST(WhatIsToldOfEvents, IsAListInWhichTheBoundarysOwnFieldsAreNot) {
  const auto told = [](const google::protobuf::Descriptor* type, const char* name) {
    const FieldDescriptor* field = type->FindFieldByName(name);
    EXPECT_NE(field, nullptr) << name;
    return field != nullptr && IsTold(*field);
  };
  EXPECT_TRUE(told(v1::ClaimantRegistered::descriptor(), "person"));
  EXPECT_FALSE(told(v1::ClaimantRegistered::descriptor(), "similar_key_ids"));
  EXPECT_FALSE(told(v1::ClaimantRegistered::descriptor(), "key_id"));
  EXPECT_FALSE(told(v1::ClaimantErased::descriptor(), "key_id"));
  EXPECT_FALSE(told(v1::Sealed::descriptor(), "key_id"));
  EXPECT_FALSE(told(v1::DocumentReceived::descriptor(), "blob_id"));
  for (const char* name : {"salt", "request_id", "causation", "request_type"}) {
    EXPECT_FALSE(told(v1::EventRecord::descriptor(), name)) << name;
  }
  for (int i = 0; i < v1::AccountOpened::descriptor()->field_count(); ++i) {
    EXPECT_FALSE(IsTold(*v1::AccountOpened::descriptor()->field(i))) << "hidden unless it is listed";
  }
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
