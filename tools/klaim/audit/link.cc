// klaim link: which lines of a file are of one person. Needs no docket: the same engine on any file of persons.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/return_if_error.h"
#include "engine/linkage/linker.h"
#include "services/common/csv_line.h"
#include "services/common/nearest_name.h"
#include "tools/klaim/audit/commands.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/spreadsheet.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

struct Options {
  std::string file;
  std::string out;
  std::string pairs;
  linkage::Model::ErrorRates rates;
};

std::string NameOf(const SpreadsheetRow& row) {
  const std::string name = row.Cell("name");
  if (!name.empty()) return name;
  return absl::StrCat(row.Cell("given_name"), " ", row.Cell("family_name"));
}

// In bits, as the score is a sum of what each field says: "name same +17.2, birth_date one_error +4.1".
std::string ExplanationText(const std::vector<linkage::FieldWeight>& weights) {
  std::string text;
  for (const linkage::FieldWeight& weight : weights) {
    absl::StrAppendFormat(&text, "%s%s %s %+.1f", text.empty() ? "" : ", ", linkage::FieldName(weight.field),
                          linkage::LevelName(weight.level), weight.bits);
  }
  return text;
}

class FileLinker {
 public:
  absl::Status Read(const std::string& path) {
    ASSIGN_OR_RETURN(auto sheet, ReadSpreadsheet(path, Encoding::kUtf8));
    const auto has = [&](const char* column) { return sheet.columns->contains(column); };
    if (!has("record_id") || !(has("name") || has("given_name") || has("family_name"))) {
      return absl::InvalidArgumentError(
          absl::StrCat(path,
                       " needs the columns record_id and given_name, family_name or name; of birth_date, "
                       "address, locality, national_id and phone those that are known"));
    }
    static const std::set<std::string> kKnown = {"record_id",   "name",        "given_name",
                                                 "family_name", "birth_date",  "address",
                                                 "locality",    "national_id", "phone"};
    for (const std::string& column : sheet.header) {
      if (kKnown.contains(column)) continue;
      const std::string nearest = services::NearestName(column, {kKnown.begin(), kKnown.end()});
      std::cerr << path << ": the column \"" << column << "\" isn't known, and is left alone"
                << (nearest.empty() ? "" : absl::StrCat(": is ", nearest, " meant?")) << std::endl;
    }
    std::set<std::string> ids;
    for (const SpreadsheetRow& row : sheet.rows) {
      if (!ids.insert(row.Cell("record_id")).second) {
        return absl::InvalidArgumentError(
            absl::StrCat(path, " line ", row.line, ": record_id stands in an earlier line too"));
      }
      if (!row.problem.empty()) {
        return absl::InvalidArgumentError(absl::StrCat(path, " line ", row.line, ": ", row.problem));
      }
      ids_.push_back(row.Cell("record_id"));
      persons_.push_back(linkage::ReadPerson({NameOf(row), row.Cell("birth_date"), row.Cell("national_id"),
                                              row.Cell("phone"), row.Cell("locality"), row.Cell("address")},
                                             lexicons_));
    }
    return absl::OkStatus();
  }

  void Link(const linkage::Model::ErrorRates& rates, Progress& progress) {
    result_ = linkage::LinkAll(persons_, lexicons_, rates, [&](double share) {
      progress.Set(static_cast<uint64_t>(share * static_cast<double>(persons_.size())));
    });
  }

  absl::Status WriteClusters(std::ostream& out) const {
    // How sure a record's place is: by its strongest link, or, alone, by what speaks most against that.
    std::vector<double> strongest(persons_.size(), 0);
    for (const linkage::ScoredPair& pair : result_.pairs) {
      const double probability = result_.model.Probability(pair.bits);
      const bool together = result_.cluster[pair.one] == result_.cluster[pair.other];
      for (uint32_t record : {pair.one, pair.other}) {
        if (together || Alone(record)) strongest[record] = std::max(strongest[record], probability);
      }
    }
    out << "record_id,cluster_id,score\n";
    for (size_t i = 0; i < persons_.size(); ++i) {
      const double score = Alone(static_cast<uint32_t>(i)) ? 1 - strongest[i] : strongest[i];
      out << services::CsvLine({ids_[i], ids_[result_.cluster[i]], absl::StrFormat("%.6f", score)}, ',');
    }
    out.flush();
    return out ? absl::OkStatus() : absl::InternalError("can't write the clusters: is the disk full?");
  }

