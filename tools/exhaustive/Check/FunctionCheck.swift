import CReference
import Foundation
import HillockIR

/// Runs functions over their arguments, chunk by chunk, in every way there is.
final class FunctionCheck {
  /// Every nth float is taken.
  private let stride: Int
  /// How many doubles are tried.
  private let doubles: Int
  /// Whether nothing was found.
  private(set) var isSound = true

  /// The elements of a chunk; memory for its arguments, for the results of the first way, and for those of another.
  private let chunk = 1 << 16
  private let x: UnsafeMutableRawPointer, y: UnsafeMutableRawPointer, other: UnsafeMutableRawPointer

  init(stride: Int, doubles: Int) {
    self.stride = stride
    self.doubles = doubles
    x = .allocate(byteCount: chunk * 8, alignment: 64)
    y = .allocate(byteCount: chunk * 8, alignment: 64)
    other = .allocate(byteCount: chunk * 8, alignment: 64)
  }

  deinit { for memory in [x, y, other] { memory.deallocate() } }

  private func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
    isSound = false
  }

  /// Prints the line of a function at a dtype.
  func measure(_ row: OpRow, _ dtype: DType) {
    let function = ref_find(row.name)
    guard function >= 0 else {
      return complain("\(row.name): no reference; add it to tools/exhaustive/CReference/reference.c")
    }
    let all: [Way]
    do {
      all = try ways(row, dtype, chunk: chunk)
    } catch {
      return complain("\(row.name) \(dtype.name): \(error)")
    }
    var worst = ref_worst(error: 0, argument: 0, result: 0), samples = DoubleSamples(row.name), differing: Set<String> = []
    let chunks = dtype == .f32 ? (1 << 32) / chunk / stride : (doubles + chunk - 1) / chunk
    for index in 0..<chunks {
      if dtype == .f32 {
        let first = index * chunk * stride + (index &* 7919) % stride
        ref_every(UInt32(stride), UInt32(first), x.assumingMemoryBound(to: Float.self), Int64(chunk))
      } else {
        samples.fill(x.assumingMemoryBound(to: Double.self), chunk)
      }
      for (i, way) in all.enumerated() {
        way.run(x, i == 0 ? y : other, chunk)
        guard i > 0, let place = firstDifference(dtype), differing.insert(way.name).inserted else { continue }
        complain("\(row.name) \(dtype.name): \(way.name) differs from \(all[0].name) at \(argument(place, dtype))")
      }
      update(&worst, function, dtype)
    }
    let bound = row.accuracy[dtype]
    // The reference is rounded too, by less than 1e-7 ULP.
    if worst.error > bound + 1e-7 { complain("\(row.name) \(dtype.name): \(worst.error) ULP, above its bound of \(bound)") }
    let bits = [worst.argument, worst.result].map { String($0, radix: 16) }.joined(separator: "\t")
    let line = "\(row.name)\t\(dtype.name)\t\(chunks * chunk)\t\(worst.error)\t\(bits)\t\(bound)\n"
    FileHandle.standardOutput.write(Data(line.utf8))
  }

  /// The place where `other` is not `y`.
  private func firstDifference(_ dtype: DType) -> Int? {
    let place =
      dtype == .f32
      ? ref_difference_f32(y.assumingMemoryBound(to: Float.self), other.assumingMemoryBound(to: Float.self), Int64(chunk))
      : ref_difference_f64(y.assumingMemoryBound(to: Double.self), other.assumingMemoryBound(to: Double.self), Int64(chunk))
    return place < 0 ? nil : Int(place)
  }

  private func argument(_ place: Int, _ dtype: DType) -> String {
    dtype == .f32
      ? "\(x.load(fromByteOffset: place * 4, as: Float.self))" : "\(x.load(fromByteOffset: place * 8, as: Double.self))"
  }

  private func update(_ worst: inout ref_worst, _ function: Int32, _ dtype: DType) {
    if dtype == .f32 {
      let (x, y) = (x.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self))
      ref_measure_f32(function, x, y, Int64(chunk), &worst)
    } else {
      let (x, y) = (x.assumingMemoryBound(to: Double.self), y.assumingMemoryBound(to: Double.self))
      ref_measure_f64(function, x, y, Int64(chunk), &worst)
    }
  }
}
