#include "tools/klaim/client/event_words.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/common.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

struct Words {
  const char* indonesian;
  const char* english;
};

std::string In(Language language, const Words& words) {
  return language == Language::kIndonesian ? words.indonesian : words.english;
}

// By the event's name in EventRecord.
const std::map<std::string, Words, std::less<>>& Sentences() {
  static const auto& sentences = *new std::map<std::string, Words, std::less<>>{
      {"organisation_registered", {"Organisasi didaftarkan", "Organisation registered"}},
      {"organisation_member_added", {"Akun dibuka di organisasi", "Account opened at the organisation"}},
      {"programme_opened", {"Program klaim dibuka", "Programme opened"}},
      {"programme_closed", {"Program klaim ditutup", "Programme closed"}},
      {"respondent_registered", {"Termohon didaftarkan", "Respondent registered"}},
      {"respondents_linked", {"Dua termohon dihubungkan", "Two respondents linked"}},
      {"respondents_unlinked", {"Hubungan termohon dibatalkan", "A link was undone"}},
      {"respondent_details_added", {"Keterangan termohon bertambah", "More became known of a respondent"}},
      {"licence_status_recorded", {"Status izin dicatat", "Status of a licence recorded"}},
      {"respondent_link_suspected", {"Diduga berhubungan", "A link between respondents is suspected"}},
      {"respondent_link_refused", {"Dugaan hubungan ditolak", "A suspected link was refused"}},
      {"claimant_registered", {"Anda didaftarkan sebagai pemohon", "Claimant registered"}},
      {"claimant_consent_given", {"Persetujuan diberikan", "Consent given"}},
      {"claimant_consent_withdrawn", {"Persetujuan ditarik", "Consent withdrawn"}},
      {"payout_account_confirmed", {"Rekening pembayaran dikonfirmasi", "Payout account confirmed"}},
      {"claimant_corrected", {"Data diri diperbaiki", "Personal data corrected"}},
      {"claimant_erased", {"Data diri dihapus", "Personal data erased"}},
      {"case_opened", {"Kasus dibuka", "Case opened"}},
      {"case_note_added", {"Catatan ditambahkan", "Note added"}},
      {"case_shared", {"Kasus dibagikan kepada mitra", "Case shared with a partner"}},
      {"case_sharing_ended", {"Kasus tidak lagi dibagikan", "Case no longer shared"}},
      {"claim_filed", {"Klaim diajukan", "Claim filed"}},
      {"claim_deficiency_noticed", {"Kekurangan berkas diberitahukan", "Deficiency notice sent"}},
      {"claim_deficiency_cured", {"Kekurangan berkas dilengkapi", "Deficiency cured"}},
      {"claim_review_started", {"Pemeriksaan dimulai", "Review started"}},
      {"claim_eligibility_decided", {"Kelayakan klaim diputuskan", "Eligibility decided"}},
      {"claim_valued", {"Nilai klaim dihitung", "Claim valued"}},
      {"claim_determined", {"Nilai klaim ditetapkan", "Value determined"}},
      {"claim_grouped", {"Klaim masuk kelompok", "Claim joined a group"}},
      {"claim_opted_out", {"Pemohon keluar dari kelompok", "Claimant opted out"}},
      {"claim_allocated", {"Uang dialokasikan untuk klaim", "Money allocated to the claim"}},
      {"claim_payment_ordered", {"Pembayaran diperintahkan", "Payment ordered"}},
      {"claim_payment_released", {"Perintah pembayaran dibatalkan", "Payment order released"}},
      {"claim_paid", {"Dibayar", "Paid"}},
      {"claim_payment_returned", {"Pembayaran dikembalikan oleh bank", "Payment returned by the bank"}},
      {"claim_withdrawn", {"Klaim ditarik", "Claim withdrawn"}},
      {"claim_suspended", {"Klaim ditunda", "Claim suspended"}},
      {"claim_resumed", {"Klaim dilanjutkan", "Claim resumed"}},
      {"claim_appealed", {"Keberatan diajukan", "Appeal made"}},
      {"claim_closed", {"Klaim ditutup", "Claim closed"}},
      {"group_certified", {"Kelompok pemohon disahkan", "Claimant group certified"}},
      {"group_addendum_certified", {"Anggota kelompok ditambahkan", "Addendum to the group certified"}},
      {"settlement_recorded", {"Penyelesaian dicatat", "Settlement recorded"}},
      {"instalment_received", {"Angsuran diterima", "Instalment received"}},
      {"allocation_proposed", {"Alokasi diusulkan", "Allocation proposed"}},
      {"allocation_approved", {"Alokasi disetujui", "Allocation approved"}},
      {"allocation_rejected", {"Alokasi ditolak", "Allocation rejected"}},
      {"payment_batch_proposed", {"Daftar pembayaran diusulkan", "Payment batch proposed"}},
      {"payment_batch_approved", {"Daftar pembayaran disetujui", "Payment batch approved"}},
      {"payment_batch_rejected", {"Daftar pembayaran ditolak", "Payment batch rejected"}},
      {"payment_batch_sent", {"Daftar pembayaran dikirim ke bank", "Payment batch sent to the bank"}},
      {"payments_confirmed", {"Pembayaran dikonfirmasi bank", "Payments confirmed by the bank"}},
      {"payment_returned", {"Pembayaran dikembalikan", "Payment returned"}},
      {"account_opened", {"Akun dibuka", "Account opened"}},
      {"role_granted", {"Peran diberikan", "Role granted"}},
      {"role_withdrawn", {"Peran dicabut", "Role withdrawn"}},
      {"permission_granted", {"Izin sementara diberikan", "Permission granted for a time"}},
      {"permission_withdrawn", {"Izin sementara dicabut", "Permission withdrawn"}},
      {"account_recovered", {"Akun dipulihkan", "Account recovered"}},
      {"second_factor_enrolled", {"Faktor kedua ditambahkan", "Second factor added"}},
      {"account_closed", {"Akun ditutup", "Account closed"}},
      {"role_proposed", {"Peran diusulkan", "Role proposed"}},
      {"permission_proposed", {"Izin sementara diusulkan", "Permission for a time proposed"}},
      {"account_change_confirmed", {"Perubahan akun dikonfirmasi", "Change of the account confirmed"}},
      {"account_change_refused", {"Perubahan akun ditolak", "Change of the account refused"}},
      {"personal_data_viewed", {"Data diri dilihat", "Personal data viewed"}},
      {"document_received", {"Dokumen diterima", "Document received"}},
      {"document_linked", {"Dokumen dikaitkan dengan klaim", "Document linked to a claim"}},
      {"document_verified", {"Dokumen diperiksa", "Document verified"}},
      {"document_redacted", {"Salinan tersamar dibuat", "Redacted version made"}},
      {"document_held", {"Dokumen ditahan untuk perkara", "Document put under legal hold"}},
      {"document_hold_lifted", {"Penahanan dokumen dicabut", "Legal hold lifted"}},
      {"document_custody_noted", {"Penguasaan dokumen dicatat", "Custody of the document noted"}},
      {"claimant_claimed", {"Klaim lain diajukan", "Another claim filed"}},
      {"duplicate_suspected", {"Mungkin sudah terdaftar", "May be registered already"}},
      {"duplicate_refused", {"Dinyatakan orang yang berbeda", "Found to be two persons"}},
      {"claimant_merged", {"Digabung dengan pemohon lain", "Merged into another claimant"}},
      {"claimant_absorbed", {"Pemohon lain digabung ke sini", "Another claimant merged into this one"}},
      {"claimant_merge_undone", {"Penggabungan dibatalkan", "Merger undone"}},
      {"claimant_released", {"Penggabungan pemohon lain dibatalkan", "Merger of another claimant undone"}},
      {"family_linked", {"Dicatat sebagai keluarga", "Linked as family"}},
      {"family_unlinked", {"Hubungan keluarga dibatalkan", "Family link undone"}},
      {"heir_named", {"Ahli waris ditetapkan", "Heir named"}},
      {"heir_proposed", {"Ahli waris diusulkan", "Heir proposed"}},
      {"heir_proposal_refused", {"Usulan ahli waris ditolak", "Proposed heir refused"}},
      {"heir_payment_ordered", {"Pembayaran kepada ahli waris diperintahkan", "Payment to an heir ordered"}},
      {"claim_merged", {"Klaim digabung atau dialihkan", "Claim merged or moved"}},
      {"claim_merge_undone", {"Penggabungan klaim dibatalkan", "Merger of the claim undone"}},
      {"claim_held", {"Klaim ditahan", "Something of the claim is held"}},
      {"claim_hold_released", {"Penahanan klaim diakhiri", "A hold of the claim was ended"}},
      {"claim_move_proposed", {"Perubahan atas klaim diusulkan", "A change of the claim was proposed"}},
      {"claim_move_rejected",
       {"Usulan perubahan atas klaim ditolak", "A proposed change of the claim was rejected"}},
      {"claim_decision_revised", {"Keputusan atas klaim diubah", "The decision was revised"}},
      {"claim_overpayment_forgiven",
       {"Kelebihan bayar tidak ditagih lagi", "What was overpaid is not demanded back"}},
      {"claim_repaid", {"Kelebihan bayar dikembalikan", "What was overpaid came back"}},
      {"claim_reopened", {"Klaim dibuka kembali", "The claim goes on again"}},
      {"claim_appeal_dismissed", {"Keberatan ditolak", "An appeal was dismissed"}},
      {"claim_repayment_reversed",
       {"Pengembalian kelebihan bayar ditarik kembali", "A repayment was taken back"}},
      {"repayment_reversed",
       {"Pengembalian kelebihan bayar dibatalkan", "A repayment to the trust was taken back"}},
      {"trust_cost_paid", {"Biaya dibayar dari uang titipan", "A cost was paid out of the trust"}},
      {"allocation_taken_back",
       {"Alokasi ditarik kembali karena keputusan diubah",
        "An allocation was taken back, since the decision was revised"}},
      {"repayment_received",
       {"Kelebihan bayar diterima kembali", "What was overpaid to a claimant came back"}},
      {"claim_credited",
       {"Pemohon menerima pembayaran dengan cara lain", "The claimant got something otherwise"}},
      {"claim_credit_reversed",
       {"Pembayaran dengan cara lain dicabut", "What the claimant got otherwise was taken back"}},
      {"claim_credit_reversal_proposed",
       {"Pembayaran dengan cara lain diusulkan dicabut",
        "What the claimant got otherwise was proposed to be taken back"}},
      {"claims_proposed_separate", {"Diusulkan sebagai dua kerugian", "Proposed to be two losses"}},
      {"claims_found_separate", {"Dinyatakan dua kerugian", "Found to be two losses"}},
      {"claim_loss_joined",
       {"Dinyatakan satu kerugian dengan pokok lain, dengan batas",
        "Found to be one loss with other heads, under a ceiling"}},
      {"claim_loss_separated", {"Dinyatakan kerugian yang lain", "Found to be another loss"}},
      {"loss_opened", {"Beberapa pokok dinyatakan satu kerugian", "Heads were found to be one loss"}},
      {"loss_joined", {"Satu pokok lagi termasuk kerugian ini", "One more head pursues this loss"}},
      {"loss_separation_proposed",
       {"Satu pokok diusulkan sebagai kerugian yang lain", "A head was proposed to be another loss"}},
      {"loss_ceiling_proposed",
       {"Batas penggantian yang lebih tinggi diusulkan", "A higher ceiling was proposed"}},
      {"loss_separated", {"Satu pokok dinyatakan kerugian yang lain", "A head was found to be another loss"}},
      {"loss_ceiling_set", {"Batas penggantian diubah", "Another ceiling was set"}},
      {"claim_register_checked", {"Dicocokkan dengan daftar rujukan", "Compared with a reference register"}},
      {"claim_allocation_lapsed", {"Alokasi yang tidak diambil kembali", "Unclaimed allocation lapsed"}},
      {"settlement_receipt_recorded", {"Penerimaan dicatat", "Receipt recorded"}},
      {"receipt_attributed", {"Pembayar penerimaan disebut", "Who paid a receipt was told"}},
      {"receipt_reversed", {"Penerimaan ditarik kembali", "Receipt taken back"}},
      {"respondent_released",
       {"Termohon dibebaskan dari penyelesaian", "A respondent was let out of a settlement"}},
      {"receipts_reported", {"Penerimaan menurut bank dicatat", "Receipts reported by the bank"}},
      {"bank_profile_set", {"Ketentuan bank ditetapkan", "What the bank takes was set"}},
      {"excess_returned", {"Kelebihan bayar dikembalikan", "Excess returned"}},
      {"allocations_lapsed", {"Alokasi yang tidak diambil kembali", "Unclaimed allocations lapsed"}},
      {"settlement_move_proposed", {"Pemindahan uang penyelesaian diusulkan", "Move of money proposed"}},
      {"settlement_move_rejected", {"Pemindahan uang penyelesaian ditolak", "Move of money rejected"}},
      {"held_money_released", {"Uang tanpa penerima tidak lagi ditahan", "Money owed to nobody released"}},
      {"payment_held", {"Satu pembayaran ditahan", "A payment held"}},
      {"payment_hold_released", {"Satu pembayaran dilepas lagi", "A payment released again"}},
      {"payments_reported", {"Laporan bank atas pembayaran", "Bank report on payments"}},
      {"trust_account_opened", {"Rekening titipan dicatat", "Trust account named"}},
      {"bank_report_recorded", {"Laporan bank dicatat", "Bank report recorded"}},
      {"case_fund_opened", {"Dana perkara dibuka", "Case fund opened"}},
      {"case_fund_accrued", {"Sisa hasil usaha dibagi", "Surplus divided"}},
      {"case_cost_paid", {"Biaya perkara dibayar", "Case cost paid"}},
      {"case_fund_move_proposed",
       {"Pemindahan uang dana perkara diusulkan", "Move of the case fund's money proposed"}},
      {"case_fund_move_rejected",
       {"Pemindahan uang dana perkara ditolak", "Move of the case fund's money rejected"}},
      {"programme_rules_revised", {"Aturan program diubah", "Programme rules revised"}},
      {"meeting_scheduled", {"Mediasi atau sidang dijadwalkan", "Meeting scheduled"}},
      {"meeting_closed", {"Hasil pertemuan dicatat", "Outcome of a meeting recorded"}},
      {"transfer_stated", {"Pernyataan tentang aliran uang", "Statement on a transfer"}},
      {"case_assigned", {"Penanggung jawab kasus ditetapkan", "Case assigned"}},
      {"reference_table_published", {"Tabel acuan diterbitkan", "Reference table published"}},
      {"reference_table_extended", {"Tabel acuan ditambah", "Reference table extended"}},
      {"bulk_decision_started", {"Keputusan massal dimulai", "Bulk decision begun"}},
      {"job_cancelled", {"Pekerjaan dihentikan", "Job cancelled"}},
      {"register_matching_started",
       {"Pencocokan dengan daftar dimulai", "Matching against a register began"}},
      {"linking_started", {"Pembandingan semua pemohon dimulai", "Comparison of all claimants began"}},
      {"import_started", {"Impor dimulai", "An import is begun"}},
      {"ledger_export_started", {"Ekspor buku besar dimulai", "An export of the ledger is begun"}},
      {"log_export_started", {"Ekspor log dimulai", "An export of the log is begun"}},
      {"allocation_started", {"Perhitungan alokasi dimulai", "An allocation is being worked out"}},
      {"reference_register_published", {"Daftar rujukan diterima", "Reference register handed in"}},
      {"register_lines_added", {"Baris daftar ditambahkan", "Lines of a register added"}},
      {"reference_register_withdrawn", {"Daftar rujukan ditarik", "Reference register withdrawn"}},
      {"claim_handed_over", {"Klaim diteruskan di register lain", "Claim goes on in another docket"}},
      {"programme_handed_over",
       {"Program diteruskan di register lain", "Programme goes on in another docket"}},
      {"exchange_opened", {"Pertukaran indeks buta dibuka", "Exchange of blind indexes opened"}},
      {"blind_index_offered", {"Indeks buta diserahkan kepada mitra", "Blind index handed to the partner"}},
      {"blind_index_answered", {"Indeks buta mitra dijawab", "Blind index of the partner answered"}},
      {"exchange_matches_found",
       {"Kecocokan dengan register mitra ditemukan", "Matches with the docket of the partner found"}},
      {"exchange_closed", {"Pertukaran indeks buta ditutup", "Exchange of blind indexes closed"}},
      {"job_ended", {"Pekerjaan selesai", "Job ended"}},
      {"sample_announced", {"Sampel diumumkan", "Sample announced"}},
      {"sample_drawn", {"Sampel diundi", "Sample drawn"}},
      {"sample_reviewed", {"Klaim sampel diperiksa", "Sampled claim reviewed"}},
      {"sample_estimated", {"Kesalahan diperkirakan dari sampel", "Error estimated from the sample"}},
  };
  return sentences;
}

