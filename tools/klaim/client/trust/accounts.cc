// klaim account, sign-in, sign-out, whoami, password, second-factor: who may call, and how people sign in.

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/people/permissions.h"
#include "klaim/v1/account_events.pb.h"
#include "klaim/v1/accounts_service.grpc.pb.h"
#include "klaim/v1/permission.pb.h"
#include "services/common/system_clock.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Accounts = v1::AccountsService::Stub;
using Sessions = v1::SessionService::Stub;

std::string RolesText(const google::protobuf::RepeatedField<int>& roles) {
  std::vector<std::string> names;
  for (int role : roles) names.push_back(domain::RoleName(static_cast<v1::Role>(role)));
  return absl::StrJoin(names, "+");
}

// What waits for another administrator, in a few words.
std::string ProposalText(const v1::AccountProposal& proposal) {
  const std::string what = proposal.recovery()    ? "recovery"
                           : proposal.has_grant() ? "personal data for a time"
                                                  : RolesText(proposal.roles());
  return absl::StrCat(proposal.proposal(), ": ", what, " (", proposal.proposed_by(), ")");
}

std::string NoticeText(const v1::AccountNotice& notice) {
  std::string text = absl::StrCat(TimeText(notice.recorded_at_micros()), "  ",
                                  absl::StrReplaceAll(notice.event(), {{"_", " "}}));
  if (notice.roles_size() > 0) absl::StrAppend(&text, ": ", RolesText(notice.roles()));
  absl::StrAppend(&text, ", by ", notice.actor());
  if (notice.waits()) absl::StrAppend(&text, ", waits for another administrator");
  if (!notice.reason().empty()) absl::StrAppend(&text, " (", notice.reason(), ")");
  return text;
}

// Every account that the caller may see.
absl::Status ReadAccounts(Connection& connection, v1::ListAccountsResponse& accounts) {
  v1::ListAccountsRequest request;
  request.mutable_page()->set_size(1000);
  do {
    v1::ListAccountsResponse page;
    RETURN_IF_ERROR(connection.Call(&Accounts::ListAccounts, request, page));
    accounts.mutable_accounts()->MergeFrom(page.accounts());
    request.mutable_page()->set_cursor(page.page().next_cursor());
  } while (!request.page().cursor().empty());
  return absl::OkStatus();
}

// What waits of an account.
absl::StatusOr<std::vector<v1::AccountProposal>> ProposalsOf(Connection& connection, uint64_t account_id) {
  v1::ListAccountsResponse accounts;
  RETURN_IF_ERROR(ReadAccounts(connection, accounts));
  for (const v1::Account& account : accounts.accounts()) {
    if (account.account_id() != account_id) continue;
    return std::vector<v1::AccountProposal>(account.proposals().begin(), account.proposals().end());
  }
  return absl::NotFoundError(absl::StrCat("ACCOUNT: there is no account ", account_id));
}

constexpr char kWaits[] = "\nIt waits until another administrator confirms it: klaim account confirm";

std::string WaitsText(Connection& connection, uint64_t account_id) {
  auto proposals = ProposalsOf(connection, account_id);
  std::string text;
  if (!proposals.ok()) return text;
  for (const v1::AccountProposal& proposal : *proposals)
    absl::StrAppend(&text, kWaits, " ", proposal.proposal());
  return text;
}

// What waits under this number, and the account that it is about; nothing where nothing does.
struct Waiting {
  uint64_t account_id = 0;
  v1::AccountProposal proposal;
};
absl::StatusOr<std::optional<Waiting>> FindWaiting(Connection& connection, uint64_t number) {
  v1::ListAccountsResponse accounts;
  RETURN_IF_ERROR(ReadAccounts(connection, accounts));
  for (const v1::Account& account : accounts.accounts()) {
    for (const v1::AccountProposal& proposal : account.proposals()) {
      if (proposal.proposal() == number) return std::optional(Waiting{account.account_id(), proposal});
    }
  }
  return std::optional<Waiting>();
}

constexpr char kNothingWaits[] = "Nothing waits under this number: klaim account list tells what does.";

