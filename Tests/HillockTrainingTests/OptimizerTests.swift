import Foundation
import Hillock
import HillockTraining
import Testing

@Suite struct OptimizerTests {
  struct Step: Decodable {
    let w: [Double], v: [Double]
  }

  /// The problem of tools/oracle/training.py.
  final class Problem: Base {
    let w = TrainVar(doubles([1, -2, 0.5]), name: "w")
    let v = TrainVar(doubles([0.3, -0.7, 1.1, 2], 2, 2), name: "v")
    func loss() -> NDArray { (doubles([0.5, 0.1, 3]) * w * w).sum() + sin(v.value).sum() + v.sum() * w[0] }
  }

  static let names = [
    "sgd", "sgd decay", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "rmsprop centred", "adam", "adam decay",
    "adamw",
    "lion",
  ]

  static func optimizer(_ name: String, _ variables: Collector<TrainVar>) throws -> Optimizer {
    switch name {
    case "sgd": try SGD(variables, rate: 0.1)
    case "sgd decay": try SGD(variables, rate: 0.1, weightDecay: 0.2)
    case "momentum": try SGD(variables, rate: 0.1, momentum: 0.9)
    case "nesterov": try SGD(variables, rate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01)
    case "adagrad": try Adagrad(variables, rate: 0.1)
    case "adadelta": try Adadelta(variables, rate: 0.5)
    case "rmsprop": try RMSProp(variables, rate: 0.01)
    case "rmsprop centred": try RMSProp(variables, rate: 0.01, momentum: 0.5, centered: true)
    case "adam": try Adam(variables, rate: 0.1)
    case "adam decay": try Adam(variables, rate: 0.1, weightDecay: 0.1)
    case "adamw": try AdamW(variables, rate: 0.1, weightDecay: 0.1)
    default: try Lion(variables, rate: 0.05, weightDecay: 0.1)
    }
  }

  @Test(arguments: names) func fiveStepsArePyTorchs(_ name: String) throws {
    let known = try #require(try Oracle.read("optimizers.json", as: [String: [Step]].self)[name])
    // Step by step outside jit, inside it, and in one loop.
    for way in 0..<3 {
      let problem = Problem(), variables = try problem.trainVars(), optimizer = try Self.optimizer(name, variables)
      let derivative = valueAndGrad(problem.loss, of: variables), compiled = optimizer.minimize(problem.loss)
      if way == 2 {
        let traces = try forLoop(0..<5) { _ in
          try optimizer.update(derivative().gradients)
          return [problem.w.value, problem.v.value]
        }
        try expectClose(traces[0], known.flatMap(\.w), "w in a loop")
        try expectClose(traces[1], known.flatMap(\.v), "v in a loop")
      } else {
        for (number, step) in known.enumerated() {
          if way == 0 { try optimizer.update(derivative().gradients) } else { _ = try compiled() }
          try expectClose(problem.w.value, step.w, "w, step \(number), way \(way)")
          try expectClose(problem.v.value, step.v, "v, step \(number), way \(way)")
        }
      }
      #expect(try optimizer.step.value.item(as: Int.self) == 5)
    }
  }

  /// A model and its optimiser as one object.
  final class Training: Base {
    let problem = Problem()
    let optimizer: Optimizer
    init(_ name: String) throws {
      optimizer = try OptimizerTests.optimizer(name, problem.trainVars())
      super.init()
    }
    func steps(_ count: Int) throws {
      let step = optimizer.minimize(problem.loss)
      for _ in 0..<count { _ = try step() }
    }
  }