// By the field's name; a name that isn't here is shown as it is.
const std::map<std::string, Words, std::less<>>& Labels() {
  static const auto& labels = *new std::map<std::string, Words, std::less<>>{
      {"name", {"Nama", "Name"}},
      {"national_id", {"NIK", "National ID (NIK)"}},
      {"birth_date", {"Tanggal lahir", "Date of birth"}},
      {"phone", {"Telepon", "Phone"}},
      {"village", {"Desa", "Village"}},
      {"address", {"Alamat", "Address"}},
      {"capacity", {"Sebagai", "Capacity"}},
      {"worker_status", {"Keadaan pekerja", "Worker status"}},
      {"purpose", {"Untuk", "Purpose"}},
      {"given_on", {"Diberikan tanggal", "Given on"}},
      {"recipient_id", {"Kepada organisasi nomor", "To organisation no."}},
      {"organisation_id", {"Organisasi nomor", "Organisation no."}},
      {"claimant_id", {"Pemohon nomor", "Claimant no."}},
      {"case_id", {"Kasus nomor", "Case no."}},
      {"claim_id", {"Klaim nomor", "Claim no."}},
      {"programme_id", {"Program nomor", "Programme no."}},
      {"respondent_ids", {"Termohon nomor", "Respondents no."}},
      {"group_id", {"Kelompok nomor", "Group no."}},
      {"loss_id", {"Kerugian nomor", "Loss no."}},
      {"ceiling", {"Batas penggantian", "Ceiling"}},
      {"credited_minor", {"Dikurangkan dari yang terutang", "Taken off what is owed"}},
      {"credit_id", {"Pembayaran lain nomor", "Credit no."}},
      {"payer", {"Yang membayar", "Who paid"}},
      {"payer_id", {"Termohon yang membayar", "Respondent who paid"}},
      {"paid_on", {"Dibayar tanggal", "Paid on"}},
      {"confirmed_by_claimant", {"Diakui pemohon", "Confirmed by the claimant"}},
      {"drawn_minor", {"Diambil dari batas penggantian", "Taken of the ceiling"}},
      {"head", {"Pokok klaim", "Head of claim"}},
      {"worth", {"Kurs: satuan terkecil yang didapat", "Rate: minor units got"}},
      {"of", {"Kurs: satuan terkecil yang ditukar", "Rate: minor units given"}},
      {"reference_table_id", {"Tabel rujukan nomor", "Reference table no."}},
      {"valid_from", {"Berlaku sejak", "Holds from"}},
      {"quoted_for", {"Kurs untuk", "Quoted for"}},
      {"rights_kept", {"Hak terhadap yang lain tetap", "Rights against the others kept"}},
      {"share_minor", {"Bagian", "Share"}},
      {"scope", {"Yang ditahan", "What is held"}},
      {"hold_id", {"Penahanan nomor", "Hold no."}},
      {"kind", {"Jenis", "Kind"}},
      {"before_minor", {"Sebelumnya", "Before"}},
      {"after_minor", {"Sesudahnya", "After"}},
      {"open_minor", {"Harus dikembalikan", "To be paid back"}},
      {"forgiven_minor", {"Tidak ditagih lagi", "Not demanded back"}},
      {"status", {"Status", "Status"}},
      {"written_off", {"Dihapus karena tidak tertagih", "Written off, since it can't be had"}},
      {"appeal_id", {"Keberatan nomor", "Appeal no."}},
      {"appeal_until", {"Hari terakhir keberatan", "Last day of appealing"}},
      {"appealed_on", {"Diajukan tanggal", "Made on"}},
      {"by", {"Oleh", "By"}},
      {"late_cause", {"Sebab terlambat", "Why it was late"}},
      {"decision_stands", {"Keputusan tetap berlaku", "The decision stands"}},
      {"grounds", {"Alasan keberatan", "Grounds"}},
      {"bank_reference", {"Referensi bank", "Bank's reference"}},
      {"payment_number", {"Pembayaran nomor", "Payment no."}},
      {"payee", {"Penerima", "Payee"}},
      {"amount_minor", {"Jumlah", "Amount"}},
      {"other_claim_id", {"Klaim lain nomor", "Other claim no."}},
      {"proposal_id", {"Usulan nomor", "Proposal no."}},
      {"settlement_id", {"Penyelesaian nomor", "Settlement no."}},
      {"payment_batch_id", {"Daftar pembayaran nomor", "Payment batch no."}},
      {"holder", {"Pemilik rekening", "Account holder"}},
      {"number", {"Nomor", "Number"}},
      {"bank_bic", {"Bank (BIC)", "Bank (BIC)"}},
      {"currency", {"Mata uang", "Currency"}},
      {"job", {"Pekerjaan", "Job"}},
      {"destination", {"Negara penempatan", "Country of placement"}},
      {"origin", {"Daerah asal", "Area of origin"}},
      {"began_on", {"Mulai", "Began on"}},
      {"ended_on", {"Selesai", "Ended on"}},
      {"agreed_monthly_wage", {"Upah sebulan yang disepakati", "Agreed monthly wage"}},
      {"vessel", {"Kapal", "Vessel"}},
      {"indicators", {"Tanda kerja paksa", "Indicators of forced labour"}},
      {"at_risk", {"Dalam bahaya sekarang", "At risk now"}},
      {"text", {"Keterangan", "Text"}},
      {"code", {"Pokok klaim", "Head of claim"}},
      {"claimed", {"Diklaim", "Claimed"}},
      {"documented", {"Terbukti dengan dokumen", "Documented"}},
      {"paid", {"Sudah dibayar", "Paid already"}},
      {"monthly_wage", {"Upah sebulan", "Monthly wage"}},
      {"value", {"Nilai", "Value"}},
      {"minor_units", {"Jumlah", "Amount"}},
      {"documented_minor", {"Terbukti dengan dokumen", "Documented"}},
      {"paid_minor", {"Sudah dibayar", "Paid already"}},
      {"agreed_wage_minor", {"Upah yang disepakati", "Agreed wage"}},
      {"computation", {"Perhitungan", "Computation"}},
      {"period_from", {"Masa dari", "Period from"}},
      {"period_until", {"Masa sampai", "Period until"}},
      {"late", {"Terlambat", "Late"}},
      {"missing", {"Yang kurang", "Missing"}},
      {"answer_by", {"Dijawab sebelum", "Answer by"}},
      {"answer", {"Jawaban", "Answer"}},
      {"eligible", {"Layak", "Eligible"}},
      {"reason_code", {"Kode alasan", "Reason code"}},
      {"reasons", {"Alasan", "Reasons"}},
      {"reason", {"Alasan", "Reason"}},
      {"booked_on", {"Dibukukan tanggal", "Booked on"}},
      {"title", {"Judul", "Title"}},
      {"media_type", {"Jenis berkas", "Media type"}},
      {"file_name", {"Nama berkas", "File name"}},
      {"size_bytes", {"Ukuran (bita)", "Size (bytes)"}},
      {"viewer", {"Oleh", "By"}},
      {"roles", {"Peran", "Roles"}},
      {"role", {"Peran", "Role"}},
      {"proposed_roles", {"Peran yang diusulkan", "Roles proposed"}},
      {"permission", {"Izin", "Permission"}},
      {"waits", {"Menunggu administrator lain", "Waits for another administrator"}},
      {"proposal", {"Usulan nomor", "Proposal no."}},
      {"password_void", {"Kata sandi tidak berlaku lagi", "Password void"}},
  };
  return labels;
}

