// klaim statement: what became of a claim, or of a settlement, on paper: for the claimant, and for a court.

#include <hpdf.h>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "services/common/system_clock.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/money/plans.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

// From Debian's fonts-dejavu-core: names in any script that it has, which the built-in fonts don't.
constexpr char kFont[] = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
constexpr char kBoldFont[] = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";
constexpr float kMargin = 50;
constexpr float kLine = 15;

// A page after the other, from the top.
class Paper {
 public:
  Paper() : document_(HPDF_New([](HPDF_STATUS, HPDF_STATUS, void*) {}, nullptr)) {
    HPDF_SetCompressionMode(document_, HPDF_COMP_ALL);
    HPDF_UseUTFEncodings(document_);
    font_ = Load(kFont);
    bold_ = Load(kBoldFont);
    NewPage();
  }
  ~Paper() { HPDF_Free(document_); }

  void Title(const std::string& text) {
    Write(text, bold_, 15, 0);
    down_ += kLine;
  }
  void Heading(const std::string& text) {
    down_ += kLine / 2;
    Write(text, bold_, 10, 0);
  }
  void Line(const std::string& text) { Write(text, font_, 9, 0); }
  // Cells at fixed places across the page.
  void Row(const std::vector<std::string>& cells, bool head = false) {
    Room();
    float x = kMargin;
    const float width = (HPDF_Page_GetWidth(page_) - 2 * kMargin) / static_cast<float>(cells.size());
    for (const std::string& cell : cells) {
      Put(cell, head ? bold_ : font_, 8, x);
      x += width;
    }
    down_ += kLine;
  }

  absl::Status Save(const std::string& path) {
    if (font_ == nullptr || bold_ == nullptr) {
      return absl::NotFoundError("the fonts are missing: install fonts-dejavu-core");
    }
    if (HPDF_SaveToFile(document_, path.c_str()) != HPDF_OK) {
      return absl::InternalError(absl::StrCat("can't write ", path));
    }
    return absl::OkStatus();
  }

