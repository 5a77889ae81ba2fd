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
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  static var count: Int { Int(bitPattern: pthread_getspecific(key)) }

  static func add(_ change: Int) { pthread_setspecific(key, UnsafeRawPointer(bitPattern: count + change)) }
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
      pthread_cond_init(condition, nil)
    }
  }

  private static let room = Room()
  private static let waiting = Atomic<Int>(0)

  /// For tests.
  static var count: Int { waiting.load(ordering: .relaxed) }

  /// Waits until the attempt succeeds.
  static func wait(until attempt: () -> Bool) {
    pthread_mutex_lock(room.mutex)
    // Counted before the attempt: who gives back after it sees the count, because both lock the Variable's cell in between.
    waiting.add(1, ordering: .sequentiallyConsistent)
    while !attempt() { pthread_cond_wait(room.condition, room.mutex) }
    waiting.subtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(room.mutex)
  }

  /// Called when a lease has been given back.
  static func wake() {
    guard waiting.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(room.mutex)
    pthread_cond_broadcast(room.condition)
    pthread_mutex_unlock(room.mutex)
  }
}