std::string LabelOf(const FieldDescriptor& field, Language language) {
  const auto found = Labels().find(field.name());
  return found == Labels().end() ? field.name() : In(language, found->second);
}

// "CLAIMANT_CAPACITY_WORKER" of enum ClaimantCapacity is "worker".
std::string EnumText(const google::protobuf::EnumValueDescriptor& value) {
  return absl::StrReplaceAll(EnumName(*value.type(), value.number()), {{"_", " "}});
}

// Numbers that mean nothing to a reader.
bool IsInternal(const std::string& name) {
  return name == "key_id" || name == "similar_key_ids" || name == "salt" || name == "content_key_id" ||
         name == "request_content" || name == "code_hash";
}

class Details {
 public:
  explicit Details(Language language) : language_(language) {}

  void Describe(const Message& message) {
    const auto& reflection = *message.GetReflection();
    // Amounts are in the currency that their message names; in none, rather than another's, where it leaves it out.
    if (const auto* own = message.GetDescriptor()->FindFieldByName("currency");
        own != nullptr && own->cpp_type() == FieldDescriptor::CPPTYPE_STRING)
      currency_ = reflection.GetString(message, own);
    const std::string currency = currency_;
    for (const FieldDescriptor* field : FieldsToTell(message)) {
      if (IsInternal(field->name())) continue;
      currency_ = currency.empty() ? currency_ : currency;  // whatever a message within it named
      if (field->is_repeated() && field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        std::vector<std::string> values;
        for (int i = 0; i < reflection.FieldSize(message, field); ++i)
          values.push_back(Scalar(message, *field, i));
        Add(*field, absl::StrJoin(values, ", "));
      } else if (field->is_repeated()) {
        for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
          Nested(*field, reflection.GetRepeatedMessage(message, field, i));
        }
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Nested(*field, reflection.GetMessage(message, field));
      } else {
        Add(*field, Scalar(message, *field, -1));
      }
    }
  }

  std::vector<std::string> lines() && { return std::move(lines_); }

 private:
  // Those that are set, and those of which nought is an answer.
  static std::vector<const FieldDescriptor*> FieldsToTell(const Message& message) {
    std::vector<const FieldDescriptor*> fields;
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message.GetDescriptor()->field(i);
      const std::string& name = field->name();
      const bool tells_nought = name == "eligible" || name == "before_minor" || name == "after_minor";
      const bool set = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) > 0
                                            : message.GetReflection()->HasField(message, field);
      if (set || tells_nought) fields.push_back(field);
    }
    return fields;
  }

  void Nested(const FieldDescriptor& field, const Message& message) {
    if (const auto* money = dynamic_cast<const v1::Money*>(&message)) {
      currency_ = money->currency();
      return Add(field, MoneyText(money->minor_units(), money->currency()));
    }
    if (const auto* date = dynamic_cast<const v1::PartialDate*>(&message)) return Add(field, DateText(*date));
    if (const auto* area = dynamic_cast<const v1::AreaCode*>(&message)) return Add(field, area->code());
    if (const auto* value = dynamic_cast<const v1::Protected*>(&message)) {
      return Add(field, ProtectedText(*value, language_));
    }
    Describe(message);
  }

  void Add(const FieldDescriptor& field, const std::string& value) {
    if (value.empty()) return;
    lines_.push_back(absl::StrCat(LabelOf(field, language_), ": ", value));
  }

  std::string Scalar(const Message& message, const FieldDescriptor& field, int index) const {
    const auto& reflection = *message.GetReflection();
    const bool repeated = index >= 0;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text = repeated ? reflection.GetRepeatedString(message, &field, index)
                                          : reflection.GetString(message, &field);
        return field.type() == FieldDescriptor::TYPE_BYTES ? absl::BytesToHexString(text) : text;
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.GetBool(message, &field) ? In(language_, {"ya", "yes"})
                                                   : In(language_, {"tidak", "no"});
      case FieldDescriptor::CPPTYPE_ENUM:
        return EnumText(repeated ? *reflection.GetRepeatedEnum(message, &field, index)
                                 : *reflection.GetEnum(message, &field));
      case FieldDescriptor::CPPTYPE_INT64:
        if (absl::StrContains(field.name(), "minor") && !repeated && !currency_.empty()) {
          return MoneyText(reflection.GetInt64(message, &field), currency_);
        }
        return absl::EndsWith(field.name(), "_micros") && !repeated
                   ? TimeText(reflection.GetInt64(message, &field))
                   : absl::StrCat(repeated ? reflection.GetRepeatedInt64(message, &field, index)
                                           : reflection.GetInt64(message, &field));
      case FieldDescriptor::CPPTYPE_UINT64:
        return absl::StrCat(repeated ? reflection.GetRepeatedUInt64(message, &field, index)
                                     : reflection.GetUInt64(message, &field));
      case FieldDescriptor::CPPTYPE_UINT32:
        return absl::StrCat(repeated ? reflection.GetRepeatedUInt32(message, &field, index)
                                     : reflection.GetUInt32(message, &field));
      default:
        return "?";
    }
  }

  const Language language_;
  std::string currency_;  // in which amounts without one of their own are: the one told last
  std::vector<std::string> lines_;
};

}  // namespace