  absl::Status WritePairs(const std::string& path) const {
    std::ofstream out(path);
    out << "record_id,other_record_id,zone,probability,bits,explanation\n";
    for (const linkage::ScoredPair& pair : result_.pairs) {
      const auto comparison = linkage::Compare(persons_[pair.one], persons_[pair.other], lexicons_);
      out << services::CsvLine(
          {ids_[pair.one], ids_[pair.other], std::string(linkage::ZoneName(result_.model.ZoneOf(pair.bits))),
           absl::StrFormat("%.6f", result_.model.Probability(pair.bits)), absl::StrFormat("%.2f", pair.bits),
           ExplanationText(result_.model.Explain(comparison))},
          ',');
    }
    out.flush();
    return out ? absl::OkStatus() : absl::InternalError(absl::StrCat("can't write ", path));
  }

  std::string Summary() const {
    size_t clusters = 0;
    size_t review = 0;
    for (size_t i = 0; i < persons_.size(); ++i) clusters += result_.cluster[i] == i;
    for (const linkage::ScoredPair& pair : result_.pairs) {
      review += result_.model.ZoneOf(pair.bits) == linkage::Zone::kReview;
    }
    const linkage::HeldBack& held_back = result_.model.held_back();
    std::string summary = absl::StrCat(CountText(persons_.size()), " records, ", CountText(clusters),
                                       " persons; ", CountText(result_.pairs_compared), " pairs compared, ",
                                       CountText(review), " pairs for a person to decide.\n");
    if (held_back.pairs == 0) {
      return summary +
             "Too few pairs with national numbers on both sides met to try the model without them: what "
             "holds in most "
             "registers is taken.\n";
    }
    absl::StrAppend(&summary, "Of ", CountText(held_back.pairs),
                    " pairs whose national numbers were held back, ", CountText(held_back.sure),
                    " were sure without them, of which ", CountText(held_back.sure_and_wrong),
                    " have two numbers.\n");
    return summary;
  }

  size_t size() const { return persons_.size(); }

 private:
  bool Alone(uint32_t record) const { return !shared_.contains(record); }

 public:
  void FindShared() {
    for (uint32_t i = 0; i < persons_.size(); ++i) {
      if (result_.cluster[i] == i) continue;
      shared_.insert(i);
      shared_.insert(result_.cluster[i]);
    }
  }

 private:
  linkage::Lexicons lexicons_;
  std::vector<linkage::Person> persons_;
  std::vector<std::string> ids_;
  linkage::LinkageResult result_;
  absl::flat_hash_set<uint32_t> shared_;
};

absl::Status Run(const Options& options, bool quiet) {
  FileLinker linker;
  RETURN_IF_ERROR(linker.Read(options.file));
  {
    Progress progress("records", linker.size(), quiet);
    linker.Link(options.rates, progress);
  }
  linker.FindShared();
  if (!options.pairs.empty()) {
    RETURN_IF_ERROR(linker.WritePairs(options.pairs));
  }
  if (!quiet) std::cerr << linker.Summary();
  if (options.out.empty()) return linker.WriteClusters(std::cout);
  std::ofstream out(options.out);
  return linker.WriteClusters(out);
}

}  // namespace

void AddLink(CLI::App& app, Connection& connection) {
  auto* link = app.add_subcommand("link", "Finds which lines of a file of persons are of one person");
  auto options = std::make_shared<Options>();
  link->add_option("--csv", options->file,
                   "CSV with the columns record_id, given_name, family_name (or name), birth_date, address, "
                   "locality, national_id, phone; what is unknown is left out or empty")
      ->required();
  link->add_option("--out", options->out, "File for record_id,cluster_id,score; standard output without");
  link->add_option("--pairs", options->pairs,
                   "File for each linked or doubtful pair with its score, field by field");
  link->add_option("--false-links", options->rates.false_links,
                   "How likely a pair that is linked unseen may be wrong, 0 to 0.5")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 0.5));
  link->add_option("--least-probability", options->rates.least_probability,
                   "Below which probability a pair isn't worth a person's look, 0 to 0.5")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 0.5));
  link->footer(
      "Example:\n  klaim link --csv persons.csv --out clusters.csv --pairs pairs.csv\n"
      "A score is the probability that the record belongs to its cluster.");
  OnCall(
      link, connection, [options, &connection] { return Run(*options, connection.quiet()); }, false);
}

}  // namespace klaim::tools
