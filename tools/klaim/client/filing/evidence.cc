// klaim evidence: hand documents in, look at them, link, verify and hold them, check the store.

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/hash.h"
#include "klaim/v1/document_events.pb.h"
#include "klaim/v1/evidence_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/event_words.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Evidence = v1::EvidenceService::Stub;

constexpr size_t kChunkBytes = 512 << 10;
constexpr int kMaxTries = 20;  // without a byte getting through

// By the end of the file's name; the server looks into the content.
std::string MediaTypeOf(const std::string& path) {
  static const auto& types = *new std::map<std::string, std::string>{
      {".pdf", "application/pdf"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".png", "image/png"},
      {".webp", "image/webp"},
      {".heic", "image/heic"},
      {".tif", "image/tiff"},
      {".tiff", "image/tiff"},
      {".mp3", "audio/mpeg"},
      {".ogg", "audio/ogg"},
      {".opus", "audio/ogg"},
      {".amr", "audio/amr"},
      {".m4a", "audio/mp4"},
      {".wav", "audio/wav"},
      {".mp4", "video/mp4"},
      {".3gp", "video/3gpp"},
      {".txt", "text/plain"},
      {".csv", "text/csv"},
      {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
      {".odt", "application/vnd.oasis.opendocument.text"}};
  const auto found = types.find(absl::AsciiStrToLower(std::filesystem::path(path).extension().string()));
  return found == types.end() ? "application/octet-stream" : found->second;
}

absl::StatusOr<merkle::Hash> HashOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("can't read ", path));
  merkle::Sha256Stream hash;
  std::string buffer(1 << 20, '\0');
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
    hash.Update(absl::string_view(buffer).substr(0, static_cast<size_t>(in.gcount())));
  }
  return hash.Finish();
}

// Sends what hasn't arrived yet, again and again until all has.
class Uploader {
 public:
  Uploader(Connection& connection, std::string path, v1::UploadBegun begun)
      : connection_(connection), path_(std::move(path)), begun_(std::move(begun)) {}

  absl::StatusOr<v1::UploadDocumentResponse> Run() {
    Progress progress("bytes", begun_.size_bytes(), connection_.quiet());
    absl::Status last;
    uint64_t arrived_before = 0;
    for (int tries = 0; tries < kMaxTries; ++tries) {
      if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(200 * tries));
      v1::GetUploadRequest ask;
      v1::GetUploadResponse arrived;
      ask.set_request_id(begun_.request_id());
      ask.set_case_id(begun_.case_id());
      last = connection_.Call(&Evidence::GetUpload, ask, arrived);
      if (last.ok()) {
        if (arrived.size_bytes() > arrived_before) tries = 0;
        arrived_before = arrived.size_bytes();
        v1::UploadDocumentResponse response;
        last = Send(arrived.size_bytes(), progress, response);
        if (last.ok()) return response;
      }
      const bool again = absl::IsUnavailable(last) || absl::IsAborted(last) || absl::IsCancelled(last) ||
                         absl::IsDeadlineExceeded(last) || absl::IsResourceExhausted(last);
      if (!again) return last;
    }
    return last;
  }

 private:
  absl::Status Send(uint64_t offset, Progress& progress, v1::UploadDocumentResponse& response) {
    std::ifstream in(path_, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(offset));
    grpc::ClientContext context;
    connection_.AddMetadata(context);
    auto writer = connection_.StubOf<v1::EvidenceService::Stub>().UploadDocument(&context, &response);
    v1::UploadDocumentRequest message;
    *message.mutable_begun() = begun_;
    message.mutable_begun()->set_offset(offset);
    bool open = writer->Write(message);
    std::string buffer(kChunkBytes, '\0');
    while (open && (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0)) {
      message.set_chunk(buffer.substr(0, static_cast<size_t>(in.gcount())));
      open = writer->Write(message);
      offset += message.chunk().size();
      progress.Set(offset);
    }
    writer->WritesDone();
    return services::FromWire(writer->Finish());
  }

  Connection& connection_;
  const std::string path_;
  const v1::UploadBegun begun_;
};

struct AddOptions {
  std::string file;
  uint64_t claim_case = 0;
  std::string title;
  std::string media_type;
  uint64_t redaction_of = 0;
};

