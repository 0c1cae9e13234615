// klaim vault: the master key that opens all data keys.

#include "absl/strings/str_cat.h"
#include "engine/privacy/master_key.h"
#include "tools/klaim/session.h"

namespace klaim::tools {

void AddVault(CLI::App& app, Session& session) {
  auto* vault = app.add_subcommand("vault", "The vault's master key: make one, change to it");
  vault->require_subcommand(1);
  auto* make = vault->add_subcommand("new-master-key", "Makes a master key in a file that only you can read");
  auto source = std::make_shared<privacy::MasterKeySource>();
  make->add_option("--file", source->place, "File to make")->required();
  make->add_option("--token", source->token,
                   "PKCS#11 URI of the AES key of a token, under which the file is to be encrypted");
  make->footer(
      "Examples:\n  klaim vault new-master-key --file /srv/klaim/master.key.next\n  klaim vault "
      "change-master-key\n"
      "  klaim vault new-master-key --file next.key --token \"pkcs11:token=klaim;object=master?"
      "module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/etc/klaim/pin\"");
  OnCall(
      make, session,
      [=] {
        absl::Status status = privacy::CreateMasterKey(*source);
        if (status.ok()) std::cout << source->place << std::endl;
        return status;
      },
      false);
  auto* change = vault->add_subcommand("change-master-key",
                                       "Wraps every data key under the next master key, while klaimd serves");
  OnCall(change, session, [&session] {
    grpc::ClientContext context;
    session.AddMetadata(context);
    auto reader = session.privacy().ChangeMasterKey(&context, v1::ChangeMasterKeyRequest());
    v1::ChangeMasterKeyResponse progress;
    uint64_t rows = 0;
    bool done = false;
    {
      Progress shown("Wrapping keys", 0, session.quiet());
      while (reader->Read(&progress)) {
        if (!progress.done()) shown.Set(rows = progress.rows());
        done |= progress.done();
      }
    }
    absl::Status status = services::FromWire(reader->Finish());
    if (status.ok() && done) {
      session.Show(progress,
                   absl::StrCat("Changed: ", CountText(rows),
                                " keys are wrapped under the new master key. Back it up, apart from the "
                                "data, and destroy copies of the one before."));
    }
    return status;
  });
}

}  // namespace klaim::tools
