import HillockIR
import Synchronization

/// What a Variable is to the runtime: an identity, a form that stays, and the storage that is its value at the moment.
///
/// A value changes only by swapping the storage, in a commit. So whoever has loaded a storage keeps a value that stays.
package final class VariableCell: Sendable {
  /// What a Variable is called that was given no name.
  package static let noName = "Variable"
  /// How messages speak of a Variable.
  package static func title(_ name: String) -> String { name == noName ? "a Variable without a name" : "Variable \(name)" }

  /// Increases in the order of creation; leases are taken in this order.
  package let id: UInt64
  package let form: VariableForm
  /// Whether who wants it always waits for its turn, as for the key of a random generator.
  let takesTurns: Bool

  struct State: ~Copyable {
    var name: String
    var storage: Storage
    /// The type of the value: with a batch axis it may change from value to value.
    var type: ArrayType
    var version: UInt64 = 0
    var readers = 0
    var isWritten = false
    /// Whether a run is writing into the storage: whoever wants to read waits for its commit.
    var isOverwritten = false
    /// Who took the present lease; the latest, where there are several readers.
    var holder = Barrier.Claimant(site: "", thread: 0)
  }

  let state: Mutex<State>
  private static let nextID = Atomic<UInt64>(0)

  /// The storage must hold `type.byteCount` bytes.
  package init(
    name: String, type: ArrayType, batchAxis: Int? = nil, storage: Storage, takesTurns: Bool = false
  ) throws(HillockError) {
    guard storage.byteCount == type.byteCount else { throw Self.misfit(name, type, storage) }
    id = Self.nextID.add(1, ordering: .relaxed).newValue
    form = VariableForm(type, batchAxis: batchAxis)
    self.takesTurns = takesTurns
    state = Mutex(State(name: name, storage: storage, type: type))
  }

  /// The type of the value at the moment. It does not change while somebody has a lease.
  package var type: ArrayType { form.batchAxis == nil ? form.first : state.withLock { $0.type } }

  /// For messages.
  package var name: String {
    get { state.withLock { $0.name } }
    set { state.withLock { $0.name = newValue } }
  }

  /// The value at the moment: the last one that was committed. Waits while a run writes it in place.
  package func load() -> Storage { whole { $0.storage } }

  /// The same, with its type.
  package func loadTyped() -> (storage: Storage, type: ArrayType) { whole { ($0.storage, $0.type) } }

  private func whole<Value>(_ read: (borrowing State) -> Value) -> Value {
    var wait = ShortWait()
    while true {
      if let value = ifWhole(read) { return value }
      wait.again()
    }
  }

  /// nil while a run writes it in place.
  private func ifWhole<Value>(_ read: (borrowing State) -> Value) -> Value? {
    state.withLock { $0.isOverwritten ? nil : read($0) }
  }

  /// The number of commits so far.
  package var version: UInt64 { state.withLock { $0.version } }

  /// The values of several Variables at one moment: never some from before a commit and some from after it.
  package static func snapshot(_ cells: [VariableCell]) -> [Storage] { snapshotTyped(cells).map(\.storage) }

  /// The same, with their types.
  package static func snapshotTyped(_ cells: [VariableCell]) -> [(storage: Storage, type: ArrayType)] {
    var wait = ShortWait()
    while true {
      // Never waits with the lock in hand: the commit that is waited for needs it.
      let values = Barrier.commits.withLock { _ in cells.compactMap { cell in cell.ifWhole { ($0.storage, $0.type) } } }
      if values.count == cells.count { return values }
      wait.again()
    }
  }

  /// Gives the Variable a value from outside any run. Where a run has leased it, a conflict error, whose place is the caller's
  /// to find; or it waits.
  package func update(
    _ storage: Storage, _ type: ArrayType? = nil, site: String, policy: ConflictPolicy? = nil
  ) throws(HillockError) {
    let type = type ?? self.type
    try check(storage, type)
    try acquire(exclusively: true, site: site, policy: policy, isBrief: true)
    commit(storage, type)
    release(exclusively: true)
  }

  /// Gives the Variable a value computed from the one it has, from outside any run. It is leased meanwhile, so no other write
  /// comes in between; where the body throws, nothing changes.
  package func modify(
    site: String, policy: ConflictPolicy? = nil,
    _ body: (Storage, ArrayType) throws(HillockError) -> (Storage, ArrayType)
  ) throws(HillockError) {
    try acquire(exclusively: true, site: site, policy: policy, isBrief: true)
    HeldLeases.add(1)
    defer {
      release(exclusively: true)
      HeldLeases.add(-1)
    }
    let old = loadTyped()
    let (storage, type) = try body(old.storage, old.type)
    try check(storage, type)
    commit(storage, type)
  }

  private func commit(_ storage: Storage, _ type: ArrayType) {
    var value: Storage? = storage
    Barrier.commits.withLock { _ in exchange(&value, type) }
    // What it had is given back here, outside the lock.
  }

  // MARK: For leases

  /// - Returns: false where it has waited, and cancellation was asked for before its turn.
  @discardableResult
  func acquire(
    exclusively: Bool, site: String, policy: ConflictPolicy? = nil, isBrief: Bool = false, isCancellable: Bool = false
  ) throws(HillockError) -> Bool {
    let claimant = Barrier.Claimant(site: site, thread: Barrier.currentThread, isBrief: isBrief)
    if take(exclusively: exclusively, claimant) { return true }
    guard takesTurns || (policy ?? Configuration.conflicts) == .wait, HeldLeases.count == 0 else {
      if takesTurns, takeAfterBrief(exclusively: exclusively, claimant) { return true }
      // It may have been given back meanwhile.
      guard let conflict = conflict(exclusively: exclusively, claimant) else { return true }
      throw conflict
    }
    return WaitingRoom.wait(isCancellable: isCancellable) { take(exclusively: exclusively, claimant) }
  }

  private func take(exclusively: Bool, _ claimant: Barrier.Claimant) -> Bool {
    state.withLock { $0.take(exclusively: exclusively, claimant) }
  }

  /// Waits for operations outside runs, which a thread may that holds Variables itself; false where a run stands in the way.
  private func takeAfterBrief(exclusively: Bool, _ claimant: Barrier.Claimant) -> Bool {
    var wait = ShortWait()
    while state.withLock({ $0.holder.isBrief && $0.holder.thread != claimant.thread }) {
      wait.again()
      if take(exclusively: exclusively, claimant) { return true }
    }
    return false
  }

  /// What stands in the way of a lease; nil where nothing does any more, and the lease is taken.
  private func conflict(exclusively: Bool, _ claimant: Barrier.Claimant) -> HillockError? {
    state.withLock { state in
      if state.take(exclusively: exclusively, claimant) { return nil }
      return Barrier.conflict(
        state.name, held: state.holder, isWritten: state.isWritten, readers: state.readers, asked: claimant.site,
        exclusively: exclusively, hasPlace: !claimant.isBrief)
    }
  }

  func release(exclusively: Bool) {
    state.withLock { state in
      if exclusively { state.isWritten = false } else { state.readers -= 1 }
      guard exclusively, state.isOverwritten else { return }
      // A run that was never committed: the value has changed all the same.
      state.isOverwritten = false
      state.version += 1
    }
    WaitingRoom.wake()
  }

  /// Gives the Variable a value and the caller the one it had. Only with an exclusive lease and under `Barrier.commits`.
  /// Without a type, the value has the one that the Variable has.
  func exchange(_ value: inout Storage?, _ type: ArrayType? = nil) {
    state.withLock { state in
      guard let new = value else { return }
      value = state.storage
      state.storage = new
      if let type { state.type = type }
      state.version += 1
    }
  }

  // MARK: Writing in place

  /// Lets the holder of the exclusive lease write into the Variable's memory, if nobody else has it: no array, no snapshot,
  /// no argument of a run. Until `endOverwriting` nobody gets it.
  func beginOverwriting() -> UnsafeMutableRawPointer? {
    state.withLock { state in
      guard state.isWritten, isKnownUniquelyReferenced(&state.storage) else { return nil }
      state.isOverwritten = true
      return state.storage.base
    }
  }

  /// With `isChanged`, the new value is whole: under `Barrier.commits`. Does nothing where the Variable is not being written in
  /// place.
  func endOverwriting(isChanged: Bool) {
    state.withLock { state in
      guard state.isOverwritten else { return }
      state.isOverwritten = false
      if isChanged { state.version += 1 }
    }
  }

  /// Whether this may become the Variable's value.
  func check(_ storage: Storage, _ type: ArrayType) throws(HillockError) {
    guard form.admits(type) else {
      throw HillockError(
        type.dtype == form.first.dtype ? .shape : .dtype, "Variable \(name) is \(self.type); the value given is \(type)")
    }
    guard storage.byteCount == type.byteCount else { throw Self.misfit(name, type, storage) }
  }

  static func misfit(_ name: String, _ type: ArrayType, _ storage: Storage) -> HillockError {
    HillockError(
      .shape, "Variable \(name) is \(type), \(type.byteCount) bytes; the value given has \(storage.byteCount) bytes")
  }
}

extension VariableCell.State {
  /// Takes a lease where the others leave room for it.
  mutating func take(exclusively: Bool, _ claimant: Barrier.Claimant) -> Bool {
    if isWritten || (exclusively && readers > 0) { return false }
    if exclusively { isWritten = true } else { readers += 1 }
    holder = claimant
    return true
  }
}
