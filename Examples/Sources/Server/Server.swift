// A server: several threads answer requests with a model that another thread changes all the time. Each answer is that of one
// version of the model, whole, because a call commits all its Variables or none, and a reader leases what it reads.

import Hillock
import Support
import Synchronization

final class Model: Base {
  let weights: Variable
  let offset = Variable(NDArray(0.0), name: "offset")

  init(dimension: Int) {
    weights = Variable(zeros(dimension), name: "weights")
    super.init()
  }

  /// 0 for a request of ones, in every version of the model.
  func answer(_ request: NDArray) -> NDArray { dot(request, weights) + offset }

  func improve() {
    weights += 1
    offset -= weights.shape[0]
  }
}

/// What the tasks share.
final class Tally: Sendable {
  let isOver = Atomic<Bool>(false), torn = Atomic<Int>(0)
}

@main enum Server {
  static func main() async throws {
    let requests = Example.isSmall ? 2000 : 200_000, servers = 4, dimension = 64
    let model = Model(dimension: dimension)
    let answer = jit(model, Model.answer), improve = jit(model, Model.improve)
    // Whoever finds a Variable taken waits; without this line the call throws a `conflict` error.
    answer.conflicts = .wait
    improve.conflicts = .wait

    let tally = Tally(), clock = ContinuousClock(), start = clock.now
    let (answered, versions) = try await withThrowingTaskGroup(of: (answers: Int, versions: Int).self) { group in
      group.addTask {
        var versions = 0
        while !tally.isOver.load(ordering: .relaxed) {
          try improve()
          versions += 1
          try await Task.sleep(for: .microseconds(200))
        }
        return (0, versions)
      }
      for _ in 0..<servers {
        group.addTask {
          let request = ones(dimension)
          for _ in 0..<requests / servers where try answer(request).item(as: Double.self) != 0 {
            tally.torn.add(1, ordering: .relaxed)
          }
          return (requests / servers, 0)
        }
      }
      var total = (answers: 0, versions: 0)
      while let part = try await group.next() {
        total = (total.answers + part.answers, total.versions + part.versions)
        if total.answers == requests { tally.isOver.store(true, ordering: .relaxed) }
      }
      return (total.answers, total.versions)
    }
    let seconds = (clock.now - start) / .seconds(1)
    print(
      "\(answered) answers by \(servers) tasks in \(Example.short(seconds)) s: \(Example.short(Double(answered) / seconds)) a second"
    )
    print("\(versions) versions of the model meanwhile")
    print(answer.explain())
    Example.check("answers of a model that was half changed", Double(tally.torn.load(ordering: .relaxed)), is: 0, within: 0)
    Example.check("the last version's weights", try model.weights[0].item(), is: Double(versions), within: 0)
  }
}
