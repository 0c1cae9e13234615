// Who hangs together and what others' lists say, with the real programs: links with their times, a register of agencies,
// networks that become one and come apart, lists matched against claims, and what is decided by them, as jobs.

#include <gtest/gtest.h>

#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "testing/klaim_program.h"

namespace klaim::testing {
namespace {

class NetworksTest : public KlaimProgram {
 protected:
  NetworksTest() {
    std::ofstream(folder_.path("programmes.json"))
        << R"({"code":"CREW","title":"Crews","currency":"USD","filing_deadline":{"year":2090,"month":12,"day":31},)"
        << R"("heads":[{"code":"unpaid_wages","proof_standard":"PROOF_STANDARD_PLAUSIBLE",)"
        << R"("valuation_rule":"VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID","priority_tier":1,)"
        << R"("register_proofs":[{"register_kind":"REGISTER_KIND_CREW","facts":["REGISTER_FACT_VESSEL"]}]}],)"
        << R"("grouping":{"dimensions":["GROUPING_DIMENSION_RESPONDENT_NETWORK","GROUPING_DIMENSION_HEAD"],)"
        << R"("least_size":1},"liability":{"link_kinds":["LINK_KIND_RECRUITS_FOR","LINK_KIND_PARTNER_OF"],)"
        << R"("source":"Law 18/2017, article 30"}})"
        << "\n";
    Must({"programme", "open", folder_.path("programmes.json")});
    std::ofstream(folder_.path("respondents.csv"))
        << "code,name,aliases,kind,country,licence_kind,licence_number,directors,addresses\n"
           "B,Pak Broker,,sponsor,ID,,,,\n"
           "H,PT Samudra Lintas Bahtera,,manning_agency,ID,SIUPPAK,SIUPPAK-45/2017,Hartono Wibisono,\n"
           "O,Golden Tuna Fishery Co Ltd,,vessel_owner,TW,,,,\n"
           "X,PT Cakrawala Timur,,manning_agency,ID,SIUPPAK,SIUPPAK-77/2018,Wibisono Hartono,\n"
           "D,P.T. Samoedra Lintas Bahtera Tbk,,manning_agency,ID,,,,\n";
    std::ofstream(folder_.path("links.csv")) << "one,other,kind,evidence,from,until\n"
                                                "B,H,recruits_for,letter,01-01-2020,31-12-2022\n"
                                                "H,O,partner_of,manning agreement,01-01-2021,\n";
    Must({"respondent", "import", folder_.path("respondents.csv"), "--links", folder_.path("links.csv")});
    const boost::json::array rows = Json({"respondent", "list"}).at("respondents").as_array();
    for (const auto& row : rows) {
      ids_.push_back(Text(row.at("respondent_id")));
    }
  }
  // Files claims of three men of one vessel; the third's list will say another one.
  void FileClaims() {
    std::ofstream sheet(folder_.path("claims.csv"));
    sheet << "reference,name,birth_date,worker_status,consent_date,destination,vessel,began_on,ended_on,"
             "respondents,"
             "head_1,amount_1,from_1,until_1,months_1,wage_1,paid_1\n";
    static constexpr const char* kNames[] = {"Suryadi Kartasasmita", "Wahyudi Prakosa", "Bambang Lesmana"};
    for (int i = 0; i < 3; ++i) {
      sheet << "L" << i << "," << kNames[i] << ",0" << i + 1
            << "-03-1990,returned,01-02-2024,TW,FV Jin Sheng 88,01-03-2021,28-02-2022,PT Samudra Lintas "
               "Bahtera,"
               "unpaid_wages,\"4.800,00\",01-03-2021,28-02-2022,12,\"400,00\",\"0,00\"\n";
    }
    sheet.close();
    Must({"import", folder_.path("claims.csv"), "--programme", "CREW"});
    const boost::json::array rows = Json({"claim", "list"}).at("claims").as_array();
    for (const auto& row : rows) claims_.push_back(Text(row.at("claim_id")));
  }
  // What a network's members are, with what is told of each.
  std::map<std::string, boost::json::object> Members(const std::vector<std::string>& words) {
    std::vector<std::string> command = {"network", "show"};
    command.insert(command.end(), words.begin(), words.end());
    std::map<std::string, boost::json::object> members;
    const boost::json::array rows = Json(command).at("members").as_array();
    for (const auto& member : rows) {
      members[Text(member.at("respondent").at("respondent_id"))] = member.as_object();
    }
    return members;
  }
  // Whether the agency's licence didn't hold then.
  bool Warned(const std::string& on) {
    return !Members({ids_[1], "--on", on})[ids_[1]].at("licence_warnings").as_array().empty();
  }
  boost::json::array Suspected(size_t count) {
    for (const absl::Time until = absl::Now() + absl::Seconds(30); absl::Now() < until;) {
      const auto listed = Json({"network", "suspected"});
      const auto* links = listed.as_object().if_contains("links");
      if (links != nullptr && links->as_array().size() >= count) return links->as_array();
      absl::SleepFor(absl::Milliseconds(100));
    }
    ADD_FAILURE() << "fewer than " << count << " links were suspected";
    return {};
  }
  std::vector<std::string> ids_;  // broker, agency, owner, its shell, the agency once more
  std::vector<std::string> claims_;
};

TEST_F(NetworksTest, WhoAnswersAtATime) {
  auto then = Members({ids_[0], "--on", "06-2021", "--programme", Programme()});
  ASSERT_EQ(then.size(), 3u) << "broker, agency and owner";
  for (const auto& [id, member] : then) EXPECT_TRUE(member.at("liable").as_bool()) << id;
  EXPECT_TRUE(then[ids_[0]].at("named").as_bool());
  EXPECT_NE(Number(then[ids_[2]].at("liable_by_link_id")), 0u) << "the owner answers through the agency";
  EXPECT_EQ(Members({ids_[0], "--on", "06-2020"}).size(), 2u) << "the owner came later";
  EXPECT_EQ(Members({ids_[0], "--on", "06-2023"}).size(), 1u) << "the broker had left";
  EXPECT_NE(Klaim({"network", "show", ids_[0], "--on", "31-31-2023"}).exit_code, 0);
  EXPECT_NE(Klaim({"network", "show", "999999"}).exit_code, 0);
  // Nobody answers for another without a rule.
  for (const auto& [id, member] : Members({ids_[1]})) EXPECT_EQ(member.at("liable").as_bool(), id == ids_[1]);
}

TEST_F(NetworksTest, SuspectedLinksAreDecidedByPeople) {
  const auto suspected = Suspected(2);
  std::map<std::string, boost::json::object> by_kind;
  for (const auto& link : suspected) by_kind[Text(link.at("suspected").at("kind"))] = link.as_object();
  ASSERT_TRUE(by_kind.contains("LINK_KIND_SAME_AS"));
  ASSERT_TRUE(by_kind.contains("LINK_KIND_SAME_DIRECTOR"));
  EXPECT_EQ(Text(by_kind["LINK_KIND_SAME_AS"].at("respondent_id")), ids_[4]);
  EXPECT_EQ(Text(by_kind["LINK_KIND_SAME_DIRECTOR"].at("respondent_id")), ids_[3]);
  EXPECT_FALSE(by_kind["LINK_KIND_SAME_AS"].at("suspected").at("fields").as_array().empty());
  const std::string same =
      Text(Json({"network", "link", ids_[4], ids_[1], "--kind", "same_as", "--evidence", "the same deed"})
               .at("link_id"));
  Must({"network", "refuse", ids_[3], ids_[1], "--kind", "same_director", "--reason", "A namesake."});
  const auto after = Json({"network", "suspected"});
  EXPECT_TRUE(after.at("links").as_array().empty());
  EXPECT_EQ(Members({ids_[4], "--on", "06-2021"}).size(), 4u)
      << "who is one hangs together with whom the other does";
  // Undone, both are as they were; the history stays.
  Must({"respondent", "unlink", ids_[4], same, "--reason", "Another deed."});
  EXPECT_EQ(Members({ids_[4]}).size(), 1u);
  const auto lineage = Json({"network", "show", ids_[4]}).at("lineage").as_array();
  ASSERT_GE(lineage.size(), 2u);
  EXPECT_TRUE(lineage[0].at("split").as_bool());
}

TEST_F(NetworksTest, ARegisterOfAgenciesTellsOfRespondents) {
  std::ofstream(folder_.path("p3mi.csv"))
      << "name,country,former_names,directors,addresses,licence_kind,licence_number,status,since\n"
         "PT Samudera Lintas Bahtera,ID,PT Bahtera Lama,,Jl. Veteran 12 "
         "Tegal,SIUPPAK,SIUPPAK-45/2017,suspended,"
         "01-05-2021\n"
         "PT Tidak Dikenal,ID,,,,SIUPPAK,1234567,revoked,01-01-2020\n"
         "PT Salah,ID,,,,SIUPPAK,99999,gone,01-01-2020\n";
  const std::vector<std::string> words = {"network", "agencies", folder_.path("p3mi.csv"), "--source",
                                          "KP2MI 1"};
  auto preview = words;
  preview.push_back("--preview");
  EXPECT_TRUE(absl::StrContains(Klaim(preview).out, "line 4, column status"));
  EXPECT_FALSE(Warned("06-2021"));
  const Finished imported = Klaim(words);
  EXPECT_TRUE(
      absl::StrContains(imported.out, "1 told something new; 0 doubtful, 1 about others, 1 can't be read"))
      << imported.out;
  EXPECT_TRUE(absl::StrContains(Klaim(words).out, "1 lines are about respondents, 0 told something new"))
      << "the same register again changes nothing";
  EXPECT_TRUE(Warned("06-2021")) << "suspended then";
  EXPECT_FALSE(Warned("04-2021")) << "not before";
  EXPECT_TRUE(absl::StrContains(Klaim({"respondent", "list"}).out, "suspended 01-05-2021"));
  EXPECT_TRUE(absl::StrContains(Klaim({"network", "find", "Bahtera Lama"}).out, ids_[1]))
      << "by its former name";
}

TEST_F(NetworksTest, ProposalsFollowNetworksAndRemember) {
  FileClaims();
  const auto proposal = [&] {
    return Text(Json({"groups", "proposals"}).at("proposals").at(0).at("proposal_id"));
  };
  const std::string before = proposal();
  EXPECT_TRUE(absl::StrContains(before, ".n" + ids_[0])) << "by the lowest number, the broker's";
  Must({"network", "link", ids_[3], ids_[1], "--kind", "successor_of", "--from", "01-01-2023", "--evidence",
        "deed"});
  EXPECT_EQ(proposal(), before) << "a link of later years is nothing to claims of before";
  // The broker's link turns out wrong: the network goes by the agency's number from now on.
  const std::string link = Text(Json({"network", "show", ids_[0]}).at("links").at(0).at("link_id"));
  Must({"respondent", "unlink", ids_[0], link, "--reason", "Another man."});
  const std::string after = proposal();
  EXPECT_TRUE(absl::StrContains(after, ".n" + ids_[1])) << after;
  const auto described = Json({"groups", "describe", after});
  const auto& lineage = described.at("proposal").at("lineage").at(0);
  EXPECT_EQ(Text(lineage.at("from_proposal_id")), before);
  EXPECT_TRUE(lineage.at("split").as_bool());
  EXPECT_EQ(Number(lineage.at("claims")), 3u);
  EXPECT_EQ(described.at("commonality").at("share_basis_points").as_int64(), 10'000);
  EXPECT_EQ(described.at("leads").as_array().size(), 3u);
  EXPECT_EQ(described.at("leads").at(0).at("typicality_basis_points").as_int64(), 10'000) << "all are alike";
  EXPECT_EQ(described.at("respondent_ids").as_array().size(), 2u)
      << "agency and owner, not the later successor";
  const std::string group = Text(Json({"groups", "certify", after, "--name", "Jin Sheng"}).at("group_id"));
  Must({"network", "link", ids_[0], ids_[1], "--kind", "recruits_for", "--evidence", "He did after all."});
  EXPECT_EQ(Json({"groups", "members", "--group", group}).at("claim_ids").as_array().size(), 3u)
      << "certified groups don't move";
}

TEST_F(NetworksTest, ListsOfOthersConfirmOrContradict) {
  FileClaims();
  std::ofstream(folder_.path("crew.csv"))
      << "Nama,Lahir,Kapal,Naik,Turun,Agen\n"
         "SURJADI KARTASASMITA,01-03-1990,Jin Sheng No. 88,10-03-2021,20-02-2022,"
         "Samudra Lintas Bahtera\n"
         "Orang Lain,05-05-1985,Jin Sheng 88,01-01-2021,01-01-2022,\n"
         "Bambang Lesmana,03-03-1990,Hai Feng 7,01-03-2021,28-02-2022,\n"
         ",,Jin Sheng 88,,,\n";
  std::vector<std::string> words = {
      "register", "import",   folder_.path("crew.csv"), "--code",  "CREW-1",    "--kind",
      "crew",     "--source", "harbour master",         "--as-of", "31-12-2022"};
  for (const char* column :
       {"name=Nama", "birth_date=Lahir", "vessel=Kapal", "from=Naik", "until=Turun", "respondent=Agen"}) {
    words.insert(words.end(), {"--column", column});
  }
  // Whoever stood in a line that can't be taken would be found to have no record: its owner decides.
  const auto refused = Klaim(words);
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_TRUE(absl::StrContains(refused.out, "line 5, column nama: is empty")) << refused.out;
  EXPECT_TRUE(absl::StrContains(refused.out, "--skip-lines")) << refused.out;
  EXPECT_TRUE(Json({"register", "list"}).at("registers").as_array().empty());
  words.push_back("--skip-lines");
  EXPECT_TRUE(absl::StrContains(Klaim(words).out, "Register CREW-1"));
  const auto listed = Json({"register", "list"}).at("registers").at(0);
  EXPECT_EQ(Number(listed.at("lines")), 3u) << "the line about nobody was left";
  const std::string id = Text(listed.at("reference_register_id"));
  EXPECT_EQ(Klaim(words).exit_code, 0) << "the same file again";
  EXPECT_EQ(Number(Json({"register", "list"}).at("registers").at(0).at("lines")), 3u) << "is taken once";

  const auto result = Json({"register", "match", id, "--programme", Programme()}).at("job").at("result");
  EXPECT_EQ(Number(result.at("done")), 3u);
  std::map<std::string, uint64_t> counts;
  for (const auto& count : result.at("counts").as_array())
    counts[Text(count.at("what"))] = Number(count.at("count"));
  EXPECT_EQ(counts["confirmed"], 1u);
  EXPECT_EQ(counts["contradicted"], 1u);
  EXPECT_EQ(counts["no_record"], 1u);
  const auto confirmed = Json({"register", "checks", claims_[0]}).at("checks").at(0);
  EXPECT_EQ(confirmed.at("checked").at("result").as_string(), "REGISTER_RESULT_CONFIRMED");
  EXPECT_EQ(Text(confirmed.at("lines").at(0).at("person").at("name").at("clear")), "SURJADI KARTASASMITA");
  EXPECT_EQ(Text(confirmed.at("checked").at("proven_heads").at(0)), "unpaid_wages");
  const auto contradicted = Json({"register", "checks", claims_[2]}).at("checks").at(0);
  EXPECT_EQ(contradicted.at("checked").at("result").as_string(), "REGISTER_RESULT_CONTRADICTED");
  EXPECT_TRUE(Json({"register", "checks", claims_[1]}).at("checks").at(0).at("lines").as_array().empty())
      << "nobody learns of another's line";

  // Decided by the list: who is proven goes on, the others wait for a person.
  Must({"bulk", "review", "--claim", claims_[0], "--claim", claims_[1], "--claim", claims_[2]});
  const auto decided = Json({"bulk", "decide", "--claim", claims_[0], "--claim", claims_[1], "--claim",
                             claims_[2], "--only-proven-by-register", "--decision", "eligible",
                             "--reason-code", "crew_list", "--reasons", "The crew list shows it."})
                           .at("job")
                           .at("result");
  EXPECT_EQ(Number(decided.at("done")), 1u);
  EXPECT_EQ(Number(decided.at("left")), 2u);
  const std::vector<std::string> accept = {
      "claim",     "find-eligible",          claims_[2], "--reason-code", "list_wrong",
      "--reasons", "Two ships of one owner."};
  EXPECT_TRUE(absl::StrContains(Klaim(accept).out, "contradicts claim " + claims_[2]));
  auto despite = accept;
  despite.push_back("--despite-register");
  Must(despite);

  // Withdrawn, nobody can read the lines any more; what was found stays.
  Must({"register", "withdraw", id, "--reason", "It was not ours to have."});
  const auto without = Json({"register", "checks", claims_[0]}).at("checks").at(0);
  EXPECT_TRUE(without.at("lines").as_array().empty());
  EXPECT_EQ(without.at("checked").at("result").as_string(), "REGISTER_RESULT_CONFIRMED");
  EXPECT_NE(Klaim({"register", "match", id, "--programme", Programme()}).exit_code, 0);
  const auto audit = Json({"audit", "verify"});
  EXPECT_GT(Number(audit.at("size")), 20u);
}

TEST_F(NetworksTest, LinkingAndAllocationRunAsJobs) {
  FileClaims();
  const auto linked = Json({"job", "link"}).at("job");
  EXPECT_TRUE(linked.at("ended").as_bool());
  for (const auto& count : linked.at("result").at("counts").as_array()) {
    if (Text(count.at("what")) == "compared") {
      EXPECT_EQ(Number(count.at("count")), 3u);
    }
  }
  const std::string proposal = Text(Json({"groups", "proposals"}).at("proposals").at(0).at("proposal_id"));
  const std::string group = Text(Json({"groups", "certify", proposal, "--name", "Jin Sheng"}).at("group_id"));
  Must({"claim", "determine", "--group", group});
  const std::string settlement =
      Text(Json({"settlement", "record", "--programme", Programme(), "--group", group, "--respondent",
                 ids_[1], "--currency", "USD", "--instalment", "31-01-2026=3.000", "--forum", "Mediation"})
               .at("settlement_id"));
  const auto too_early = Json({"job", "allocate", settlement}).at("job").at("result");
  EXPECT_TRUE(absl::StrContains(Text(too_early.at("problems").at(0).at("problem")), "nothing was received"));
  Must({"settlement", "receive", settlement, "--instalment", "1", "--amount", "3.000", "--booked-on",
        "01-02-2026", "--bank-reference", "B1"});
  const auto allocated = Json({"job", "allocate", settlement}).at("job").at("result");
  EXPECT_EQ(Number(allocated.at("done")), 1u);
  const std::string allocation = Text(allocated.at("outcome_id"));
  Must({"--as", "approver", "settlement", "approve", settlement, allocation});
  EXPECT_EQ(Number(Json({"settlement", "shares", settlement, allocation}).at("summary").at("amount_minor")),
            300'000u);
}

}  // namespace
}  // namespace klaim::testing
