import HillockRuntime
import Synchronization

/// The programs of one function, one for each signature. When there are more than its capacity, the least recently used one is dropped.
///
/// It is not generic, because every call uses it: generic code that is not specialised looks up its types at run time.
final class ProgramCache: Sendable {
  private struct State {
    var entries: [Entry] = []
    var capacity: Int
    /// Signatures of dropped programs, the latest last, to say why one is traced again. They are texts, because a signature
    /// would keep the objects it names.
    var gone: [String] = []
    var dropped = 0
    var lastRetrace: Retrace?
  }

  private let state: Mutex<State>
  /// The entry where the last call found its program. It is tried first.
  let lastHit = Atomic<Int>(0)
  private let clock = Atomic<UInt64>(0)

  /// How many signatures of dropped programs are remembered.
  private static let memory = 256

  init(capacity: Int) { state = Mutex(State(capacity: max(capacity, 1))) }

  var entries: [Entry] { state.withLock { $0.entries } }
  var dropped: Int { state.withLock { $0.dropped } }
  var lastRetrace: Retrace? { state.withLock { $0.lastRetrace } }

  var capacity: Int {
    get { state.withLock { $0.capacity } }
    set {
      let released = state.withLock { state in
        state.capacity = max(newValue, 1)
        return Self.makeRoom(&state, for: 0)
      }
      release(released)
    }
  }

  @inline(__always)  // on the warm path
  func noteUse(_ entry: Entry) { entry.lastUse.store(clock.add(1, ordering: .relaxed).newValue, ordering: .relaxed) }

  func first(for signature: Signature) -> Entry? {
    entries.first { $0.signature.isEqual(signature) && $0.program.hasItsSizes }
  }

  /// Adds a program that was just traced. `change` is the change of static state that made it necessary, if any.
  func add(_ entry: Entry, change: StaticChange?) {
    noteUse(entry)
    let released = state.withLock { state in
      let text = entry.text
      var reason: Retrace?
      if let change {
        reason = Retrace(.staticState, path: change.path, old: change.old, new: change.new)
      } else if let position = state.gone.lastIndex(of: text) {
        state.gone.remove(at: position)
        reason = Retrace(.dropped, path: text, old: "\(state.capacity) programs", new: "")
      } else if let latest = state.entries.max(by: { $0.age < $1.age }) {
        reason = entry.difference(from: latest)
      }
      entry.retrace = reason
      if let reason {
        state.lastRetrace = reason
        entry.executable.statistics.noteRetrace(reason.description)
      }
      let released = Self.makeRoom(&state, for: 1)
      lastHit.store(state.entries.count, ordering: .relaxed)
      state.entries.append(entry)
      return released
    }
    release(released)
  }

  func remove(_ entry: Entry) {
    state.withLock { state in state.entries.removeAll { $0 === entry } }
  }

  /// Drops all programs, or those whose signature names an object that is gone.
  func removeAll(whereObjectsAreGone: Bool) {
    // What is released may hold other objects, whose end calls this again. So it is released outside the lock.
    let released = state.withLock { state in
      let all = state.entries
      state.entries.removeAll { !whereObjectsAreGone || $0.signature.namesDeadObject }
      if !whereObjectsAreGone { state.gone = [] }
      return all
    }
    withExtendedLifetime(released) {}
  }

  private static func makeRoom(_ state: inout State, for count: Int) -> [Entry] {
    var released: [Entry] = []
    while state.entries.count + count > state.capacity,
      let oldest = state.entries.indices.min(by: { state.entries[$0].age < state.entries[$1].age })
    {
      let entry = state.entries.remove(at: oldest)
      state.dropped += 1
      if state.gone.count >= memory { state.gone.removeFirst() }
      state.gone.append(entry.text)
      released.append(entry)
    }
    return released
  }

  private func release(_ entries: [Entry]) {
    for entry in entries { entry.executable.statistics.noteEviction() }
  }
}
