// The tile kernels: every loop over elements that the interpreter runs, compiled for several instruction sets and chosen
// once. No state, no allocation, no threads. All symbols begin with hk_.
#ifndef CHILLOCK_H
#define CHILLOCK_H

#include <stdint.h>

// Instruction-set levels. What is of a level may be called only where hk_isa_supported says so.
enum { HK_ISA_BASELINE = 0, HK_ISA_AVX2 = 1, HK_ISA_AVX512 = 2 };
int hk_isa_supported(int isa);
int hk_isa_best(void);

// Elementwise: d[i] = op(a[i], b[i], c[i]) for i < n. A scalar operand (see the form) is read at its pointer only. d may
// be exactly a, b or c where the element sizes agree; otherwise it is disjoint from them.
typedef void (*hk_tile_fn)(int64_t n, void *d, const void *a, const void *b, const void *c);

// op: position in the op table; dtype: HillockIR.DType's raw value; form: mask of scalar operands (HillockBytecode.TileForm).
// NULL where the op does not exist at the dtype or the form.
hk_tile_fn hk_elementwise(int isa, int op, int dtype, int form);

// The rare case of an op of one operand: for each i < n at which it is one, d[i] = op(a[i]); other elements stay as they are. For vector
// code, which computes what is common for all lanes. NULL where the op has no rare case.
typedef void (*hk_rare_fn)(int64_t n, void *d, const void *a);
hk_rare_fn hk_rare(int isa, int op, int dtype);

// d[i] = (to) a[i]; float to integer truncates, saturates, NaN gives 0; to bool: a[i] != 0. NULL where one conversion does not lead
// from one to the other (HillockIR.DType.hasConversion).
hk_tile_fn hk_convert(int isa, int from, int to);

// A chain of elementwise ops on floats: the first link loads, each further one takes the value of the one before and stores it or
// does an op to it; `slot` is the place in the table of pointers of what is loaded, of the op's other operand, or of what is
// stored. An op of two operands has forms: whether the chain's value is the first one, and whether the other is a scalar.
// Positions are independent of each other, and go through the chain a block at a time. A link may also prefetch what lies ahead
// of the block in memory that is not in a cache.
enum { HK_LINK_PREFETCH = -1, HK_LINK_STORE = 0, HK_LINK_FIRST = 1, HK_LINK_SCALAR = 2 };
// How far ahead, in bytes, streams are prefetched. (Between 5 and 20 KiB made no difference for rows of 40 bytes; 32 KiB was
// too far.)
enum { HK_PREFETCH_DISTANCE = 8 << 10 };
#define HK_LINK(op, form) (4 * (op) + (form) + 1)
static inline int32_t hk_link_code(int op, int form) { return HK_LINK(op, form); }
typedef struct {
  int32_t code, slot;
} hk_link;
typedef void (*hk_chain_fn)(int64_t n, void *const *table, const hk_link *links, int64_t count);
// For floats; NULL for other dtypes. Its ops: those of the op table that are one primitive (HillockIR.OpRow.isLink).
hk_chain_fn hk_chain(int isa, int dtype);

// Positions first..<first+n of a row-major index space, read through strides (in elements) into the dense tile d.
void hk_load_strided(int64_t n, void *d, const void *base, int64_t first, int64_t rank, const int64_t *dims,
                     const int64_t *strides, int64_t element_size);

// The same where the innermost axis is none of stride 1 but another axis is: `axis`. A panel of up to `rows` indices along that
// axis, with all positions of the axes inside, is filled in blocks, each line of memory read once; tiles are copied from it.
// A panel has no fewer rows than the least; where so many are not left, they are read as they lie. `inner`: positions of one row.
enum { HK_TRANSPOSED_RANK = 16, HK_TRANSPOSED_LEAST_ROWS = 4 };
typedef struct {
  int64_t element_size, rank, axis, rows, inner;
  int64_t dims[HK_TRANSPOSED_RANK], strides[HK_TRANSPOSED_RANK];
} hk_transposition;
// Before its elements; 64-byte aligned. Holds positions begin..<end; none from `limit` on will be asked for. Whoever starts a
// run of positions sets begin and end to 0.
typedef struct {
  int64_t begin, end, limit, reserved[5];
} hk_panel;
typedef void (*hk_transposed_fn)(int64_t n, void *d, const void *base, int64_t first, void *panel, const hk_transposition *t);
hk_transposed_fn hk_load_transposed(int isa);

