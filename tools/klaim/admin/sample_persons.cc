#include "tools/klaim/admin/sample_persons.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace klaim::tools {
namespace {

// Full names as they are heard in the villages that send most workers, the most frequent of a region first: their words go together.
constexpr const char* kJavaneseWomen[] = {"Siti Aminah",       "Sumiati",        "Sri Wahyuni",
                                          "Sulastri",          "Siti Fatimah",   "Sri Lestari",
                                          "Suparmi",           "Tumini",         "Sumini",
                                          "Sri Rahayu",        "Sutinah",        "Ngatmi",
                                          "Dewi Lestari",      "Wagiyem",        "Sukarti",
                                          "Sri Hartati",       "Siti Rohmah",    "Winarsih",
                                          "Endang Susilowati", "Partini",        "Nur Hidayah",
                                          "Kasmini",           "Siti Khotijah",  "Eka Wahyuni",
                                          "Dwi Astuti",        "Tri Wahyuni",    "Siti Mutmainah",
                                          "Kustinah",          "Umi Kulsum",     "Sri Mulyani",
                                          "Djumiati",          "Lestari",        "Rini Setyowati",
                                          "Siti Nurjanah",     "Yuni Astuti",    "Indah Permatasari",
                                          "Dewi Anggraini",    "Siti Musarofah", "Erwiana Sulistyaningsih",
                                          "Ratna Dewi"};
constexpr const char* kJavaneseMen[] = {
    "Slamet",      "Slamet Riyadi", "Sutrisno",        "Supriyadi",       "Budi Santoso",   "Agus Setiawan",
    "Joko Susilo", "Suparman",      "Sugeng",          "Muhammad Arifin", "Ahmad Fauzi",    "Agus Salim",
    "Wagiman",     "Sukarno",       "Eko Prasetyo",    "Dwi Cahyono",     "Bambang Irawan", "Mulyono",
    "Tarno",       "Kasman",        "Muhammad Ridwan", "Sarno",           "Edi Susanto",    "Heri Purwanto",
    "Sunarto",     "Imam Syafii",   "Nur Rohman",      "Abdul Rohman",    "Abdul Aziz",     "Khoirul Anam",
    "Tri Widodo",  "Paijo",         "Darmo",           "Warsito",         "Rudi Hartono",   "Purnomo Sidik",
    "Ngadimin",    "Sukirno",       "Zainal Abidin",   "Ali Mustofa"};
constexpr const char* kSundaneseWomen[] = {
    "Neneng Rohaeti", "Lilis Karlina", "Iis Nurhayati", "Euis Komariah", "Siti Nurhasanah",
    "Imas Masitoh",   "Yanti Susanti", "Casmini",       "Tarsini",       "Warsinah",
    "Dede Rohayati",  "Nani Sumarni",  "Iin Kartini",   "Ai Rohimah",    "Cicih",
    "Enung",          "Rohaeti",       "Kusmiati",      "Carsinih",      "Dasinah"};
constexpr const char* kSundaneseMen[] = {
    "Asep Saepudin", "Ujang Suherman", "Dedi Supriatna",  "Cecep Hidayat",  "Agus Gunawan",
    "Aep Saepuloh",  "Casmadi",        "Tarmuji",         "Rasmin",         "Wawan Setiawan",
    "Ade Sutisna",   "Yayan Sopyan",   "Endang Sutarman", "Tatang",         "Kosim",
    "Carmadi",       "Rasjo",          "Dadang Hermawan", "Iwan Kurniawan", "Nana Suryana"};
constexpr const char* kEasternWomen[] = {"Baiq Nurhayati", "Inaq Sahnim",  "Siti Zubaidah",  "Maryam",
                                         "Halimah",        "Nurhasanah",   "Maria Yosefina", "Yuliana Bere",
                                         "Rosidah",        "Marlina",      "Haerani",        "Baiq Mariani",
                                         "Jumaroh",        "Fatmawati",    "Sahnun",         "Rukiah",
                                         "Yohana Seran",   "Adriana Tefa", "Nurlaela",       "Hadijah"};
constexpr const char* kEasternMen[] = {"Lalu Ahmad",     "Muhammad Saleh", "Amaq Sahnim", "Muhammad Taufik",
                                       "Abdul Hamid",    "Sahrudin",       "Mahsun",      "Lalu Muhammad",
                                       "Yohanes Bere",   "Petrus Seran",   "Junaidi",     "Zulkarnain",
                                       "Muhammad Nasir", "Saharudin",      "Hamzah",      "Rusli",
                                       "Agustinus Tefa", "Samsul Hadi",    "Mustafa",     "Ibrahim"};
// Words of which the rarer half of names is made, each first with some of the second.
constexpr const char* kFirstOfWomen[] = {
    "Siti",  "Sri",   "Nur",  "Dewi", "Endang", "Yuni",  "Rina",  "Fitri", "Ani",    "Tuti", "Eka",
    "Ratna", "Indah", "Eni",  "Lia",  "Mia",    "Wiwik", "Titin", "Yati",  "Sari",   "Umi",  "Ida",
    "Ika",   "Novi",  "Desi", "Erna", "Reni",   "Puji",  "Suci",  "Lina",  "Kurnia", "Heni"};
constexpr const char* kFirstOfMen[] = {
    "Muhammad", "Ahmad", "Agus",   "Budi", "Joko",  "Bambang", "Eko",  "Dwi",  "Tri",  "Hendra", "Rudi",
    "Abdul",    "Yusuf", "Taufik", "Nur",  "Imam",  "Edi",     "Heri", "Andi", "Dedi", "Iwan",   "Ari",
    "Rizki",    "Fajar", "Wahyu",  "Hadi", "Didik", "Anton",   "Arif", "Bayu", "Deni", "Yudi"};
constexpr const char* kSecond[] = {
    "Wulandari", "Rahman",   "Hidayat",  "Santoso",  "Lestari",   "Ningsih",    "Susilowati", "Kurniawan",
    "Setiawan",  "Pratiwi",  "Utami",    "Hasanah",  "Maulana",   "Firdaus",    "Saputra",    "Permata",
    "Kusuma",    "Suryadi",  "Puspita",  "Cahyani",  "Jayanti",   "Yulianti",   "Suwarno",    "Mulyono",
    "Gunawan",   "Irawan",   "Nugroho",  "Safitri",  "Anggraini", "Zulkarnain", "Purwanto",   "Widodo",
    "Haryanto",  "Mustofa",  "Fadilah",  "Khasanah", "Marhamah",  "Solikhah",   "Prasetyo",   "Budiman",
    "Handayani", "Rahayu",   "Astuti",   "Wahyuni",  "Susanti",   "Hartati",    "Fitriani",   "Nurjanah",
    "Rohmah",    "Komariah", "Mulyani",  "Suryani",  "Wibowo",    "Hakim",      "Syahputra",  "Ramadhan",
    "Suhendra",  "Sudrajat", "Hermawan", "Wijaya"};
constexpr const char* kStreets[] = {"Melati", "Mawar",   "Kenanga", "Diponegoro", "Sudirman", "Pahlawan",
                                    "Masjid", "Pasar",   "Kali",    "Sawah",      "Merdeka",  "Kartini",
                                    "Dahlia", "Anggrek", "Cempaka", "Flamboyan"};
// Prefixes of Indonesian mobile numbers.
constexpr const char* kMobile[] = {"0811", "0812", "0813", "0821", "0822", "0823", "0852", "0853",
                                   "0851", "0814", "0815", "0816", "0855", "0856", "0857", "0858",
                                   "0817", "0818", "0819", "0859", "0877", "0878", "0831", "0832",
                                   "0833", "0838", "0895", "0896", "0897", "0881"};

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

std::string NewBirthDate(int from_year, int years, Dice& dice) {
  return absl::StrFormat("%02d-%02d-%04d", 1 + dice.Below(28), 1 + dice.Below(12),
                         from_year + static_cast<int>(dice.Below(static_cast<uint64_t>(years))));
}

void RewriteBirthDate(SamplePerson& person, Damage damage, Dice& dice) {
  const uint64_t what = dice.Below(100);
  const int day = std::stoi("0" + person.birth_date.substr(0, 2));
  if (what < 12) {
    person.birth_date = person.birth_date.substr(6);  // the year alone
  } else if (what < 26) {
    person.birth_date.clear();
  } else if (what < 29 && day <= 12) {
    person.birth_date = absl::StrCat(person.birth_date.substr(3, 2), "-", person.birth_date.substr(0, 2),
                                     person.birth_date.substr(5));
  } else if (what < 33) {
    person.birth_date = "01-01" + person.birth_date.substr(5);  // made up
  } else if (what < 38 && damage == Damage::kAsFound) {
    // A passport made to be older or younger than its bearer.
    person.birth_date = NewBirthDate(std::stoi(person.birth_date.substr(6)) - 6, 12, dice);
  } else if (what < 41) {
    ChangeDigit(person.birth_date, 9, dice);
  }
}

std::string NewPhone(Dice& dice) {
  return absl::StrCat(dice.Pick(kMobile), "-", Digits(dice, 4), "-", Digits(dice, 4));
}

// The lower a number, the likelier: as 1, 1/2, 1/3, ... (G. K. Zipf, 1949).
size_t ByRank(size_t count, Dice& dice) {
  uint64_t all = 0;
  for (size_t i = 0; i < count; ++i) all += 1'000'000 / (i + 1);
  uint64_t at = dice.Below(all);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t share = 1'000'000 / (i + 1);
    if (at < share) return i;
    at -= share;
  }
  return count - 1;
}