void AddAdd(CLI::App& evidence, Connection& connection) {
  auto options = std::make_shared<AddOptions>();
  auto* add = evidence.add_subcommand("add", "Hands a document in; goes on by itself after a cut");
  add->add_option("FILE", options->file, "The file")->required()->check(CLI::ExistingFile);
  add->add_option("--case", options->claim_case, "Number of its case")->required();
  add->add_option("--title", options->title, "What it is (default: the file's name)");
  add->add_option("--media-type", options->media_type, "IANA media type (default: by the file's name)");
  add->add_option("--redaction-of", options->redaction_of,
                  "The document of which parts are blacked out here");
  add->footer(
      "Example:\n  klaim evidence add kontrak.pdf --case 885\n  klaim evidence link 3990 --claim 886 --head "
      "unpaid_wages");
  OnCall(add, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto hash, HashOf(options->file));
    v1::UploadBegun begun;
    begun.set_request_id(connection.RequestId());
    begun.set_case_id(options->claim_case);
    begun.mutable_title()->mutable_text()->set_clear(
        options->title.empty() ? std::filesystem::path(options->file).filename().string() : options->title);
    begun.set_media_type(options->media_type.empty() ? MediaTypeOf(options->file) : options->media_type);
    begun.set_size_bytes(std::filesystem::file_size(options->file));
    begun.set_sha256(std::string(merkle::AsBytes(hash)));
    begun.set_redaction_of(options->redaction_of);
    ASSIGN_OR_RETURN(auto response, Uploader(connection, options->file, begun).Run());
    connection.NoteRecorded(response.receipt().sequence());
    connection.Show(response, absl::StrCat("Document ", response.document_id(), " received, SHA-256 ",
                                           merkle::ToHex(merkle::AsBytes(hash))));
    return absl::OkStatus();
  });
}

void AddGet(CLI::App& evidence, Connection& connection) {
  auto request = std::make_shared<v1::DownloadDocumentRequest>();
  auto id = std::make_shared<uint64_t>(0);
  auto offset = std::make_shared<uint64_t>(0);
  auto length = std::make_shared<uint64_t>(0);
  auto out = std::make_shared<std::string>();
  auto* get = evidence.add_subcommand("get", "Reads a document's content into a file; the look is recorded");
  get->add_option("DOCUMENT", *id, "Number of the document")->required();
  get->add_option("--out", *out, "File to write")->required();
  get->add_option("--offset", *offset, "From which byte on");
  get->add_option("--length", *length, "How many bytes; 0 for all that follow");
  OnCall(get, connection, [=, &connection]() -> absl::Status {
    request->set_document_id(*id);
    request->set_offset(*offset);
    request->set_length(*length);
    grpc::ClientContext context;
    connection.AddMetadata(context);
    auto reader = connection.StubOf<v1::EvidenceService::Stub>().DownloadDocument(&context, *request);
    const mode_t before = umask(077);
    std::ofstream file(*out, std::ios::binary);
    umask(before);
    v1::DownloadDocumentResponse part;
    while (reader->Read(&part))
      file.write(part.chunk().data(), static_cast<std::streamsize>(part.chunk().size()));
    file.close();
    absl::Status status = services::FromWire(reader->Finish());
    if (status.ok() && !file) status = absl::InternalError(absl::StrCat("can't write ", *out));
    if (!status.ok()) std::filesystem::remove(*out);
    return status;
  });
}

std::string CustodyText(const v1::CustodyStep& step) {
  if (step.has_received()) return "received";
  if (step.has_viewed()) return absl::StrCat("viewed", step.viewed().empty() ? "" : ": ", step.viewed());
  return absl::StrCat(EnumName(step.noted().action()), ": ", step.noted().with(), ", ",
                      DateText(step.noted().done_on()));
}

std::string StateText(const v1::Document& document) {
  std::string state;
  if (document.has_finding()) state += document.finding().genuine() ? "verified " : "doubted ";
  if (document.held()) state += "held ";
  if (document.erased()) state += "erased ";
  if (document.received().redaction_of() != 0)
    absl::StrAppend(&state, "redaction of ", document.received().redaction_of());
  return std::string(absl::StripAsciiWhitespace(state));
}