// Rows of row_bytes bytes by their indices, of each the bytes from..<to: d[i] = source[indices[i]]. There is at least one row; a
// negative index counts from the end, one beyond the ends is clamped. d and source are disjoint.
typedef void (*hk_gather_fn)(int64_t count, const int64_t *indices, int64_t rows, int64_t row_bytes, int64_t from, int64_t to,
                             void *d, const void *source);
hk_gather_fn hk_gather(int isa, int64_t row_bytes);

// Rows of `inner` elements, of each the elements from..<to, changed by their indices one after the other:
// d[indices[i]] = op(d[indices[i]], updates[i]). A negative index counts from the end; one beyond the ends is dropped, and so are
// rows outside lower..<upper. d and updates are disjoint. kind: HillockIR.ScatterKind's raw value; NULL where the kind does not exist
// at the dtype.
enum {
  HK_SCATTER_KIND_SET = 0, HK_SCATTER_KIND_ADD, HK_SCATTER_KIND_MULTIPLY, HK_SCATTER_KIND_MIN, HK_SCATTER_KIND_MAX, HK_SCATTERS
};
typedef void (*hk_scatter_fn)(int64_t count, const int64_t *indices, int64_t rows, int64_t lower, int64_t upper, int64_t inner,
                              int64_t from, int64_t to, void *d, const void *updates);
hk_scatter_fn hk_scatter(int isa, int kind, int dtype);

// Connections by rows: the synapses of row r are those from starts[r] up to starts[r + 1], clamped to 0...count. Synapse k leads to
// place [(slot + delays[k]) mod slots, targets[k]] of a ring [slots, post], if it has one; without delays to [slot, targets[k]].
// slot is in 0..<slots. delay_size: 1, 2 or 4 for delays that are u8, u16 or i32; 0 without. weights: of the ring's dtype, one for
// all or one for each synapse.
typedef struct {
  int64_t slots, post, pre, count, slot;
  const int64_t *starts;
  const int32_t *targets;
  const void *delays, *weights;
  int32_t delay_size, is_uniform;
} hk_synapses;

// The rows in first..<last whose value is not 0, in order, into `rows`; how many they are. Adds the number of their synapses to
// *work; s may be NULL.
typedef int64_t (*hk_sending_fn)(int64_t first, int64_t last, const void *values, const hk_synapses *s, int32_t *rows, int64_t *work);
// For floats and bool; NULL for other dtypes.
hk_sending_fn hk_sending(int isa, int dtype);
// For each of these rows in order, and each of its synapses: adds values[row] * weight (values NULL: 1) at the synapse's place, where
// the target is in lower..<upper. ring: slots * post elements.
typedef void (*hk_deliver_fn)(const hk_synapses *s, int64_t count, const int32_t *rows, const void *values, int64_t lower,
                              int64_t upper, void *ring);
// This and the next two: for floats; NULL for other dtypes.
hk_deliver_fn hk_deliver(int isa, int dtype);
// d[row] = the sum over the row's synapses of weight * ring[place], for first..<last.
typedef void (*hk_row_products_fn)(const hk_synapses *s, int64_t first, int64_t last, void *d, const void *ring);
hk_row_products_fn hk_row_products(int isa, int dtype);
// d[k] = values[row of k] * ring[place of k] for the synapses first..<last; 0 where the value is 0 or there is no such place or row.
// The row of k is the last that starts at k or before. values: bool or of the ring's dtype.
typedef void (*hk_synapse_products_fn)(const hk_synapses *s, int64_t first, int64_t last, const void *values, int is_bool, void *d,
                                       const void *ring);
hk_synapse_products_fn hk_synapse_products(int isa, int dtype);

