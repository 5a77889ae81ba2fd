import HillockIR

/// Array trees taken apart into their arrays and put together again.
package enum Trees {
  package static func arrays<each Part: ArrayTree>(_ parts: repeat each Part) -> [NDArray] {
    var arrays: [NDArray] = []
    repeat _ = (each parts).map { array in
      arrays.append(array)
      return array
    }
    return arrays
  }

  /// The arrays of trees whose rows a loop steps over.
  static func operands<each Part: ArrayTree>(_ parts: repeat each Part) -> [NDArray] {
    var arrays: [NDArray] = []
    let collect: (NDArray) -> NDArray = { array in
      arrays.append(array)
      return array
    }
    repeat _ = (each parts).row(collect)
    return arrays
  }

  /// The transformation that puts a tree together again: it gives these arrays one after another, in the order of `arrays`. (A function
  /// that takes and returns the pack itself crashes the compiler.)
  package static func replacing(with arrays: [NDArray]) -> (NDArray) -> NDArray {
    var position = 0
    return { array in
      defer { position += 1 }
      return position < arrays.count ? arrays[position] : array
    }
  }

  /// Several trees as one list.
  static func parts<each Part: ArrayTree>(_ parts: repeat each Part) -> [any ArrayTree] {
    var list: [any ArrayTree] = []
    for part in repeat (each parts) { list.append(part) }
    return list
  }

  /// The structure and the static values, without the arrays. Two trees are alike if these are equal.
  static func form(_ parts: [any ArrayTree]) -> Signature {
    var visitor = TreeVisitor()
    for part in parts { part.map { _ in NDArray(weak: .bool(false)) }.visit(&visitor) }
    return Signature(visitor.parts)
  }

  /// The name of each array in messages: `carry`, or `carry.0`, `carry.1` if there are several trees, then properties,
  /// positions and keys.
  static func paths(_ root: String, _ parts: [any ArrayTree]) -> [String] {
    TreeLeaf.leaves(root, parts).filter { $0.value == nil }.map(\.path)
  }

  package static func paths<each Part: ArrayTree>(_ root: String, _ parts: repeat each Part) -> [String] {
    paths(root, Self.parts(repeat each parts))
  }
}

/// The carried values of a loop. Their structure and types are the same in every step.
struct CarryForm {
  private let name: String
  private let entering: [any ArrayTree]
  private let form: Signature
  /// The values that enter the loop. A number without a dtype gets the one that it would be read out as.
  let initial: [NDArray]

  init<each Part: ArrayTree>(_ name: String, _ parts: repeat each Part) throws(HillockError) {
    self.name = name
    entering = Trees.parts(repeat each parts)
    form = Trees.form(entering)
    var initial: [NDArray] = []
    for array in Trees.arrays(repeat each parts) { initial.append(try array.checked().settled.checked()) }
    self.initial = initial
  }

  /// The arrays that leave a step, with the types with which they entered. The error for a difference names its path.
  func leaving<each Part: ArrayTree>(_ parts: repeat each Part) throws(HillockError) -> [NDArray] {
    let leaving = Trees.parts(repeat each parts)
    guard Trees.form(leaving).isEqual(form) else {
      let list = TreeDifference.list("carry", entering, leaving).map { difference in
        switch difference {
        case .onlyFirst(let path): "\(path) enters a step and does not leave it"
        case .onlySecond(let path): "\(path) leaves a step and did not enter it"
        case .other(let path, let old, let new): "\(path) enters a step as \(old) and leaves it as \(new)"
        }
      }
      throw HillockError(
        .argument, "what \(name) carries keeps its structure and its static values, but \(TreeDifference.shortened(list))")
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
      "what \(name) carries must leave a step as it enters it, but \(TreeDifference.shortened(list)); convert with .asType, or "
        + "let it enter with the type it gets")
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
