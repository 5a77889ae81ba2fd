import Foundation
import Hillock
import HillockRuntime
import Testing

/// Functions, their programs and their objects leave nothing behind. `HILLOCK_CYCLES=100000` runs the long version, alone:
/// only there is the memory of the whole process compared.
@Suite(.serialized) struct CompileAndDropTests {
  final class Model: Base {
    let v = Variable(zeros(8), name: "v")
    var rate = 0.5
    func update(_ x: NDArray) throws -> NDArray { try compiledMethod(of: self, "update") { $0.plain }(x) }
    private func plain(_ x: NDArray) -> NDArray {
      v += tanh(x) * rate
      return v.value
    }
  }

  private var cycles: Int { ProcessInfo.processInfo.environment["HILLOCK_CYCLES"].flatMap(Int.init) ?? 200 }
  private var isLong: Bool { cycles > 10_000 }

  /// One function and one object, called in both tiers of this build.
  private func cycle(_ n: Int, _ x: NDArray) throws -> [Weak] {
    let model = Model()
    let f = jit(
      { (x: NDArray) in
        model.v += x * n
        return model.v * 2
      }, name: "compiled and dropped")
    _ = try f(x)
    try f.promoteWherePossible()
    _ = try f(x)
    _ = try model.update(x)
    let byArgument = jit({ (m: Model, x: NDArray) in m.v + x }, name: "compiled and dropped")
    _ = try byArgument(model, x)
    return [Weak(model), Weak(model.v), Weak(f), Weak(byArgument)]
  }

  private struct Weak {
    weak var object: AnyObject?
    init(_ object: AnyObject) { self.object = object }
  }

  private var liveProgramCount: Int { Statistics.snapshot().count { $0.isLive && $0.name == "compiled and dropped" } }

  /// Bytes of the process that are in memory.
  private func residentBytes() -> Int {
    let words = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }

  @Test func nothingIsLeftBehind() throws {
    let x = ones(8)
    var resident: [Int] = []
    for n in 0..<cycles {
      let left = try cycle(n, x)
      #expect(left.allSatisfy { $0.object == nil })
      if n % max(cycles / 10, 1) == 0 {
        #expect(liveProgramCount == 0)
        resident.append(residentBytes())
      }
    }
    guard isLong, let last = resident.last else { return }
    print("resident MiB:", resident.map { $0 >> 20 })
    #expect(last - resident[1] < 8 << 20, "from a tenth of the cycles on, memory is flat")
  }

  /// A function that gets a new signature again and again keeps no more than its capacity.
  @Test func aRetraceStormIsFlatToo() throws {
    let f = jit({ (x: NDArray, n: Int) in x * n }, name: "stormy")
    f.capacity = 4
    for n in 0..<100 { _ = try f(ones(1), n) }
    #expect(Statistics.snapshot().count { $0.isLive && $0.name == "stormy" } == 4)
  }
}