std::string ProtectedText(const v1::Protected& value, Language language) {
  if (value.has_clear()) return value.clear();
  if (value.has_erased()) return In(language, {"(sudah dihapus)", "(erased)"});
  if (value.has_sealed()) return In(language, {"(tersegel)", "(sealed)"});
  return "-";
}

std::string EventSentence(const v1::EventRecord& event, Language language) {
  const auto found = Sentences().find(EventName(event));
  return found == Sentences().end() ? EventName(event) : In(language, found->second);
}

std::vector<std::string> EventDetails(const v1::EventRecord& event, Language language) {
  const auto* arm =
      event.GetReflection()->GetOneofFieldDescriptor(event, v1::EventRecord::descriptor()->oneof_decl(0));
  if (arm == nullptr) return {};
  Details details(language);
  details.Describe(event.GetReflection()->GetMessage(event, arm));
  return std::move(details).lines();
}

std::string ClaimantExportText(uint64_t claimant_id, const std::vector<v1::EventRecord>& events,
                               Language language) {
  std::string text = absl::StrCat(
      In(language,
         {"Semua data yang disimpan tentang pemohon nomor ", "Everything that is held about claimant no. "}),
      claimant_id, "\n",
      In(language,
         {"Anda berhak meminta perbaikan, menarik persetujuan, dan meminta penghapusan (UU 27/2022).\n",
          "You may ask for correction, withdraw a consent, and ask for erasure (Law 27/2022).\n"}));
  for (const v1::EventRecord& event : events) {
    absl::StrAppend(&text, "\n", TimeText(event.recorded_at_micros()), "  ", EventSentence(event, language),
                    "  (", In(language, {"dicatat oleh ", "recorded by "}), event.actor(), ", no. ",
                    event.sequence(), ")\n");
    for (const std::string& line : EventDetails(event, language)) absl::StrAppend(&text, "    ", line, "\n");
  }
  return text;
}

}  // namespace klaim::tools