// Changes of weights: for each of these rows in order, each of its synapses k, and p = places[k] (NULL: k), where p is in lower..<upper
// and targets[k] is one: w[p] + a * values[row] * trace[targets[k]], at least low and at most high. rule: a, low, high, power; the
// change is times (high - w[p]) to the power if kind is 1, and times (w[p] - low) to the power if it is 2. The synapses have no delays.
typedef void (*hk_adapt_fn)(const hk_synapses *s, int64_t count, const int32_t *rows, const void *values, int kind, const void *rule,
                            const void *trace, const int32_t *places, int64_t lower, int64_t upper, void *weights);
hk_adapt_fn hk_adapt(int isa, int dtype);

// Random rows: each column is there by itself with the probability. They are drawn by gaps with a geometric distribution, in chunks of
// HK_DRAWN_CHUNK columns: gap i of chunk c of a row is made of the random block of counter (row << 32 | c << 17) + i under the key.
// skips_diagonal: column r of row r is left out.
enum { HK_DRAWN_CHUNK = 1 << 16 };
typedef struct {
  double probability;
  int64_t columns;
  uint32_t key[2];
  int32_t skips_diagonal;
} hk_bernoulli;
// The columns of a row in lower..<upper (multiples of the chunk, or the end) in order, as far as there is room; how many there are.
typedef int64_t (*hk_bernoulli_fn)(const hk_bernoulli *b, int64_t row, int64_t lower, int64_t upper, int32_t *columns, int64_t room);
hk_bernoulli_fn hk_bernoulli_rows(int isa);
// Adds values[row] * weight (values NULL: 1) to ring[column] for each of these rows in order, and each of its columns there.
typedef void (*hk_deliver_drawn_fn)(const hk_bernoulli *b, int64_t count, const int32_t *rows, const void *values, const void *weight,
                                    int64_t lower, int64_t upper, void *ring);
// For floats; NULL for other dtypes. So is the next.
hk_deliver_drawn_fn hk_deliver_drawn(int isa, int dtype);
// d[row] = the sum of weight * ring[column] over the row's columns, for first..<last.
typedef void (*hk_drawn_products_fn)(const hk_bernoulli *b, int64_t first, int64_t last, const void *weight, void *d, const void *ring);
hk_drawn_products_fn hk_drawn_products(int isa, int dtype);

// d[i] = index along the axis (i / inner % extent) of positions first..<first+n.
void hk_iota(int64_t n, void *d, int dtype, int64_t first, int64_t inner, int64_t extent);

// One Threefry-2x32-20 block of counter (low, high word of first + i) for each i; dtype u32: first word, u64: both
// (second word high). key: two words.
typedef void (*hk_random_fn)(int64_t n, void *d, int dtype, const uint32_t *key, int64_t first);
hk_random_fn hk_random_bits(int isa);

// Random whole numbers for each i < n: with tries NULL of a Poisson distribution with mean means[i], else of a binomial one with
// tries[i] and chance means[i]. Element i takes blocks whose counter is first + i in the low 40 bits, and the number of the draw in the
// others. means: f64, or f32 where is_double is 0.
typedef void (*hk_counts_fn)(int64_t n, int32_t *d, int is_double, const void *means, const int64_t *tries, const uint32_t *key,
                             int64_t first);
hk_counts_fn hk_random_counts(int isa);

// z[i] = x[i, :] . w for n rows of k elements; 64 lanes, chunks of 4096 terms (Spec/numerics.md). ahead: how
// many rows further lines of x are prefetched, 0 for none; of these, what is part `part` of `parts` (vectors.h, prefetch_lines).
typedef void (*hk_row_dot_fn)(int64_t n, int64_t k, void *z, const void *x, const void *w, int64_t ahead, int64_t part,
                              int64_t parts);
hk_row_dot_fn hk_row_dot(int isa, int dtype);

