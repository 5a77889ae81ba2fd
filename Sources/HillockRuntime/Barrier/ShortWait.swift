import CHillock

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Waiting for something that another thread is about to finish without waiting itself: the end of a write in place.
package struct ShortWait {
  private var rounds = 0

  package init() {}

  /// Spins at first, then gives the processor to others, at last sleeps for moments.
  package mutating func again() {
    rounds += 1
    if rounds < 64 {
      for _ in 0..<16 { hk_pause() }
    } else if rounds < 256 {
      sched_yield()
    } else {
      usleep(50)
    }
  }
}
