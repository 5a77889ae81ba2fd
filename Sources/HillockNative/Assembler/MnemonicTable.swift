#if Native && arch(x86_64)
  import CZydis
  import HillockIR

  /// Which instruction a primitive is.
  enum MnemonicTable {
    struct Row {
      var mnemonic: ZydisMnemonic
      var immediate: Int?
      var commutes = false
    }

    static func primitive(_ primitive: Primitive, _ dtype: DType, _ level: VectorLevel) -> Row {
      let isWide = dtype.size == 8
      func pick(_ narrow: ZydisMnemonic, _ wide: ZydisMnemonic, _ immediate: Int? = nil, commutes: Bool = false) -> Row {
        Row(mnemonic: isWide ? wide : narrow, immediate: immediate, commutes: commutes)
      }
      // The bitwise instructions do not care what the lanes hold; AVX-512's name an element size for their masks.
      switch primitive {
      case .and:
        return level == .avx2
          ? Row(mnemonic: ZYDIS_MNEMONIC_VPAND, commutes: true)
          : pick(ZYDIS_MNEMONIC_VPANDD, ZYDIS_MNEMONIC_VPANDQ, commutes: true)
      case .or:
        return level == .avx2
          ? Row(mnemonic: ZYDIS_MNEMONIC_VPOR, commutes: true)
          : pick(ZYDIS_MNEMONIC_VPORD, ZYDIS_MNEMONIC_VPORQ, commutes: true)
      case .xor:
        return level == .avx2
          ? Row(mnemonic: ZYDIS_MNEMONIC_VPXOR, commutes: true)
          : pick(ZYDIS_MNEMONIC_VPXORD, ZYDIS_MNEMONIC_VPXORQ, commutes: true)
      default: return dtype.isFloating ? floating(primitive, level, pick) : integer(primitive, dtype, pick)
      }
    }

    private typealias Pick = (ZydisMnemonic, ZydisMnemonic, Int?, Bool) -> Row

    private static func floating(_ primitive: Primitive, _ level: VectorLevel, _ pick: Pick) -> Row {
      // The immediates of the rounding instructions: direction, and no precision exception (8).
      let rounding =
        level == .avx512
        ? (ZYDIS_MNEMONIC_VRNDSCALEPS, ZYDIS_MNEMONIC_VRNDSCALEPD) : (ZYDIS_MNEMONIC_VROUNDPS, ZYDIS_MNEMONIC_VROUNDPD)
      switch primitive {
      case .add: return pick(ZYDIS_MNEMONIC_VADDPS, ZYDIS_MNEMONIC_VADDPD, nil, true)
      case .sub: return pick(ZYDIS_MNEMONIC_VSUBPS, ZYDIS_MNEMONIC_VSUBPD, nil, false)
      case .mul: return pick(ZYDIS_MNEMONIC_VMULPS, ZYDIS_MNEMONIC_VMULPD, nil, true)
      case .div: return pick(ZYDIS_MNEMONIC_VDIVPS, ZYDIS_MNEMONIC_VDIVPD, nil, false)
      case .min: return pick(ZYDIS_MNEMONIC_VMINPS, ZYDIS_MNEMONIC_VMINPD, nil, false)
      case .max: return pick(ZYDIS_MNEMONIC_VMAXPS, ZYDIS_MNEMONIC_VMAXPD, nil, false)
      case .scale: return pick(ZYDIS_MNEMONIC_VSCALEFPS, ZYDIS_MNEMONIC_VSCALEFPD, nil, false)
      case .sqrt: return pick(ZYDIS_MNEMONIC_VSQRTPS, ZYDIS_MNEMONIC_VSQRTPD, nil, false)
      case .floor: return pick(rounding.0, rounding.1, 9, false)
      case .ceil: return pick(rounding.0, rounding.1, 10, false)
      case .trunc: return pick(rounding.0, rounding.1, 11, false)
      default: return pick(rounding.0, rounding.1, 8, false)
      }
    }

    private static func integer(_ primitive: Primitive, _ dtype: DType, _ pick: Pick) -> Row {
      switch primitive {
      case .add: return pick(ZYDIS_MNEMONIC_VPADDD, ZYDIS_MNEMONIC_VPADDQ, nil, true)
      case .sub: return pick(ZYDIS_MNEMONIC_VPSUBD, ZYDIS_MNEMONIC_VPSUBQ, nil, false)
      case .mul: return pick(ZYDIS_MNEMONIC_VPMULLD, ZYDIS_MNEMONIC_VPMULLQ, nil, true)
      case .min:
        return dtype.isSigned
          ? pick(ZYDIS_MNEMONIC_VPMINSD, ZYDIS_MNEMONIC_VPMINSQ, nil, true)
          : pick(ZYDIS_MNEMONIC_VPMINUD, ZYDIS_MNEMONIC_VPMINUQ, nil, true)
      case .max:
        return dtype.isSigned
          ? pick(ZYDIS_MNEMONIC_VPMAXSD, ZYDIS_MNEMONIC_VPMAXSQ, nil, true)
          : pick(ZYDIS_MNEMONIC_VPMAXUD, ZYDIS_MNEMONIC_VPMAXUQ, nil, true)
      case .abs: return pick(ZYDIS_MNEMONIC_VPABSD, ZYDIS_MNEMONIC_VPABSQ, nil, false)
      // A count of the width or more, read as unsigned, gives 0 (or the sign): as the primitives are defined.
      case .shl: return pick(ZYDIS_MNEMONIC_VPSLLVD, ZYDIS_MNEMONIC_VPSLLVQ, nil, false)
      default:
        return dtype.isSigned
          ? pick(ZYDIS_MNEMONIC_VPSRAVD, ZYDIS_MNEMONIC_VPSRAVQ, nil, false)
          : pick(ZYDIS_MNEMONIC_VPSRLVD, ZYDIS_MNEMONIC_VPSRLVQ, nil, false)
      }
    }

    /// A shift of every lane by the same count, which is the immediate.
    static func shift(_ primitive: Primitive, _ dtype: DType) -> ZydisMnemonic {
      let isWide = dtype.size == 8
      if primitive == .shl { return isWide ? ZYDIS_MNEMONIC_VPSLLQ : ZYDIS_MNEMONIC_VPSLLD }
      if dtype.isSigned { return isWide ? ZYDIS_MNEMONIC_VPSRAQ : ZYDIS_MNEMONIC_VPSRAD }
      return isWide ? ZYDIS_MNEMONIC_VPSRLQ : ZYDIS_MNEMONIC_VPSRLD
    }

    /// Comparisons into mask registers; AVX2's floating ones are the same with a vector as destination.
    static func compareToMask(_ relation: Primitive, _ dtype: DType) -> Row {
      if dtype.isFloating {
        // Quiet predicates: LT_OQ, LE_OQ, EQ_OQ, NEQ_UQ.
        let immediate = relation == .lt ? 0x11 : relation == .le ? 0x12 : relation == .eq ? 0 : 4
        return Row(mnemonic: dtype == .f32 ? ZYDIS_MNEMONIC_VCMPPS : ZYDIS_MNEMONIC_VCMPPD, immediate: immediate)
      }
      let immediate = relation == .lt ? 1 : relation == .le ? 2 : relation == .eq ? 0 : 4
      let mnemonic =
        switch dtype {
        case .i32: ZYDIS_MNEMONIC_VPCMPD
        case .u32: ZYDIS_MNEMONIC_VPCMPUD
        case .i64: ZYDIS_MNEMONIC_VPCMPQ
        default: ZYDIS_MNEMONIC_VPCMPUQ
        }
      return Row(mnemonic: mnemonic, immediate: immediate)
    }

    static func convert(from: DType, to: DType, _ level: VectorLevel) -> ZydisMnemonic {
      switch (from, to) {
      case (.f32, .f64): return ZYDIS_MNEMONIC_VCVTPS2PD
      case (.f64, .f32): return ZYDIS_MNEMONIC_VCVTPD2PS
      case (.f32, .i32): return ZYDIS_MNEMONIC_VCVTTPS2DQ
      case (.f32, .u32): return ZYDIS_MNEMONIC_VCVTTPS2UDQ
      case (.f32, .i64): return ZYDIS_MNEMONIC_VCVTTPS2QQ
      case (.f32, .u64): return ZYDIS_MNEMONIC_VCVTTPS2UQQ
      case (.f64, .i32): return ZYDIS_MNEMONIC_VCVTTPD2DQ
      case (.f64, .u32): return ZYDIS_MNEMONIC_VCVTTPD2UDQ
      case (.f64, .i64): return ZYDIS_MNEMONIC_VCVTTPD2QQ
      case (.f64, .u64): return ZYDIS_MNEMONIC_VCVTTPD2UQQ
      case (.i32, .f32): return ZYDIS_MNEMONIC_VCVTDQ2PS
      case (.i32, .f64): return ZYDIS_MNEMONIC_VCVTDQ2PD
      case (.u32, .f32): return ZYDIS_MNEMONIC_VCVTUDQ2PS
      case (.u32, .f64): return ZYDIS_MNEMONIC_VCVTUDQ2PD
      case (.i64, .f32): return ZYDIS_MNEMONIC_VCVTQQ2PS
      case (.i64, .f64): return ZYDIS_MNEMONIC_VCVTQQ2PD
      case (.u64, .f32): return ZYDIS_MNEMONIC_VCVTUQQ2PS
      case (.u64, .f64): return ZYDIS_MNEMONIC_VCVTUQQ2PD
      case (.i32, .i64), (.i32, .u64): return ZYDIS_MNEMONIC_VPMOVSXDQ
      case (.u32, .i64), (.u32, .u64): return ZYDIS_MNEMONIC_VPMOVZXDQ
      default: return ZYDIS_MNEMONIC_VPMOVQD
      }
    }
  }
#endif