// Reductions of a tile into 64 lanes; kind: HillockIR.ReduceKind's raw value. first: the tile's first position within its
// chunk, a multiple of 64. hk_reduce_start fills count lanes with the kind's identity.
void hk_reduce_start(int kind, int dtype, int64_t count, void *lanes);
typedef void (*hk_reduce_fn)(int64_t n, void *lanes, const void *a);
hk_reduce_fn hk_reduce(int isa, int kind, int dtype);
// lanes[i mod 64] = fma(a[i], b[i], lanes[i mod 64])
typedef void (*hk_dot_accumulate_fn)(int64_t n, void *lanes, const void *a, const void *b);
hk_dot_accumulate_fn hk_dot_accumulate(int isa, int dtype);
// lanes[r mod 4][j] = fma(s[r], x[r, j], lanes[r mod 4][j]) for n rows of k elements.
typedef void (*hk_outer_accumulate_fn)(int64_t n, int64_t k, void *lanes, const void *s, const void *x, int64_t ahead,
                                       int64_t part, int64_t parts);
hk_outer_accumulate_fn hk_outer_accumulate(int isa, int dtype);
// Folds `count` lanes of `width` elements by halving (lane i += lane i + count/2, …): out[0..<width].
void hk_fold_lanes(int kind, int dtype, int64_t count, int64_t width, void *lanes, void *out);
// Combines the partials of m chunks, each of width elements, in adjacent pairs until one is left: out[0..<width].
// partials is overwritten.
void hk_combine_chunks(int kind, int dtype, int64_t m, int64_t width, void *partials, void *out);

// A product of matrices, a[rows, inner] . b[inner, columns]. transposed: the sum of HK_TRANSPOSED_A, where a lies as a[inner, rows], and
// of HK_TRANSPOSED_B, where b lies as b[columns, inner]. The bits are the same.
enum { HK_TRANSPOSED_A = 1, HK_TRANSPOSED_B = 2 };
typedef struct {
  int64_t rows, inner, columns;
  int transposed;
  const void *a, *b;
} hk_product;
// Rows first..<last, columns from..<to, of the terms start..<end (all of them, or a chunk of 4096). d: the first of these elements,
// which lie `apart` elements from row to row. scratch: as many bytes as hk_matmul_scratch says for so many rows, 64-byte aligned.
typedef void (*hk_matmul_fn)(const hk_product *x, int64_t first, int64_t last, int64_t from, int64_t to, int64_t start,
                             int64_t end, void *d, int64_t apart, void *scratch);
hk_matmul_fn hk_matmul(int isa, int dtype);
int64_t hk_matmul_scratch(const hk_product *x, int64_t rows, int64_t element_size);
// The same for a vector: columns from..<to of d[n] = a[k] . b[k, n], in the lanes of an outer accumulation.
typedef void (*hk_vector_matmul_fn)(int64_t from, int64_t to, int64_t k, int64_t n, void *d, const void *a, const void *b);
hk_vector_matmul_fn hk_vector_matmul(int isa, int dtype);

// The source as [outer, extent, inner], reduced over the middle; outer rows first..<last, inner columns from..<to.
typedef void (*hk_reduce_axis_fn)(int64_t first, int64_t last, int64_t from, int64_t to, int64_t extent, int64_t inner, void *d,
                                  const void *a);
hk_reduce_axis_fn hk_reduce_axis(int isa, int kind, int dtype);
// Rows of `columns` elements, `pitch` elements apart, into four lanes of as many: row r joins lane r mod 4. The first row's place
// in its chunk is a multiple of 4. hk_reduce_start begins the lanes, hk_fold_lanes ends them.
typedef void (*hk_reduce_rows_fn)(int64_t rows, int64_t columns, int64_t pitch, void *lanes, const void *a);
hk_reduce_rows_fn hk_reduce_rows(int isa, int kind, int dtype);
// The source as [outer, extent, inner]: where along the middle the best element of each row or column is, the first of equals, a NaN
// before everything else. kind: max or min, as of a reduction. `best`: of the parts of a long axis, `length` terms each but the last,
// whose own results are places[parts, inner], what the whole axis gives; a: its elements.
typedef struct {
  void (*axis)(int64_t first, int64_t last, int64_t from, int64_t to, int64_t extent, int64_t inner, int64_t *d, const void *a);
  void (*best)(int64_t parts, int64_t length, int64_t inner, int64_t *d, const int64_t *places, const void *a);
} hk_argreduction;
// NULL where there is none.
const hk_argreduction *hk_argreduce(int isa, int kind, int dtype);

