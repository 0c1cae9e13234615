// A docket whose log auditors and witnesses look at, served by the real daemon.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "services/common/http_client.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"

namespace klaim::tools {

class AuditTest : public ::testing::Test {
 protected:
  AuditTest() : people_(folder_.path()) {
    Serve();
    fixtures_ = klaim::testing::RegisterFixtures(daemon_->Connect("legal-team"));
  }

  void Serve() {
    daemon_.reset();
    daemon_ = std::make_unique<klaim::testing::Daemon>(folder_.path());
    ASSERT_TRUE(daemon_->started()) << daemon_->output();
  }

  v1::FileClaimResponse File(const std::string& request_id) {
    auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
    v1::FileClaimResponse response;
    grpc::ClientContext context;
    const grpc::Status status = intake->FileClaim(&context, fixtures_.Filing(request_id), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  void FileMany(int count) {
    for (int i = 0; i < count; ++i) File(absl::StrCat("claim ", i));
  }

  std::string Export(const std::string& name) {
    people_.Klaim({"audit", "export", folder_.path(name)});
    return folder_.path(name);
  }

  services::HttpAnswer Get(const std::string& path, const std::string& person = "",
                           const std::string& accept_encoding = "") {
    services::HttpRequest request;
    request.accept_encoding = accept_encoding;
    request.url = absl::StrCat("https://", daemon_->http(), path);
    request.ca_file = folder_.path("authority/ca.crt");
    if (!person.empty()) {
      request.certificate_file = folder_.path("people/" + person + ".crt");
      request.key_file = folder_.path("people/" + person + ".key");
    }
    auto answer = services::Fetch(request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : services::HttpAnswer();
  }

  std::string vkey() const { return folder_.path("log.vkey"); }

  klaim::testing::TemporaryFolder folder_;
  klaim::testing::DocketPeople people_;
  std::unique_ptr<klaim::testing::Daemon> daemon_;
  klaim::testing::ServedFixtures fixtures_;
};

}  // namespace klaim::tools