void AddOpenAccount(CLI::App& account, Connection& connection) {
  auto* open = account.add_subcommand("open", "Opens an account");
  auto organisation = std::make_shared<uint64_t>(0);
  auto name = std::make_shared<std::string>();
  auto roles = std::make_shared<std::string>();
  open->add_option("--organisation", *organisation, "Number of the organisation; 0 is the national body");
  open->add_option("--name", *name, "Name that events will bear, a-z 0-9 - _ .")->required();
  open->add_option("--role", *roles, "Roles, joined with +, as in lawyer+valuer");
  open->footer(
      "Roles that read personal data, move money or manage accounts wait until another administrator "
      "confirms them.\n"
      "Example:\n  klaim organisation register --name \"Mitra Hong Kong\" --country HK\n"
      "  klaim account open --organisation 11 --name ngo-hk --role partner\n"
      "  klaim --as administrator account confirm 12");
  OnCall(open, connection, [=, &connection]() -> absl::Status {
    v1::OpenAccountRequest request;
    v1::OpenAccountResponse response;
    request.set_request_id(connection.RequestId());
    request.set_organisation_id(*organisation);
    request.set_name(*name);
    for (absl::string_view text : absl::StrSplit(*roles, '+', absl::SkipEmpty())) {
      ASSIGN_OR_RETURN(auto role, domain::ParseRole(text));
      request.add_roles(role);
    }
    absl::Status status = connection.Call(&Accounts::OpenAccount, request, response);
    if (status.ok()) {
      connection.Show(response, absl::StrCat("Account ", response.account_id(), " opened.",
                                             WaitsText(connection, response.account_id())));
    }
    return status;
  });
}

// A command about one account with a reason, and what goes with it.
struct AboutAccount {
  uint64_t account_id = 0;
  std::string role;
  std::string reason;
};

void AddRoles(CLI::App& account, Connection& connection) {
  auto about = std::make_shared<AboutAccount>();
  auto* grant = account.add_subcommand("grant", "Grants a role");
  grant->add_option("ACCOUNT", about->account_id, "Number of the account")->required();
  grant->add_option("--role", about->role, "Which")->required();
  OnCall(grant, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto role, domain::ParseRole(about->role));
    v1::GrantRoleRequest request;
    v1::GrantRoleResponse response;
    request.set_request_id(connection.RequestId());
    request.set_account_id(about->account_id);
    request.set_role(role);
    absl::Status status = connection.Call(&Accounts::GrantRole, request, response);
    if (status.ok())
      connection.Show(response, absl::StrCat("Recorded.", WaitsText(connection, about->account_id)));
    return status;
  });
  auto* withdraw = account.add_subcommand("withdraw", "Withdraws a role; it holds at once");
  withdraw->add_option("ACCOUNT", about->account_id, "Number of the account")->required();
  withdraw->add_option("--role", about->role, "Which")->required();
  withdraw->add_option("--reason", about->reason, "Why")->required();
  OnCall(withdraw, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto role, domain::ParseRole(about->role));
    v1::WithdrawRoleRequest request;
    v1::WithdrawRoleResponse response;
    request.set_request_id(connection.RequestId());
    request.set_account_id(about->account_id);
    request.set_role(role);
    request.set_reason(about->reason);
    absl::Status status = connection.Call(&Accounts::WithdrawRole, request, response);
    if (status.ok()) connection.Show(response, "Withdrawn.");
    return status;
  });
}

void AddPermit(CLI::App& account, Connection& connection) {
  auto about = std::make_shared<AboutAccount>();
  auto days = std::make_shared<int64_t>(7);
  auto* permit = account.add_subcommand("permit", "Lets an account see personal data for some days");
  permit->add_option("ACCOUNT", about->account_id, "Number of the account")->required();
  permit->add_option("--days", *days, "For how many days, 1 to 365")->capture_default_str();
  permit->add_option("--reason", about->reason, "Why")->required();
  permit->footer(
      "Another administrator confirms it.\n"
      "Example:\n  klaim --as administrator account permit 7 --days 3 --reason \"sample of the auditors\"\n"
      "  klaim account confirm 7");
  OnCall(permit, connection, [=, &connection] {
    v1::GrantPermissionRequest request;
    v1::GrantPermissionResponse response;
    request.set_request_id(connection.RequestId());
    request.set_account_id(about->account_id);
    request.mutable_grant()->set_permission(v1::PERMISSION_READ_PERSONAL_DATA);
    request.mutable_grant()->set_expires_at_micros(services::SystemClockMicros() +
                                                   absl::ToInt64Microseconds(absl::Hours(24) * *days));
    request.mutable_grant()->set_reason(about->reason);
    absl::Status status = connection.Call(&Accounts::GrantPermission, request, response);
    if (status.ok())
      connection.Show(response, absl::StrCat("Recorded.", WaitsText(connection, about->account_id)));
    return status;
  });
  auto* forbid = account.add_subcommand("forbid", "Ends that before its time");
  forbid->add_option("ACCOUNT", about->account_id, "Number of the account")->required();
  forbid->add_option("--reason", about->reason, "Why")->required();
  OnCall(forbid, connection, [=, &connection] {
    v1::WithdrawPermissionRequest request;
    v1::WithdrawPermissionResponse response;
    request.set_request_id(connection.RequestId());
    request.set_account_id(about->account_id);
    request.set_permission(v1::PERMISSION_READ_PERSONAL_DATA);
    request.set_reason(about->reason);
    absl::Status status = connection.Call(&Accounts::WithdrawPermission, request, response);
    if (status.ok()) connection.Show(response, "Ended.");
    return status;
  });
}