// Which of three regions a village is of.
int RegionOf(const std::string& village) {
  const std::string province = village.substr(0, 2);
  if (province == "32" || province == "36") return 1;
  return province == "52" || province == "53" ? 2 : 0;
}

template <size_t kCount>
std::string Frequent(const char* const (&names)[kCount], Dice& dice) {
  return names[ByRank(kCount, dice)];
}

std::string NewName(bool woman, int region, Dice& dice) {
  if (dice.Chance(45)) {
    switch (region) {
      case 1:
        return woman ? Frequent(kSundaneseWomen, dice) : Frequent(kSundaneseMen, dice);
      case 2:
        return woman ? Frequent(kEasternWomen, dice) : Frequent(kEasternMen, dice);
      default:
        return woman ? Frequent(kJavaneseWomen, dice) : Frequent(kJavaneseMen, dice);
    }
  }
  // Each first word has a dozen second ones that go with it, some of them far oftener.
  const size_t first = dice.Below(std::size(kFirstOfWomen));
  const size_t second = (first * 7 + ByRank(14, dice) * 3) % std::size(kSecond);
  std::string name = absl::StrCat(woman ? kFirstOfWomen[first] : kFirstOfMen[first], " ", kSecond[second]);
  if (dice.Chance(15))
    absl::StrAppend(&name, " ", kSecond[(second * 5 + dice.Below(9)) % std::size(kSecond)]);
  return name;
}

