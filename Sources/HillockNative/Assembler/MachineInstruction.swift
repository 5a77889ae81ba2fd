#if Native && arch(x86_64)
  import CZydis
  import HillockIR

  /// A register that the allocator has yet to place: one value of the straight-line code, written once.
  typealias VirtualRegister = Int

  /// A place in memory, as an instruction names it.
  struct MachineAddress: Hashable {
    enum Base: Hashable {
      case stream(Int)
      /// AVX2's tail masks are cut from here: as many lanes of all ones as a vector holds, then as many zeros.
      case window(bytes: Int)
      /// The bytes of a bool tail, in the function's frame.
      case frame
      /// The index of a loop's step, in the frame.
      case stepIndex
      /// The number of the iteration's first position, in the frame.
      case position
      /// A loop's cell, in the frame.
      case cell(Int)
    }

    enum Index: Hashable {
      case none
      /// The position the iteration begins with.
      case position
      /// That position's lane among a reduction's accumulators.
      case lane
      /// How many lanes of the last vector are beyond the end.
      case excess
    }

    var base: Base
    var index: Index = .none
    /// Bytes of an element: what the index is scaled by.
    var scale: Int = 1
    var displacement: Int = 0
  }

  enum MachineOperand: Hashable {
    case register(VirtualRegister)
    /// A constant or a scalar: in a register through the whole loop, or in memory.
    case invariant(Int)
    case memory(MachineAddress)
  }

  /// Up to three operands, held in place: an instruction owns no memory.
  struct OperandList: RandomAccessCollection {
    private var items: (MachineOperand, MachineOperand, MachineOperand)
    private(set) var endIndex: Int
    var startIndex: Int { 0 }

    init(_ operands: [MachineOperand]) {
      let none = MachineOperand.invariant(-1)
      items = (
        operands.isEmpty ? none : operands[0], operands.count > 1 ? operands[1] : none, operands.count > 2 ? operands[2] : none
      )
      endIndex = Swift.min(operands.count, 3)
    }

    subscript(_ position: Int) -> MachineOperand { position == 0 ? items.0 : position == 1 ? items.1 : items.2 }

    mutating func swapFirstTwo() { items = (items.1, items.0, items.2) }
  }

  /// An instruction before registers are allocated.
  struct MachineInstruction {
    enum Form {
      /// destination ← mnemonic(sources…)
      case compute
      /// destination ← a · b + c, in whichever of the three encodings suits the registers.
      case multiplyAdd
      /// destination ← the elements of a stream with the numbers in the first source; the lanes are selected by the mask, or
      /// with AVX2 by the second source. Either is used up.
      case gather(stream: Int)
      /// destination ← the first source, but for the lanes that the third, a mask, selects: these are what the rare case of the op
      /// makes of the second one's.
      case rare(ElementwiseOp, DType)
      /// memory ← source
      case store(MachineAddress)
      /// Asks for the line at this address.
      case prefetch(MachineAddress)
      /// a loop's cell, which is an invariant of a step ← source
      case keep(Int)
      /// A bool stream's elements of an AVX2 tail, byte by byte, into or out of the frame.
      case copyIn(stream: Int)
      case copyOut(stream: Int)
    }

    var form: Form
    var mnemonic: ZydisMnemonic
    /// Bytes of the destination (of what is stored), and of the sources where they differ.
    var bytes: Int
    var sourceBytes: Int
    var destination: VirtualRegister?
    var sources: OperandList
    /// A mask register that selects lanes; the tail's mask is no virtual register but a reserved one.
    var mask: VirtualRegister?
    var usesTailMask = false
    var immediate: Int?
    /// Whether the last source may be in memory.
    var takesMemory = true
    /// Whether the first two sources may change places.
    var commutes = false
    /// Bytes of the elements: what a broadcast from memory repeats.
    var elementBytes = 4
    /// The tile instruction that it was selected for, by its position in the kernel's code.
    var origin: Int32 = VectorFunction.control

    /// Calls back with each register that is read, the mask last; one that is read twice comes twice.
    @inline(__always)  // a closure that stays a jump, on the path of every scan
    func forEachRegisterRead(_ body: (VirtualRegister) -> Void) {
      for position in 0..<sources.endIndex {
        if case .register(let register) = sources[position] { body(register) }
      }
      if let mask { body(mask) }
    }
  }

  extension ZydisMnemonic {
    var code: Int32 { Int32(bitPattern: rawValue) }
  }
#endif