// A prefix scan of lines of `extent` terms, each `inner` elements; kind: HillockIR.ScanKind's raw value.
typedef struct {
  int64_t extent, inner;
  int reversed, exclusive;
} hk_scan;
typedef struct {
  // Lines first..<last, columns from..<to.
  void (*lines)(const hk_scan *s, int64_t first, int64_t last, int64_t from, int64_t to, void *d, const void *a);
  // One chunk of the line at a. before[inner]: what the chunks before it come to; becomes what those and this one come to. Without d:
  // becomes what this one alone comes to.
  void (*chunk)(const hk_scan *s, int64_t chunk, int64_t from, int64_t to, void *before, void *d, const void *a);
  // What all chunks come to, totals[chunks, inner], becomes what the chunks before each come to.
  void (*offsets)(int64_t chunks, int64_t inner, void *totals);
} hk_scan_kernels;
// NULL where there is none.
const hk_scan_kernels *hk_scanning(int isa, int kind, int dtype);

// Keys of 4 bytes in ascending order, in vectors.
typedef struct {
  // `spare` has room for as many.
  void (*sort)(int64_t n, uint32_t *keys, uint32_t *spare);
  // Those below a middle one to the front; the number of them.
  int64_t (*split)(int64_t n, uint32_t *keys, uint32_t *spare);
} hk_key_sort;
// NULL where the level has none.
const hk_key_sort *hk_key_sorting(int isa);

// A stable sort of lines of `extent` keys, `stride` elements apart, which takes payloads along; NaN last, zeros of both signs equal.
typedef struct {
  int64_t extent, stride, payloads;
  int dtype, descending;
  // The level's, or NULL.
  const hk_key_sort *keys;
} hk_sort;
// The bytes that a line needs to be sorted in.
int64_t hk_sort_scratch(const hk_sort *s);
// Sorts a line. d, a: the first elements of the keys, then of the payloads; sizes: of their elements.
void hk_sort_line(const hk_sort *s, void *const *d, const void *const *a, const int64_t *sizes, void *scratch);
// The same for a long line that several workers share, in these steps, one after the other, each of which is done by blocks of terms
// where it has block numbers: start; fill; for each of hk_sort_digits digits count, place, move, or, where hk_sort_splits, split and each
// of the parts, a power of two up to HK_SORT_PARTS; then finish, restore.
enum { HK_SORT_PARTS = 64 };
int64_t hk_sort_shared_scratch(const hk_sort *s, int64_t block);
int64_t hk_sort_digits(const hk_sort *s);
int hk_sort_splits(const hk_sort *s);
void hk_sort_start(const hk_sort *s, int64_t block, void *scratch);
void hk_sort_fill(const hk_sort *s, int64_t block, int64_t number, const void *a, void *scratch);
void hk_sort_count(const hk_sort *s, int64_t block, int64_t number, void *scratch);
void hk_sort_place(const hk_sort *s, int64_t block, void *scratch);
void hk_sort_move(const hk_sort *s, int64_t block, int64_t number, void *scratch);
void hk_sort_split(const hk_sort *s, int64_t block, int64_t parts, void *scratch);
void hk_sort_part(const hk_sort *s, int64_t block, int64_t part, void *scratch);
void hk_sort_finish(const hk_sort *s, int64_t block, int64_t number, void *const *d, const void *const *a, const int64_t *sizes,
                    void *scratch);
void hk_sort_restore(const hk_sort *s, void *d, const void *a, const void *scratch);

// The first `count` terms of a line in the order of a descending stable sort, and their places; NaN last. Terms and results are `stride`
// elements apart. Elements are numbers of a private form; those of some portions of a line can be selected from together.
typedef struct {
  int64_t extent, stride, count;
  int dtype;
} hk_topk;
int64_t hk_topk_element_bytes(const hk_topk *t);
// The bytes that a portion needs to be looked through in.
int64_t hk_topk_scratch(const hk_topk *t);
// The first terms among first..<last of the line at a, in any order, as elements at the start of the scratch; the number of them.
int64_t hk_topk_select(const hk_topk *t, int64_t first, int64_t last, const void *a, void *scratch);
// The first of n elements, at their start; the number of them.
int64_t hk_topk_select_again(const hk_topk *t, int64_t n, void *elements);
// The results of the elements, of which there are `count` by now, and room for as many.
void hk_topk_finish(const hk_topk *t, void *elements, void *spare, void *values, int64_t *places, const void *a);