// As brothers and sisters are called: the first word, or the end of the last, is another.
std::string NameLike(const std::string& name, bool woman, Dice& dice) {
  std::vector<std::string> words = absl::StrSplit(name, ' ', absl::SkipEmpty());
  if (words.size() > 1 && dice.Chance(50)) {
    words.front() = woman ? kFirstOfWomen[dice.Below(std::size(kFirstOfWomen))]
                          : kFirstOfMen[dice.Below(std::size(kFirstOfMen))];
    return absl::StrJoin(words, " ");
  }
  static constexpr const char* kEnds[] = {"ani",  "ati", "ini", "sari", "wati",
                                          "anto", "adi", "ono", "mila", "lina"};
  std::string& last = words.back();
  last = last.substr(0, std::max<size_t>(3, last.size() - 3)) + kEnds[dice.Below(std::size(kEnds))];
  return absl::StrJoin(words, " ");
}

std::string NikOf(const SamplePerson& person, bool woman, uint64_t serial) {
  const int day = std::stoi(person.birth_date.substr(0, 2));
  return absl::StrFormat("%s%02d%s%s%04d", absl::StrReplaceAll(person.village.substr(0, 8), {{".", ""}}),
                         day + (woman ? 40 : 0), person.birth_date.substr(3, 2),
                         person.birth_date.substr(8, 2), serial);
}

}  // namespace

std::string IsoDate(const std::string& day_first) {
  if (day_first.size() != 10) return day_first;
  return absl::StrCat(day_first.substr(6), "-", day_first.substr(3, 2), "-", day_first.substr(0, 2));
}

SamplePeople::SamplePeople(std::vector<std::string> villages, size_t expected, Dice& dice) : dice_(dice) {
  // So many people come from one village that some of them have one name.
  const size_t count = std::clamp<size_t>(expected / 60, 1, villages.size());
  for (size_t i = 0; i < count; ++i) villages_.push_back(villages[i * villages.size() / count]);
}

SamplePerson SamplePeople::Next(bool woman) {
  if (!household_.empty()) {
    SamplePerson person = std::move(household_.back());
    household_.pop_back();
    return person;
  }
  SamplePerson person = NewPerson(woman, dice_.Pick(villages_), 1965, 38);
  // A third of the people come with somebody of their household, mostly one.
  if (dice_.Chance(25)) AddRelatives(person, woman);
  return person;
}

