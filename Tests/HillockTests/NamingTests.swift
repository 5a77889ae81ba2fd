import Hillock
import Testing

@Suite struct NamingTests {
  @Test func automaticNamesCountUpForEachClass() {
    final class OfItsOwn: Base {}
    let a = OfItsOwn(), b = OfItsOwn()
    #expect(a.name == "OfItsOwn0")
    #expect(b.name == "OfItsOwn1")
  }

  @Test func aGenericClassIsNamedWithoutItsArguments() {
    class GenericLayer<Element>: Base {}
    #expect(GenericLayer<Float>().name == "GenericLayer0")
  }

  @Test func givenNamesAreUniqueAmongLiveObjects() throws {
    var first: Base? = try Base(name: "only_one")
    #expect(first?.name == "only_one")
    let error = #expect(throws: HillockError.self) { try Base(name: "only_one") }
    #expect(error?.code == .argument && error?.message.contains("only_one") == true)
    first = nil
    #expect(try Base(name: "only_one").name == "only_one")
  }

  @Test(arguments: ["2fast", "", "a b", "a.b", "x-y", "🧠"])
  func aNameIsAnIdentifier(_ name: String) {
    let error = #expect(throws: HillockError.self) { try Base(name: name) }
    #expect(error?.code == .argument)
  }

  @Test func anAutomaticNamePassesOverOneThatWasGiven() throws {
    final class Passed: Base {}
    let given = try Base(name: "Passed0")
    #expect(Passed().name == "Passed1")
    withExtendedLifetime(given) {}
  }

  @Test func countersCanBeReset() {
    final class Counted: Base {}
    let first = Counted()
    _ = Counted()
    #expect(Counted().name == "Counted2")
    Base.resetNameCounters(of: Counted.self)
    // Counted0 lives: its name is passed over; Counted1 is dead.
    #expect(Counted().name == "Counted1")
    #expect(first.name == "Counted0")
  }

  /// A subclass that fails to be made frees nothing that is another's.
  @Test func aRefusedNameStaysWithItsOwner() throws {
    final class Named: Base { let v = Variable(zeros(1)) }
    let owner = try Named(name: "owner_of_name")
    for _ in 0..<3 { #expect(throws: HillockError.self) { try Named(name: "owner_of_name") } }
    #expect(owner.name == "owner_of_name")
  }
}

/// Subclassing several levels deep, overriding and `super`.
@Suite struct SubclassingTests {
  class Animal: Base {
    final let age = Variable(zeros(1), name: "age")
    func step() { age += 1 }
  }

  class Bird: Animal {
    final let height = Variable(zeros(1), name: "height")
    override func step() {
      super.step()
      height.value = age * 10
    }
  }

  final class Swallow: Bird {
    let speed = Variable(zeros(1), name: "speed")
    override func step() {
      super.step()
      speed.value = height + age
    }
  }

  @Test func variablesOfSuperclassesComeFirst() throws {
    #expect(try Swallow().vars(method: .relative).keys == ["age", "height", "speed"])
    #expect(try Animal().vars(method: .relative).keys == ["age"])
  }

  @Test func overridesAndSuperCallsAreCompiled() throws {
    let plain = Swallow(), compiled = Swallow()
    let step = jit { compiled.step() }
    for _ in 0..<3 {
      plain.step()
      try step()
    }
    for (a, b) in zip(try plain.vars().values, try compiled.vars().values) { #expect(try areIdentical(a.value, b.value)) }
    #expect(try compiled.speed.value.floats() == [33])
  }
}
