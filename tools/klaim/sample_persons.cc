#include "tools/klaim/sample_persons.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace klaim::tools {
namespace {

constexpr const char* kWomen[] = {
    "Siti",     "Sri",       "Dewi",      "Nur",      "Endang",    "Wati",     "Yuni",    "Rina",
    "Fitri",    "Ani",       "Tuti",      "Eka",      "Sulastri",  "Suparmi",  "Kartini", "Aminah",
    "Khadijah", "Rohmah",    "Musarofah", "Turiyah",  "Erwiana",   "Wahyuni",  "Lestari", "Ningsih",
    "Susanti",  "Handayani", "Rahayu",    "Sumiati",  "Winarsih",  "Parsini",  "Halimah", "Maryam",
    "Djumiati", "Soepinah",  "Ratna",     "Indah",    "Yanti",     "Lilis",    "Nani",    "Karsinah",
    "Sutinah",  "Marlina",   "Rosidah",   "Zubaidah", "Nurhayati", "Kusmiati", "Tarsini", "Warsinah",
    "Jumaroh",  "Casmini",   "Daryati",   "Eni",      "Partini",   "Robiah"};
constexpr const char* kMen[] = {
    "Muhammad", "Ahmad",   "Agus",    "Budi",    "Slamet",  "Supriyadi", "Joko",   "Bambang", "Suharto",
    "Sutrisno", "Wahyu",   "Eko",     "Dwi",     "Tri",     "Hendra",    "Rudi",   "Abdul",   "Yusuf",
    "Ibrahim",  "Taufik",  "Kasman",  "Sarno",   "Warsito", "Tarno",     "Darmo",  "Sukarno", "Wagiman",
    "Paijo",    "Sugeng",  "Kusnadi", "Rahman",  "Hidayat", "Santoso",   "Wibowo", "Casmadi", "Rasmin",
    "Tarmuji",  "Junaedi", "Zaenal",  "Khoirul", "Imam",    "Nurdin",    "Ridwan", "Saepul",  "Tohir"};
constexpr const char* kLast[] = {
    "Wulandari", "Rahman",  "Hidayat", "Santoso",  "Lestari",   "Ningsih",    "Susilowati", "Kurniawan",
    "Setiawan",  "Pratiwi", "Utami",   "Hasanah",  "Maulana",   "Firdaus",    "Saputra",    "Permata",
    "Kusuma",    "Suryadi", "Puspita", "Cahyani",  "Jayanti",   "Yulianti",   "Suwarno",    "Mulyono",
    "Gunawan",   "Irawan",  "Nugroho", "Safitri",  "Anggraini", "Zulkarnain", "Purwanto",   "Widodo",
    "Haryanto",  "Mustofa", "Fadilah", "Khasanah", "Marhamah",  "Solikhah",   "Prasetyo",   "Budiman"};
constexpr const char* kStreets[] = {"Melati", "Mawar",   "Kenanga", "Diponegoro", "Sudirman", "Pahlawan",
                                    "Masjid", "Pasar",   "Kali",    "Sawah",      "Merdeka",  "Kartini",
                                    "Dahlia", "Anggrek", "Cempaka", "Flamboyan"};

// The spelling before 1972, as old papers have it.
std::string OldSpelling(const std::string& name) {
  return absl::StrReplaceAll(
      name,
      {{"u", "oe"}, {"j", "dj"}, {"y", "j"}, {"c", "tj"}, {"U", "Oe"}, {"J", "Dj"}, {"Y", "J"}, {"C", "Tj"}});
}

std::string Digits(Dice& dice, int count) {
  std::string digits;
  for (int i = 0; i < count; ++i) digits.push_back(static_cast<char>('0' + dice.Below(10)));
  return digits;
}

void ChangeDigit(std::string& text, size_t at, Dice& dice) {
  text[at] = static_cast<char>('0' + (static_cast<uint64_t>(text[at] - '0') + 1 + dice.Below(9)) % 10);
}

// One letter wrong, left out, doubled or exchanged with the next; not the first one.
void MistypeWord(std::string& word, Dice& dice) {
  if (word.size() < 4) return;
  const size_t at = 1 + dice.Below(word.size() - 2);
  switch (dice.Below(4)) {
    case 0:
      word[at] = static_cast<char>('a' + dice.Below(26));
      break;
    case 1:
      word.erase(at, 1);
      break;
    case 2:
      word.insert(at, 1, static_cast<char>('a' + dice.Below(26)));
      break;
    default:
      std::swap(word[at], word[at + 1]);
  }
}

void RewriteName(SamplePerson& person, Dice& dice) {
  std::vector<std::string> words = absl::StrSplit(person.name, ' ', absl::SkipEmpty());
  switch (dice.Below(8)) {
    case 0:
    case 1:
      MistypeWord(words[dice.Below(words.size())], dice);
      break;
    case 2:
      for (std::string& word : words) word = OldSpelling(word);
      break;
    case 3:
      if (words.size() > 1) std::swap(words[0], words[1]);
      break;
    case 4:
      if (words.size() > 1) words.pop_back();
      break;
    case 5:
      for (std::string& word : words) {
        if (word == "Muhammad") word = "Moh.";
        if (word == "Abdul") word = "Abd.";
        if (word == "Siti") word = "St.";
      }
      break;
    case 6:
      words.insert(words.begin(), dice.Chance(50) ? "Ibu" : "Sdr.");
      break;
    default:
      for (std::string& word : words) absl::AsciiStrToUpper(&word);
  }
  person.name = absl::StrJoin(words, " ");
}

void RewriteBirthDate(SamplePerson& person, Dice& dice) {
  const uint64_t what = dice.Below(100);
  if (what < 6) person.birth_date = person.birth_date.substr(6);  // the year alone
  if (what >= 6 && what < 9) person.birth_date.clear();
  const int day = std::stoi("0" + person.birth_date.substr(0, 2));
  if (what >= 9 && what < 12 && day <= 12) {
    person.birth_date = absl::StrCat(person.birth_date.substr(3, 2), "-", person.birth_date.substr(0, 2),
                                     person.birth_date.substr(5));
  }
  if (what >= 12 && what < 16) ChangeDigit(person.birth_date, 9, dice);
}

}  // namespace

