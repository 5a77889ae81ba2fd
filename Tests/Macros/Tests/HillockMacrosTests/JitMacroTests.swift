import Foundation
import HillockDynamics
import HillockMacros
import Testing

/// Methods marked `@Jit`, compiled and called.
@Suite struct JitMacroTests {
  class Cell: Base {
    let V = Variable(zeros(2))
    var gain = 2.0
    nonisolated(unsafe) var traces = 0

    @Jit func update(_ x: NDArray, times n: Int = 1) throws -> NDArray {
      V += x * gain * n
      return V.value
    }

    @Jit func reset() throws {
      V[...] = 0
    }

    @Jit func parts(_ xs: [String: NDArray], _ scale: NDArray, _ isOn: Bool) throws -> (NDArray, [String: NDArray]) {
      (scale, xs.mapValues { isOn ? $0 * scale : $0 })
    }

    @Jit func scaled(_ x: NDArray) throws -> NDArray {
      // A comment and a statement on two lines stand before the constant.
      let y =
        x
        + 1

      let factor = NDArray([3.0, 4.0])
      return y * factor  // here
    }

    @Jit func fail(_ x: NDArray) throws -> NDArray {
      V += x
      throw Stop()
    }
  }

  struct Stop: Error {}

  final class Half: Cell {
    @Jit override func update(_ x: NDArray, times n: Int) throws -> NDArray { try super.update(x, times: n) * 0.5 }
  }

  /// Integrates its input; its step is compiled when it is called alone, and part of the loop when it is run.
  final class Integrator: DynamicalSystem {
    let y = Variable(zeros(1))
    @Jit override func update(_ step: TimeStep) throws { y += step.dt }
  }

  @Test func everyInstanceIsCompiledWithoutBeingAsked() throws {
    let a = Cell(), b = Cell()
    #expect(try a.update(ones(2)).floats() == [2, 2])
    #expect(try a.update(ones(2)).floats() == [4, 4])
    #expect(try b.update(ones(2), times: 3).floats() == [6, 6])
    #expect(a.explainMethods().map(\.name) == ["\(a.name).update"])
    #expect(a.explainMethods().first?.programs.map(\.calls) == [2])
    #expect(b.explainMethods().first?.programs.map(\.signature) == ["(f32[2], 3)"])
    try a.reset()
    #expect(try a.V.value.floats() == [0, 0])
    #expect(try b.V.value.floats() == [6, 6])
  }

  @Test func treesAndStaticValuesGoInAndOut() throws {
    let (scale, parts) = try Cell().parts(["a": ones(1), "b": zeros(1)], NDArray([3.0]), true)
    #expect(try scale.floats() == [3])
    #expect(try parts["a"]?.floats() == [3])
    #expect(try parts["b"]?.floats() == [0])
  }

  @Test func overridesAndSuper() throws {
    let half = Half()
    #expect(try half.update(ones(2), times: 1).floats() == [1, 1])
    #expect(try half.update(ones(2), times: 1).floats() == [2, 2])
    #expect(half.explainMethods().filter { !$0.programs.isEmpty }.map(\.name) == ["\(half.name).update"])
  }

  @Test func programsDieWithTheInstance() throws {
    weak var gone: Cell?
    do {
      let cell = Cell()
      gone = cell
      _ = try cell.update(ones(2))
    }
    #expect(gone == nil)
  }

  @Test func errorsComeThroughAndNothingIsCommitted() throws {
    let cell = Cell()
    #expect(throws: Stop.self) { try cell.fail(ones(2)) }
    #expect(try cell.V.value.floats() == [0, 0])
  }

  @Test func itsPropertiesAreWatched() throws {
    let cell = Cell()
    _ = try cell.update(ones(2))
    Engine.staticState = .error
    defer { Engine.staticState = .warn }
    cell.gain = 3
    let error = #expect(throws: HillockError.self) { try cell.update(ones(2)) }
    #expect(error?.code == .stale)
  }

  @Test func asAStepOfARun() throws {
    let system = Integrator()
    try system.update(TimeStep(index: 0, t: 0, dt: 0.5))
    try system.run(1, dt: 0.25)
    #expect(try system.y.value.floats() == [1.5])
  }

  @Test func placesAreThoseOfTheMethod() throws {
    let cell = Cell()
    #expect(try cell.scaled(ones(2)).floats() == [6, 8])
    let source = try String(contentsOfFile: #filePath, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(source.firstIndex { $0.hasSuffix("* factor  // here") }) + 1
    let text = "\(try #require(cell.explainMethods().first { !$0.programs.isEmpty }))"
    #expect(text.contains("JitMacroTests.swift:\(line)"), "\(text)")
    #expect(!text.contains("@__swiftmacro"), "\(text)")
  }

  @Test func plainly() throws {
    #expect(try withoutJIT { try Cell().update(ones(2)).floats() } == [2, 2])
  }
}
