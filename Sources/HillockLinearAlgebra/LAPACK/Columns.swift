import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Memory of a call of LAPACK.
final class Block<Element: BitwiseCopyable> {
  let base: UnsafeMutablePointer<Element>
  let count: Int32

  init(_ count: Int) throws(HillockError) {
    self.count = try int32(count)
    let byteCount = max(count, 1) * MemoryLayout<Element>.stride
    guard let memory = malloc(byteCount) else {
      throw HillockError(.system, "there is no memory for \(byteCount) bytes of linear algebra")
    }
    base = memory.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  deinit { free(base) }
}

/// A number as LAPACK counts.
func int32(_ number: Int) throws(HillockError) -> Int32 {
  guard let result = Int32(exactly: number) else {
    throw HillockError(.argument, "LAPACK counts in 32 bits, and would have to count to \(number): the matrices are too large")
  }
  return result
}

/// A matrix as LAPACK has it: column after column.
final class Columns<Scalar: LAPACKElement> {
  let rows: Int32
  let columns: Int32
  private let block: Block<Scalar>

  var base: UnsafeMutablePointer<Scalar> { block.base }
  var memory: UnsafeMutableRawPointer { UnsafeMutableRawPointer(block.base) }
  /// The distance between columns.
  var stride: Int32 { max(rows, 1) }

  /// A matrix whose elements are not set.
  init(_ rows: Int, _ columns: Int) throws(HillockError) {
    self.rows = try int32(rows)
    self.columns = try int32(columns)
    block = try Block(rows * columns)
  }

  /// A copy of a row-major matrix.
  convenience init(_ rows: Int, _ columns: Int, of source: UnsafePointer<Scalar>) throws(HillockError) {
    try self.init(rows, columns)
    for row in 0..<rows {
      for column in 0..<columns { base[row + column * rows] = source[row * columns + column] }
    }
  }

  subscript(_ row: Int, _ column: Int) -> Scalar {
    get { base[row + column * Int(rows)] }
    set { base[row + column * Int(rows)] = newValue }
  }

  /// Its first rows and columns, row by row.
  func write(_ rows: Int, _ columns: Int, to target: UnsafeMutablePointer<Scalar>) {
    for row in 0..<rows {
      for column in 0..<columns { target[row * columns + column] = self[row, column] }
    }
  }

  var isFinite: Bool { (0..<Int(rows) * Int(columns)).allSatisfy { base[$0].isFinite } }
}

extension CChar {
  /// A letter by which LAPACK is told what to do.
  init(letter: Unicode.Scalar) { self = CChar(UInt8(ascii: letter)) }
}
