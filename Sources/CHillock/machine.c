#ifdef __linux__
#define _GNU_SOURCE
#include <sched.h>
#endif
#ifdef __linux__
#include <link.h>
#elif defined(__APPLE__)
#include <mach-o/dyld.h>
#endif
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "hk_machine.h"

int hk_processor_count(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
}

// The calling thread's stack, from its lowest address to its end; empty where the system does not say.
struct stack {
  uintptr_t start, end;
};

static struct stack own_stack(void) {
  // Asking for the first thread's makes glibc read a file of the system.
  static _Thread_local struct stack known;
  if (known.end) return known;
#ifdef __linux__
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return known;
  void *start = 0;
  size_t size = 0;
  if (pthread_attr_getstack(&attributes, &start, &size) == 0) {
    known = (struct stack){(uintptr_t)start, (uintptr_t)start + size};
  }
  pthread_attr_destroy(&attributes);
#elif defined(__APPLE__)
  const uintptr_t end = (uintptr_t)pthread_get_stackaddr_np(pthread_self());
  known = (struct stack){end - pthread_get_stacksize_np(pthread_self()), end};
#endif
  return known;
}

// A frame is the caller's frame pointer, then the return address. What is taken for one may be any words of the stack.
__attribute__((noinline, no_sanitize("address", "thread"))) int hk_return_addresses(uintptr_t *addresses, int limit) {
  const struct stack stack = own_stack();
  uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
  // On a stack that somebody else has made it finds nothing.
  if (frame < stack.start) return 0;
  int count = 0;
  while (count < limit && frame % sizeof frame == 0 && frame < stack.end && stack.end - frame >= 2 * sizeof frame) {
    const uintptr_t *words = (const uintptr_t *)frame;
    if (words[1] == 0) break;
    addresses[count++] = words[1];
    // Callers lie further towards the end.
    if (words[0] <= frame) break;
    frame = words[0];
  }
  return count;
}

static char **arguments;

// glibc and Darwin pass main's arguments to what runs before it. (musl does not: then there are none.)
#if defined(__GLIBC__) || defined(__APPLE__)
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  if (count > 0) arguments = values;
}
#endif

char **hk_arguments(void) { return arguments; }

int hk_flush_output(void) {
  errno = 0;
  if (fflush(stdout) != 0) return errno ? errno : EIO;
  return ferror(stdout) ? EIO : 0;
}

#ifdef __linux__
static int take_changes(struct dl_phdr_info *info, size_t size, void *changes) {
  (void)size;
  *(uint64_t *)changes = info->dlpi_adds + info->dlpi_subs;
  return 1;
}
#endif

uint64_t hk_image_changes(void) {
  uint64_t changes = 0;
#ifdef __linux__
  dl_iterate_phdr(take_changes, &changes);
#elif defined(__APPLE__)
  changes = _dyld_image_count();
#endif
  return changes;
}
