import Foundation
import Hillock
import HillockTestSupport
import Synchronization
import Testing

/// What users of BrainPy ran into with `jit`, `Variable`, `Base` and saving, and how it goes here. `Spec/footguns.md` lists all of
/// it with the tests; this file has those that no other suite has.
@Suite(.serialized) struct PainPointTests {
  // MARK: jit

  /// BrainPy 2.4 to 2.6 run a function twice on its first call, to find its Variables.
  @Test func theFirstCallRunsTheFunctionOnce() throws {
    let v = Variable(zeros(2)), runs = Counter(), bodies = Counter(), branches = Counter()
    let f = jit { (x: NDArray) -> NDArray in
      runs.count()
      try forLoop(0..<3) { _ in
        bodies.count()
        v += x
      }
      return try cond(x.sum() .> 0) {
        branches.count()
        return v.value
      } else: {
        branches.count()
        return -v.value
      }
    }
    #expect(try f(ones(2)).floats() == [3, 3])
    #expect(runs.value == 1 && bodies.value == 1 && branches.value == 2)
    #expect(try f(ones(2)).floats() == [6, 6])
    #expect(runs.value == 1)
  }

  /// Discovery that ran once left a tracer in a Variable that only another branch reaches.
  @Test func aVariableThatOnlyAnotherBranchReachesIsFound() throws {
    let a = Variable(zeros(1), name: "a"), b = Variable(zeros(1), name: "b"), c = Variable(zeros(1), name: "c")
    let f = jit { (x: NDArray, usesB: Bool) in
      if usesB { b += x } else { a += x }
      _ = try cond(x.sum() .> 10) {
        c += 1
      } else: {
      }
    }
    try f(ones(1), false)
    try f(ones(1), true)
    try f(20 * ones(1), true)
    #expect(try [a, b, c].map { try $0.value.item(as: Float.self) } == [1, 21, 1])
  }

  /// State that is not marked as a Variable froze in silence; a tracer stayed in it.
  @Test func stateThatIsNoVariableIsReportedAndNothingUsesATracer() throws {
    final class Cell: Base, Callable1 {
      var V = zeros(2)
      func callAsFunction(_ x: NDArray) -> NDArray {
        V = V + x
        return V
      }
    }
    let cell = Cell(), step = jit(cell)
    step.staticState = .error
    let error = #expect(throws: HillockError.self) { try step(ones(2)) }
    #expect(error?.code == .stale)
    #expect(error?.message.contains("\(cell.name).V") == true)
    // What the property holds now says where it comes from.
    let escaped = #expect(throws: HillockError.self) { try cell.V.floats() }
    #expect(escaped?.code == .trace && escaped?.message.contains("keep it in a Variable created before the call") == true)
  }

  /// The compiled method as a property of its object, set up in its initialiser, overridden below it.
  @Test func aCompiledMethodInAPropertyFollowsOverrides() throws {
    class Layer: Base {
      let total = Variable(zeros(2))
      private(set) lazy var step = jit(self, Layer.update)
      func update(_ x: NDArray) { total += x }
    }
    final class Twice: Layer {
      override func update(_ x: NDArray) {
        super.update(x)
        super.update(x)
      }
    }
    let layers = [Layer(), Twice()]
    for layer in layers { try layer.step(ones(2)) }
    #expect(try layers.map { try $0.total.value.floats() } == [[1, 1], [2, 2]])
    #expect(try layers[1].vars(method: .relative).keys == ["total"])
  }

  /// Each fresh closure was another entry in a cache that never let go.
  @Test func aClosureThatIsGoneHasLeftNoProgram() throws {
    weak var kept: Variable?
    for _ in 0..<3 {
      let v = Variable(zeros(4), name: "short-lived")
      kept = v
      try jit { v += 1 }()
    }
    #expect(kept == nil)
  }

  // MARK: Variable

  /// The same assignment is taken or refused in the same way outside `jit`, inside and in loops: whole values exactly, parts
  /// converted, whichever dtypes meet.
  @Test func assignmentsMeanTheSameEverywhere() throws {
    let dtypes: [DType] = [.bool, .i32, .i64, .f32, .f64]
    for target in dtypes {
      for source in dtypes {
        let value = NDArray([0.0, 1, 2.75]).asType(source)
        func outcome(isWhole: Bool, _ run: (@escaping () -> Void) throws -> Void) -> String {
          let v = Variable(zeros(3, dtype: target))
          do {
            try run { if isWhole { v.value = value } else { v[...] = value } }
            return try "\(v.value.checkedDescription())"
          } catch { return "\((error as? HillockError)?.code.rawValue ?? "another error")" }
        }
        for isWhole in [true, false] {
          let plain = outcome(isWhole: isWhole) { $0() }
          #expect(plain == outcome(isWhole: isWhole) { try jit($0)() }, "\(source) to \(target)")
          #expect(plain == outcome(isWhole: isWhole) { body in try forLoop(0..<1) { _ in body() } }, "\(source) to \(target)")
          #expect((plain == "dtype") == (isWhole && source != target), "\(source) to \(target): \(plain)")
        }
      }
    }
  }