void AddShowAndList(CLI::App& evidence, Connection& connection) {
  auto id = std::make_shared<uint64_t>(0);
  auto* show = evidence.add_subcommand("show", "Shows a document and its chain of custody");
  show->add_option("DOCUMENT", *id, "Number of the document")->required();
  OnCall(show, connection, [=, &connection] {
    v1::GetDocumentRequest request;
    v1::GetDocumentResponse response;
    request.set_document_id(*id);
    absl::Status status = connection.Call(&Evidence::GetDocument, request, response);
    const v1::DocumentReceived& received = response.document().received();
    std::string text = absl::StrCat(
        "Document ", *id, ": ", ProtectedText(received.title().text()), ", ", received.media_type(), ", ",
        CountText(received.size_bytes()), " bytes, case ", received.case_id(), "\nSHA-256 ",
        merkle::ToHex(received.content_sha256()), "\n", StateText(response.document()), "\n");
    for (const auto& link : response.document().links()) {
      absl::StrAppend(&text, "for claim ", link.claim_id(), link.head().empty() ? "" : ", ", link.head(),
                      "\n");
    }
    Table table({"no", "when", "who", "what"});
    for (const auto& step : response.custody()) {
      table.Add({absl::StrCat(step.sequence()), TimeText(step.recorded_at_micros()), step.actor(),
                 CustodyText(step)});
    }
    if (status.ok()) connection.Show(response, text + table.Text());
    return status;
  });
  auto request = std::make_shared<v1::ListDocumentsRequest>();
  auto of_case = std::make_shared<uint64_t>(0);
  auto of_claim = std::make_shared<uint64_t>(0);
  auto* list = evidence.add_subcommand("list", "Lists documents");
  list->add_option("--case", *of_case, "Only of this case");
  list->add_option("--claim", *of_claim, "Only those linked to this claim");
  OnCall(list, connection, [=, &connection] {
    request->set_of_case(*of_case);
    request->set_of_claim(*of_claim);
    request->mutable_page()->set_size(1000);
    Table table({"no", "case", "media type", "bytes", "state"});
    absl::Status status;
    v1::ListDocumentsResponse response;
    do {
      response.Clear();
      status = connection.Call(&Evidence::ListDocuments, *request, response);
      if (connection.json() && status.ok()) Connection::PrintJson(response);
      for (const auto& row : response.documents()) {
        table.Add({absl::StrCat(row.document_id()), absl::StrCat(row.received().case_id()),
                   row.received().media_type(), CountText(row.received().size_bytes()), StateText(row)});
      }
      request->mutable_page()->set_cursor(response.page().next_cursor());
    } while (status.ok() && !response.page().next_cursor().empty());
    if (status.ok() && !connection.json()) std::cout << table.Text() << std::endl;
    return status;
  });
}

struct AboutDocument {
  uint64_t id = 0;
  uint64_t claim = 0;
  std::string head;
  std::string reason;
  std::string action;
  std::string with;
  std::string done_on;
  bool doubtful = false;
};

// A command that records something about a document.
template <class Request, class Response>
void AddWrite(CLI::App* command, Connection& connection, std::shared_ptr<AboutDocument> about,
              grpc::Status (Evidence::*method)(grpc::ClientContext*, const Request&, Response*),
              std::function<absl::Status(Request&)> fill) {
  command->add_option("DOCUMENT", about->id, "Number of the document")->required();
  OnCall(command, connection, [=, &connection]() -> absl::Status {
    Request request;
    Response response;
    request.set_request_id(connection.RequestId());
    request.set_document_id(about->id);
    RETURN_IF_ERROR(fill(request));
    absl::Status status = connection.Call(method, request, response);
    if (status.ok()) connection.Show(response, "Recorded.");
    return status;
  });
}