void AddRecoverAndClose(CLI::App& account, Connection& connection) {
  auto about = std::make_shared<AboutAccount>();
  auto* recover = account.add_subcommand("recover",
                                         "Gives a code with which the person sets a new password; password, "
                                         "second factor and sessions of before end");
  recover->add_option("ACCOUNT", about->account_id, "Number of the account")->required();
  recover->add_option("--reason", about->reason, "Why")->required();
  OnCall(recover, connection, [=, &connection] {
    v1::RecoverAccountRequest request;
    v1::RecoverAccountResponse response;
    request.set_request_id(connection.RequestId());
    request.set_account_id(about->account_id);
    request.set_reason(about->reason);
    absl::Status status = connection.Call(&Accounts::RecoverAccount, request, response);
    if (status.ok()) {
      connection.Show(response,
                      absl::StrCat("First password: ", response.first_password(),
                                   "\nHand it over in person; it must be changed at the first sign-in.",
                                   response.waits() ? WaitsText(connection, about->account_id) : ""));
    }
    return status;
  });
  recover->footer(
      "For an account that reads personal data, moves money or manages accounts, the code is good once "
      "another administrator\n"
      "confirms, or the person gives it with the second factor. It is good for seven days.\n"
      "Example:\n  klaim --as administrator account recover 12 --reason \"first sign-in\"\n  klaim account "
      "confirm 12");
  auto* close = account.add_subcommand("close", "Closes an account for ever");
  close->add_option("ACCOUNT", about->account_id, "Number of the account")->required();
  close->add_option("--reason", about->reason, "Why")->required();
  OnCall(close, connection, [=, &connection] {
    v1::CloseAccountRequest request;
    v1::CloseAccountResponse response;
    request.set_request_id(connection.RequestId());
    request.set_account_id(about->account_id);
    request.set_reason(about->reason);
    absl::Status status = connection.Call(&Accounts::CloseAccount, request, response);
    if (status.ok()) connection.Show(response, "Closed.");
    return status;
  });
}

// One proposal at a time, by its own number: what was proposed beside it, or in its place, waits on.
void AddConfirmAndRefuse(CLI::App& account, Connection& connection) {
  auto number = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  auto* confirm = account.add_subcommand(
      "confirm", "Puts one thing in force that another administrator proposed for an account");
  confirm->add_option("PROPOSAL", *number, "Its number, as it was said, or as `klaim account list` tells it")
      ->required();
  confirm->footer("Example:\n  klaim account list\n  klaim --as administrator account confirm 12");
  OnCall(confirm, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto waiting, FindWaiting(connection, *number));
    v1::ConfirmAccountChangeResponse response;
    if (!waiting.has_value()) {
      connection.Show(response, kNothingWaits);
      return absl::OkStatus();
    }
    v1::ConfirmAccountChangeRequest request;
    request.set_request_id(connection.RequestId());
    request.set_account_id(waiting->account_id);
    request.set_proposal(*number);
    absl::Status status = connection.Call(&Accounts::ConfirmAccountChange, request, response);
    if (status.ok())
      connection.Show(response, absl::StrCat("In force:\n  ", ProposalText(waiting->proposal)));
    return status;
  });
  auto* refuse = account.add_subcommand("refuse", "Refuses or takes back what was proposed for an account");
  refuse->add_option("PROPOSAL", *number, "Its number")->required();
  refuse->add_option("--reason", *reason, "Why")->required();
  refuse->footer("Example:\n  klaim account refuse 12 --reason \"nobody asked for it\"");
  OnCall(refuse, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto waiting, FindWaiting(connection, *number));
    v1::RefuseAccountChangeResponse response;
    if (!waiting.has_value()) {
      connection.Show(response, kNothingWaits);
      return absl::OkStatus();
    }
    v1::RefuseAccountChangeRequest request;
    request.set_request_id(connection.RequestId());
    request.set_account_id(waiting->account_id);
    request.set_proposal(*number);
    request.set_reason(*reason);
    absl::Status status = connection.Call(&Accounts::RefuseAccountChange, request, response);
    if (status.ok()) connection.Show(response, "Refused.");
    return status;
  });
}

