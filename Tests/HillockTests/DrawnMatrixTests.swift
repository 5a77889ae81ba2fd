import Hillock
import Testing

@Suite struct DrawnMatrixTests {
  /// The matrix, element by element: rows one by one.
  private func dense(_ m: DrawnMatrix) throws -> NDArray { dot(eye(m.shape[0]), m) }

  private func eye(_ count: Int) -> NDArray { (arange(count).reshaped(count, 1) .== arange(count)).asType(.f32) }

  @Test func productsAreThoseOfOneMatrix() throws {
    let m = try DrawnMatrix(12, 9, probability: 0.3, value: 0.5, seed: 7), a = try dense(m)
    #expect(try a.floats().allSatisfy { $0 == 0 || $0 == 0.5 } && (20...50).contains(a.floats().count { $0 > 0 }))
    let x = arange(12.0) - 4, y = arange(9.0) - 4
    #expect(try dot(x, m).floats() == dot(x, a).floats() && dot(m, y).floats() == dot(a, y).floats())
    #expect(try dot(x .> 0, m).floats() == dot((x .> 0).asType(.f32), a).floats())
    let other = try dense(DrawnMatrix(12, 9, probability: 0.3, value: 0.5, seed: 8))
    #expect(try other.floats() != a.floats() && dense(m).floats() == a.floats())
    let hollow = try dense(DrawnMatrix(9, 9, probability: 1, hollow: true))
    #expect(try hollow.floats() == (1 - eye(9)).floats())
    let ring = zeros(3, 9).delivering(x .> 0, along: m, slot: 4)
    #expect(try ring[1].floats() == dot(x .> 0, m).floats() && ring[0].floats() == zeros(9).floats())
  }

  @Test func gradientsReachTheValueAndTheVector() throws {
    let x = arange(12.0) - 4, y = arange(9.0)
    let ones = try dense(DrawnMatrix(12, 9, probability: 0.3, seed: 7))
    let ofValue = grad { (v: NDArray) in
      (dot(x, try DrawnMatrix(12, 9, probability: 0.3, value: v, seed: 7)) * y).sum()
    }
    #expect(try ofValue(NDArray([2.0])).floats() == [(dot(x, ones) * y).sum().item(as: Float.self)])
    let ofVector = grad { (x: NDArray) in (dot(x, try DrawnMatrix(12, 9, probability: 0.3, seed: 7)) * y).sum() }
    #expect(try ofVector(x).floats() == dot(ones, y).floats())
  }

  @Test func mistakesSayWhatToDo() throws {
    #expect(throws: HillockError.self) { try DrawnMatrix(3, 3, probability: 2) }
    #expect(throws: HillockError.self) { try DrawnMatrix(-3, 3, probability: 0.5) }
    #expect(throws: HillockError.self) { try DrawnMatrix(3, 3, probability: 0.5, value: ones(2)) }
    #expect(throws: HillockError.self) { try DrawnMatrix(3, 3, probability: 0.5, value: 1) }
    #expect(dot(ones(4), try DrawnMatrix(3, 3, probability: 0.5)).error?.code == .shape)
  }
}
