import Synchronization
import Testing

@testable import Hillock

/// Where Variables and nodes are found, under which keys, and what is an error.
@Suite struct DiscoveryTests {
  final class Cell: Base {
    let V = Variable(zeros(2), name: "V")
    var size = 3
  }

  final class Net: Base {
    let bias = Variable(ones(1))
    let cells: [Cell]
    let byName: [String: Cell]
    var spare: Cell?
    weak var parent: Net?
    var child: Net?
    let weights: [Float] = [1, 2, 3]

    init(_ count: Int) {
      cells = (0..<count).map { _ in Cell() }
      byName = ["b": Cell(), "a": cells[0]]
      super.init()
    }
  }

  @Test func arraysDictionariesAndOptionalsNeedNoWrappers() throws {
    let net = Net(2)
    net.child = net
    #expect(try net.vars(method: .relative).keys == ["bias", "cells[0].V", "cells[1].V", "byName.b.V"])
    #expect(try net.vars()["\(net.name).bias"] === net.bias)
    #expect(try net.nodes().first?.value === net)
    #expect(try net.nodes().count == 4)
    net.spare = Cell()
    #expect(try net.nodes(method: .relative).keys == ["", "cells[0]", "cells[1]", "byName.b", "spare"])
  }

  struct Gate {
    var tau = 3.0
    var open: Variable
  }
  enum Synapse {
    case none
    case static_(Variable)
    case plastic(weight: Variable, trace: Variable)
  }

  final class Everything: Base {
    let nested: [[String: [Variable?]]] = [["x": [nil, Variable(zeros(1))]]]
    let tuple = (1, Variable(zeros(1)), named: Variable(zeros(1)))
    let gate = Gate(open: Variable(zeros(1)))
    let a = Synapse.none, b = Synapse.static_(Variable(zeros(1)))
    let c = Synapse.plastic(weight: Variable(zeros(1)), trace: Variable(zeros(1)))
    let layers: [Int: Variable] = [10: Variable(zeros(1)), 9: Variable(zeros(1))]
    let odd: [String: Variable] = ["a.b": Variable(zeros(1)), "in/out": Variable(zeros(1))]
    let any: Any = Variable(zeros(1))
    let anys: [any Sendable] = [1, Variable(zeros(1))]
    let slice = [Variable(zeros(1)), Variable(zeros(1))][1...]
    let lock = Mutex(0)
    let function: (NDArray) -> NDArray = { $0 }
    lazy var late = Variable(zeros(1))
  }

  @Test func structsTuplesEnumsAndExistentialsAreSeenThrough() throws {
    let object = Everything()
    let keys = [
      "nested[0].x[1]", "tuple.1", "tuple.named", "gate.open", "b.static_", "c.plastic.weight", "c.plastic.trace",
      "layers[9]", "layers[10]", #"odd["a.b"]"#, #"odd["in/out"]"#, "any", "anys[1]", "slice[0]",
    ]
    #expect(try object.vars(method: .relative).keys == keys)
    _ = object.late
    #expect(try object.vars(method: .relative).keys == keys + ["late"])
  }

  @Test func aSharedVariableIsFoundUnderEachKeyUntilUnique() throws {
    final class Pair: Base {
      let a: Variable, b: Variable
      override init() {
        a = Variable(zeros(1))
        b = a
        super.init()
      }
    }
    let pair = Pair()
    #expect(try pair.vars(method: .relative).keys == ["a", "b"])
    #expect(try pair.vars(method: .relative).unique().keys == ["a"])
  }

  final class Node: Base {
    let x = Variable(zeros(1))
    var left: Node?, right: Node?
  }

  /// A node that two others share, and that refers back to the top, is found once, under its shortest path.
  @Test func sharedChildrenAndCyclesAreFoundOnce() throws {
    let top = Node(), shared = Node()
    top.left = Node()
    top.left?.left = shared
    top.right = shared
    shared.left = top
    #expect(try top.nodes(method: .relative).keys == ["", "left", "right"])
    #expect(try top.vars(method: .relative).keys == ["x", "left.x", "right.x"])
    #expect(try shared.nodes(method: .relative).keys == ["", "left", "left.left"])
  }