void AddListAccounts(CLI::App& account, Connection& connection) {
  auto* list = account.add_subcommand("list", "Lists accounts, and what waits for another administrator");
  OnCall(list, connection, [&connection] {
    v1::ListAccountsResponse response;
    absl::Status status = ReadAccounts(connection, response);
    Table table({"no", "name", "roles", "second factor", "closed", "waits"});
    for (const auto& row : response.accounts()) {
      std::vector<std::string> waiting;
      for (const auto& proposal : row.proposals()) waiting.push_back(ProposalText(proposal));
      table.Add({absl::StrCat(row.account_id()), absl::StrCat(row.name(), "@", row.organisation_id()),
                 RolesText(row.roles()), row.second_factor() ? "yes" : "", row.closed() ? "closed" : "",
                 absl::StrJoin(waiting, ", ")});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
}

// Whoever has the token is the account, so that nobody else may read the file.
absl::Status KeepToken(const std::string& path, const std::string& token) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  std::filesystem::remove(path, error);
  const mode_t before = umask(077);
  std::ofstream out(path);
  umask(before);
  out << token << "\n";
  out.close();
  return out ? absl::OkStatus() : absl::InternalError(absl::StrCat("can't write ", path));
}

absl::Status SaySignedIn(Connection& connection, const v1::SessionStarted& started) {
  RETURN_IF_ERROR(KeepToken(connection.session_file(), started.token()));
  std::cout << "Signed in until " << TimeText(started.expires_at_micros()) << "; the session is in "
            << connection.session_file() << std::endl;
  for (const v1::AccountNotice& notice : started.notices()) std::cout << NoticeText(notice) << std::endl;
  if (started.password_change_needed()) std::cout << "Next: klaim password" << std::endl;
  if (started.second_factor_needed()) std::cout << "Next: klaim second-factor" << std::endl;
  return absl::OkStatus();
}

absl::Status RequireFile(const Connection& connection) {
  if (!connection.session_file().empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--session: name the file in which the session is kept, or set KLAIM_SESSION");
}

absl::Status SignInByPassword(Connection& connection, uint64_t organisation, const std::string& name) {
  v1::SignInRequest request;
  v1::SignInResponse response;
  request.set_organisation_id(organisation);
  request.set_name(name);
  request.set_password(AskSecretly("Password"));
  request.set_second_factor_code(AskSecretly("Second factor (empty for none)"));
  absl::Status status = connection.Call(&Sessions::SignIn, request, response);
  return status.ok() ? SaySignedIn(connection, response.session()) : status;
}

absl::Status SignInByProvider(Connection& connection, uint64_t organisation,
                              const std::string& redirect_uri) {
  v1::BeginProviderSignInRequest begin;
  v1::BeginProviderSignInResponse begun;
  begin.set_organisation_id(organisation);
  begin.set_redirect_uri(redirect_uri);
  absl::Status status = connection.Call(&Sessions::BeginProviderSignIn, begin, begun);
  if (!status.ok()) return status;
  std::cout
      << "Open this in a browser, sign in, and copy the value of \"code\" from the address you end at:\n"
      << begun.authorization_url() << std::endl;
  v1::FinishProviderSignInRequest finish;
  v1::FinishProviderSignInResponse finished;
  finish.set_state(begun.state());
  finish.set_code(AskSecretly("Code"));
  status = connection.Call(&Sessions::FinishProviderSignIn, finish, finished);
  return status.ok() ? SaySignedIn(connection, finished.session()) : status;
}

void AddSignIn(CLI::App& app, Connection& connection) {
  auto* sign_in = app.add_subcommand("sign-in", "Signs in; the password is asked for, never an argument");
  auto organisation = std::make_shared<uint64_t>(0);
  auto name = std::make_shared<std::string>();
  auto redirect = std::make_shared<std::string>();
  sign_in->add_option("--organisation", *organisation, "Number of the organisation; 0 is the national body");
  auto* by = sign_in->add_option_group("how");
  by->add_option("--name", *name, "Name of the account");
  by->add_option("--provider", *redirect,
                 "By the organisation's OpenID provider, which sends back to this address");
  by->require_option(1);
  sign_in->footer(
      "Example:\n  export KLAIM_SESSION=~/.klaim/session\n  klaim sign-in --name ratna\n  klaim whoami");
  OnCall(sign_in, connection, [=, &connection]() -> absl::Status {
    RETURN_IF_ERROR(RequireFile(connection));
    return name->empty() ? SignInByProvider(connection, *organisation, *redirect)
                         : SignInByPassword(connection, *organisation, *name);
  });
  auto* sign_out = app.add_subcommand("sign-out", "Ends the session");
  OnCall(sign_out, connection, [&connection]() -> absl::Status {
    RETURN_IF_ERROR(RequireFile(connection));
    v1::SignOutResponse response;
    absl::Status status = connection.Call(&Sessions::SignOut, v1::SignOutRequest(), response);
    std::error_code ignored;
    std::filesystem::remove(connection.session_file(), ignored);
    if (status.ok()) connection.Show(response, "Signed out.");
    return status;
  });
}

void AddOwnAccount(CLI::App& app, Connection& connection) {
  auto* whoami = app.add_subcommand("whoami", "Says who one is and what one may do");
  OnCall(whoami, connection, [&connection] {
    v1::GetOwnAccountResponse response;
    absl::Status status = connection.Call(&Sessions::GetOwnAccount, v1::GetOwnAccountRequest(), response);
    std::string text = absl::StrCat(response.account().name(), "@", response.account().organisation_id(),
                                    ": ", RolesText(response.account().roles()));
    for (int permission : response.permissions()) {
      absl::StrAppend(&text, "\n  ", EnumName(static_cast<v1::Permission>(permission)));
    }
    for (const v1::AccountNotice& notice : response.notices()) {
      absl::StrAppend(&text, "\n", NoticeText(notice));
    }
    if (status.ok()) connection.Show(response, text);
    return status;
  });
  auto* password = app.add_subcommand("password", "Changes one's password");
  OnCall(password, connection, [&connection] {
    v1::ChangePasswordRequest request;
    v1::ChangePasswordResponse response;
    request.set_old_password(AskSecretly("Password until now, or the code that you were given"));
    request.set_new_password(AskSecretly("New password, 10 characters or more"));
    absl::Status status = connection.Call(&Sessions::ChangePassword, request, response);
    if (status.ok()) connection.Show(response, "Changed; other sessions of yours are ended.");
    return status;
  });
  auto* factor = app.add_subcommand("second-factor", "Adds a second factor: an authenticator's six digits");
  OnCall(factor, connection, [&connection] {
    v1::EnrolSecondFactorResponse enrolled;
    absl::Status status =
        connection.Call(&Sessions::EnrolSecondFactor, v1::EnrolSecondFactorRequest(), enrolled);
    if (!status.ok()) return status;
    std::cout << "Put this into your authenticator:\n" << enrolled.uri() << std::endl;
    v1::ConfirmSecondFactorRequest request;
    v1::ConfirmSecondFactorResponse response;
    request.set_request_id(connection.RequestId());
    request.set_second_factor_code(AskSecretly("The six digits that it shows"));
    status = connection.Call(&Sessions::ConfirmSecondFactor, request, response);
    if (status.ok()) connection.Show(response, "Your account has a second factor now.");
    return status;
  });
}

}  // namespace

void AddAccount(CLI::App& app, Connection& connection) {
  auto* account = app.add_subcommand("account", "Accounts of people and systems, and their roles");
  account->require_subcommand(1);
  AddOpenAccount(*account, connection);
  AddRoles(*account, connection);
  AddPermit(*account, connection);
  AddRecoverAndClose(*account, connection);
  AddConfirmAndRefuse(*account, connection);
  AddListAccounts(*account, connection);
  AddSignIn(app, connection);
  AddOwnAccount(app, connection);
}

}  // namespace klaim::tools
