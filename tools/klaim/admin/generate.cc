// klaim generate: made-up claims that look like real ones, with the truth about them.

#include "absl/strings/str_cat.h"
#include "tools/installation/shared_file.h"
#include "tools/klaim/admin/commands.h"
#include "tools/klaim/admin/sample_docket.h"
#include "tools/klaim/client/progress.h"

namespace klaim::tools {
void AddGenerate(CLI::App& app, Connection& connection) {
  auto* command =
      app.add_subcommand("generate", "Writes the files of a made-up docket, and the truth about it");
  auto options = std::make_shared<SampleOptions>();
  command->add_option("--claims", options->claims, "How many claims")->capture_default_str();
  command->add_option("--seed", options->seed, "The same seed gives the same bytes")->capture_default_str();
  command
      ->add_option("--duplicates", options->duplicates_percent,
                   "Percent of the claims that are of a person who has one already, written down anew")
      ->check(CLI::Range(0, 90))
      ->capture_default_str();
  command->add_option("--out", options->folder, "Folder to write into")->required();
  command->add_option("--areas", options->areas_file, "villages.csv of the npm package idn-area-data")
      ->default_val(SharedFile("villages.csv"));
  command->footer("Example:\n  klaim generate --claims 10000 --seed 7 --out sample");
  OnCall(
      command, connection,
      [=, &connection] {
        Progress progress("claims", options->claims, connection.quiet());
        return WriteSampleDocket(*options, [&](uint64_t claims) { progress.Set(claims); });
      },
      false);
}

}  // namespace klaim::tools
