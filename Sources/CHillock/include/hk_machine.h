// What Swift cannot ask the machine for itself.
#ifndef HK_MACHINE_H
#define HK_MACHINE_H

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

#endif