  @Test(arguments: names) func trainingGoesOnFromAFile(_ name: String) throws {
    let whole = try Training(name), part = try Training(name), twin = try Training(name)
    try whole.steps(5)
    try part.steps(2)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).npz").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try part.saveStates(to: file)
    try twin.loadStates(from: file)
    try twin.steps(3)
    #expect(try twin.problem.w.value.scalars(as: Double.self) == whole.problem.w.value.scalars(as: Double.self))
    #expect(try twin.problem.v.value.scalars(as: Double.self) == whole.problem.v.value.scalars(as: Double.self))
  }

  @Test func theStateOfAnOptimizerDoesNotHoldTheModel() throws {
    let problem = Problem(), optimizer = try Adam(problem.trainVars())
    let keys = try optimizer.vars(method: .relative).keys
    #expect(Set(keys) == ["step", "means[0]", "means[1]", "squares[0]", "squares[1]"])
    #expect(try optimizer.trainVars().isEmpty)
  }

  @Test func aSharedVariableIsTrainedOnce() throws {
    let w = TrainVar(doubles([1]))
    let optimizer = try SGD([w, w], rate: 0.1)
    #expect(optimizer.variables.count == 1)
    let slope = grad({ square(w).sum() }, of: [w])
    try optimizer.update(slope())
    try expectClose(w.value, [0.8])
  }

  @Test func theRateMayBeAScheduleOrAVariable() throws {
    let w = TrainVar(doubles([0])), slope = grad({ w.sum() }, of: [w])
    let scheduled = try SGD([w], rate: .piecewise([1, 0.5, 0.25], at: [2, 3]))
    let step = scheduled.minimize { w.sum() }
    for known in [-1.0, -2, -2.5, -2.75, -3] {
      _ = try step()
      try expectClose(w.value, [known])
    }
    let rate = Variable(NDArray(0.5)), byHand = try SGD([w], rate: rate)
    w.value = doubles([0])
    try byHand.update(slope())
    rate.value = 0.25
    try byHand.update(slope())
    try expectClose(w.value, [-0.75])
  }

  @Test func dtypesStay() throws {
    let single = TrainVar(NDArray([1.0, 2.0])), double = TrainVar(doubles([1, 2]))
    for name in Self.names {
      var list = Collector<TrainVar>()
      try list.append("a", single)
      try list.append("b", double)
      let optimizer = try Self.optimizer(name, list)
      let step = optimizer.minimize { square(single).sum().asType(.f64) + square(double).sum() }
      _ = try step()
      #expect(single.error == nil && double.error == nil, "\(name)")
    }
  }

  @Test func ownRulesCanBeWritten() throws {
    final class SignDescent: Optimizer {
      override func change(by gradient: NDArray, at position: Int, rate: NDArray, step: NDArray) -> NDArray {
        rate.asType(gradient.dtype) * sign(gradient) / step.asType(gradient.dtype)
      }
    }
    let w = TrainVar(doubles([3, -4])), optimizer = try SignDescent([w], rate: 1.0)
    let step = optimizer.minimize { square(w).sum() }
    _ = try step()
    _ = try step()
    try expectClose(w.value, [1.5, -2.5])
  }

  @Test func mistakesAreErrors() throws {
    func code(_ body: () throws -> Optimizer) -> ErrorCode? {
      do { _ = try body() } catch { return (error as? HillockError)?.code }
      return nil
    }
    let w = TrainVar(zeros(2))
    #expect(code { try SGD([TrainVar]()) } == .argument)
    #expect(code { try Adam([Variable(NDArray([1, 2]))]) } == .dtype)
    #expect(code { try SGD([w], momentum: 1) } == .argument)
    #expect(code { try SGD([w], weightDecay: -1) } == .argument)
    let other = TrainVar(zeros(2), name: "other"), optimizer = try Adam([w, other])
    let gradients = try grad({ w.sum() }, of: [w])()
    let error = #expect(throws: HillockError.self) { try optimizer.update(gradients) }
    #expect(error?.code == .argument && error?.message.contains("other") == true)
    #expect(try optimizer.step.value.item(as: Int.self) == 0)
    // One set of gradients may serve two optimisers.
    let both = try grad({ w.sum() + other.sum() }, of: [w, other])()
    try SGD([w], rate: 1.0).update(both)
    #expect(try w.value.floats() == [-1, -1] && other.value.floats() == [0, 0])
  }

  @Test func clipping() throws {
    let a = TrainVar(doubles([3, 0])), b = TrainVar(NDArray([-4.0]))
    let gradients = try grad({ 0.5 * square(a).sum() + 0.5 * square(b).sum().asType(.f64) }, of: [a, b] as [Variable])()
    try expectClose(gradients.globalNorm, [5])
    try expectClose(gradients.clipped(toNorm: 2)[a]!, [1.2, 0])
    try expectClose(gradients.clipped(toNorm: 2)[b]!, [-1.6], within: 1e-6)
    #expect(gradients.clipped(toNorm: 2)[b]!.dtype == .f32)
    try expectClose(gradients.clipped(toNorm: 6)[a]!, [3, 0])
    try expectClose(gradients.clipped(toValue: 2)[b]!, [-2])
    let zero = try grad({ 0 * a.sum() }, of: [a])()
    try expectClose(zero.clipped(toNorm: 1)[a]!, [0, 0])
    let large = try grad({ (b * 1e30).sum() }, of: [b])()
    try expectClose(large.clipped(toNorm: 1)[b]!, [1], within: 1e-6)
    a.value = doubles([3, 0])
    let optimizer = try SGD([a], rate: 1.0), step = optimizer.minimize(clipping: { $0.clipped(toNorm: 0.5) }) { square(a).sum() }
    _ = try step()
    try expectClose(a.value, [2.5, 0])
  }
}