void AddWrites(CLI::App& evidence, Connection& connection) {
  auto about = std::make_shared<AboutDocument>();
  auto* link = evidence.add_subcommand("link", "Links a document to a claim, and a head of it");
  link->add_option("--claim", about->claim, "Number of the claim")->required();
  link->add_option("--head", about->head, "Code of the head");
  AddWrite<v1::LinkDocumentRequest, v1::LinkDocumentResponse>(
      link, connection, about, &Evidence::LinkDocument, [about](v1::LinkDocumentRequest& request) {
        request.set_claim_id(about->claim);
        request.set_head(about->head);
        return absl::OkStatus();
      });
  auto* custody = evidence.add_subcommand("custody", "Notes what became of an original");
  custody->add_option("--action", about->action, "What was done")
      ->check(CLI::IsMember({"original_received", "original_returned", "original_handed_over", "copied"}))
      ->required();
  custody->add_option("--with", about->with, "With whom, without personal data: an office, \"the claimant\"")
      ->required();
  custody->add_option("--done-on", about->done_on, "Date, day first")->required();
  AddWrite<v1::NoteCustodyRequest, v1::NoteCustodyResponse>(
      custody, connection, about, &Evidence::NoteCustody,
      [about](v1::NoteCustodyRequest& request) -> absl::Status {
        ASSIGN_OR_RETURN(auto date, ParseDate(about->done_on));
        v1::CustodyAction action = v1::CUSTODY_ACTION_UNSPECIFIED;
        v1::CustodyAction_Parse("CUSTODY_ACTION_" + absl::AsciiStrToUpper(about->action), &action);
        request.mutable_step()->set_action(action);
        request.mutable_step()->set_with(about->with);
        *request.mutable_step()->mutable_done_on() = date;
        return absl::OkStatus();
      });
  auto* finding =
      evidence.add_subcommand("examine", "Records, as a second person, whether it is what it says");
  finding->add_flag("--doubtful", about->doubtful, "It is not, or may not be");
  finding->add_option("--reasons", about->reason, "Why")->required();
  AddWrite<v1::VerifyDocumentRequest, v1::VerifyDocumentResponse>(
      finding, connection, about, &Evidence::VerifyDocument, [about](v1::VerifyDocumentRequest& request) {
        request.mutable_finding()->set_genuine(!about->doubtful);
        request.mutable_finding()->set_reasons(about->reason);
        return absl::OkStatus();
      });
  auto* hold =
      evidence.add_subcommand("hold", "Puts it under legal hold: the person can't be erased meanwhile");
  hold->add_option("--reason", about->reason, "Which proceeding")->required();
  AddWrite<v1::HoldDocumentRequest, v1::HoldDocumentResponse>(
      hold, connection, about, &Evidence::HoldDocument, [about](v1::HoldDocumentRequest& request) {
        request.set_reason(about->reason);
        return absl::OkStatus();
      });
  auto* lift = evidence.add_subcommand("lift-hold", "Lifts the hold");
  lift->add_option("--reason", about->reason, "Why")->required();
  AddWrite<v1::LiftHoldRequest, v1::LiftHoldResponse>(lift, connection, about, &Evidence::LiftHold,
                                                      [about](v1::LiftHoldRequest& request) {
                                                        request.set_reason(about->reason);
                                                        return absl::OkStatus();
                                                      });
}

void AddVerifyStore(CLI::App& evidence, Connection& connection) {
  auto* verify =
      evidence.add_subcommand("verify", "Checks that every document is there, byte for byte as received");
  OnCall(verify, connection, [&connection]() -> absl::Status {
    grpc::ClientContext context;
    connection.AddMetadata(context);
    auto reader =
        connection.StubOf<v1::EvidenceService::Stub>().VerifyStore(&context, v1::VerifyStoreRequest());
    v1::VerifyStoreResponse message;
    uint64_t faults = 0;
    std::string found;
    std::unique_ptr<Progress> progress;
    while (reader->Read(&message)) {
      if (connection.json()) Connection::PrintJson(message);
      if (progress == nullptr)
        progress = std::make_unique<Progress>("documents", message.total(), connection.quiet());
      progress->Set(message.checked());
      for (const auto& fault : message.faults()) {
        ++faults;
        absl::StrAppend(&found, "document ", fault.document_id(), ": ", fault.what(), "\n");
      }
    }
    progress.reset();
    RETURN_IF_ERROR(services::FromWire(reader->Finish()));
    if (!connection.json()) {
      std::cout << found << CountText(message.checked()) << " documents, " << CountText(message.bytes())
                << " bytes, " << CountText(message.erased()) << " of erased persons; " << CountText(faults)
                << " faults" << std::endl;
    }
    return faults == 0 ? absl::OkStatus() : absl::DataLossError("documents are missing or damaged");
  });
}

}  // namespace

void AddEvidence(CLI::App& app, Connection& connection) {
  auto* evidence =
      app.add_subcommand("evidence", "Documents: hand in, read, link, examine, hold, check the store");
  evidence->require_subcommand(1);
  AddAdd(*evidence, connection);
  AddGet(*evidence, connection);
  AddShowAndList(*evidence, connection);
  AddWrites(*evidence, connection);
  AddVerifyStore(*evidence, connection);
}

}  // namespace klaim::tools
