// klaim docket split: some programmes of a docket go on in a docket of their own.

#include "services/docket/docket_split.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/return_if_error.h"
#include "engine/evidence/document_files.h"
#include "engine/merkle/hash.h"
#include "engine/privacy/master_key.h"
#include "services/docket/docket_opening.h"
#include "tools/installation/docket_files.h"
#include "tools/klaim/admin/commands.h"
#include "tools/klaim/admin/installation.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

struct Asked {
  DocketFiles files;
  DocketFiles into;
  std::vector<uint64_t> programmes;
  std::string name;
  std::string new_name;
  privacy::MasterKeySource master_key;  // of the docket; its own file where it is empty
  std::string evidence;                 // file with the place of the docket's documents; empty for its folder
  std::string new_evidence;             // the same of the new one
  std::vector<std::string> hosts = {"localhost", "127.0.0.1"};
};

absl::StatusOr<services::DocketPlaces> PlacesOf(const DocketFiles& files,
                                                const privacy::MasterKeySource& master_key,
                                                const std::string& evidence) {
  services::DocketPlaces places;
  ASSIGN_OR_RETURN(auto origin, OriginOf(files));
  places.origin = std::move(origin);
  places.master_key = {master_key, {master_key.place + ".next", master_key.token}};
  if (evidence.empty()) return places;
  ASSIGN_OR_RETURN(auto place, evidence::ReadS3Place(evidence));
  places.evidence = place;
  return places;
}

// Says what is being done, each thing on a line of its own.
class Steps {
 public:
  explicit Steps(bool quiet) : quiet_(quiet) {}
  void Say(const std::string& doing, uint64_t done, uint64_t total) {
    if (doing != doing_) {
      shown_.reset();
      shown_ = std::make_unique<Progress>(doing, total, quiet_);
      doing_ = doing;
    }
    shown_->Set(done);
  }

 private:
  const bool quiet_;
  std::string doing_;
  std::unique_ptr<Progress> shown_;
};

absl::Status Split(const Asked& asked, const Connection& connection) {
  if (!std::filesystem::exists(asked.into.master_key())) {
    RETURN_IF_ERROR(MakeInstallation(asked.into, asked.new_name, "", asked.hosts));
  }
  auto places =
      PlacesOf(asked.files,
               asked.master_key.place.empty() ? privacy::MasterKeySource{asked.files.master_key(), ""}
                                              : asked.master_key,
               asked.evidence);
  if (!places.ok()) return places.status();
  services::SplitOrder order;
  order.programme_ids = asked.programmes;
  order.name = asked.name;
  order.new_name = asked.new_name;
  order.new_data = asked.into.data();
  ASSIGN_OR_RETURN(auto new_places, PlacesOf(asked.into, {asked.into.master_key(), ""}, asked.new_evidence));
  order.new_places = new_places;
  absl::StatusOr<services::SplitResult> split;
  {
    ASSIGN_OR_RETURN(auto docket, services::Open(
                                      asked.files.data(), *places, [](uint64_t) { return true; },
                                      [](const absl::Status&) {}));
    Steps steps(connection.quiet());
    split = services::SplitDocket(
        *docket, order,
        [&](const std::string& doing, uint64_t done, uint64_t total) { steps.Say(doing, done, total); });
    docket->sequencer->Stop();
  }
  if (!split.ok()) return split.status();
  RETURN_IF_ERROR(IssueToFirstPeople(asked.into));
  std::cout
      << "Split: programmes " << absl::StrJoin(asked.programmes, ", ") << " with " << CountText(split->claims)
      << " claims of " << CountText(split->claimants) << " claimants go on in " << asked.into.root << "; "
      << CountText(split->in_both) << " of these claimants have claims in both.\nBoth logs share "
      << CountText(split->shared_size) << " records with the tree root "
      << merkle::ToHex(merkle::AsBytes(split->shared_root)) << ".\nKeep a copy of " << asked.into.master_key()
      << " apart from the data. Next: klaimd --docket " << asked.into.root
      << "; passwords are made anew there (klaim account recover), certificates are in people/.\nBackups of "
         "before hold what was destroyed here: let them go when they may."
      << std::endl;
  return absl::OkStatus();
}

}  // namespace

void AddSplit(CLI::App& docket, Connection& connection) {
  auto* command = docket.add_subcommand(
      "split",
      "Makes two dockets of one: programmes go on, with their claims, people and documents, in a docket of "
      "their own. "
      "Both logs share what was before. Stop klaimd first; bring a docket of a cluster back first (klaim "
      "docket move "
      "--back). Refused while money of a programme is under way. When it is cut off, repeat it");
  auto asked = std::make_shared<Asked>();
  command->add_option("--docket", asked->files.root, "Folder of the docket")->required();
  command->add_option("--into", asked->into.root, "Folder to make for the new docket")->required();
  command->add_option("--programme", asked->programmes, "Number of a programme that goes; may be repeated")
      ->required();
  command->add_option("--name", asked->name, "What the new docket calls the old one")->required();
  command->add_option("--new-name", asked->new_name, "What the old docket calls the new one")->required();
  command->add_option("--master-key", asked->master_key.place,
                      "File of the docket's master key (default: master.key in its folder)");
  command->add_option("--master-key-token", asked->master_key.token,
                      "PKCS#11 URI of the token's key that encrypts it");
  command->add_option("--evidence-s3", asked->evidence, "Where the docket's documents lie, as klaimd has it");
  command->add_option("--new-evidence-s3", asked->new_evidence,
                      "Where the new docket's documents are to lie: another bucket or prefix; "
                      "the same is refused");
  command
      ->add_option("--host", asked->hosts, "Names and IP addresses under which the new klaimd will be called")
      ->capture_default_str();
  command->footer(
      "Example:\n  klaim docket split --docket /srv/klaim/sbmi --into /srv/klaim/hk --programme 12 "
      "--programme 40 "
      "--name \"SBMI\" --new-name \"Serikat Hong Kong\"");
  OnCall(
      command, connection, [asked, &connection] { return Split(*asked, connection); }, false);
}

}  // namespace klaim::tools
