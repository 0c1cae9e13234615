#include "projections/money/ledger_query.h"

#include "projections/core/sums.h"
#include "projections/money/ledger.h"

namespace klaim::projections {

Listing<v1::LedgerEntry> LedgerQuery::Entries() const { return MessagesOf<v1::LedgerEntry>(view_, Key('e')); }

Listing<v1::LedgerEntry> LedgerQuery::EntriesByDate() const {
  return Listing<v1::LedgerEntry>(
      view_, Key('d'),
      [view = view_](absl::string_view key, absl::string_view) -> absl::StatusOr<v1::LedgerEntry> {
        return view.ReadNamed<v1::LedgerEntry>(Key('e').Number(NumberAt(key, kRecordInDayKey)));
      });
}

Listing<v1::LedgerAccount> LedgerQuery::Accounts() const {
  return Listing<v1::LedgerAccount>(
      view_, Key('a'),
      [](absl::string_view key, absl::string_view value) -> absl::StatusOr<v1::LedgerAccount> {
        v1::LedgerAccount account;
        const size_t end = key.find('\0');
        account.set_account(std::string(key.substr(1, end - 1)));
        account.set_currency(std::string(key.substr(end + 1)));
        bool too_large = false;
        account.set_balance_minor(Told(LedgerBalance(value), too_large));
        account.set_too_large(too_large);
        return account;
      });
}

Listing<uint64_t> LedgerQuery::CaseFunds() const { return NumbersOf(view_, Key('f')); }

Listing<uint64_t> LedgerQuery::PaymentBatches() const { return NumbersOf(view_, Key('b')); }

}  // namespace klaim::projections
