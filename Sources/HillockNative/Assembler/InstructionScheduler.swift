#if Native && arch(x86_64)
  import CZydis

  /// Puts straight-line code in an order in which independent chains of dependent instructions run side by side.
  ///
  /// A processor looks ahead over a few hundred instructions at most, which is less than one exponential after another: in
  /// the order in which they are written, their latencies add up. This is list scheduling: always the instruction with the
  /// longest way to the end among those whose operands have arrived; while registers are short, one that frees some.
  /// (J. R. Goodman and W.-C. Hsu, "Code scheduling and register allocation in large basic blocks", ICS 1988.)
  struct InstructionScheduler {
    /// Longer code is left as it is: its chains are far more than a processor can overlap anyway.
    private static let longest = 3_000
    /// What a cycle takes, of all instructions and of multiplications.
    private static let width = 4, multiplications = 2

    private let instructions: [MachineInstruction]
    private let isMask: [Bool]
    private let room: (vectors: Int, masks: Int)
    /// The registers that each instruction reads, each once.
    private var reads: [[VirtualRegister]] = []
    private var successors: [[Int]]
    private var predecessors: [Int]
    /// Cycles from an instruction's start to the end of the code.
    private var height: [Int]
    /// Instructions that still have to read a register.
    private var pending: [Int]
    private var live = (vectors: 0, masks: 0)
    /// Instructions whose operands are defined, and the cycle in which they have arrived.
    private var ready: [Int] = []
    private var arrival: [Int]

    /// The code in a better order; it has at most `room` registers alive at once, unless it cannot do with so few.
    static func run(
      _ instructions: [MachineInstruction], isMask: [Bool], room: (vectors: Int, masks: Int)
    ) -> [MachineInstruction] {
      guard instructions.count > 4, instructions.count <= longest, instructions.allSatisfy(isMovable) else { return instructions }
      // The tail's masks come first: they are found by a register that later addresses may need.
      let fixed = instructions.prefix { $0.sources.contains { isWindow($0) } }.count
      var scheduler = InstructionScheduler(instructions, fixed: fixed, isMask: isMask, room: room)
      let order = Array(0..<fixed) + scheduler.order(from: fixed)
      return order.map { instructions[$0] }
    }

    private static func isMovable(_ instruction: MachineInstruction) -> Bool {
      switch instruction.form {
      case .compute, .multiplyAdd, .gather, .rare, .store, .prefetch, .keep: true
      case .copyIn, .copyOut: false
      }
    }

    private static func isWindow(_ operand: MachineOperand) -> Bool {
      if case .memory(let address) = operand, case .window = address.base { return true }
      return false
    }

    private init(_ instructions: [MachineInstruction], fixed: Int, isMask: [Bool], room: (vectors: Int, masks: Int)) {
      self.instructions = instructions
      self.isMask = isMask
      self.room = room
      let count = instructions.count
      successors = [[Int]](repeating: [], count: count)
      predecessors = [Int](repeating: 0, count: count)
      height = [Int](repeating: 0, count: count)
      arrival = [Int](repeating: 0, count: count)
      pending = [Int](repeating: 0, count: isMask.count)
      reads.reserveCapacity(count)
      connect(fixed)
      for at in instructions.indices.reversed() {
        height[at] = Self.latency(instructions[at]) + (successors[at].lazy.map { [height] in height[$0] }.max() ?? 0)
      }
    }

    // MARK: What depends on what

    private mutating func connect(_ fixed: Int) {
      var definition = [Int](repeating: -1, count: isMask.count)
      var loads: [Int] = []
      var stores: [MachineAddress.Base: Int] = [:]
      var readers: [Int: [Int]] = [:]
      for (at, instruction) in instructions.enumerated() {
        var registers: [VirtualRegister] = []
        instruction.forEachRegisterRead { if !registers.contains($0) { registers.append($0) } }
        reads.append(registers)
        for register in registers {
          pending[register] += 1
          // The fixed ones are there from the start.
          if definition[register] >= fixed { join(definition[register], at) }
        }
        if let destination = instruction.destination {
          definition[destination] = at
          if at < fixed { count(destination, 1) }
        }
        guard at >= fixed else { continue }
        // A loop's cell is overwritten when the step has no use for the old value any more.
        for case .invariant(let invariant) in instruction.sources { readers[invariant, default: []].append(at) }
        if case .keep(let invariant) = instruction.form { for reader in readers[invariant] ?? [] { join(reader, at) } }
        // A buffer may be overwritten in place, by whatever name: a store waits for all loads before it. What is written is
        // read again under the same name only.
        for case .memory(let address) in instruction.sources {
          if let store = stores[address.base] { join(store, at) }
          loads.append(at)
        }
        if case .gather(let stream) = instruction.form {
          if let store = stores[.stream(stream)] { join(store, at) }
          loads.append(at)
        }
        if case .store(let address) = instruction.form {
          for load in loads where load != at { join(load, at) }
          if let store = stores[address.base] { join(store, at) }
          stores[address.base] = at
        }
      }
    }

    private mutating func join(_ first: Int, _ second: Int) {
      if successors[first].last == second { return }
      successors[first].append(second)
      predecessors[second] += 1
    }

    /// Cycles until a result can be used, about as on the processors of today.
    private static func latency(_ instruction: MachineInstruction) -> Int {
      if case .multiplyAdd = instruction.form { return 4 }
      if case .gather = instruction.form { return 20 }
      switch instruction.mnemonic {
      case ZYDIS_MNEMONIC_VDIVPS, ZYDIS_MNEMONIC_VDIVPD, ZYDIS_MNEMONIC_VSQRTPS, ZYDIS_MNEMONIC_VSQRTPD: return 15
      case ZYDIS_MNEMONIC_VMULPS, ZYDIS_MNEMONIC_VMULPD, ZYDIS_MNEMONIC_VPMULLD, ZYDIS_MNEMONIC_VPMULLQ: return 4
      default: break
      }
      if case .memory = instruction.sources.first { return 7 }
      return instruction.immediate == nil ? 2 : 4
    }

    private static func isMultiplication(_ instruction: MachineInstruction) -> Bool {
      if case .multiplyAdd = instruction.form { return true }
      if case .gather = instruction.form { return false }
      return latency(instruction) >= 4 && instruction.immediate == nil
    }

    // MARK: The order

    private mutating func order(from fixed: Int) -> [Int] {
      var order: [Int] = []
      order.reserveCapacity(instructions.count)
      ready = (fixed..<instructions.count).filter { predecessors[$0] == 0 }
      var cycle = 0, taken = 0, multiplied = 0
      while let position = choose(cycle, mayMultiply: multiplied < Self.multiplications) {
        let at = ready[position]
        if arrival[at] > cycle || taken == Self.width
          || (multiplied == Self.multiplications && Self.isMultiplication(instructions[at]))
        {
          cycle = max(cycle + 1, arrival[at])
          (taken, multiplied) = (0, 0)
        }
        taken += 1
        if Self.isMultiplication(instructions[at]) { multiplied += 1 }
        ready.swapAt(position, ready.count - 1)
        ready.removeLast()
        issue(at, cycle)
        order.append(at)
      }
      return order
    }

    private mutating func issue(_ at: Int, _ cycle: Int) {
      for register in reads[at] {
        pending[register] -= 1
        if pending[register] == 0 { count(register, -1) }
      }
      if let destination = instructions[at].destination, pending[destination] > 0 { count(destination, 1) }
      let end = cycle + Self.latency(instructions[at])
      for successor in successors[at] {
        predecessors[successor] -= 1
        arrival[successor] = max(arrival[successor], end)
        if predecessors[successor] == 0 { ready.append(successor) }
      }
    }

    private mutating func count(_ register: VirtualRegister, _ change: Int) {
      if isMask[register] { live.masks += change } else { live.vectors += change }
    }

    /// How many more registers are alive after an instruction.
    private func growth(_ at: Int) -> (vectors: Int, masks: Int) {
      var growth = (vectors: 0, masks: 0)
      func add(_ register: VirtualRegister, _ change: Int) {
        if isMask[register] { growth.masks += change } else { growth.vectors += change }
      }
      for register in reads[at] where pending[register] == 1 { add(register, -1) }
      if let destination = instructions[at].destination, pending[destination] > 0 { add(destination, 1) }
      return growth
    }

    /// Where in `ready` the next instruction is.
    private func choose(_ cycle: Int, mayMultiply: Bool) -> Int? {
      var best: Int?
      var bestRank = (fits: 0, arrival: 0, height: 0)
      for (position, at) in ready.enumerated() {
        let growth = growth(at)
        let excess = max(0, live.vectors + growth.vectors - room.vectors) + max(0, live.masks + growth.masks - room.masks)
        // What frees registers always fits.
        let fits = excess == 0 || (growth.vectors <= 0 && growth.masks <= 0) ? 0 : -excess
        let isBlocked = !mayMultiply && Self.isMultiplication(instructions[at])
        let wait = max(arrival[at] - cycle, isBlocked ? 1 : 0)
        let rank = (fits: fits, arrival: -wait, height: height[at])
        if best == nil || rank > bestRank || (rank == bestRank && at < ready[best ?? 0]) { (best, bestRank) = (position, rank) }
      }
      return best
    }
  }
#endif
