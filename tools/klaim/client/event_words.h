// Events in plain words, in Indonesian or English: for claimants, paralegals, lawyers and courts.
#pragma once

#include <string>
#include <vector>

#include "klaim/v1/common.pb.h"

namespace klaim::v1 {
class EventRecord;
}  // namespace klaim::v1

namespace klaim::tools {

enum class Language { kIndonesian, kEnglish };

// What happened, as in "Klaim diajukan".
std::string EventSentence(const v1::EventRecord& event, Language language);

// What it says, a line each, as in "Nama: Siti Aminah": every field that is set, money and dates as readers
// write them. What is sealed is told to be so.
std::vector<std::string> EventDetails(const v1::EventRecord& event, Language language);

// A value of personal data for a reader: the value, or what became of it.
std::string ProtectedText(const v1::Protected& value, Language language = Language::kIndonesian);

// Everything about a claimant, as one text for the claimant.
std::string ClaimantExportText(uint64_t claimant_id, const std::vector<v1::EventRecord>& events,
                               Language language);

}  // namespace klaim::tools
