import HillockTestSupport

/// The tree of Spec/numerics.md, written from its text: lanes, chunks, halving, adjacent pairs.
enum ReductionTree {
  static func reduce<T>(_ terms: [T], lanes: Int, identity: T, _ combine: (T, T) -> T) -> T {
    accumulate(terms, lanes: lanes, identity: identity, accumulate: combine, combine)
  }

  /// As `reduce`, where a term joins its lane otherwise than lanes join each other (dot products: by fma).
  static func accumulate<Term, T>(
    _ terms: [Term], lanes: Int, identity: T, accumulate: (T, Term) -> T, _ combine: (T, T) -> T
  ) -> T {
    var partials: [T] = []
    for start in stride(from: 0, to: terms.count, by: 4096) {
      var lane = [T](repeating: identity, count: lanes)
      for (i, term) in terms[start..<min(start + 4096, terms.count)].enumerated() {
        lane[i % lanes] = accumulate(lane[i % lanes], term)
      }
      while lane.count > 1 {
        let half = lane.count / 2
        lane = (0..<half).map { combine(lane[$0], lane[$0 + half]) }
      }
      partials.append(lane[0])
    }
    if partials.isEmpty { return identity }
    while partials.count > 1 {
      var next: [T] = []
      for i in stride(from: 0, to: partials.count, by: 2) {
        next.append(i + 1 < partials.count ? combine(partials[i], partials[i + 1]) : partials[i])
      }
      partials = next
    }
    return partials[0]
  }
}

/// A numeric dtype for tests that go over several.
protocol Numeric32or64: Equatable, Sendable, BitwiseCopyable {
  static var dtypeCode: Int32 { get }
  var raw: UInt64 { get }
  static func sample(_ generator: inout SeededRandom) -> Self
  static func plus(_ a: Self, _ b: Self) -> Self
  static func times(_ a: Self, _ b: Self) -> Self
  static func fused(_ a: Self, _ b: Self, _ c: Self) -> Self
  static var zero: Self { get }
}

extension Float: Numeric32or64 {
  static var dtypeCode: Int32 { 0 }
  var raw: UInt64 { isNaN ? .max : UInt64(bitPattern) }
  static func sample(_ generator: inout SeededRandom) -> Float {
    // Zeros of both signs and subnormal products now and then: they tell sloppy trees from right ones.
    switch generator.next() % 16 {
    case 0: -0.0
    case 1: Float.random(in: -1...1, using: &generator) * 0x1p-140
    default: Float.random(in: -2...2, using: &generator)
    }
  }
  static func plus(_ a: Float, _ b: Float) -> Float { a + b }
  static func times(_ a: Float, _ b: Float) -> Float { a * b }
  static func fused(_ a: Float, _ b: Float, _ c: Float) -> Float { c.addingProduct(a, b) }
}

extension Double: Numeric32or64 {
  static var dtypeCode: Int32 { 1 }
  var raw: UInt64 { isNaN ? .max : bitPattern }
  static func sample(_ generator: inout SeededRandom) -> Double {
    switch generator.next() % 16 {
    case 0: -0.0
    case 1: Double.random(in: -1...1, using: &generator) * 0x1p-1060
    default: Double.random(in: -2...2, using: &generator)
    }
  }
  static func plus(_ a: Double, _ b: Double) -> Double { a + b }
  static func times(_ a: Double, _ b: Double) -> Double { a * b }
  static func fused(_ a: Double, _ b: Double, _ c: Double) -> Double { c.addingProduct(a, b) }
}

extension Int32: Numeric32or64 {
  static var dtypeCode: Int32 { 2 }
  var raw: UInt64 { UInt64(UInt32(bitPattern: self)) }
  static func sample(_ generator: inout SeededRandom) -> Int32 { Int32(truncatingIfNeeded: generator.next()) }
  static func plus(_ a: Int32, _ b: Int32) -> Int32 { a &+ b }
  static func times(_ a: Int32, _ b: Int32) -> Int32 { a &* b }
  static func fused(_ a: Int32, _ b: Int32, _ c: Int32) -> Int32 { a &* b &+ c }
}

extension UInt64: Numeric32or64 {
  static var dtypeCode: Int32 { 5 }
  var raw: UInt64 { self }
  static func sample(_ generator: inout SeededRandom) -> UInt64 { generator.next() }
  static func plus(_ a: UInt64, _ b: UInt64) -> UInt64 { a &+ b }
  static func times(_ a: UInt64, _ b: UInt64) -> UInt64 { a &* b }
  static func fused(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 { a &* b &+ c }
}
