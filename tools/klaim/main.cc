// klaim: the command line of a docket.

#include <exception>
#include <iostream>

#include "tools/klaim/commands.h"

int main(int argc, char** argv) try {
  CLI::App app("Klaim: gather claims, form groups, settle, pay, and prove it.", "klaim");
  app.footer(
      "Examples:\n"
      "  klaim import claims.csv --programme HK-FEES-2025\n"
      "  klaim groups proposals\n"
      "  klaim claim show 4711\n"
      "  klaim audit verify");
  app.require_subcommand(1);
  app.fallthrough();
  klaim::tools::Connection connection;
  connection.AddOptions(app);
  klaim::tools::AddCommands(app, connection);
  CLI11_PARSE(app, argc, argv);
  return 0;
} catch (const std::exception& failure) {
  std::cerr << "klaim: " << failure.what() << std::endl;
  return 1;
}