// The places first..<last at which a bool holds, as many as there is room for. (a is where place 0 is.)
int64_t hk_count_true(int64_t n, const uint8_t *a);
void hk_places(int64_t first, int64_t last, const uint8_t *a, int64_t room, int64_t *d);

// For each value the number of elements of an ascending line that are less, or not greater where it is `right`. NaN is greater than
// all numbers. Of all dtypes but bool.
void hk_search(int dtype, int right, int64_t n, const void *line, int64_t count, const void *values, int64_t *d);

// Fourier transforms, Σ x[j] exp(-2πi jk/n), of lines of n complex numbers whose real and imaginary parts lie in two arrays. The
// inverse, but for the division by n, is the same with real and imaginary parts exchanged on both sides. A plan lies in memory that is
// given, as many bytes as hk_fft_bytes says, 64-byte aligned, and is never changed afterwards; its tables do not depend on the level.
typedef struct hk_fft hk_fft;
int64_t hk_fft_bytes(int64_t n, int dtype);
// For n >= 1 and floats. NULL where there is no memory to compute it in.
const hk_fft *hk_fft_plan(int isa, int64_t n, int dtype, void *memory);
// exp(-2πi t/n) for t < count <= n, of floats.
void hk_fft_roots(int64_t n, int64_t count, int dtype, void *re, void *im);
typedef struct {
  // Lines that are transformed together, and the bytes of scratch that they need.
  int64_t together, scratch;
  // Where workers can share a line: in how many panels of columns, then of rows, and the bytes of what is handed on. Otherwise 0.
  int64_t columns, rows, workspace;
} hk_fft_form;
hk_fft_form hk_fft_formed(const hk_fft *f, int dtype);
typedef struct {
  void (*lines)(const hk_fft *f, int64_t count, void *rd, void *id, const void *rp, const void *ip, void *scratch);
  // One line in two steps, all panels of the first before any of the second.
  void (*columns)(const hk_fft *f, int64_t panel, const void *rp, const void *ip, void *workspace, void *scratch);
  void (*rows)(const hk_fft *f, int64_t panel, void *rd, void *id, void *workspace, void *scratch);
} hk_fft_kernels;
// NULL where there is none.
const hk_fft_kernels *hk_fourier(int isa, int dtype);

// Asks for the lines of so many bytes, which are read soon.
void hk_prefetch(const void *from, int64_t byte_count);

// The ABI of a kernel in the native tier: positions first..<last of the kernel's index space; where the kernel has a
// reduction, first is the start of a chunk and last the end of one. registers: base pointers of the program's registers.
// partials: for each operand of the kernel, the partials of a reduction (one of `width` elements for each chunk) or NULL.
// scratch: the worker's, laid out by HillockBytecode.ScratchLayout, 64-byte aligned.
typedef void (*hk_kernel_entry)(void *const *registers, void *const *partials, char *scratch, int64_t first, int64_t last);

// The ABI of a loop that is interchanged with its positions: takes positions first..<last through the steps from..<to. registers:
// the worker's own table as it is before the step `from`; afterwards its carried values are where they are before the step
// `to`. Rows and the index may be anything.
typedef void (*hk_loop_entry)(
    void **registers, void *const *partials, char *scratch, int64_t first, int64_t last, int64_t from, int64_t to);
// The ABI of a whole program in the native tier: its steps from number `at` on, one after the other in the calling thread.
// counters: for each loop the steps it has done, then the back-edges taken, then the picoseconds of work, as estimated, that
// may be done before call(run, -1). partial_memory: what partials point into. A step that is not C is done by
// call(run, number). Where a call gives other than 0 the run ends early.
typedef int64_t (*hk_step_call)(void *run, int64_t number);
typedef void (*hk_program_entry)(void **registers, void **partials, char *partial_memory, char *scratch, int64_t *counters,
                                 void *run, hk_step_call call, int64_t at);

#endif
