// What Swift cannot ask the machine for itself.
#ifndef HK_MACHINE_H
#define HK_MACHINE_H

#include <stdint.h>

// The processor's hint that a thread is spinning.
static inline void hk_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Processors this process may run on; at least 1.
int hk_processor_count(void);

// The return addresses of the calling thread's stack, the innermost first, by its chain of frame pointers; how many were found.
// It reads nothing but this thread's stack, whatever a frame without frame pointer has left in the register.
int hk_return_addresses(uintptr_t *addresses, int limit);

// A number that differs where libraries were loaded or unloaded in between.
uint64_t hk_image_changes(void);

// The arguments that the process was started with, ended by a null pointer; NULL where the system does not tell. Swift reads them
// from /proc, which need not be there.
char **hk_arguments(void);

// Brings to its file what was printed. 0, or the system's number of what went wrong then or before.
int hk_flush_output(void);

#endif
