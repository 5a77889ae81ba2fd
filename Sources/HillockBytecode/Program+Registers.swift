import HillockIR

extension Program {
  /// The registers an instruction reads; for control flow, those of its own (not of its blocks).
  package func reads(_ instruction: Instruction) -> [Int] {
    switch instruction {
    case .launch(let index): kernels[index].operands.filter { !$0.isWritten }.map(\.register)
    case .array(_, _, _, let sources): sources
    case .loop(let loop): loop.carries.map(\.initial)
    case .whileLoop(let loop): loop.carries.map(\.initial)
    case .branch(let branch): [branch.selector]
    case .call(_, let operands, _): operands
    case .store(_, let register): [register]
    case .return(let registers): registers
    }
  }

  /// The registers an instruction writes; for control flow, those of its own (not of its blocks).
  package func writes(_ instruction: Instruction) -> [Int] {
    switch instruction {
    case .launch(let index): kernels[index].operands.filter(\.isWritten).map(\.register)
    case .array(_, _, let destinations, _): destinations
    case .loop(let loop): [loop.index] + loop.carries.map(\.current)
    case .whileLoop(let loop): loop.carries.map(\.current)
    case .branch(let branch): branch.results
    case .call(_, _, let results): results
    case .store, .return: []
    }
  }

  /// The registers that control flow keeps for itself: the second place of each carried value, rows, tests.
  package func holds(_ instruction: Instruction) -> [Int] {
    switch instruction {
    case .loop(let loop): loop.carries.map(\.next) + loop.rows
    case .whileLoop(let loop): loop.carries.map(\.next) + [loop.test]
    case .launch, .array, .branch, .call, .store, .return: []
    }
  }

  /// For each of a carried value's two registers the other. They change places after each step: after an odd number of steps,
  /// what is called `current` lies in the memory of `next`, unless that lies over it.
  var exchanged: [Int: Int] {
    var partners: [Int: Int] = [:]
    for carry in flattened.flatMap(\.carries) {
      partners[carry.current] = carry.next
      partners[carry.next] = carry.current
    }
    return partners
  }

  /// The same, by register: what is made of it must not depend on the order of a dictionary, which each process has for itself.
  var exchangedInOrder: [(register: Int, partner: Int)] {
    exchanged.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
