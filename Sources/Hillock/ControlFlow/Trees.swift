import HillockIR

/// Array trees taken apart into their arrays and put together again.
enum Trees {
  static func arrays<each Part: ArrayTree>(_ parts: repeat each Part) -> [NDArray] {
    var arrays: [NDArray] = []
    repeat _ = (each parts).map { array in
      arrays.append(array)
      return array
    }
    return arrays
  }

  /// Gives these arrays one after another, in the order in which `arrays` takes them: the transformation that puts a tree
  /// together again. (A function that takes and returns the pack itself crashes the compiler.)
  static func replacing(with arrays: [NDArray]) -> (NDArray) -> NDArray {
    var position = 0
    return { array in
      defer { position += 1 }
      return position < arrays.count ? arrays[position] : array
    }
  }

  /// The structure and the static values, without the arrays: two trees are alike where these are equal.
  static func form<each Part: ArrayTree>(_ parts: repeat each Part) -> Signature {
    var visitor = TreeVisitor()
    repeat (each parts).map { _ in NDArray(weak: .bool(false)) }.visit(&visitor)
    return Signature(visitor.parts)
  }

  /// How messages call each array: `carry`, or `carry.0`, `carry.1` where there are several trees, then properties,
  /// positions and keys.
  static func paths<each Part: ArrayTree>(_ root: String, _ parts: repeat each Part) -> [String] {
    var count = 0
    for _ in repeat (each parts) { count += 1 }
    var result: [String] = []
    var position = 0
    for part in repeat (each parts) {
      let path = count == 1 ? root : "\(root).\(position)"
      position += 1
      var found: [String] = []
      walk(part, path, &found)
      let arrays = Trees.arrays(part).count
      // A tree that keeps its arrays where reflection does not see them gets numbers.
      result += found.count == arrays ? found : (0..<arrays).map { "\(path)[\($0)]" }
    }
    return result
  }

  private static func walk(_ value: Any, _ path: String, _ paths: inout [String]) {
    if value is NDArray { return paths.append(path) }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: for child in mirror.children { walk(child.value, path, &paths) }
    case .collection: for (position, child) in mirror.children.enumerated() { walk(child.value, "\(path)[\(position)]", &paths) }
    case .dictionary:
      let pairs = mirror.children.compactMap { child -> (String, Any)? in
        let pair = Array(Mirror(reflecting: child.value).children)
        return pair.count == 2 ? ("\(pair[0].value)", pair[1].value) : nil
      }
      for (key, element) in pairs.sorted(by: { $0.0 < $1.0 }) { walk(element, "\(path).\(key)", &paths) }
    case .struct, .tuple: for child in mirror.children { walk(child.value, "\(path).\(child.label ?? "")", &paths) }
    default: break
    }
  }
}

/// The carried values of a loop: their structure and types stay as they are from step to step.
struct CarryForm {
  private let name: String
  private let form: Signature
  /// The values that enter the loop; a number without a dtype gets the one it is read out with.
  let initial: [NDArray]

  init<each Part: ArrayTree>(_ name: String, _ parts: repeat each Part) throws(HillockError) {
    self.name = name
    form = Trees.form(repeat each parts)
    var initial: [NDArray] = []
    for array in Trees.arrays(repeat each parts) { initial.append(try array.checked().settled.checked()) }
    self.initial = initial
  }

  /// The arrays that leave a step, each as it entered; what differs is named by its path.
  func leaving<each Part: ArrayTree>(_ parts: repeat each Part) throws(HillockError) -> [NDArray] {
    let leavingForm = Trees.form(repeat each parts)
    guard leavingForm.isEqual(form) else {
      throw HillockError(
        .argument,
        "what \(name) carries enters a step as \(form.structure) and leaves it as \(leavingForm.structure); the structure and the static values stay the same")
    }
    var arrays: [NDArray] = []
    for (array, before) in zip(Trees.arrays(repeat each parts), initial) {
      arrays.append(try array.checked().taking(before.dtype))
    }
    let misfits = zip(arrays, initial).enumerated().filter { $0.element.0.type != $0.element.1.type }
    guard let first = misfits.first else { return arrays }
    let paths = Trees.paths("carry", repeat each parts)
    let list = misfits.map { "\(paths[$0.offset]): \($0.element.1.type) enters, \($0.element.0.type) leaves" }
    throw HillockError(
      first.element.0.dtype == first.element.1.dtype ? .shape : .dtype,
      "what \(name) carries must leave a step as it enters it, but \(list.joined(separator: "; ")); convert with .astype, or let it enter with the type it gets")
  }
}

extension NDArray {
  /// A number without a dtype takes this one, unless it has a fraction that the dtype cannot hold; other arrays stay as they
  /// are.
  func taking(_ target: DType) throws(HillockError) -> NDArray {
    guard isWeak else { return self }
    if dtype.isFloating, !target.isFloating { return settled }
    return try adopting(target).checked()
  }
}

extension Signature {
  /// The parts without regard to arrays, for messages.
  var structure: String {
    "(\(parts.map { if case .array = $0 { "array" } else { Self.text($0) } }.joined(separator: ", ")))"
  }
}
