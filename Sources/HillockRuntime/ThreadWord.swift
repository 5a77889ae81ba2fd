#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A word of memory that each thread has for itself, nil at first. (Swift has no thread locals of its own; task locals are handed on to
/// tasks, which belong to other runs.)
package struct ThreadWord: Sendable {
  @usableFromInline let key: pthread_key_t

  /// Made once for a purpose, and never given back.
  package init() {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    self.key = key
  }

  /// The word of the thread that asks. What it points to is not kept by it.
  @inlinable package var value: UnsafeMutableRawPointer? {
    get { pthread_getspecific(key) }
    nonmutating set { pthread_setspecific(key, newValue) }
  }
}
