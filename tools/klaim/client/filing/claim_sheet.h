// What the lines of an organisation's claim sheet mean. Columns may be named in Indonesian or English:
//
//   nomor|reference                     the organisation's own number of the line; required, unique
//   nama|name                           required
//   nik|national_id, tanggal_lahir|birth_date, telepon|phone, desa|village (Kemendagri code), alamat|address
//   selaku|capacity                     pekerja (default), istri, suami, orang_tua, anak, ahli_waris, wali
//   keadaan|worker_status               pulang, di_luar_negeri, hilang, meninggal; required
//   tanggal_persetujuan|consent_date    when the claimant consented; required
//   tujuan|destination                  ISO country; pekerjaan|job; kapal|vessel
//   mulai_kerja|began_on, selesai_kerja|ended_on
//   termohon|respondents                names, other names or licence numbers as registered, with | between;
//   required pos_1|head_1, jumlah_1|amount_1     head and amount claimed; and up to _3 dari_1|from_1,
//   sampai_1|until_1, bulan_1|months_1, upah_1|wage_1, dibayar_1|paid_1, bukti_1|documented_1 bic|bank_bic,
//   rekening|account_number, pemilik_rekening|account_holder
//
// Dates are day first, amounts as in 1.250.000,00.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "klaim/v1/claimant_events.pb.h"
#include "klaim/v1/intake_service.pb.h"
#include "klaim/v1/registry_service.pb.h"
#include "tools/klaim/client/spreadsheet.h"

namespace klaim::tools {

struct CellProblem {
  size_t line;
  std::string column;
  std::string what;
};

struct ClaimLine {
  const SpreadsheetRow* row = nullptr;
  std::string reference;
  v1::FileClaimRequest filing;
  v1::PayoutAccount account;  // number unset when the sheet has none
  std::vector<CellProblem> problems;
};

// Names, aliases and licence numbers of respondents, folded so that case, spaces and dots don't matter.
using RespondentNames = std::map<std::string, std::vector<uint64_t>>;
std::string FoldName(const std::string& name);

struct SheetOptions {
  // Names a sheet whose numbers begin anew, so that its line 1 isn't that of another sheet of the organisation.
  std::string series;
  int64_t now_micros = 0;  // for dates that can't be
};

// The columns that a sheet may have, in either language. One that has both names of a column is refused by CheckClaimColumns.
absl::Status CheckClaimColumns(const Spreadsheet& sheet, const std::vector<std::string>& left_out);

// One entry a row. A reference that stands twice is a problem of the later line.
std::vector<ClaimLine> ReadClaims(const Spreadsheet& sheet, const v1::Programme& programme,
                                  const RespondentNames& names, const SheetOptions& options);

}  // namespace klaim::tools