  /// JAX drops a write beyond the ends, also of an index that is known.
  @Test func aKnownIndexBeyondTheEndsIsAnErrorInsideToo() throws {
    let v = Variable(zeros(3), name: "v")
    let f = jit { v[3] = 1 }
    #expect { try f() } throws: { ($0 as? HillockError)?.code == .index }
    v[3] = 1
    #expect { try v.value.floats() } throws: { ($0 as? HillockError)?.code == .index }
    let g = jit { (i: NDArray) in v[i] = 1 }
    try g(NDArray([-4, 0, 3]))
    #expect(try v.value.floats() == [1, 0, 0], "an index that is only known at run time is dropped")
  }

  /// The methods that have no Swift spelling of their own, by the table of `Variable`.
  @Test func theMethodsOfThePythonClassHaveASpelling() throws {
    let v = Variable(NDArray([1, 2, 3, 4]))
    let copy = v.value
    v[...] = 7  // v.fill_(7)
    #expect(try v.value.ints() == [7, 7, 7, 7])
    v[...] = 0  // v.zero_()
    v[[1, -1]] = NDArray([5, 6])  // v.put([1, -1], [5, 6])
    v += 1  // v.add_(1)
    #expect(try v.value.ints() == [1, 6, 1, 7])
    #expect(try copy.ints() == [1, 2, 3, 4])
    let m = Variable(NDArray([[1, 2], [3, 4]]))
    m.value = matmul(m, NDArray([[0, 1], [1, 0]]))  // m @= …
    #expect(try m.value.ints() == [2, 1, 4, 3])
  }

  // MARK: Base

  /// A name was taken for ever, so that an object could not be built again under it.
  @Test func aNameIsFreeWhenItsObjectIsGone() throws {
    final class Population: Base {}
    for _ in 0..<3 { #expect(try Population(name: "excitatory_cells").name == "excitatory_cells") }
    let kept = try Population(name: "excitatory_cells")
    #expect(throws: HillockError.self) { try Population(name: kept.name) }
  }

  // MARK: Saving

  /// A file that fits in part changed a part.
  @Test func aFileThatDoesNotFitChangesNothing() throws {
    final class Model: Base {
      let a = Variable(zeros(2), name: "a"), z: Variable
      init(_ count: Int) {
        z = Variable(ones(count), name: "z")
        super.init()
      }
    }
    let folder = try ScratchFolder(), model = Model(3)
    try Model(4).saveStates(to: folder["model.npz"])
    for strict in [true, false] {
      #expect { try model.loadStates(from: folder["model.npz"], strict: strict) } throws: {
        ($0 as? HillockError)?.code == .shape
      }
    }
    #expect(try model.a.value.floats() == [0, 0] && model.z.value.floats() == [1, 1, 1])
  }

  // MARK: The page

  /// Each test that the page names is there.
  @Test func thePageNamesTestsThatExist() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: tests.deletingLastPathComponent().appending(path: "Spec/footguns.md"), encoding: .utf8)
    let names =
      page.matches(of: /`(\w+Tests)\.(\w+)`/).map { (suite: String($0.1), test: String($0.2)) }
      + page.matches(of: /(?m)^\| `(\w+)` \|/).map { (suite: "FootgunTests", test: String($0.1)) }
    #expect(names.count > 60)
    let files = try #require(FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil))
    var sources: [String: String] = [:]
    for case let file as URL in files {
      // (packages that tests depend on have suites of the same names)
      if file.lastPathComponent == ".build" { files.skipDescendants() }
      guard file.lastPathComponent.hasSuffix("Tests.swift") else { continue }
      sources[file.deletingPathExtension().lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
    }
    for name in names {
      #expect(sources[name.suite]?.contains("func \(name.test)(") == true, "\(name.suite).\(name.test)")
    }
  }
}

private final class Counter: @unchecked Sendable {
  // @unchecked: counted on one thread.
  private(set) var value = 0
  func count() { value += 1 }
}

extension NDArray {
  /// The elements as text; an error is thrown.
  fileprivate func checkedDescription() throws -> String { try "\(self) \(withUnsafeBytes { Array($0) })" }
}
