// Elementwise kernels, conversions and chains. Which ops there are, and of which types, is read from the generated tables.
#include "inputs.h"

typedef struct {
  const char *name;
  int arity, result, operands[3];
} op_row;

#define HK_LOOPS_1(op, T, R, A) static const op_row row_##op##_##T = {#op, 1, HK_##R, {HK_##A}};
#define HK_LOOPS_2(op, T, R, A, B) static const op_row row_##op##_##T = {#op, 2, HK_##R, {HK_##A, HK_##B}};
#define HK_LOOPS_3(op, T, R, A, B, C) static const op_row row_##op##_##T = {#op, 3, HK_##R, {HK_##A, HK_##B, HK_##C}};
#define HK_FORMS_1(op, T) {&row_##op##_##T}
#define HK_FORMS_2(op, T) {&row_##op##_##T}
#define HK_FORMS_3(op, T) {&row_##op##_##T}
#define HK_LOOPS_RARE(op, T, R, A) HK_LOOPS_1(op, T, R, A) enum { rare_##op##_##T = 1 };
// loops.h defines tables of functions; here they become a table of rows, in which only form 0 is set, and one of what has a rare case.
#define hk_tile_fn const op_row *
#define hk_rare_fn const int
#include "generated/links.h"
#include "generated/loops.h"
#undef hk_tile_fn
#undef hk_rare_fn

static const op_row *row_of(int op, int dtype) { return elementwise_table[op][dtype][0]; }

enum { FLOAT_STRIDE = 4099, RANDOM_ONES = 200000, RANDOM_PAIRS = 20000, SHORT = 131, SHORT_START = 37 };

// Operands of one position each: special values; of the only operand every FLOAT_STRIDEth float, or random bits.
static int64_t operand_columns(int arity, const int *dtypes, uint64_t *state, column *columns) {
  if (arity > 1) return combinations(arity, dtypes, RANDOM_PAIRS, state, columns);
  const int isFloat = dtypes[0] == HK_f32;
  const int64_t extra = isFloat ? (1ll << 32) / FLOAT_STRIDE : RANDOM_ONES;
  const int64_t count = combinations(1, dtypes, extra, state, columns);
  for (int64_t i = 0; isFloat && i < extra; i++) set_bits(columns[0], count - extra + i, (uint64_t)(i * FLOAT_STRIDE));
  return count;
}

static column part_of(column c, int64_t from, int64_t count) {
  column part = new_column(c.dtype, count);
  memcpy(part.data, element(c, from), (size_t)(count * sizes[c.dtype]));
  return part;
}

// One call with copies of the operands' positions; `place`: which operand is overwritten, -1 for none.
static void call_tile(hk_tile_fn kernel, const char *part, int64_t number, int result, int arity, const column *operands, int form,
                      int place, int64_t from, int64_t count) {
  column copies[3], own = new_column(result, count);
  for (int k = 0; k < arity; k++) copies[k] = form >> k & 1 ? part_of(operands[k], 0, 1) : part_of(operands[k], from, count);
  column d = own;
  if (place >= 0) d = (column){result, count, copies[place].data};
  kernel(count, d.data, copies[0].data, arity > 1 ? copies[1].data : 0, arity > 2 ? copies[2].data : 0);
  column shown[3];
  for (int k = 0; k < arity; k++) {
    shown[k] = operands[k];
    if (!(form >> k & 1)) shown[k].data = element(operands[k], from);
  }
  record(part, number, d, arity, shown);
  for (int k = 0; k < arity; k++) free_column(copies[k]);
  free_column(own);
}

// All positions, each short length from the middle, and in place of each operand that has the result's size.
static void call_all(hk_tile_fn kernel, int result, int arity, const column *operands, int form, int64_t scalar) {
  int64_t count = 1;
  for (int k = 0; k < arity; k++)
    if (!(form >> k & 1)) count = operands[k].count;
  call_tile(kernel, "scalar", scalar, result, arity, operands, form, -1, 0, count);
  if (scalar > 0) return;
  for (int64_t n = 0; n < SHORT && SHORT_START + n <= count; n++) {
    call_tile(kernel, "length", n, result, arity, operands, form, -1, SHORT_START, n);
    for (int k = 0; k < arity; k++)
      if (!(form >> k & 1) && sizes[operands[k].dtype] == sizes[result])
        call_tile(kernel, "in place, length", n, result, arity, operands, form, k, SHORT_START, n);
  }
}

