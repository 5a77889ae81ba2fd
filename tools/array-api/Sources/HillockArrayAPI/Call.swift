import Hillock

/// What a call says beside its arrays. A function reads those that it has.
struct Attributes: Decodable {
  var axis: Int?
  var axes: [Int]?
  var otherAxes: [Int]?
  var keepDims: Bool?
  var dtype: String?
  var shape: [Int]?
  var count: Int?
  var counts: [Int]?
  var k: Int?
  var ddof: Double?
  var flag: Bool?
  var order: String?
  var start: Double?
  var stop: Double?
  var step: Double?
  var indices: [Index]?

  /// One index of a list; `array` names an operand.
  struct Index: Decodable {
    var element: Int?
    var from: Int?
    var to: Int?
    var by: Int?
    var array: Int?
    var isNew: Bool?
  }
}

/// A call of a function of Hillock by its name.
struct Call {
  let name: String
  let operands: [Value]
  let attributes: Attributes

  var isComplex: Bool { operands.contains { if case .complex = $0 { true } else { false } } }

  func run() throws -> [Value] {
    if let fourier = try fourier() { return fourier }
    if isComplex {
      if let results = try complexFunction() ?? complexLinearAlgebra() { return results }
      throw CallError("\(name) has no form for complex numbers")
    }
    if let result = try elementwise() ?? reduction() ?? moving(array(0), self) ?? selection() { return [.real(result)] }
    if let results = try several() ?? linearAlgebra() { return results.map { .real($0) } }
    if name == "complex" { return [.complex(ComplexArray(try array(0), try array(1)))] }
    throw CallError("no function \(name) in the table")
  }

  /// An operand; of calls without any, 0.
  func array(_ position: Int) throws -> NDArray {
    guard operands.indices.contains(position) else { return 0 }
    guard case .real(let array) = operands[position] else { throw CallError("\(name) takes real numbers here") }
    return array
  }

  func complex(_ position: Int) throws -> ComplexArray {
    guard operands.indices.contains(position) else { throw CallError("\(name) lacks operand \(position)") }
    switch operands[position] {
    case .real(let array): return ComplexArray(array)
    case .complex(let array): return array
    }
  }

  func arrays() throws -> [NDArray] { try operands.indices.map { try array($0) } }

  /// The dtype that is given; `f32` without one, as in Hillock.
  var dtype: DType {
    get throws {
      guard let name = attributes.dtype else { return .f32 }
      guard let dtype = DType(name: name) else { throw CallError("no dtype \(name)") }
      return dtype
    }
  }

  var keepDims: Bool { attributes.keepDims ?? false }
  var flag: Bool { attributes.flag ?? false }

  func indices() throws -> [AxisIndex] {
    try (attributes.indices ?? []).map { index in
      if index.isNew == true { return .insertion }
      if let element = index.element { return .element(element) }
      if let operand = index.array { return .array(try array(operand)) }
      return .range(from: index.from, to: index.to, by: index.by ?? 1)
    }
  }
}
