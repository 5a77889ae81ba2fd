import Foundation
import Hillock
import Testing

/// Complex numbers, Fourier transforms, convolutions and pooling against JAX: values and derivatives outside `jit`, and the same
/// bits inside and in lanes.
@Suite struct SignalTests {
  struct Case: Decodable {
    var name: String
    var inputs: [Oracle.Values]
    var results: [Oracle.Values]
    var slopes: [Oracle.Values]
  }

  private func forEach(_ body: (String, [NDArray], Case, @escaping SignalFunctions.Function) throws -> Void) throws {
    let cases: [Case] = try Oracle.cases("signals")
    #expect(Set(cases.map(\.name)) == Set(SignalFunctions.all.keys))
    for item in cases {
      let function = try #require(SignalFunctions.all[item.name], "\(item.name)")
      try body(item.name, try item.inputs.map { try $0.array() }, item, function)
    }
  }

  private func expectClose(_ x: NDArray, _ known: NDArray, within tolerance: Double, _ what: String) throws {
    #expect(x.shape == known.shape, "\(what)")
    guard x.shape == known.shape, x.count > 0 else { return }
    let scale = try abs(known).max().item(as: Double.self)
    let error = try abs(x.asType(.f64) - known).max().item(as: Double.self)
    #expect(error <= tolerance * max(scale, 1), "\(what): \(error)")
  }

  @Test func valuesAreJAXs() throws {
    try forEach { name, inputs, item, function in
      for (result, known) in zip(function(inputs), item.results) {
        #expect(result.dtype == .f64)
        try expectClose(result, try known.array(), within: 1e-13, name)
      }
      for (result, known) in zip(function(inputs.map { $0.asType(.f32) }), item.results) {
        #expect(result.dtype == .f32)
        try expectClose(result, try known.array(), within: 2e-5, "\(name) in f32")
      }
    }
  }

  private static func loss(_ function: SignalFunctions.Function, _ x: [NDArray]) -> NDArray {
    function(x).reduce(NDArray(0.0, dtype: .f64)) { $0 + (cos(3 * arange($1.count, dtype: .f64)).reshaped($1.shape) * $1).sum() }
  }

  @Test func derivativesAreJAXs() throws {
    try forEach { name, inputs, item, function in
      let gradient = grad { (x: [NDArray]) in Self.loss(function, x) }
      for (slope, known) in zip(try gradient(inputs), item.slopes) {
        try expectClose(slope, try known.array(), within: 1e-12, "the derivative of \(name)")
      }
    }
  }

  /// Forward mode is checked by the other: the change of the loss is the gradient times the change of the operands.
  @Test func tangentsAreThoseOfTheGradient() throws {
    try forEach { name, inputs, item, function in
      let along = inputs.map { cos(arange($0.count, dtype: .f64) * 3).reshaped($0.shape) }
      let (_, tangent) = try jvp({ (x: [NDArray]) in Self.loss(function, x) }, at: inputs, along: along)
      let known = try zip(item.slopes, along).reduce(NDArray(0.0, dtype: .f64)) { try $0 + ($1.0.array() * $1.1).sum() }
      try expectClose(tangent, known, within: 1e-11, "the tangent of \(name)")
    }
  }

  @Test func programsGiveTheSameBits() throws {
    try forEach { name, inputs, _, function in
      let direct = function(inputs), compiled = jit { (x: [NDArray]) in function(x) }
      for (result, known) in zip(try compiled(inputs), direct) { #expect(try areIdentical(result, known), "\(name)") }
    }
  }

  @Test func lanesGiveTheSame() throws {
    try forEach { name, inputs, _, function in
      let lanes = vmap { (x: [NDArray]) in function(x) }
      for (result, known) in zip(try lanes(inputs.map { stack([$0 * 1.25, $0]) }), function(inputs)) {
        try expectClose(result[1], known, within: 1e-14, "\(name) in lanes")
      }
    }
  }
}
