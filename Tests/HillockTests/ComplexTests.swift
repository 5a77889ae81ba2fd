import Foundation
import Hillock
import Testing

/// Complex arrays: how they are made, printed, saved, and carried. (Their functions are cases of `SignalTests`.)
@Suite struct ComplexTests {
  /// The texts are NumPy's.
  @Test func printedAsNumPyDoes() {
    #expect("\(ComplexArray([3.0, 0.0], [4.0, 1.0]))" == "ComplexArray([3.+4.j, 0.+1.j], dtype=complex64)")
    #expect(
      "\(ComplexArray([1.5, 100, -3], [-2, 0.25, -10]))"
        == "ComplexArray([  1.5 -2.j  , 100.  +0.25j,  -3. -10.j  ], dtype=complex64)")
    #expect(
      "\(ComplexArray([1e10, 1], [1, -1e-5], dtype: .f64))"
        == "ComplexArray([1.e+10+1.e+00j, 1.e+00-1.e-05j], dtype=complex128)")
    #expect(
      "\(ComplexArray([.nan, 1, -0.0, 1], [1, -Double.infinity, -0.0, .nan], dtype: .f64))"
        == "ComplexArray([nan +1.j,  1.-infj, -0. -0.j,  1.+nanj], dtype=complex128)")
    #expect("\(ComplexArray(zeros(0, 3)))" == "ComplexArray([], shape=(0, 3), dtype=complex64)")
    #expect("\(ComplexArray(NDArray(2.0, dtype: .f64), -3))" == "ComplexArray(2.-3.j, dtype=complex128)")
    #expect(
      "\(ComplexArray([1.0, 2, 0, -1], [1.0, -2, 0.5, 0]).reshaped(2, 2))"
        == "ComplexArray([[ 1.+1.j ,  2.-2.j ],\n              [ 0.+0.5j, -1.+0.j ]], dtype=complex64)")
  }

  @Test func partsGetOneShapeAndDType() throws {
    let z = ComplexArray(NDArray([1, 2]), NDArray([[1.0], [2.0]], dtype: .f64))
    #expect(z.shape == [2, 2] && z.dtype == .f64 && z.rank == 2 && z.count == 4)
    #expect(ComplexArray(NDArray([1, 2])).dtype == .f32)
    #expect(try (z .== ComplexArray(z.real, z.imaginary)).all().item(as: Bool.self))
    #expect(try !(z .!= z).any().item(as: Bool.self))
    #expect(z.asType(.f32).dtype == .f32)
    #expect(z.asType(.i32).error?.code == .dtype && z.asType(.f16).error?.code == .dtype)
    #expect(ComplexArray(NDArray([1.5], dtype: .f16), NDArray([2.0], dtype: .f16)).dtype == .f32)
    #expect(ComplexArray(NDArray([1, 2], dtype: .i8), NDArray([0.5], dtype: .f64)).dtype == .f64)
    #expect(ComplexArray(0.0, 1.0).scaled(by: NDArray([2.0], dtype: .bf16)).dtype == .f32)
    #expect(ComplexArray(zeros(2), zeros(3)).error?.code == .shape)
    #expect(ComplexArray([1.0], [1.0, 2.0]).error?.code == .shape)
    #expect((z + ComplexArray(zeros(3))).error?.code == .shape)
    #expect(matmul(z, ComplexArray(zeros(3, 2))).error?.code == .shape)
    let one = ComplexArray(eye(2))
    #expect(try allClose(matmul(z, one), z) && allClose(matmul(one, z), z))
  }

  /// Real operands keep infinities, and quotients do not overflow on the way.
  @Test func arithmeticAtTheEdges() throws {
    let infinite = ComplexArray([Double.infinity], [1.0], dtype: .f64)
    let twice = infinite.scaled(by: 2)
    #expect(try twice.imaginary.doubles() == [2] && twice.real.doubles() == [.infinity])
    let one = ComplexArray(1)
    #expect(try (infinite + one).imaginary.doubles() == [1] && (one - infinite).imaginary.doubles() == [-1])
    let large = ComplexArray([1e300], [1e300], dtype: .f64)
    #expect(try (large / large).real.doubles() == [1] && (large / large).imaginary.doubles() == [0])
    #expect(try abs(large).doubles()[0].isFinite && abs(large).doubles()[0] > 1.4e300)
    let quotient = ComplexArray([1.0], [0.0]) / ComplexArray([0.0], [0.0])
    #expect(try quotient.real.doubles() == [.infinity])
  }

  /// The values are NumPy's: on both sides of the cut, near 0 and near the largest.
  @Test func rootsAndLogarithmsAtTheEdges() throws {
    let z = ComplexArray(
      [0, 4, -4, -4, 1e200, 0x1.8p-1062, 1e308], [0, 0, 0, -0.0, 0, 0, 1e308], dtype: .f64)
    let root = sqrt(z)
    let real = [0, 2, 0, 0, 1e100, 1.74227992e-160, 1.09868411e154], imaginary = [0, 0, 2, -2, 0, 0, 4.55089861e153]
    for (value, known) in zip(try root.real.doubles() + root.imaginary.doubles(), real + imaginary) {
      #expect(value == known || Swift.abs(value / known - 1) < 1e-8, "\(value) for \(known)")
    }
    let logarithm = log(ComplexArray([-1, -1, 1, 0], [0, -0.0, 1e-10, 0], dtype: .f64))
    #expect(try logarithm.imaginary.doubles() == [Double.pi, -Double.pi, 1e-10, 0])
    let logs = try logarithm.real.doubles()
    #expect(logs[0] == 0 && logs[1] == 0 && Swift.abs(logs[2] / 5e-21 - 1) < 1e-12 && logs[3] == -.infinity)
    let powers = pow(ComplexArray([0.0, 0.0], [0.0, 0.0]), ComplexArray([2.0, 0.0], [1.0, 0.0]))
    #expect(try powers.real.doubles() == [0, 1] && powers.imaginary.doubles() == [0, 0])
  }

  @Test func productsOverAxes() throws {
    let z = ComplexArray(zeros(2, 0))
    #expect(z.prod(axis: 1).shape == [2] && z.prod(axis: 0).shape == [0])
    #expect(try z.prod(axis: 1).real.doubles() == [1, 1])
    let w = ComplexArray(ones(2, 3), ones(2, 3))
    #expect(w.prod(axis: -1, keepDims: true).shape == [2, 1] && w.prod(keepDims: true).shape == [1, 1])
    #expect(try w.prod().real.doubles() == [0] && w.prod().imaginary.doubles() == [-8])
    #expect(w.prod(axis: 5).error?.code == .index)
  }

  /// A tree: through programs, derivatives, loops and lanes.
  @Test func itIsATree() throws {
    let z = ComplexArray([1.0, 2.0], [0.5, -1.0])
    let twice = jit { (z: ComplexArray) in z * z + z }
    #expect(try allClose(twice(z), z * z + z))
    let slope = try grad { (z: ComplexArray) in (z * z.conjugate).real.sum() }(z)
    #expect(try allClose(slope, z.scaled(by: 2)))
    let last = try forLoop(0..<3, carry: z) { _, z in z * ComplexArray(0.0, 1.0) }
    #expect(try allClose(last, z * ComplexArray(0.0, -1.0)))
    let lanes = try vmap { (z: ComplexArray) in exp(z) }(stack([z, z.scaled(by: 2)]))
    #expect(try allClose(lanes[1], exp(z.scaled(by: 2))))
  }

  @Test func filesAreNumPys() throws {
    // numpy.save of [[1+2j, 3-4j, 0.5j]], complex64.
    let head = "\u{1}\0v\0{'descr': '<c8', 'fortran_order': False, 'shape': (1, 3), }"
    let elements: [Float] = [1, 2, 3, -4, 0, 0.5]
    let text = Array(head.utf8) + [UInt8](repeating: 32, count: 121 - head.utf8.count) + [10]
    let bytes = [0x93] + Array("NUMPY".utf8) + text + elements.flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    let z = try ComplexArray(npyBytes: bytes)
    #expect(z.shape == [1, 3] && z.dtype == .f32)
    #expect(try z.real.doubles() == [1, 3, 0] && z.imaginary.doubles() == [2, -4, 0.5])
    #expect(try z.npyBytes() == bytes)
    // The same of a big-endian complex128 in column order: [[1+2j, 3-4j], [0.5j, 7]].
    let columns = "\u{1}\0v\0{'descr': '>c16', 'fortran_order': True, 'shape': (2, 2), }"
    let numbers: [Double] = [1, 2, 0, 0.5, 3, -4, 7, 0]
    let other =
      [0x93] + Array("NUMPY".utf8) + Array(columns.utf8) + [UInt8](repeating: 32, count: 121 - columns.utf8.count) + [10]
      + numbers.flatMap { withUnsafeBytes(of: $0.bitPattern.bigEndian) { Array($0) } }
    let w = try ComplexArray(npyBytes: other)
    #expect(w.shape == [2, 2] && w.dtype == .f64)
    #expect(try w.real.doubles() == [1, 3, 0, 7] && w.imaginary.doubles() == [2, -4, 0.5, 0])
    let error = #expect(throws: HillockError.self) { try NDArray(npyBytes: bytes) }
    #expect(error?.code == .dtype && error?.message.contains("ComplexArray") == true)
    #expect(throws: HillockError.self) { try ComplexArray(npyBytes: Array(bytes.dropLast())) }
    #expect(try ComplexArray(npyBytes: NDArray([1, 2]).npyBytes()).real.doubles() == [1, 2])
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try w.save(npy: path)
    #expect(try allClose(ComplexArray(npy: path), w))
    let single = ComplexArray(NDArray(1.5, dtype: .f64), 2)
    #expect(try ComplexArray(npyBytes: single.npyBytes()).shape == [])
  }
}
