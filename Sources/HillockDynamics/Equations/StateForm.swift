import Hillock

/// Equations on lists of arrays, which is what the methods work on: from a state and the time to the derivatives.
package typealias VectorField = ([NDArray], NDArray) throws -> [NDArray]

/// A state taken apart into its arrays, and the rules for what belongs to it: floats of one dtype.
struct StateForm<State: ArrayTree> {
  /// Who takes the state, in errors.
  let name: String
  let state: State
  /// The arrays; numbers without a dtype have taken that of the others, or f32.
  let arrays: [NDArray]
  let dtype: DType

  init(_ name: String, _ state: State) throws(HillockError) {
    self.name = name
    self.state = state
    let given = Trees.arrays(state)
    guard !given.isEmpty else { throw HillockError(.argument, "\(name): the state has no arrays; give at least one") }
    var first: (path: String, dtype: DType)?
    for (path, array) in zip(Trees.paths("the state", state), given) {
      let array = try array.checked()
      if array.isWeak { continue }
      guard array.dtype == .f32 || array.dtype == .f64 else {
        throw HillockError(
          .dtype, "\(name): \(path) is \(array.dtype.name); a state is f32 or f64, convert it with .asType(.f32)")
      }
      if let first, first.dtype != array.dtype {
        throw HillockError(
          .dtype,
          "\(name): \(first.path) is \(first.dtype.name) and \(path) is \(array.dtype.name); a state has one dtype, convert with .asType"
        )
      }
      first = first ?? (path, array.dtype)
    }
    dtype = first?.dtype ?? .f32
    var arrays: [NDArray] = []
    for array in given { arrays.append(try array.adopting(dtype).checked()) }
    self.arrays = arrays
  }

  /// The state with these arrays.
  func rebuilt(_ arrays: [NDArray]) -> State { state.map(Trees.replacing(with: arrays)) }

  /// A function of states as one of lists, which checks what it gives.
  func field(_ function: @escaping (State, NDArray) throws -> State) -> VectorField {
    { arrays, t in
      let parts = try parts(of: function(rebuilt(arrays), t), "the derivative")
      return try parts.enumerated().map { try fitted($1, to: arrays[$0], "the derivative", at: $0) }
    }
  }

  /// The same for a function that says how strong noise is: nil for what is the number 0.
  func noiseField(_ function: @escaping (State, NDArray) throws -> State) -> ([NDArray], NDArray) throws -> [NDArray?] {
    { arrays, t in
      let parts = try parts(of: function(rebuilt(arrays), t), "the diffusion")
      return try parts.enumerated().map { try $1.knownNumber == 0 ? nil : fitted($1, to: arrays[$0], "the diffusion", at: $0) }
    }
  }

  /// The arrays of what a function has returned, whose structure must be the state's.
  private func parts(of result: State, _ what: String) throws(HillockError) -> [NDArray] {
    let own = Trees.paths("", state), other = Trees.paths("", result)
    if own == other { return Trees.arrays(result) }
    let missing = own.filter { !other.contains($0) }.map { "\(what)\($0) is missing" }
    let added = other.filter { !own.contains($0) }.map { "the state has no \($0.drop { $0 == "." })" }
    throw HillockError(
      .argument, "\(name): \(what) has the structure of the state, but \((missing + added).prefix(4).joined(separator: "; "))")
  }

  /// A part of a derivative with the type of its part of the state.
  private func fitted(_ part: NDArray, to array: NDArray, _ what: String, at position: Int) throws(HillockError) -> NDArray {
    let part = try part.checked().adopting(dtype).checked()
    func path(_ root: String) -> String { Trees.paths(root, state)[position] }
    guard part.dtype == dtype else {
      throw HillockError(
        .dtype,
        "\(name): \(path(what)) is \(part.dtype.name), and \(path("the state")) is \(dtype.name); make the parameters of the equations "
          + "\(dtype.name)")
    }
    if part.shape == array.shape { return part }
    let whole = part.broadcast(to: array.shape)
    guard whole.error == nil else {
      throw HillockError(
        .shape,
        "\(name): \(path(what)) has shape \(part.shape), and \(path("the state")) has shape \(array.shape); give the state the shape of "
          + "its derivative")
    }
    return whole
  }
}

extension NDArray {
  /// A scalar as a number without a dtype, carried in f64: a time that does not change the dtype of what it meets. Other arrays as they
  /// are.
  func undtyped() throws(HillockError) -> NDArray {
    let array = try checked()
    return array.isWeak || !array.shape.isEmpty ? array : try array.asType(.f64).weakened()
  }

  /// The value of a number without a dtype that is known now.
  var knownNumber: Double? {
    switch content {
    case .weak(.int(let value)): Double(value)
    case .weak(.unsigned(let value)): Double(value)
    case .weak(.double(let value)): value
    case .weak(.bool), .ranged, .concrete, .traced, .failure: nil
    }
  }
}