 private:
  HPDF_Font Load(const char* file) {
    const char* name = HPDF_LoadTTFontFromFile(document_, file, HPDF_TRUE);
    return name == nullptr ? nullptr : HPDF_GetFont(document_, name, "UTF-8");
  }
  void NewPage() {
    page_ = HPDF_AddPage(document_);
    HPDF_Page_SetSize(page_, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
    down_ = kMargin;
  }
  void Room() {
    if (down_ + kLine > HPDF_Page_GetHeight(page_) - kMargin) NewPage();
  }
  void Put(const std::string& text, HPDF_Font font, float size, float x) {
    if (font == nullptr) return;
    HPDF_Page_BeginText(page_);
    HPDF_Page_SetFontAndSize(page_, font, size);
    HPDF_Page_TextOut(page_, x, HPDF_Page_GetHeight(page_) - down_, text.c_str());
    HPDF_Page_EndText(page_);
  }
  // StatementWords that don't fit go on in the next line.
  void Write(const std::string& text, HPDF_Font font, float size, float indent) {
    std::string rest = text;
    while (!rest.empty() && font != nullptr) {
      Room();
      HPDF_Page_SetFontAndSize(page_, font, size);
      const float width = HPDF_Page_GetWidth(page_) - 2 * kMargin - indent;
      HPDF_UINT fits = HPDF_Page_MeasureText(page_, rest.c_str(), width, HPDF_TRUE, nullptr);
      if (fits == 0 || fits > rest.size()) fits = static_cast<HPDF_UINT>(rest.size());
      Put(rest.substr(0, fits), font, size, kMargin + indent);
      rest.erase(0, fits);
      down_ += size + 6;
    }
  }

  HPDF_Doc document_;
  HPDF_Font font_ = nullptr;
  HPDF_Font bold_ = nullptr;
  HPDF_Page page_ = nullptr;
  float down_ = 0;
};

// Indonesian, or English.
struct StatementWords {
  bool english;
  std::string operator()(const char* indonesian, const char* text) const {
    return english ? text : indonesian;
  }
};

std::string Now() { return TimeText(services::SystemClockMicros()); }

absl::Status StatementOfClaim(Connection& connection, uint64_t claim_id, const StatementWords& say,
                              const std::string& path) {
  v1::GetClaimRequest ask;
  ask.set_claim_id(claim_id);
  v1::GetClaimResponse answer;
  absl::Status status = connection.Call(&v1::IntakeService::Stub::GetClaim, ask, answer);
  if (!status.ok()) return status;
  const v1::Claim& claim = answer.claim();
  v1::GetClaimantRequest ask_name;
  ask_name.set_claimant_id(claim.filed().claimant_id());
  v1::GetClaimantResponse named;
  status = connection.Call(&v1::IntakeService::Stub::GetClaimant, ask_name, named);
  if (!status.ok()) return status;
  const std::string& name = named.claimant().person().name().clear();
  Paper paper;
  paper.Title(say("Keterangan klaim", "Statement of claim"));
  paper.Line(absl::StrCat(say("Pemohon: ", "Claimant: "), name.empty() ? say("(tersegel)", "(sealed)") : name,
                          say(", nomor ", ", number "), claim.filed().claimant_id()));
  paper.Line(absl::StrCat(say("Klaim nomor ", "Claim number "), claim_id, say(", keadaan: ", ", status: "),
                          EnumName(claim.status())));
  paper.Heading(say("Pokok klaim", "Heads of claim"));
  paper.Row({say("pokok", "head"), say("diklaim", "claimed"), say("ditetapkan", "determined"),
             say("dialokasikan", "allocated"), say("dibayar", "paid")},
            true);
  for (const v1::HeadState& head : claim.heads()) {
    paper.Row({head.code(), MoneyText(head.claimed_minor(), claim.currency()),
               MoneyText(head.determined_minor(), claim.currency()),
               MoneyText(head.allocated_minor(), claim.currency()),
               MoneyText(head.paid_minor(), claim.currency())});
    if (head.overpaid_minor() != 0) {
      paper.Line(absl::StrCat(head.code(), say(": harus dikembalikan ", ": to be paid back "),
                              MoneyText(head.overpaid_minor(), claim.currency())));
    }
    if (head.credited_minor() == 0) continue;
    paper.Line(absl::StrCat(head.code(), say(": diterima dengan cara lain ", ": got otherwise "),
                            MoneyText(head.credited_minor(), claim.currency()),
                            say(", masih terutang ", ", still owed "),
                            MoneyText(head.owed_minor(), claim.currency())));
  }
  paper.Heading(say("Dasar", "Basis"));
  paper.Line(
      say("Setiap angka berasal dari catatan peristiwa yang tidak dapat diubah; siapa pun dapat memeriksanya "
          "dengan "
          "`klaim audit explain`.",
          "Every figure comes from a record of events that can't be altered; anyone can check it with `klaim "
          "audit "
          "explain`."));
  paper.Line(absl::StrCat(say("Dibuat ", "Made on "), Now()));
  return paper.Save(path);
}

absl::Status StatementOfSettlement(Connection& connection, uint64_t settlement_id, const StatementWords& say,
                                   const std::string& path) {
  ASSIGN_OR_RETURN(auto found, FindSettlement(connection, settlement_id));
  v1::GetCompensationRequest figures_of;
  figures_of.set_subject(v1::COMPENSATION_SUBJECT_SETTLEMENT);
  figures_of.set_subject_id(settlement_id);
  v1::GetCompensationResponse figures;
  RETURN_IF_ERROR(connection.Call(&v1::CompensationService::Stub::GetCompensation, figures_of, figures));
  const std::string& currency = found.recorded().amount().currency();
  Paper paper;
  paper.Title(say("Pertanggungjawaban penyelesaian", "Account of a settlement"));
  paper.Line(absl::StrCat(say("Penyelesaian nomor ", "Settlement number "), settlement_id, ", ",
                          found.recorded().forum()));
  paper.Heading(say("Angsuran", "Instalments"));
  paper.Row({say("nomor", "number"), say("jatuh tempo", "due"), say("dijanjikan", "promised"),
             say("diterima", "received")},
            true);
  for (int i = 0; i < found.recorded().instalments_size(); ++i) {
    const auto& instalment = found.recorded().instalments(i);
    paper.Row({absl::StrCat(i + 1), DateText(instalment.due_on()), MoneyText(found.due_minor(i), currency),
               MoneyText(found.received_minor(i), currency)});
  }
  paper.Heading(say("Uang", "The money"));
  paper.Row({say("terlambat", "overdue"), MoneyText(found.overdue_minor(), currency)});
  paper.Row({say("bunga keterlambatan", "interest on what was late"),
             MoneyText(found.late_interest_minor(), currency)});
  paper.Row({say("bunga yang diterima", "interest received"),
             MoneyText(found.late_interest_received_minor(), currency)});
  paper.Row({say("biaya", "costs"), MoneyText(found.costs_minor(), currency)});
  paper.Row(
      {say("disimpan untuk para klaim", "held for the claims"), MoneyText(found.in_trust_minor(), currency)});
  paper.Row({say("di antaranya cadangan", "of it the reserve"), MoneyText(found.reserve_minor(), currency)});
  paper.Row({say("kelebihan bayar", "received in excess"), MoneyText(found.excess_minor(), currency)});
  for (const auto& row : figures.figures()) {
    paper.Row({say("dialokasikan", "allocated"), MoneyText(row.allocated_minor(), currency)});
    paper.Row({say("dibayar", "paid"), MoneyText(row.paid_minor(), currency)});
    paper.Row({say("dikembalikan bank", "returned by banks"), MoneyText(row.returned_minor(), currency)});
    if (row.repaid_minor() != 0) {
      paper.Row(
          {say("dikembalikan pemohon", "paid back by claimants"), MoneyText(row.repaid_minor(), currency)});
    }
  }
  paper.Line(absl::StrCat(say("Dibuat ", "Made on "), Now()));
  return paper.Save(path);
}

}  // namespace

void AddStatement(CLI::App& app, Connection& connection) {
  auto* statement = app.add_subcommand("statement", "What became of a claim or a settlement, as a PDF");
  statement->require_subcommand(1);
  auto id = std::make_shared<uint64_t>(0);
  auto path = std::make_shared<std::string>();
  auto english = std::make_shared<bool>(false);
  for (const bool of_claim : {true, false}) {
    auto* command = of_claim ? statement->add_subcommand("claim", "For the claimant")
                             : statement->add_subcommand("settlement", "For a court");
    command->add_option("NUMBER", *id, "Number of the claim or settlement")->required();
    command->add_option("--out", *path, "Where to write it")->required();
    command->add_flag("--english", *english, "In English; Indonesian without");
    command->footer("Example:\n  klaim statement claim 896 --out klaim-896.pdf");
    OnCall(command, connection, [=, &connection] {
      const StatementWords say{*english};
      return of_claim ? StatementOfClaim(connection, *id, say, *path)
                      : StatementOfSettlement(connection, *id, say, *path);
    });
  }
}

}  // namespace klaim::tools
