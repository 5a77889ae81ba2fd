import CHillock
import HillockBytecode

/// The numbers the runtime is tuned by, in one place. Times are nanoseconds, costs picoseconds.
///
/// They were chosen on a two-core virtual machine with AVX-512; none of them changes a bit of any result.
package enum Parameters {
  // MARK: Memory

  /// From this size on, memory is mapped on 2 MiB boundaries and huge pages are requested.
  package static let largeAllocation = 2 << 20
  /// Idle memory that the pool keeps in any case. On machines with much memory it keeps more (see `Configuration.idleMemoryLimit`), until
  /// the system is asked for blocks of another size.
  package static let idleMemoryFloor = 256 << 20
  /// The share of physical memory the pool may keep idle where that is more than the floor: one part in this many.
  package static let idleMemoryShare = 8
  /// A pooled frame keeps a workspace up to this size; larger ones go back to the pool after each run.
  package static let retainedWorkspace = 64 << 10
  /// Frames an executable keeps for the next call.
  package static let pooledFrames = 16

  // MARK: Team

  /// How long a helper spins after its last work before it parks.
  package static let linger: UInt64 = 150_000
  /// Work below this is done by the caller alone where a helper is awake.
  package static let parallelThreshold: UInt64 = 5_000
  /// Work below this is done by the caller alone where all helpers are parked: waking one takes 25–50 µs.
  package static let wakeThreshold: UInt64 = 15_000
  /// The least work a claim should be, so that claiming costs little beside it.
  package static let minimumClaim: UInt64 = 1_000
  /// A claim takes the remaining units divided by workers times this, so that the last ones are small.
  package static let claimDivisor = 3
  /// How often the caller spins for claimed units of others before it yields its processor in between.
  package static let spinsBeforeYield = 4_000
  package static let maximumWorkers = 256
  /// Bytes of a helper's stack: tile kernels need little of it, a strict run some more.
  package static let helperStack = 1 << 20
  /// Bytes of the background compiler's: libtcc and the assembler go deep.
  package static let compilerStack = 8 << 20
  /// How long no other thread is asked for after the system has refused one.
  package static let threadRetry: UInt64 = 100_000_000
  /// Bytes of a large copy that are claimed at a time.
  package static let copyBlock = 256 << 10

  // MARK: Standing teams

  /// A step from this on is divided among the members, in picoseconds; a smaller one is the leader's. It is much less than a meeting
  /// takes, because what the leader writes for all must get into the caches of all.
  package static let standingThreshold = 100_000
  /// A team stands where it is expected to save so much in each step of the loop.
  package static let standingGain = 750_000
  /// And has no more than this to divide: steps of much work are claimed piece by piece.
  package static let standingLimit = 200_000_000
  /// A meeting of two members takes 0.2 to 0.3 µs.
  package static let meetingCost = 300_000
  /// How often a member looks for the others before it lets another thread run.
  package static let standingSpins = 4_000
  /// After a wait for a member that had no processor, no team stands for so many times as long.
  package static let standingRest: UInt64 = 16
  /// Back-edges at which a leader waits for more helpers while some have joined.
  package static let standingPatience = 8

  // MARK: Products and reductions

  /// Rows of a product with a vector whose lanes are folded together.
  package static let rowGroup = 16
  /// The fewest rows of a block of a matrix product: those that are packed together where it has several chunks of terms, otherwise two
  /// register blocks.
  package static let matmulRows = 96
  package static let leastMatmulRows = 24
  /// Bytes of a row of a strip: blocks have whole strips.
  package static let matmulStrip = 128
  /// A block whose rows and columns are no more than this is divided only to give every worker its part, or where it costs more than
  /// `matmulUnit`.
  package static let matmulSide = 512
  package static let matmulUnit = 20_000_000_000
  /// From this cost on, workers have two blocks each at least.
  package static let sharedProduct = 100_000_000
  /// Their chunks of terms are shared where rows and columns are too few, and where the partials have no more bytes than this.
  package static let matmulPartials = 32 << 20
  /// Their columns are shared as well where rows alone give fewer units than this.
  package static let panelUnits = 32
  /// The least bytes of a panel's rows: shorter ones are no streams, and leave vectors half empty.
  package static let leastPanel = 1 << 10
  /// Panels are as many times as wide where there are enough columns for all workers: the longer the pieces of rows, the better memory
  /// is read (by half again from 1 KiB to 4 KiB).
  package static let widePanel = 4

  // MARK: Updates by index

  /// A worker's range of the rows is worth it from so many picoseconds of updates on: it looks at the indices of all.
  package static let scatterRange = 20_000_000
  /// Updates between two looks whether the run is to stop.
  package static let scatterBlock = 1 << 18

  // MARK: Synapses

  /// Rows among which a worker looks for those that send something: a chunk, so that members of a team look at rows of their own.
  package static let sendingBlock = Kernel.chunk
  /// A worker's targets are worth it from so many on.
  package static let leastTargets = 256
  /// Rows that send something between two looks whether the run is to stop.
  package static let deliverBlock = 4 << 10
  /// Synapses whose products a worker takes together.
  package static let synapseBlock = 4 << 10
  /// Following one synapse.
  package static let deliverCost = 1_200
  /// Changing the weight of one.
  package static let adaptCost = 2_400
  /// Drawing one.
  package static let drawCost = 4_000

  // MARK: Lines along an axis

  /// Terms of a part of a long line whose best element is found by itself.
  package static let argReducePart = 32 << 10
  /// Terms of a portion of a long line that is looked through for its largest elements by itself, and looking at one.
  package static let topKPortion = 16 << 10
  package static let topKCost = 200
  /// Bools of a line whose places are found together, and finding out about one.
  package static let placesBlock = 16 << 10
  package static let placeCost = 400
  /// A step of a binary search.
  package static let searchCost = 1_500
  /// Chunks from which on workers share the scan of a line: each term is read twice then.
  package static let leastScanChunks = 16
  /// Terms from which on workers share the sorting of a line, and of a block of it.
  package static let leastSharedSort = 64 << 10
  package static let sortBlock = 16 << 10
  /// As many lines as this, and each is sorted by one worker.
  package static let fewSortedLines = 8
  /// The most units that lines are sorted in, each of which has memory of its own, and about the most memory they have together.
  package static let sortUnits = 128
  package static let sortMemory = 32 << 20

  // MARK: Fourier transforms

  /// Lines from this length on are shared by workers where there are few of them.
  package static let leastSharedFFT = 16 << 10
  /// An element's part of a pass.
  package static let fftCost = 400

  // MARK: Transposed operands

  /// Operands of fewer bytes are read as they lie: they stay in the nearer caches.
  package static let leastTransposed = 64 << 10
  /// The most bytes of a kernel's panels of positions: what a second-level cache holds beside its streams.
  package static let transposedPanels = 512 << 10

  /// The most bytes of pointers with which the interpreter takes a tile through the steps of a loop (`LoopTables`).
  package static let loopTables = 64 << 10

  // MARK: Chains

  /// Kernels of fewer positions make no chains: tiles that are no whole blocks go through many rounds, each of which costs a jump
  /// for each link. (LIF over 100 neurons took 1.7 times as long.)
  package static let leastChained = 8192

  // MARK: Row groups

  /// Rows are taken through a group in blocks that fit this: the nearer part of a second-level cache.
  package static let rowBlockByteCount = 192 << 10
  /// A block costs at least this, so that going from instruction to instruction costs little beside it.
  package static let rowBlockCost = 5_000_000
  /// Otherwise there are about this many blocks, so that many workers find something to do.
  package static let rowBlocks = 32

  // MARK: Column groups

  /// What a worker takes through a group at a time, and its lanes: beside its streams, half of a small second-level cache.
  package static let columnBlockByteCount = 128 << 10
  /// The fewest rows that it takes together: as many as join their lanes while these are in registers.
  package static let leastColumnRows = 8

  // MARK: Loops

  /// What native code of a loop does before it comes back, about, as interpreted work.
  package static let stripCost = 2_000_000_000
  /// Bytes of rows that it goes through meanwhile.
  package static let stripRows = 512 << 10
  package static let leastStrip = 8

  // MARK: Cancellation

  /// A run that may be cancelled looks after each such stretch of work, in picoseconds as the cost model estimates it: small
  /// beside the patience of whoever cancels, long beside the few nanoseconds of a look.
  package static let lookInterval = 200_000_000

  // MARK: Cost model

  /// One primitive of an elementwise body, for 64 bytes of the widest operand.
  package static let primitiveCost = 200
  /// Primitives that cost a multiple: division, square root, integer division, the exact remainder.
  package static let slowPrimitiveFactor = 10
  /// Moving 64 bytes through a tile.
  package static let moveCost = 800
  /// Reading 64 bytes of an operand too large for the second-level cache.
  package static let streamCost = 3_000
  /// One element through strides.
  package static let stridedCost = 1_200
  /// Taking a row by its index, beside moving it.
  package static let indexCost = 800
  /// Changing a row by its index, beside moving it.
  package static let scatterCost = 1_600
  /// Looking whether an index is one of a worker's own.
  package static let pickCost = 300
  /// One random whole number.
  package static let countCost = 15_000
  /// One block of random bits.
  package static let randomCost = 900
  /// Calling a tile kernel.
  package static let callCost = 4_000
  /// A step of a program beside its work.
  package static let stepCost = 50_000
  /// One multiply-add of a matrix product.
  package static let multiplyAddCost = 20

  // MARK: Prefetch

  /// Operands larger than this are prefetched by kernels that go through rows.
  package static let prefetchThreshold = 1 << 20
  /// How far ahead, in bytes.
  package static let prefetchDistance = Int(HK_PREFETCH_DISTANCE)
  /// Rows of so many bytes the processor prefetches by itself. (From 1 KiB on it does as well or better, by up to a third.)
  package static let longRow = 1 << 10
  /// The most positions of a tile in native code that prefetches rows: the shorter, the more evenly memory is kept at work.
  package static let prefetchTile = 64
}
