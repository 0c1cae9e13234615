#include "tools/installation/docket_files.h"

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/signed_note.h"
#include "tools/installation/authority.h"

namespace klaim::tools {

absl::StatusOr<std::string> OriginOf(const DocketFiles& files) {
  ASSIGN_OR_RETURN(auto text, ReadFile(files.log_key()));
  auto key = merkle::SigningKey::Parse(text);
  if (!key.ok()) return absl::DataLossError(absl::StrCat(files.log_key(), ": ", key.status().message()));
  return key->verifier().name;
}

}  // namespace klaim::tools
