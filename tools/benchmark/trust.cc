// Evidence against encrypting and writing the same bytes, and verifying a log against hashing it.

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "engine/evidence/evidence_store.h"
#include "klaim/v1/evidence_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "services/common/log_exporter.h"
#include "services/jobs/log_export.h"
#include "tools/benchmark/figures.h"
#include "tools/benchmark/served.h"
#include "tools/benchmark/workload.h"
#include "tools/klaim/audit/exported_log.h"
#include "tools/klaim/audit/log_verifier.h"

namespace klaim::benchmark {
namespace {

constexpr double kMebibyte = 1 << 20;

[[noreturn]] void Stop(const std::string& what) {
  std::fprintf(stderr, "benchmark: %s\n", what.c_str());
  std::exit(1);
}

std::string Pdf(size_t size) {
  std::string content(size, '\0');
  std::mt19937_64 random(size);
  for (size_t i = 0; i + 8 <= size; i += 8) {
    const uint64_t number = random();
    std::memcpy(content.data() + i, &number, 8);
  }
  content.replace(0, 9, "%PDF-1.7\n");
  return content;
}

// The floor: libsodium's secretstream in segments as the store has them, into a file, synced.
double EncryptAndWrite(const std::string& content) {
  const std::string path = FreshFolder("floor");
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES] = {};
  std::string out(evidence::kSegmentBytes + 64, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  const auto begin = std::chrono::steady_clock::now();
  for (size_t at = 0; at < content.size(); at += evidence::kSegmentBytes) {
    const size_t size = std::min(evidence::kSegmentBytes, content.size() - at);
    crypto_secretstream_xchacha20poly1305_state state;
    crypto_secretstream_xchacha20poly1305_init_push(&state, bytes, key);
    crypto_secretstream_xchacha20poly1305_push(
        &state, bytes + 24, nullptr, reinterpret_cast<const unsigned char*>(content.data() + at), size,
        nullptr, 0, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
    if (write(file, bytes, size + 41) != static_cast<ssize_t>(size + 41)) Stop("can't write");
  }
  fsync(file);
  close(file);
  return static_cast<double>(content.size()) / kMebibyte / SecondsSince(begin);
}

uint64_t Upload(v1::EvidenceService::Stub& stub, uint64_t case_id, const std::string& request_id,
                const std::string& content) {
  grpc::ClientContext context;
  v1::UploadDocumentResponse response;
  auto writer = stub.UploadDocument(&context, &response);
  v1::UploadDocumentRequest message;
  auto& begun = *message.mutable_begun();
  begun.set_request_id(request_id);
  begun.set_case_id(case_id);
  begun.mutable_title()->mutable_text()->set_clear("kontrak.pdf");
  begun.set_media_type("application/pdf");
  begun.set_size_bytes(content.size());
  begun.set_sha256(std::string(merkle::AsBytes(merkle::Sha256(content))));
  writer->Write(message);
  for (size_t at = 0; at < content.size(); at += 1 << 20) {
    message.mutable_chunk()->assign(content, at, 1 << 20);
    writer->Write(message);
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (!status.ok()) Stop(status.error_message());
  return response.document_id();
}

// What the upload itself takes: the client's own hash of the content is made beforehand in life too.
double UploadMebibytesASecond(v1::EvidenceService::Stub& stub, uint64_t case_id, const std::string& name,
                              const std::string& content) {
  const auto hashing = std::chrono::steady_clock::now();
  (void)merkle::Sha256(content);
  const double hash_seconds = SecondsSince(hashing);
  const auto begin = std::chrono::steady_clock::now();
  Upload(stub, case_id, name, content);
  return static_cast<double>(content.size()) / kMebibyte / (SecondsSince(begin) - hash_seconds);
}

void MeasureDocuments(v1::EvidenceService::Stub& stub, const v1::FileClaimResponse& filed, int count) {
  const std::string content = Pdf(10'000);
  auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    const uint64_t document = Upload(stub, filed.case_id(), absl::StrCat("document ", i), content);
    if (i % 100 != 0) continue;
    v1::LinkDocumentRequest link;
    v1::LinkDocumentResponse linked;
    link.set_request_id(absl::StrCat("link ", i));
    link.set_document_id(document);
    link.set_claim_id(filed.claim_id());
    grpc::ClientContext context;
    stub.LinkDocument(&context, link, &linked);
  }
  Print(absl::StrCat("upload_of_", count, "_documents_of_10_kB_one_by_one"), count / SecondsSince(begin),
        "documents/s");
  v1::ListDocumentsRequest list;
  v1::ListDocumentsResponse documents;
  list.set_of_claim(filed.claim_id());
  list.mutable_page()->set_size(1'000);
  begin = std::chrono::steady_clock::now();
  grpc::ClientContext first;
  stub.ListDocuments(&first, list, &documents);
  Print(absl::StrCat("documents_of_a_claim_among_", count), SecondsSince(begin) * 1e3, "ms");
  list.set_of_claim(0);
  begin = std::chrono::steady_clock::now();
  int listed = 0;
  do {
    grpc::ClientContext context;
    documents.Clear();
    stub.ListDocuments(&context, list, &documents);
    listed += documents.documents_size();
    list.mutable_page()->set_cursor(documents.page().next_cursor());
  } while (!documents.page().next_cursor().empty());
  Print(absl::StrCat("listing_all_of_", listed, "_documents"), SecondsSince(begin) * 1e3, "ms");
  begin = std::chrono::steady_clock::now();
  grpc::ClientContext context;
  auto reader = stub.VerifyStore(&context, v1::VerifyStoreRequest());
  v1::VerifyStoreResponse progress;
  while (reader->Read(&progress)) continue;
  if (!reader->Finish().ok() || !progress.faults().empty()) Stop("the store is damaged");
  Print(absl::StrCat("verifying_the_store_of_", progress.checked(), "_documents"), SecondsSince(begin), "s");
}

}  // namespace

void MeasureEvidence(bool quick) {
  const std::string content = Pdf(quick ? 4 << 20 : 512 << 20);
  const double floor = MedianOfThree([&] { return EncryptAndWrite(content); });
  Served served("docket");
  auto channel = served.Connect();
  auto intake = v1::IntakeService::NewStub(channel);
  auto stub = v1::EvidenceService::NewStub(channel);
  v1::FileClaimResponse filed;
  grpc::ClientContext context;
  const grpc::Status status = intake->FileClaim(&context, WholeFiling(served.fixtures(), 1), &filed);
  if (!status.ok()) Stop(status.error_message());
  int number = 0;
  const double rate = MedianOfThree([&] {
    return UploadMebibytesASecond(*stub, filed.case_id(), absl::StrCat("large ", number++), content);
  });
  Print("upload_of_a_document", rate, "MiB/s", "encrypting_and_writing", floor, 0.6);
  MeasureDocuments(*stub, filed, quick ? 100 : 10'000);
}

void MeasureVerify(bool quick) {
  auto docket = OpenBenchDocket(FreshFolder("verify"), 2'048);
  FileInParts(*docket->sequencer, *docket->vault, docket->fixtures, 0, quick ? 2'000 : 300'000);
  const std::string folder = FreshFolder("exported");
  services::LogExporter exporter(folder, true);
  const auto exporting = std::chrono::steady_clock::now();
  uint64_t bytes = 0;
  (void)docket->log->Read(0, [&](uint64_t, absl::string_view record) {
    bytes += record.size();
    return exporter.Add(record).ok();
  });
  auto key = merkle::SigningKey::Generate("example.org/bench", merkle::KeyType::kEd25519);
  const merkle::Checkpoint checkpoint{"example.org/bench", exporter.size(),
                                      *docket->log->Root(exporter.size()), ""};
  merkle::SignedNote note;
  note.text = checkpoint.Text();
  note.Sign(*key);
  if (!exporter.Finish(note.Format()).ok()) Stop("can't export");
  const double events = static_cast<double>(checkpoint.size);
  Print("exporting_the_log", events / SecondsSince(exporting), "events/s");
  // The floor: SHA-256 over the same records, one by one, from memory.
  std::vector<std::string> records;
  (void)docket->log->Read(0, [&](uint64_t, absl::string_view record) {
    records.emplace_back(record);
    return true;
  });
  const double floor = MedianOfThree([&] {
    const auto begin = std::chrono::steady_clock::now();
    for (const std::string& record : records) (void)merkle::LeafHash(record);
    return events / SecondsSince(begin);
  });
  records.clear();
  tools::VerifyOptions options;
  options.folder = folder;
  options.log_key = key->verifier();
  options.scratch = FreshFolder("fold");
  for (bool fold : {false, true}) {
    options.fold = fold;
    const double rate = MedianOfThree([&] {
      const auto begin = std::chrono::steady_clock::now();
      auto report = tools::VerifyLog(options);
      if (!report.ok() || !report->proven) Stop("the log is not proven");
      return events / SecondsSince(begin);
    });
    Print(fold ? "verifying_the_log_and_folding_it" : "verifying_the_log", rate, "events/s",
          "sha256_of_the_records", floor, fold ? 0 : 0.5);
  }
}

}  // namespace klaim::benchmark