std::string IsoDate(const std::string& day_first) {
  if (day_first.size() != 10) return day_first;
  return absl::StrCat(day_first.substr(6), "-", day_first.substr(3, 2), "-", day_first.substr(0, 2));
}

SamplePerson NewSamplePerson(uint64_t number, bool woman, const std::vector<std::string>& villages,
                             Dice& dice) {
  SamplePerson person;
  person.number = number;
  person.name = woman ? dice.Pick(kWomen) : dice.Pick(kMen);
  // One in five has a single name, one in four three words.
  if (!dice.Chance(20)) absl::StrAppend(&person.name, " ", dice.Pick(kLast));
  if (dice.Chance(25)) absl::StrAppend(&person.name, " ", dice.Pick(kLast));
  if (dice.Chance(10)) person.name = OldSpelling(person.name);
  if (dice.Chance(6)) person.name = (woman ? "Hj. " : "H. ") + person.name;
  if (dice.Chance(5)) absl::StrAppend(&person.name, woman ? " binti " : " bin ", dice.Pick(kMen));
  person.village = dice.Pick(villages);
  const int year = 1965 + static_cast<int>(dice.Below(38));
  const int month = 1 + static_cast<int>(dice.Below(12));
  const int day = 1 + static_cast<int>(dice.Below(28));
  person.birth_date = absl::StrFormat("%02d-%02d-%04d", day, month, year);
  person.nik =
      absl::StrFormat("%s%02d%02d%02d%04d", absl::StrReplaceAll(person.village.substr(0, 8), {{".", ""}}),
                      day + (woman ? 40 : 0), month, year % 100, 1 + dice.Below(9999));
  person.phone =
      absl::StrFormat("08%02d-%04d-%04d", 11 + dice.Below(80), dice.Below(10000), dice.Below(10000));
  person.address =
      absl::StrCat("Jl. ", dice.Pick(kStreets), " ", 1 + dice.Below(120), " RT ", 1 + dice.Below(12));
  return person;
}

SamplePerson WrittenAgain(const SamplePerson& original, const std::vector<std::string>& villages,
                          Dice& dice) {
  SamplePerson person = original;
  if (dice.Chance(70)) RewriteName(person, dice);
  if (dice.Chance(15)) RewriteName(person, dice);
  RewriteBirthDate(person, dice);
  const uint64_t nik = dice.Below(100);
  if (nik < 22) {
    person.nik.clear();
  } else if (nik < 36) {
    // A digit that leaves a date in it: imports refuse what can't be one.
    static constexpr size_t kPlaces[] = {2, 3, 4, 5, 10, 11, 12, 13, 14, 15};
    ChangeDigit(person.nik, dice.Pick(kPlaces), dice);
  }
  const uint64_t phone = dice.Below(100);
  if (phone < 30) person.phone.clear();
  if (phone >= 30 && phone < 55)
    person.phone = absl::StrCat("08", 11 + dice.Below(80), "-", Digits(dice, 4), "-", Digits(dice, 4));
  if (dice.Chance(8)) {
    // A neighbouring village.
    const auto at = std::lower_bound(villages.begin(), villages.end(), person.village) - villages.begin();
    person.village = villages[std::min<size_t>(static_cast<size_t>(at) + 1, villages.size() - 1)];
  }
  if (dice.Chance(30)) person.address.clear();
  if (dice.Chance(20)) person.address = absl::StrReplaceAll(person.address, {{"Jl. ", "Jalan "}});
  return person;
}

}  // namespace klaim::tools
