import Hillock
import Testing

@Suite struct CollectorTests {
  final class Model: Base {
    let w = TrainVar(ones(2), name: "w"), b = TrainVar(zeros(1), name: "b")
    let tau = Parameter(NDArray(10.0), name: "tau")
    let V = Variable(zeros(3), name: "V")
    let rng = RandomState(seed: 3)
  }

  final class Wrapper: Base {
    let model = Model()
    let scale = TrainVar(ones(1))
  }

  @Test func kindsOfVariable() throws {
    let model = Model(), all = try model.vars(method: .relative)
    #expect(all.keys == ["w", "b", "tau", "V", "rng"])
    #expect(all.subset(TrainVar.self).keys == ["w", "b"])
    #expect(all.notSubset(TrainVar.self).keys == ["tau", "V", "rng"])
    #expect(all.subset(Parameter.self).values.first === model.tau)
    #expect(all.include(TrainVar.self, RandomState.self).keys == ["w", "b", "rng"])
    #expect(all.exclude(TrainVar.self, RandomState.self).keys == ["tau", "V"])
    #expect(all.include(Variable.self).keys == all.keys)
    #expect(try model.trainVars(method: .relative).keys == ["w", "b"])
    let trained: Collector<TrainVar> = try Wrapper().trainVars(method: .relative)
    #expect(trained.keys == ["scale", "model.w", "model.b"])
  }

  @Test func setArithmetic() throws {
    let a = Model(), b = Model()
    let both = try a.vars() + b.vars()
    #expect(both.keys == (try a.vars().keys) + (try b.vars().keys))
    #expect((both - (try b.vars(method: .relative))).keys == (try a.vars().keys))
    #expect((both - (try b.trainVars())).count == 8)
    // The same key names different objects.
    let error = #expect(throws: HillockError.self) { try a.vars(method: .relative) + b.vars(method: .relative) }
    #expect(error?.message.contains("the key w names two objects") == true)
    #expect(try (a.vars() + a.vars()).keys == a.vars().keys)
  }

  @Test func replaceAndAppendKeepTheOrder() throws {
    let model = Model(), other = Variable(ones(3))
    var vars = try model.vars(method: .relative)
    try vars.replace("tau", with: other)
    #expect(vars["tau"] === other && vars[2].key == "tau")
    try vars.append("more", other)
    #expect(vars.keys.last == "more")
    #expect(throws: HillockError.self) { try vars.append("more", model.V) }
    let error = #expect(throws: HillockError.self) { try vars.replace("absent", with: other) }
    #expect(error?.message.contains("w, b, tau") == true)
  }

  @Test func aNodeCollectionTakesClassesAndProtocols() throws {
    let nodes = try Wrapper().nodes()
    #expect(nodes.subset(Model.self).count == 1)
    #expect(nodes.include(Wrapper.self, Model.self).count == 2)
    #expect(nodes.exclude(Base.self).isEmpty)
  }
}
