import HillockIR
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What becomes of a run that wants a Variable which another run has.
package enum ConflictPolicy: String, CaseIterable, Sendable {
  /// A `conflict` error at once.
  case error
  /// It waits until the Variable is given back.
  case wait
}

/// The leases that this thread holds at the moment.
///
/// A thread that holds some never waits for others: of two that did, each could wait for what the other has. Those that hold none
/// take what they need in the order of the Variables' ids, so there is no circle of them either.
enum HeldLeases {
  private static let word = ThreadWord()

  static var count: Int { Int(bitPattern: word.value) }

  static func add(_ change: Int) { word.value = UnsafeMutableRawPointer(bitPattern: count + change) }
}

/// Where threads wait until a lease is given back.
///
/// One room for all: whoever gives a Variable back wakes everybody, if anybody waits at all, and each looks whether its own is
/// free.
enum WaitingRoom {
  // A condition variable of the system: `Synchronization` has none. Made once, never freed.
  private final class Room: @unchecked Sendable {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
      mutex.initialize(to: pthread_mutex_t())
      condition.initialize(to: pthread_cond_t())
      pthread_mutex_init(mutex, nil)
      #if canImport(Glibc)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
      #else
        pthread_cond_init(condition, nil)
      #endif
    }

    /// Sleeps until somebody wakes the room or the time is over; with the mutex in hand.
    func sleep(nanoseconds: Int) {
      #if canImport(Glibc)
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        time.tv_nsec += nanoseconds
        time.tv_sec += time.tv_nsec / 1_000_000_000
        time.tv_nsec %= 1_000_000_000
        pthread_cond_timedwait(condition, mutex, &time)
      #else
        var time = timespec(tv_sec: 0, tv_nsec: nanoseconds)
        pthread_cond_timedwait_relative_np(condition, mutex, &time)
      #endif
    }
  }

  private static let room = Room()
  private static let waiting = Atomic<Int>(0)

  /// How often one who waits looks whether it is cancelled: nothing wakes a thread whose task is.
  private static let lookInterval = 10_000_000

  /// Waits until the attempt succeeds.
  ///
  /// - Returns: false where cancellation was asked for first (`Cancellation`), if `isCancellable`; then nothing was attempted since
  ///   the attempt that failed last.
  static func wait(isCancellable: Bool, until attempt: () -> Bool) -> Bool {
    let looks = isCancellable && Cancellation.isPossible
    pthread_mutex_lock(room.mutex)
    // Counted before the attempt: who gives back after it sees the count, because both lock the Variable's cell in between.
    waiting.add(1, ordering: .sequentiallyConsistent)
    defer {
      waiting.subtract(1, ordering: .sequentiallyConsistent)
      pthread_mutex_unlock(room.mutex)
    }
    while !attempt() {
      if looks {
        if Cancellation.isRequested { return false }
        room.sleep(nanoseconds: lookInterval)
      } else {
        pthread_cond_wait(room.condition, room.mutex)
      }
    }
    return true
  }

  /// Called when a lease has been given back.
  static func wake() {
    guard waiting.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(room.mutex)
    pthread_cond_broadcast(room.condition)
    pthread_mutex_unlock(room.mutex)
  }
}