static void elementwise_case(hk_tile_fn kernel, const op_row *row, int form, uint64_t seed) {
  column columns[3];
  operand_columns(row->arity, row->operands, &seed, columns);
  uint64_t special[SPECIAL];
  int64_t scalars = 1;
  for (int k = 0; k < row->arity; k++)
    if (form >> k & 1) scalars = special_values(row->operands[k], special);
  // Every third special value is a scalar; a second one is the value 5 behind it.
  for (int64_t s = 0; s < scalars; s += 3) {
    column operands[3];
    int64_t place = s;
    for (int k = 0; k < row->arity; k++) {
      operands[k] = columns[k];
      if (!(form >> k & 1)) continue;
      operands[k] = new_column(row->operands[k], 1);
      const int64_t values = special_values(row->operands[k], special);
      set_bits(operands[k], 0, special[place % values]);
      place += 5;
    }
    call_all(kernel, row->result, row->arity, operands, form, s);
    for (int k = 0; k < row->arity; k++)
      if (form >> k & 1) free_column(operands[k]);
  }
  for (int k = 0; k < row->arity; k++) free_column(columns[k]);
}

static void elementwise_cases(int level) {
  for (int op = 0; op < HK_OPS; op++)
    for (int dtype = 0; dtype < HK_DTYPES; dtype++) {
      const op_row *row = row_of(op, dtype);
      for (int form = 0; form < HK_FORMS; form++) {
        hk_tile_fn kernel = hk_elementwise(level, op, dtype, form);
        // Which scalar forms an op has follows from its arity; every op has form 0.
        if (!kernel && (!row || form > 0)) continue;
        if (!begin("elementwise %s %s form %d", row ? row->name : "?", dtype_names[dtype], form)) continue;
        if (!row || !kernel) {
          end_absent();
          continue;
        }
        elementwise_case(kernel, row, form, (uint64_t)(op * 64 + dtype * 8 + form));
        end();
      }
    }
}

static void rare_cases(int level) {
  for (int op = 0; op < HK_OPS; op++)
    for (int dtype = 0; dtype < HK_DTYPES; dtype++) {
      if (!rare_table[op][dtype] || !begin("rare %s %s", row_of(op, dtype)->name, dtype_names[dtype])) continue;
      uint64_t seed = (uint64_t)(2000 + op * 8 + dtype);
      column x;
      operand_columns(1, &dtype, &seed, &x);
      column d = part_of(x, 0, x.count);
      hk_rare(level, op, dtype)(x.count, d.data, x.data);
      record("all", 0, d, 1, &x);
      free_column(d);
      free_column(x);
      end();
    }
}

static void conversion_cases(int level) {
  for (int from = 0; from < HK_DTYPES; from++)
    for (int to = 0; to < HK_DTYPES; to++) {
      if (!begin("convert %s to %s", dtype_names[from], dtype_names[to])) continue;
      hk_tile_fn kernel = hk_convert(level, from, to);
      if (!kernel) {
        end_absent();
        continue;
      }
      uint64_t seed = (uint64_t)(1000 + from * 8 + to);
      column column;
      operand_columns(1, &from, &seed, &column);
      call_all(kernel, to, 1, &column, 0, 0);
      free_column(column);
      end();
    }
}

#define LINK_CODE(code, expression) code,
static const int links_1[] = {HK_LINKS_1(LINK_CODE, x)}, links_2[] = {HK_LINKS_2(LINK_CODE, x)};

enum { SLOTS = 6, LONGEST = 24 };

