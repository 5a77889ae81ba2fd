// The Zydis encoder and decoder as the vector assembler uses them: one flat description of an instruction, which is
// encoded, and compared with what the decoder reads back.
#ifndef HK_CZYDIS_SHIM_H
#define HK_CZYDIS_SHIM_H

#include <Zydis/Zydis.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { HK_ASM_REGISTER = 0, HK_ASM_MEMORY = 1, HK_ASM_IMMEDIATE = 2 };

typedef struct {
  int32_t kind;
  // Register, or the base of an address.
  int32_t reg;
  int32_t index;
  int32_t scale;
  // Bytes that are read or written at the address.
  int32_t size;
  // Displacement of an address, or the immediate.
  int64_t value;
} hk_asm_operand;

typedef struct {
  int32_t mnemonic;
  int32_t count;
  // A register of k1…k7, or ZYDIS_REGISTER_NONE.
  int32_t mask;
  int32_t zeroing;
  // How many lanes one element in memory is repeated to; 0 where it is not.
  int32_t broadcast;
  // Whether EVEX encodings are allowed.
  int32_t evex;
  hk_asm_operand operands[4];
} hk_asm_instruction;

static inline ZydisBroadcastMode hk_asm_broadcast_mode(int32_t lanes) {
  switch (lanes) {
    case 2: return ZYDIS_BROADCAST_MODE_1_TO_2;
    case 4: return ZYDIS_BROADCAST_MODE_1_TO_4;
    case 8: return ZYDIS_BROADCAST_MODE_1_TO_8;
    case 16: return ZYDIS_BROADCAST_MODE_1_TO_16;
    default: return ZYDIS_BROADCAST_MODE_INVALID;
  }
}

// The request of an instruction. The encoder wants a mask operand in EVEX instructions that can be masked: k0 says none.
static inline ZydisEncoderRequest hk_asm_request(const hk_asm_instruction *in, int with_mask) {
  ZydisEncoderRequest request;
  memset(&request, 0, sizeof request);
  request.machine_mode = ZYDIS_MACHINE_MODE_LONG_64;
  request.mnemonic = (ZydisMnemonic)in->mnemonic;
  request.allowed_encodings = (ZydisEncodableEncoding)(
      ZYDIS_ENCODABLE_ENCODING_LEGACY | ZYDIS_ENCODABLE_ENCODING_VEX | (in->evex ? ZYDIS_ENCODABLE_ENCODING_EVEX : 0));
  request.evex.broadcast = hk_asm_broadcast_mode(in->broadcast);
  request.evex.zeroing_mask = in->zeroing != 0;
  int32_t at = 0;
  for (int32_t i = 0; i < in->count; i++) {
    const hk_asm_operand *from = &in->operands[i];
    ZydisEncoderOperand *to = &request.operands[at++];
    switch (from->kind) {
      case HK_ASM_REGISTER:
        to->type = ZYDIS_OPERAND_TYPE_REGISTER;
        to->reg.value = (ZydisRegister)from->reg;
        // The fourth register of the VEX blends is encoded in the immediate.
        to->reg.is4 = i == 3;
        break;
      case HK_ASM_MEMORY:
        to->type = ZYDIS_OPERAND_TYPE_MEMORY;
        to->mem.base = (ZydisRegister)from->reg;
        to->mem.index = (ZydisRegister)from->index;
        to->mem.scale = (ZyanU8)from->scale;
        to->mem.displacement = from->value;
        to->mem.size = (ZyanU16)from->size;
        break;
      default:
        to->type = ZYDIS_OPERAND_TYPE_IMMEDIATE;
        to->imm.s = from->value;
        break;
    }
    if (i == 0 && with_mask) {
      request.operands[at].type = ZYDIS_OPERAND_TYPE_REGISTER;
      request.operands[at++].reg.value =
          in->mask == ZYDIS_REGISTER_NONE ? ZYDIS_REGISTER_K0 : (ZydisRegister)in->mask;
    }
  }
  request.operand_count = (ZyanU8)at;
  return request;
}

