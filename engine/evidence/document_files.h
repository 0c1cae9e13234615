// Where whole documents lie, encrypted as they are: in a folder of this machine, or in an S3-compatible store. Documents
// that are still arriving are not here (evidence_store.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/merkle/hash.h"

namespace klaim::evidence {

// Thread-safe. `name` is a document's file name: hexadecimal, 32 characters.
class DocumentFiles {
 public:
  virtual ~DocumentFiles() = default;

  // Takes a whole file in, durably, and removes it from where it was. `sha256` is that of its bytes.
  virtual absl::Status Keep(const std::string& name, const std::string& file, const merkle::Hash& sha256) = 0;

  // The size of a file in bytes. NOT_FOUND when there is none.
  virtual absl::StatusOr<uint64_t> SizeOf(const std::string& name) const = 0;

  // `size` bytes from `offset` on, fewer where the file ends. NOT_FOUND when there is none.
  virtual absl::StatusOr<std::string> Read(const std::string& name, uint64_t offset, uint64_t size) const = 0;

  // No error when there is none.
  virtual absl::Status Remove(const std::string& name) = 0;

  // FAILED_PRECONDITION when the place is another docket's; any other error when that can't be known now.
  virtual absl::Status CheckOwner() { return absl::OkStatus(); }
};

// The files of one docket alone: a file beside them, "docket", made by the docket that comes first, holds its log's origin.
// Until that is seen to be `origin`, nothing is kept or removed. `folder` is one of this machine, where it is written first.
std::unique_ptr<DocumentFiles> OwnedBy(const std::string& origin, const std::string& folder,
                                       std::unique_ptr<DocumentFiles> files);

// SHA-256 of a file as it is. NOT_FOUND when there is none.
absl::StatusOr<merkle::Hash> HashOf(const DocumentFiles& files, const std::string& name);

// Copies a file as it is into a file of this machine, synced; SHA-256 of what was copied. NOT_FOUND when there is none.
absl::StatusOr<merkle::Hash> CopyOut(const DocumentFiles& from, const std::string& name,
                                     const std::string& file);

// FOLDER/NA/NAME, NA being the first two characters of the name.
std::unique_ptr<DocumentFiles> DocumentFilesIn(const std::string& folder);

// A bucket of an S3-compatible store.
struct S3Place {
  std::string endpoint;  // https://host or https://host:port; http:// on loopback alone
  std::string region = "us-east-1";
  std::string bucket;
  std::string prefix;  // before each name; may be empty
  std::string access_key_id;
  std::string secret_access_key;
  std::string ca_file;  // authorities to believe; empty for the system's
};

// Whether files of both would have the same names in the same bucket, whoever signs for it.
bool IsSamePlace(const S3Place& one, const S3Place& other);

// Reads NAME=VALUE lines with the names of S3Place's fields. PERMISSION_DENIED when others than its owner may read the
// file; INVALID_ARGUMENT naming the line that is wrong, or what is missing.
absl::StatusOr<S3Place> ReadS3Place(const std::string& file);

// By libcurl with AWS Signature Version 4. Calls fail with UNAVAILABLE when the store doesn't answer within half a
// minute, or refuses.
std::unique_ptr<DocumentFiles> DocumentFilesAt(const S3Place& place);

}  // namespace klaim::evidence
