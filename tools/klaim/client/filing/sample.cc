// klaim sample: part of a group drawn by lot, reviewed by hand, and what it says of the whole.

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/mass_decision_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Decisions = v1::MassDecisionService::Stub;

std::string SignedMoney(int64_t minor, const std::string& currency) {
  return (minor < 0 ? "-" : "") + MoneyText(minor < 0 ? -minor : minor, currency);
}

std::string SampleText(const v1::GetSampleResponse& sample) {
  const std::string& currency = sample.announced().currency();
  Table strata({"stratum from", "claims", "sum", "drawn"});
  for (const auto& stratum : sample.announced().strata()) {
    strata.Add({MoneyText(stratum.from_minor(), currency), CountText(stratum.claims()),
                MoneyText(stratum.sum_minor(), currency), CountText(stratum.drawn())});
  }
  std::string text = strata.Text();
  if (sample.has_drawn()) {
    absl::StrAppend(&text, "Seed ", absl::BytesToHexString(sample.drawn().seed()), "\nDrawn:");
    for (uint64_t claim_id : sample.drawn().claim_ids()) absl::StrAppend(&text, " ", claim_id);
    absl::StrAppend(&text, "\nReviewed: ", sample.reviewed_size(), " of ", sample.drawn().claim_ids_size(),
                    "\n");
  }
  if (sample.has_estimated()) {
    const auto& estimate = sample.estimated();
    absl::StrAppend(&text, "Determined: ", MoneyText(estimate.determined_minor(), currency),
                    "; estimated error ", SignedMoney(estimate.error_minor(), currency), " plus or minus ",
                    MoneyText(estimate.margin_minor(), currency), "; wrong in the sample: ", estimate.wrong(),
                    " of ", estimate.reviewed(), ".\n");
  }
  return text;
}

void AddAnnounce(CLI::App& sample, Connection& connection) {
  auto* announce =
      sample.add_subcommand("announce", "Announces a sample, before anybody can know who is drawn");
  auto group = std::make_shared<uint64_t>(0);
  auto confidence = std::make_shared<uint32_t>(9500);
  auto margin = std::make_shared<uint32_t>(500);
  auto bounds = std::make_shared<std::vector<int64_t>>();
  announce->add_option("GROUP", *group, "Number of the certified group")->required();
  announce->add_option("--confidence", *confidence, "Hundredths of a percent: 9000, 9500 or 9900")
      ->capture_default_str();
  announce->add_option("--margin", *margin, "Margin of error of a share, in hundredths of a percent")
      ->capture_default_str();
  announce->add_option("--bound-minor", *bounds, "Amounts at which a stratum begins, in minor units, rising");
  announce->footer("Example:\n  klaim sample announce 3012 --bound-minor 500000 --bound-minor 2000000");
  OnCall(announce, connection, [=, &connection] {
    v1::AnnounceSampleRequest request;
    request.set_request_id(connection.RequestId());
    request.set_group_id(*group);
    request.set_confidence_basis_points(*confidence);
    request.set_margin_basis_points(*margin);
    request.mutable_bounds_minor()->Assign(bounds->begin(), bounds->end());
    v1::AnnounceSampleResponse response;
    absl::Status status = connection.Call(&Decisions::AnnounceSample, request, response);
    if (status.ok()) {
      connection.Show(response, absl::StrCat("Sample ", response.sample_id(),
                                             " announced: klaim sample draw ", response.sample_id()));
    }
    return status;
  });
}

}  // namespace

void AddSample(CLI::App& app, Connection& connection) {
  auto* sample =
      app.add_subcommand("sample", "A part of a group, reviewed by hand, and what it says of the whole");
  sample->require_subcommand(1);
  AddAnnounce(*sample, connection);
  auto id = std::make_shared<uint64_t>(0);
  auto claim = std::make_shared<uint64_t>(0);
  auto found = std::make_shared<int64_t>(0);
  auto finding = std::make_shared<std::string>();
  auto* draw = sample->add_subcommand("draw", "Draws it: from the log's own root up to the announcement");
  draw->add_option("SAMPLE", *id, "Number of the sample")->required();
  OnCall(draw, connection, [=, &connection] {
    v1::DrawSampleRequest request;
    request.set_request_id(connection.RequestId());
    request.set_sample_id(*id);
    v1::DrawSampleResponse response;
    absl::Status status = connection.Call(&Decisions::DrawSample, request, response);
    if (status.ok()) connection.Show(response, absl::StrCat("Drawn: klaim sample show ", *id));
    return status;
  });
  auto* review = sample->add_subcommand("review", "Records what the review of a claim found");
  review->add_option("SAMPLE", *id, "Number of the sample")->required();
  review->add_option("CLAIM", *claim, "Number of the claim")->required();
  review->add_option("--found-minor", *found, "What it should have been determined at, in minor units")
      ->required();
  review->add_option("--finding", *finding, "What was found")->required();
  OnCall(review, connection, [=, &connection] {
    v1::ReviewSampleRequest request;
    request.set_request_id(connection.RequestId());
    request.set_sample_id(*id);
    request.mutable_review()->set_claim_id(*claim);
    request.mutable_review()->set_found_minor(*found);
    request.mutable_review()->set_finding(*finding);
    v1::ReviewSampleResponse response;
    absl::Status status = connection.Call(&Decisions::ReviewSample, request, response);
    if (status.ok()) connection.Show(response, "Recorded.");
    return status;
  });
  auto* estimate = sample->add_subcommand("estimate", "Estimates the error of the whole group, in money");
  estimate->add_option("SAMPLE", *id, "Number of the sample")->required();
  OnCall(estimate, connection, [=, &connection] {
    v1::EstimateSampleRequest request;
    request.set_request_id(connection.RequestId());
    request.set_sample_id(*id);
    v1::EstimateSampleResponse response;
    absl::Status status = connection.Call(&Decisions::EstimateSample, request, response);
    if (status.ok()) connection.Show(response, absl::StrCat("Estimated: klaim sample show ", *id));
    return status;
  });
  auto* show = sample->add_subcommand("show", "Shows a sample: strata, seed, who was drawn, the estimate");
  show->add_option("SAMPLE", *id, "Number of the sample")->required();
  OnCall(show, connection, [=, &connection] {
    v1::GetSampleRequest request;
    request.set_sample_id(*id);
    v1::GetSampleResponse response;
    absl::Status status = connection.Call(&Decisions::GetSample, request, response);
    if (status.ok()) connection.Show(response, SampleText(response));
    return status;
  });
}

}  // namespace klaim::tools