  @Test func levelsCountFromTheObjectItself() throws {
    let top = Node()
    top.left = Node()
    top.left?.right = Node()
    #expect(try top.nodes(method: .relative, level: 0).keys == [""])
    #expect(try top.nodes(method: .relative, level: 1).keys == ["", "left"])
    #expect(try top.nodes(method: .relative, level: 1, includeSelf: false).keys == ["left"])
    #expect(try top.nodes(method: .relative, includeSelf: false).keys == ["left", "left.right"])
    #expect(try top.vars(method: .relative, level: 0).keys == ["x"])
    #expect(try top.vars(method: .relative, includeSelf: false).keys == ["left.x", "left.right.x"])
    #expect(try top.nodes().keys == [top, top.left, top.left?.right].compactMap { $0?.name })
    #expect(throws: HillockError.self) { try top.nodes(level: -1) }
  }

  @Test func deepChainsAreFollowed() throws {
    let top = Node()
    var last = top
    for _ in 0..<2000 {
      let next = Node()
      last.left = next
      last = next
    }
    #expect(try top.nodes().count == 2001)
    // Taken apart from the end: the release of a chain is recursive.
    for node in try top.nodes().values.reversed() { (node as? Node)?.left = nil }
  }

  // MARK: What cannot be seen through

  final class Helper { let state = [Variable(zeros(1))] }
  final class Plain { var next: Plain?, number = 3 }
  final class WithHelper: Base {
    let helpers = ["main": Helper()]
  }
  final class WithPlain: Base {
    let plain = Plain()
    override init() {
      plain.next = plain
      super.init()
    }
  }
  final class Plotter: Stateless { let source = Variable(zeros(1)) }
  final class WithPlotter: Base { let plotter = Plotter() }

  @Test func aClassThatIsNoBaseButHoldsStateIsAnErrorWithThePath() throws {
    let object = WithHelper()
    let error = #expect(throws: HillockError.self) { try object.vars() }
    #expect(error?.code == .argument)
    #expect(error?.message.hasPrefix("\(object.name).helpers.main is a Helper") == true, "\(String(describing: error))")
    #expect(error?.message.contains("holds state in state;") == true)
    #expect(try WithPlain().vars().isEmpty)
    #expect(try WithPlotter().vars().isEmpty)
  }

  @Test func aCompiledFunctionInAPropertyIsNoState() throws {
    final class Stepper: Base {
      let x = Variable(zeros(1))
      lazy var step = jit { [unowned self] in x += 1 }
    }
    let stepper = Stepper()
    try stepper.step()
    #expect(try stepper.vars(method: .relative).keys == ["x"])
  }

  // MARK: The cache

  @Test func aClassIsWalkedOnceButPropertiesMayChange() throws {
    final class Slot: Base {
      var content: Any = 3
      var more: Variable?
    }
    let first = Slot()
    #expect(try first.vars().isEmpty)
    #expect(Layout.isKnown(Slot.self))
    #expect(Layout.positions(of: Slot.self) == [0, 1])
    first.content = Variable(zeros(1))
    first.more = Variable(zeros(1))
    #expect(try first.vars(method: .relative).keys == ["content", "more"])
    #expect(try Slot().vars().isEmpty)
  }

  @Test func whatCannotHoldStateIsNotLookedAt() throws {
    final class Mixed: Base {
      let a = 1, name2 = "x", weights: [Float] = [], table: [String: [Int]] = [:], f: () -> Void = {}, array = zeros(3)
      let v = Variable(zeros(1))
      let pair = (1, 2.0), date: (Int, String?) = (1, nil)
    }
    #expect(try Mixed().vars(method: .relative).keys == ["v"])
    #expect(Layout.positions(of: Mixed.self) == [6])
  }

  // MARK: Registration

  @Test func registeredObjectsComeAfterTheProperties() throws {
    let cell = Cell(), extra = Variable(zeros(1)), child = Node()
    try cell.register(extra, as: "extra")
    try cell.register(extra, as: "extra")
    try cell.register(child, as: "child")
    #expect(try cell.vars(method: .relative).keys == ["V", "extra", "child.x"])
    #expect(try cell.nodes(method: .relative).keys == ["", "child"])
    #expect(throws: HillockError.self) { try cell.register(Variable(zeros(1)), as: "extra") }
    #expect(throws: HillockError.self) { try cell.register(extra, as: "not a name") }
  }

  @Test func aKeyOfTwoObjectsIsAnError() throws {
    let cell = Cell()
    try cell.register(Variable(zeros(1)), as: "V")
    let error = #expect(throws: HillockError.self) { try cell.vars() }
    #expect(error?.message.contains("\(cell.name).V names two objects") == true)
  }
}
