#include "services/jobs/long_work.h"

#include "services/docket/import_staging.h"
#include "services/jobs/export_folders.h"
#include "services/jobs/import_export_service.h"
#include "services/jobs/job_runner.h"
#include "services/jobs/mass_decision_service.h"

namespace klaim::services {
namespace {

class LongWorkOfDocket final : public LongWork {
 public:
  LongWorkOfDocket(CallPipeline& calls, PersonLinker& linker, const RespondentLinker& respondents,
                   const std::string& checkpoint_file)
      : staging_(calls.docket().folder.imports(), *calls.docket().vault),
        exports_(calls.docket().folder.exports(), checkpoint_file),
        runner_(JobTools{calls, linker, respondents, staging_, exports_}),
        services_(ListOf(std::make_unique<MassDecisionService>(calls, checkpoint_file, runner_),
                         std::make_unique<ImportExportService>(calls, staging_, exports_, runner_))) {}

  const GrpcServices& services() const override { return services_; }

 private:
  ImportStaging staging_;
  ExportFolders exports_;
  JobRunner runner_;
  GrpcServices services_;
};

}  // namespace

std::unique_ptr<LongWork> LongWork::Begin(CallPipeline& calls, PersonLinker& linker,
                                          const RespondentLinker& respondents,
                                          const std::string& checkpoint_file) {
  return std::make_unique<LongWorkOfDocket>(calls, linker, respondents, checkpoint_file);
}

}  // namespace klaim::services