// Whether only EVEX has what the instruction asks for.
static inline int hk_asm_needs_evex(const hk_asm_instruction *in) {
  if (in->mask != ZYDIS_REGISTER_NONE || in->broadcast) return 1;
  for (int32_t i = 0; i < in->count; i++) {
    int32_t reg = in->operands[i].reg;
    if (in->operands[i].kind == HK_ASM_REGISTER &&
        ((reg >= ZYDIS_REGISTER_ZMM0 && reg <= ZYDIS_REGISTER_ZMM31) ||
         (reg >= ZYDIS_REGISTER_XMM16 && reg <= ZYDIS_REGISTER_XMM31) ||
         (reg >= ZYDIS_REGISTER_YMM16 && reg <= ZYDIS_REGISTER_YMM31))) return 1;
  }
  return 0;
}

// Encodes into out (room for 15 bytes). The length, or 0 where there is no such instruction.
static inline size_t hk_asm_encode(const hk_asm_instruction *in, uint8_t *out) {
  int with_mask = in->evex && hk_asm_needs_evex(in);
  for (int attempt = 0; attempt < 2; attempt++, with_mask = !with_mask) {
    if (!with_mask && in->mask != ZYDIS_REGISTER_NONE) continue;
    ZydisEncoderRequest request = hk_asm_request(in, with_mask);
    ZyanUSize length = ZYDIS_MAX_INSTRUCTION_LENGTH;
    if (ZYAN_SUCCESS(ZydisEncoderEncodeInstruction(&request, out, &length))) return (size_t)length;
    if (!in->evex) break;
  }
  return 0;
}

// Whether the decoder reads the same instruction back.
static inline int hk_asm_matches(const hk_asm_instruction *in, const uint8_t *code, size_t length) {
  ZydisDecoder decoder;
  ZydisDecodedInstruction decoded;
  ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
  ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
  if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, code, length, &decoded, operands))) return 0;
  if (decoded.length != length || (int32_t)decoded.mnemonic != in->mnemonic) return 0;
  int is_evex = decoded.encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX;
  if (is_evex && !in->evex) return 0;
  int32_t mask = is_evex && decoded.avx.mask.reg != ZYDIS_REGISTER_K0 ? (int32_t)decoded.avx.mask.reg : ZYDIS_REGISTER_NONE;
  if (mask != in->mask) return 0;
  if (is_evex && in->mask != ZYDIS_REGISTER_NONE &&
      (decoded.avx.mask.mode == ZYDIS_MASK_MODE_ZEROING) != (in->zeroing != 0)) return 0;
  if ((is_evex && decoded.avx.broadcast.mode != ZYDIS_BROADCAST_MODE_INVALID && !decoded.avx.broadcast.is_static) !=
      (in->broadcast != 0)) return 0;
  int at = 0;
  for (int32_t i = 0; i < in->count; i++, at++) {
    // The mask operand is explicit in EVEX instructions, k0 included.
    while (at < decoded.operand_count_visible && is_evex && operands[at].encoding == ZYDIS_OPERAND_ENCODING_MASK) at++;
    if (at >= decoded.operand_count_visible) return 0;
    const hk_asm_operand *want = &in->operands[i];
    const ZydisDecodedOperand *got = &operands[at];
    switch (want->kind) {
      case HK_ASM_REGISTER:
        if (got->type != ZYDIS_OPERAND_TYPE_REGISTER || (int32_t)got->reg.value != want->reg) return 0;
        break;
      case HK_ASM_MEMORY:
        if (got->type != ZYDIS_OPERAND_TYPE_MEMORY || (int32_t)got->mem.base != want->reg ||
            (int32_t)got->mem.index != want->index || (want->index && got->mem.scale != want->scale) ||
            (got->mem.disp.has_displacement ? got->mem.disp.value : 0) != want->value) return 0;
        break;
      default:
        if (got->type != ZYDIS_OPERAND_TYPE_IMMEDIATE || (got->imm.value.u & 0xff) != ((uint64_t)want->value & 0xff)) return 0;
        break;
    }
  }
  return 1;
}

// The text of the instruction at code, in Intel syntax; its length in bytes, or 0 where there is none.
static inline size_t hk_asm_format(const uint8_t *code, size_t length, uint64_t address, char *text, size_t size) {
  ZydisDisassembledInstruction instruction;
  if (!ZYAN_SUCCESS(ZydisDisassembleIntel(ZYDIS_MACHINE_MODE_LONG_64, address, code, length, &instruction))) return 0;
  size_t n = strlen(instruction.text);
  if (n >= size) n = size - 1;
  memcpy(text, instruction.text, n);
  text[n] = 0;
  return instruction.info.length;
}

#endif
