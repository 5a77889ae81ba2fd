import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The objects whose stored properties are constants of one program, and what these properties held when it was traced.
///
/// A call compares the objects' memory with a copy: a few nanoseconds an object. Because the values themselves are held as
/// well, a Swift array or string that is changed in place is copied by Swift first, and so gets another address. Only where
/// bytes differ are the properties looked at one by one.
final class StaticWatch: Sendable {
  private struct State {
    var objects: [WatchedObject] = []
    var addresses: Set<ObjectIdentifier> = []
    /// Whether a property differs from what the program holds.
    var isStale = false
  }

  private let state = Mutex(State())

  /// Changes of one property that are reported for a program: after that nobody wants to know, and it costs no more.
  static let reportLimit = 8

  /// Watches an object and all it holds. The object itself is not kept; what it holds is, as long as the watch.
  func add(_ root: AnyObject) {
    state.withLock { state in Self.add(root, to: &state) }
  }

  private static func add(_ root: AnyObject, to state: inout State) {
    var waiting: [(object: AnyObject, isRoot: Bool)] = [(root, true)]
    while let (object, isRoot) = waiting.popLast() {
      guard state.addresses.insert(ObjectIdentifier(object)).inserted else { continue }
      var found: [AnyObject] = []
      let watched = WatchedObject(object, isHeld: !isRoot) { found.append($0) }
      state.objects.append(watched)
      // Objects of other classes are compared by identity and not looked into.
      waiting += found.filter { $0 is Base }.reversed().map { ($0, false) }
    }
  }

  var count: Int { state.withLock { $0.objects.count } }

  /// Whether all is as it was when it was last looked at and, unless the program may go on with old values, as it was when
  /// the program was traced. This is the part that every call pays.
  func isFresh(toleratingStale: Bool) -> Bool {
    state.withLock { state in
      if state.isStale, !toleratingStale { return false }
      for object in state.objects where !object.isAsSeen { return false }
      return true
    }
  }

  /// What differs from when the program was traced: all of it, and what was not reported before. With `mutes`, a property
  /// that changes again and again is not looked at any more.
  func review(mutes: Bool) -> (all: [StaticChange], new: [StaticChange]) {
    state.withLock { state in
      var all: [StaticChange] = [], new: [StaticChange] = []
      for object in state.objects {
        let (stale, changed) = object.review(mutes: mutes)
        all += stale
        new += changed
      }
      state.isStale = !all.isEmpty
      return (all, new)
    }
  }

  /// What differs at the moment, without any effect on what is reported.
  var stale: [StaticChange] { state.withLock { $0.objects.flatMap { $0.changes() } } }

  /// Ends the tracing: what the function has changed itself. From now on the present values count.
  func settle() -> [StaticChange] {
    state.withLock { state in
      let changes = state.objects.flatMap { $0.changes() }.map {
        StaticChange(object: $0.object, property: $0.property, old: $0.old, new: $0.new, isByFunction: true)
      }
      if state.objects.contains(where: { !$0.isAsSeen }) {
        let roots = state.objects.compactMap(\.root)
        (state.objects, state.addresses) = ([], [])
        for root in roots { Self.add(root, to: &state) }
      }
      return changes
    }
  }

  /// How messages call things that lie in the objects' properties.
  func names() -> PropertyNames {
    state.withLock { state in
      var names = PropertyNames()
      for object in state.objects { object.name(&names) }
      return names
    }
  }
}

/// One object of a watch.
private final class WatchedObject: @unchecked Sendable {
  // @unchecked: used under the lock of its watch only.
  private(set) weak var root: AnyObject?
  private let held: AnyObject?
  private let name: String
  private let layout: ClassLayout
  private var fields: [Field]
  /// The bytes that are compared: those of the fields that are not muted.
  private var runs: [ClassLayout.Run]
  /// The object's bytes when they were last looked at, run by run.
  private let bytes: UnsafeMutableRawPointer

  private struct Field {
    let baseline: Fingerprint
    var seen: Fingerprint
    /// The value seen: as long as it is held, Swift copies what is changed in place.
    var held: Any?
    var reports = 0
    var isMuted = false
  }

  init(_ object: AnyObject, isHeld: Bool, found: (AnyObject) -> Void) {
    root = isHeld ? nil : object
    held = isHeld ? object : nil
    name = (object as? Base)?.name ?? "\(type(of: object))"
    layout = ClassLayout.of(object)
    let instance = UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque())
    fields = layout.fields.map { field in
      let value = field.load(instance)
      let fingerprint = Fingerprint(value, of: field, instance, found: found)
      return Field(baseline: fingerprint, seen: fingerprint, held: value)
    }
    runs = layout.runs
    bytes = .allocate(byteCount: max(runs.reduce(0) { $0 + $1.count }, 1), alignment: 16)
    copyBytes(instance)
  }

  deinit { bytes.deallocate() }

  private func copyBytes(_ instance: UnsafeRawPointer) {
    var position = bytes
    for run in runs {
      position.copyMemory(from: instance + run.offset, byteCount: run.count)
      position += run.count
    }
  }

  var isAsSeen: Bool {
    guard let object = held ?? root else { return true }
    let instance = UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque())
    return withExtendedLifetime(object) {
      var position = bytes
      for run in runs {
        guard memcmp(position, instance + run.offset, run.count) == 0 else { return false }
        position += run.count
      }
      return true
    }
  }

  /// What differs from the baseline at the moment.
  func changes() -> [StaticChange] {
    guard let object = held ?? root else { return [] }
    let instance = UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque())
    return withExtendedLifetime(object) {
      layout.fields.enumerated().compactMap { index, field in
        change(at: index, Fingerprint(field.load(instance), of: field, instance) { _ in })
      }
    }
  }

  private func change(at index: Int, _ now: Fingerprint) -> StaticChange? {
    let field = layout.fields[index]
    if field.isLazy, fields[index].baseline.isNil { return nil }
    guard let found = now.difference(from: fields[index].baseline, path: field.name) else { return nil }
    return StaticChange(object: name, property: found.path, old: found.old, new: found.new, isByFunction: false)
  }

  func review(mutes: Bool) -> (stale: [StaticChange], new: [StaticChange]) {
    guard let object = held ?? root else { return ([], []) }
    let instance = UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque())
    return withExtendedLifetime(object) {
      var stale: [StaticChange] = [], new: [StaticChange] = []
      for (index, field) in layout.fields.enumerated() where !fields[index].isMuted {
        let value = field.load(instance)
        let now = Fingerprint(value, of: field, instance) { _ in }
        let isNews = now.difference(from: fields[index].seen, path: "") != nil
        fields[index].seen = now
        fields[index].held = value
        guard let change = change(at: index, now) else { continue }
        stale.append(change)
        guard isNews else { continue }
        new.append(change)
        fields[index].reports += 1
        if mutes, fields[index].reports >= StaticWatch.reportLimit { mute(index) }
      }
      copyBytes(instance)
      return (stale, new)
    }
  }

  private func mute(_ index: Int) {
    fields[index].isMuted = true
    fields[index].seen = .untracked
    fields[index].held = nil
    runs = ClassLayout.runs(of: layout.fields.indices.filter { !fields[$0].isMuted }.map { layout.fields[$0] })
  }

  func name(_ names: inout PropertyNames) {
    for (index, field) in layout.fields.enumerated() {
      names.add(fields[index].baseline, path: "\(name).\(field.name)")
    }
  }
}
