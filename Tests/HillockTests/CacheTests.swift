import Hillock
import Testing

/// A function holds a bounded number of programs; the least recently used one makes room.
@Suite struct CacheTests {
  @Test func theLeastRecentlyUsedProgramMakesRoom() throws {
    var traced: [Int] = []
    let f = jit(
      { (x: NDArray) in
        traced.append(x.count)
        return x + 1
      }, name: "bounded")
    f.capacity = 2
    for n in [1, 2, 1, 3] { _ = try f(zeros(n)) }
    #expect(traced == [1, 2, 3])
    #expect(f.explain().programs.map(\.signature) == ["(f32[1])", "(f32[3])"], "2 was not used for longest")
    #expect(f.explain().dropped == 1)
    _ = try f(zeros(1))
    #expect(traced == [1, 2, 3])
    _ = try f(zeros(2))
    #expect(traced == [1, 2, 3, 2])
    #expect(f.explain().lastRetrace?.cause == .dropped)
    #expect(f.statistics.last?.retraceReason == "the program for (f32[2]) was dropped earlier: 2 programs are held at most")
  }

  /// In a process of its own: the list holds a bounded number of programs that are gone, and other tests add to it.
  @Test func whatWasDroppedIsListed() async {
    await #expect(processExitsWith: .success) {
      let f = jit({ (x: NDArray) in x + 1 }, name: "bounded")
      f.capacity = 2
      for n in [1, 2, 1, 3] { _ = try f(zeros(n)) }
      _ = try f(zeros(2))
      let gone = Engine.programs().filter { $0.name == "bounded" && $0.wasDropped }
      #expect(gone.map(\.signature).sorted() == ["(f32[1])", "(f32[2])"])
    }
  }

  @Test func aSmallerCapacityTakesEffectAtOnce() throws {
    let f = jit { (x: NDArray) in x + 1 }
    for n in 1...5 { _ = try f(zeros(n)) }
    f.capacity = 2
    #expect(f.explain().programs.map(\.signature) == ["(f32[4])", "(f32[5])"])
    f.capacity = -3
    #expect(f.capacity == 1)
    #expect(f.explain().dropped == 4)
  }

  @Test func forgettingIsNotDropping() throws {
    var traces = 0
    let f = jit { (x: NDArray) in
      traces += 1
      return x
    }
    _ = try f(zeros(1))
    f.forget()
    #expect(f.statistics.isEmpty)
    _ = try f(zeros(1))
    #expect(traces == 2)
    #expect(f.explain().dropped == 0)
    #expect(f.explain().lastRetrace == nil)
  }

  @Test func theDefaultIsASetting() { #expect(jit { (x: NDArray) in x }.capacity == Engine.programsPerFunction) }
}