// Runs a chain over copies of the slots, and records all of them.
static void call_chain(hk_chain_fn chain, const char *part, int64_t number, int64_t count, int64_t slots, const column *columns,
                       const hk_link *links, int64_t length) {
  column copies[SLOTS];
  void *table[SLOTS];
  for (int64_t i = 0; i < slots; i++) {
    copies[i] = part_of(columns[i], 0, columns[i].count);
    table[i] = copies[i].data;
  }
  chain(count, table, links, length);
  for (int64_t i = 0; i < slots; i++) {
    record(part, number, copies[i], 0, 0);
    free_column(copies[i]);
  }
}

// One link over all combinations of special values, in each form.
static void link_case(hk_chain_fn chain, int dtype, int op, int arity) {
  if (!begin("chain %s of op %d", dtype_names[dtype], op)) return;
  uint64_t seed = (uint64_t)(2000 + op), special[SPECIAL];
  column columns[3];
  const int dtypes[2] = {dtype, dtype};
  const int64_t count = combinations(2, dtypes, 100, &seed, columns), specials = special_values(dtype, special);
  columns[2] = new_column(dtype, count);
  for (int form = arity == 1 ? HK_LINK_FIRST : 0; form < (arity == 1 ? HK_LINK_FIRST + 1 : 4); form++)
    for (int64_t s = 0; s < (form & HK_LINK_SCALAR ? specials : 1); s++) {
      const column operands[3] = {columns[0], form & HK_LINK_SCALAR ? part_of(columns[1], s, 1) : columns[1], columns[2]};
      const hk_link links[3] = {{0, 0}, {hk_link_code(op, form), 1}, {HK_LINK_STORE, 2}};
      call_chain(chain, "scalar", s, count, 3, operands, links, 3);
      if (form & HK_LINK_SCALAR) free_column(operands[1]);
    }
  for (int k = 0; k < 3; k++) free_column(columns[k]);
  end();
}

// Links of any kind in a row, with stores between them that also overwrite operands; all short lengths.
static void random_chain_case(hk_chain_fn chain, int dtype, uint64_t seed) {
  if (!begin("chains %s at random", dtype_names[dtype])) return;
  for (int64_t number = 0; number < 500; number++) {
    const int64_t count = number < 300 ? number : random_below(&seed, 900);
    column columns[SLOTS];
    for (int i = 0; i < SLOTS; i++) columns[i] = random_column(dtype, i < 4 ? count : 1, &seed);
    hk_link links[LONGEST] = {{0, (int32_t)random_below(&seed, 4)}};
    int64_t length = 1;
    while (length < LONGEST - 1 && random_below(&seed, 10) > 0) {
      const int64_t choice = random_below(&seed, COUNT(links_1) + COUNT(links_2) + 4);
      hk_link link = {HK_LINK_STORE, (int32_t)random_below(&seed, 4)};
      if (choice < COUNT(links_1)) {
        link.code = hk_link_code(links_1[choice], HK_LINK_FIRST);
      } else if (choice < COUNT(links_1) + COUNT(links_2)) {
        const int form = (int)random_below(&seed, 4);
        link.code = hk_link_code(links_2[choice - COUNT(links_1)], form);
        if (form & HK_LINK_SCALAR) link.slot = 4 + (int32_t)random_below(&seed, 2);
      } else if (choice % 4 == 0) {
        link.code = HK_LINK_PREFETCH;
      }
      links[length++] = link;
    }
    links[length++] = (hk_link){HK_LINK_STORE, (int32_t)random_below(&seed, 4)};
    call_chain(chain, "chain", number, count, SLOTS, columns, links, length);
    for (int i = 0; i < SLOTS; i++) free_column(columns[i]);
  }
  end();
}

static void chain_cases(int level) {
  for (int dtype = 0; dtype < HK_DTYPES; dtype++) {
    hk_chain_fn chain = hk_chain(level, dtype);
    if (!chain) {
      if (begin("chains %s at random", dtype_names[dtype])) end_absent();
      continue;
    }
    for (int64_t i = 0; i < COUNT(links_1); i++) link_case(chain, dtype, links_1[i], 1);
    for (int64_t i = 0; i < COUNT(links_2); i++) link_case(chain, dtype, links_2[i], 2);
    random_chain_case(chain, dtype, 3000 + (uint64_t)dtype);
  }
}
