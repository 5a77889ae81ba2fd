import HillockIR
import HillockRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A `.npy` file that grows: rows are appended, for example while a simulation runs. Memory does not grow with it.
///
/// ```swift
/// let file = try NumPyWriter("rows.npy")
/// try file.append(zeros(10, 3))
/// try file.append(ones(5, 3))
/// let all = try NDArray(npy: "rows.npy")           // f32[15, 3]
/// ```
///
/// After each `append` the file is a whole `.npy` file. If the process ends within one, it has the rows of before, and bytes behind them that
/// NumPy ignores.
///
/// One thread at a time may use it.
public final class NumPyWriter {
  public let path: String
  /// How many rows have been written.
  public private(set) var count = 0
  /// The dtype and the shape of a row; nil before the first rows.
  private var row: (dtype: DType, shape: [Int])?
  private let file: Int32
  /// Where the next row comes.
  private var end = 0

  /// Begins a file, in place of one that is there.
  ///
  /// - Throws: a `system` error if it cannot be written.
  public init(_ path: String) throws(HillockError) {
    self.path = path
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw Self.failure(path) }
  }

  deinit { if file >= 0 { close(file) } }

  /// Appends rows.
  ///
  /// - Parameter rows: with rows on the first axis; all others as in the first call, and so the dtype. An array without rows says what rows
  ///   are like.
  /// - Throws: a `shape` or `dtype` error for other rows than before, and a `system` error if the file cannot be written: then it has
  ///   the rows of before.
  public func append(_ rows: NDArray) throws(HillockError) {
    let (storage, type) = try rows.concrete()
    guard let number = type.shape.first else {
      throw HillockError(.shape, "\(path): rows are appended, on a first axis; a number is no row")
    }
    let shape = Array(type.shape.dropFirst())
    if let row {
      guard row.shape == shape else {
        throw HillockError(.shape, "\(path): its rows have shape \(row.shape), not \(shape)")
      }
      guard row.dtype == type.dtype else {
        throw HillockError(.dtype, "\(path): its rows are of \(row.dtype.name), not of \(type.dtype.name)")
      }
    } else {
      row = (type.dtype, shape)
      end = Self.head(type.dtype, shape, count: 0).count
    }
    // The rows first: until the head says so they do not count.
    try write(UnsafeRawBufferPointer(start: storage.base, count: type.byteCount), at: end)
    let head = Self.head(type.dtype, shape, count: count + number)
    var failure: HillockError?
    head.withUnsafeBytes { bytes in
      do throws(HillockError) { try write(bytes, at: 0) } catch { failure = error }
    }
    if let failure { throw failure }
    end += type.byteCount
    count += number
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(HillockError) {
    guard let base = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let put = pwrite(file, base + done, bytes.count - done, off_t(offset + done))
      if put < 0, errno == EINTR { continue }
      guard put > 0 else { throw Self.failure(path) }
      done += put
    }
  }

  private static func failure(_ path: String) -> HillockError {
    HillockError(.system, "\(path): cannot be written: \(String(cString: strerror(errno)))")
  }

  /// The head of a file, of the same length for any number of rows: blanks stand for digits.
  private static func head(_ dtype: DType, _ shape: [Int], count: Int) -> [UInt8] {
    var head = NumPyFile.head(of: ArrayType(dtype, [count] + shape))
    // The line's end is the last byte, and before it are blanks up to a multiple of 64. Their number is made that of the longest count.
    let text = head.dropFirst(10).dropLast().reversed().drop { $0 == UInt8(ascii: " ") }.count
    let longest = 10 + text + (20 - String(count).utf8.count) + 1, total = (longest + 63) / 64 * 64
    head =
      Array(head[..<(10 + text)]) + [UInt8](repeating: UInt8(ascii: " "), count: total - 10 - text - 1) + [UInt8(ascii: "\n")]
    let length = total - 10
    (head[8], head[9]) = (UInt8(length & 255), UInt8(length >> 8))
    return head
  }
}
