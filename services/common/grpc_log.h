// What gRPC tells of itself. Its sentences quote what callers sent, headers and all: a token, a purpose, a name. The journal is
// told where in gRPC's source something went wrong, and no more.
#pragma once

namespace klaim::services {

// Before any other use of gRPC.
void KeepCallersWordsOutOfTheJournal();

}  // namespace klaim::services
