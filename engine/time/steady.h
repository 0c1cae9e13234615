// Waiting and measuring by the steady clock, which nobody sets.
//
// Abseil's own timeouts (Mutex::AwaitWithTimeout, CondVar::WaitWithTimeout, Notification::WaitForNotificationWithTimeout) end
// at a moment of the wall clock: one that is set forward by an hour and back lets them wait an hour too long. So only this is
// used to wait, and absl::Now() for what is told or recorded alone.
#pragma once

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace klaim::steady {

// How long it is since some moment, the same for the whole process: for differences and ends of waiting.
absl::Duration Now();

// Waits, with the mutex held, until the condition holds, for `timeout` at the most; whether it holds then. As
// absl::Mutex::AwaitWithTimeout: what the condition looks at is changed with the mutex held.
bool AwaitFor(absl::Mutex& mutex, const absl::Condition& condition, absl::Duration timeout)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

}  // namespace klaim::steady
