// Tells ThreadSanitizer about Synchronization.Mutex, for tools/sanitize: preloaded into a test run, used nowhere else.
//
// A Mutex without contention is one compare-and-exchange in the code that uses it, which the sanitizer sees. A contended one is
// locked and handed on by the kernel (FUTEX_LOCK_PI and FUTEX_UNLOCK_PI), called from the Swift library, which is not
// instrumented: the sanitizer sees neither and reports whatever the Mutex guards. These two functions stand in front of the
// library's slow paths, call them, and say what they do.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

// Synchronization._MutexHandle._lockSlow(Swift.UInt32) -> () and _unlockSlow() -> ().
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slow(uint32_t thread, SELF void *handle) __asm__(LOCK);
SWIFT void unlock_slow(SELF void *handle) __asm__(UNLOCK);

static SWIFT void (*real_lock)(uint32_t, SELF void *);
static SWIFT void (*real_unlock)(SELF void *);

__attribute__((constructor)) static void find(void) {
  real_lock = (SWIFT void (*)(uint32_t, SELF void *))dlsym(RTLD_NEXT, LOCK);
  real_unlock = (SWIFT void (*)(SELF void *))dlsym(RTLD_NEXT, UNLOCK);
}

SWIFT void lock_slow(uint32_t thread, SELF void *handle) {
  real_lock(thread, handle);
  if (__tsan_acquire) __tsan_acquire(handle);
}

SWIFT void unlock_slow(SELF void *handle) {
  if (__tsan_release) __tsan_release(handle);
  real_unlock(handle);
}