SamplePerson SamplePeople::NewPerson(bool woman, const std::string& village, int from_year, int years) {
  SamplePerson person;
  person.number = next_number_++;
  person.village = village;
  person.name = NewName(woman, RegionOf(village), dice_);
  if (dice_.Chance(6)) person.name = OldSpelling(person.name);
  if (dice_.Chance(5)) person.name = (woman ? "Hj. " : "H. ") + person.name;
  if (dice_.Chance(5))
    absl::StrAppend(&person.name, woman ? " binti " : " bin ", Frequent(kJavaneseMen, dice_));
  person.birth_date = NewBirthDate(from_year, years, dice_);
  person.nik = NikOf(person, woman, 1 + ByRank(9, dice_));
  // The number of the village's broker is given by some.
  person.phone = dice_.Chance(3) ? BrokersPhone(village) : NewPhone(dice_);
  person.address =
      absl::StrCat("Jl. ", dice_.Pick(kStreets), " ", 1 + dice_.Below(120), " RT ", 1 + dice_.Below(12));
  return person;
}

std::string SamplePeople::BrokersPhone(const std::string& village) {
  Dice of_village(std::stoull(absl::StrReplaceAll(village, {{".", ""}})));
  return NewPhone(of_village);
}

void SamplePeople::AddRelatives(const SamplePerson& person, bool woman) {
  const size_t count = 1 + (dice_.Chance(30) ? 1 : 0) + (dice_.Chance(10) ? 1 : 0);
  const int year = std::stoi(person.birth_date.substr(6));
  for (size_t i = 0; i < count; ++i) {
    const uint64_t kind = dice_.Below(100);
    const bool sister = kind < 60 ? woman : !woman;
    SamplePerson relative = NewPerson(sister, person.village, year - 8, 16);
    if (kind < 8) {  // a twin
      relative.birth_date = person.birth_date;
      relative.name = NameLike(person.name, woman, dice_);
      const std::string& nik = person.nik;
      relative.nik = nik.substr(0, 12) + absl::StrFormat("%04d", std::stoi(nik.substr(12)) + 1);
    } else if (kind < 45) {  // a brother or sister
      if (dice_.Chance(40)) relative.name = NameLike(person.name, sister, dice_);
    } else if (kind < 60) {  // father and son, mother and daughter
      relative.birth_date = NewBirthDate(std::max(1945, year - 28), 8, dice_);
      if (dice_.Chance(15)) relative.name = person.name;
    }
    if (kind >= 8) relative.nik = NikOf(relative, sister, 1 + ByRank(9, dice_));
    relative.address = person.address;
    if (dice_.Chance(70)) relative.phone = person.phone;
    household_.push_back(std::move(relative));
  }
}

SamplePerson WrittenAgain(const SamplePerson& original, const std::vector<std::string>& villages,
                          Damage damage, Dice& dice) {
  SamplePerson person = original;
  if (dice.Chance(60)) RewriteName(person, dice);
  if (dice.Chance(12)) RewriteName(person, dice);
  RewriteBirthDate(person, damage, dice);
  const uint64_t nik = dice.Below(100);
  if (nik < 35) {
    person.nik.clear();
  } else if (nik < 41) {
    // A digit that leaves a date and a province in it: imports refuse what can't be one.
    static constexpr size_t kPlaces[] = {3, 5, 10, 11, 15};
    ChangeDigit(person.nik, dice.Pick(kPlaces), dice);
    const bool can_be =
        person.nik.substr(2, 2) != "00" && person.nik.substr(4, 2) != "00" && person.nik.substr(12) != "0000";
    if (!can_be) person.nik = original.nik;
  } else if (nik < 44 && damage == Damage::kAsFound) {
    person.nik = person.nik.substr(0, 12) + "0000";  // a spreadsheet kept fifteen digits
  }
  const uint64_t phone = dice.Below(100);
  if (phone < 25) person.phone.clear();
  if (phone >= 25 && phone < 60) person.phone = NewPhone(dice);
  if (dice.Chance(8)) {
    // A neighbouring village.
    const auto at = std::lower_bound(villages.begin(), villages.end(), person.village) - villages.begin();
    person.village = villages[std::min<size_t>(static_cast<size_t>(at) + 1, villages.size() - 1)];
  }
  if (dice.Chance(7)) person.village.clear();
  if (dice.Chance(35)) person.address.clear();
  if (dice.Chance(20)) person.address = absl::StrReplaceAll(person.address, {{"Jl. ", "Jalan "}});
  return person;
}

}  // namespace klaim::tools
