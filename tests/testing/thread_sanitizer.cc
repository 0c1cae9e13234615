// Tells the thread sanitizer of the locks that it can't see: Debian builds Abseil without it, so that
// whatever an absl::Mutex guards would look like a race. The linker puts these in the place of Abseil's
// functions, for the tsan preset alone (--wrap; see tests/CMakeLists.txt).

#include "absl/time/time.h"

extern "C" {

void __tsan_acquire(void* address);
void __tsan_release(void* address);

// A condition is looked at, under the lock, by whichever thread gives the lock back, after we have said so;
// RocksDB's own threads and the graph in which Abseil looks for deadlocks are their own affair.
const char* __tsan_default_suppressions() {
  return "race:CastAndCall\nrace:Condition<\nrace:rocksdb::\nrace:GraphCycles\ncalled_from_lib:librocksdb."
         "so\n";
}

#define KLAIM_LOCKS(name)           \
  void __real_##name(void* mutex);  \
  void __wrap_##name(void* mutex) { \
    __real_##name(mutex);           \
    __tsan_acquire(mutex);          \
  }
#define KLAIM_UNLOCKS(name)         \
  void __real_##name(void* mutex);  \
  void __wrap_##name(void* mutex) { \
    __tsan_release(mutex);          \
    __real_##name(mutex);           \
  }
KLAIM_LOCKS(_ZN4absl7debian35Mutex4LockEv)
KLAIM_UNLOCKS(_ZN4absl7debian35Mutex6UnlockEv)
KLAIM_UNLOCKS(_ZN4absl7debian312Notification6NotifyEv)
KLAIM_LOCKS(_ZNK4absl7debian312Notification19WaitForNotificationEv)
KLAIM_LOCKS(_ZN4absl7debian315BlockingCounter4WaitEv)

bool __real__ZN4absl7debian315BlockingCounter14DecrementCountEv(void* counter);
bool __wrap__ZN4absl7debian315BlockingCounter14DecrementCountEv(void* counter) {
  __tsan_release(counter);
  return __real__ZN4absl7debian315BlockingCounter14DecrementCountEv(counter);
}

bool __real__ZN4absl7debian35Mutex7TryLockEv(void* mutex);
bool __wrap__ZN4absl7debian35Mutex7TryLockEv(void* mutex) {
  const bool locked = __real__ZN4absl7debian35Mutex7TryLockEv(mutex);
  if (locked) __tsan_acquire(mutex);
  return locked;
}

void __real__ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE(void* mutex, const void* condition);
void __wrap__ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE(void* mutex, const void* condition) {
  __tsan_release(mutex);
  __real__ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE(mutex, condition);
  __tsan_acquire(mutex);
}

bool __real__ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE(void* mutex,
                                                                                     const void* condition,
                                                                                     absl::Duration timeout);
bool __wrap__ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE(void* mutex,
                                                                                     const void* condition,
                                                                                     absl::Duration timeout) {
  __tsan_release(mutex);
  const bool held = __real__ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE(
      mutex, condition, timeout);
  __tsan_acquire(mutex);
  return held;
}

}  // extern "C"
