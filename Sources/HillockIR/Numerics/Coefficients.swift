// Written by tools/oracle/polynomials.py. Do not edit.

/// Minimax polynomials in ascending order, fitted to the relative error of the function each serves.
enum Coefficients {
  /// (eʳ - 1 - r) / r² on ±ln 2 / 2; relative error 1.3e-8.
  static let expF32: [Double] = [
    0x1.fffffe0000000p-2,
    0x1.5554b00000000p-3,
    0x1.5556740000000p-5,
    0x1.1227760000000p-7,
    0x1.6bec0c0000000p-10,
  ]
  /// (eʳ - 1 - r) / r² on ±ln 2 / 2; relative error 1.8e-17.
  static let expF64: [Double] = [
    0x1.0000000000005p-1,
    0x1.5555555555539p-3,
    0x1.55555555522b8p-5,
    0x1.1111111118fb3p-7,
    0x1.6c16c17edb9ecp-10,
    0x1.a01a017511e5cp-13,
    0x1.a019a76f5e647p-16,
    0x1.71de880d3183ep-19,
    0x1.28a1dfe9a3372p-22,
    0x1.ae6b9e1cf3d05p-26,
  ]
  /// (2ʳ - 1) / r on ±1/2; relative error 2.0e-9.
  static let exp2F32: [Double] = [
    0x1.62e4300000000p-1,
    0x1.ebfbdc0000000p-3,
    0x1.c6aee80000000p-5,
    0x1.3b2d4e0000000p-7,
    0x1.5f3e800000000p-10,
    0x1.41fba20000000p-13,
  ]
  /// (2ʳ - 1) / r on ±1/2; relative error 3.4e-18.
  static let exp2F64: [Double] = [
    0x1.62e42fefa39efp-1,
    0x1.ebfbdff82c5a4p-3,
    0x1.c6b08d7049fe8p-5,
    0x1.3b2ab6fba00f9p-7,
    0x1.5d87fe78cd74bp-10,
    0x1.4309130edfe7dp-13,
    0x1.ffcbfba96ebf8p-17,
    0x1.62bfc78a44164p-20,
    0x1.b5267cdc0435bp-24,
    0x1.e61b7253167b0p-28,
    0x1.e79bfb7908f2fp-32,
  ]
  /// (log(1 + f) - f + f²/2) / f³ on ±1/3; relative error 4.6e-9.
  static let logF32: [Double] = [
    0x1.5555060000000p-2,
    -0x1.fffef00000000p-3,
    0x1.99d0260000000p-3,
    -0x1.559dcc0000000p-3,
    0x1.1ed7320000000p-3,
    -0x1.f3117a0000000p-4,
    0x1.1e665a0000000p-3,
    -0x1.0804700000000p-3,
  ]
  /// (artanh(√z) / √z - 1) / z on 0…0.04; relative error 2.8e-9.
  static let atanhF32: [Double] = [
    0x1.5555b40000000p-2,
    0x1.992a780000000p-3,
    0x1.36f0ac0000000p-3,
  ]
  /// (artanh(√z) / √z - 1) / z on 0…0.04; relative error 1.4e-19.
  static let atanhF64: [Double] = [
    0x1.555555555554fp-2,
    0x1.999999999c1aep-3,
    0x1.24924921e17c4p-3,
    0x1.c71c749209b13p-4,
    0x1.745c4a5b7628fp-4,
    0x1.3b35d0445caf7p-4,
    0x1.0dca9d187d0fap-4,
    0x1.1b87e9278a3c2p-4,
  ]
  /// ((artanh(√z) / √z - 1) / z - 1/3) / z on 0…0.04; relative error 4.1e-11.
  static let atanhTailF32: [Double] = [
    0x1.999aa20000000p-3,
    0x1.2419da0000000p-3,
    0x1.e8f6060000000p-4,
  ]
  /// ((artanh(√z) / √z - 1) / z - 1/3) / z on 0…0.04; relative error 1.9e-19.
  static let atanhTailF64: [Double] = [
    0x1.999999999a80fp-3,
    0x1.249249230bf47p-3,
    0x1.c71c73bbdaa16p-4,
    0x1.745c7478af06fp-4,
    0x1.3b312fdd23eddp-4,
    0x1.0e0ed8bf56bfbp-4,
    0x1.19ecc148049e5p-4,
  ]
  /// (sin(√z) / √z - 1) / z on 0…(π/4)²; relative error 4.2e-9.
  static let sinF32: [Double] = [
    -0x1.5555440000000p-3,
    0x1.1106940000000p-7,
    -0x1.9909020000000p-13,
  ]
  /// (sin(√z) / √z - 1) / z on 0…(π/4)²; relative error 4.5e-18.
  static let sinF64: [Double] = [
    -0x1.5555555555546p-3,
    0x1.111111110f322p-7,
    -0x1.a01a019b61b67p-13,
    0x1.71de34dbcbf8bp-19,
    -0x1.ae5de9fd8f40cp-26,
    0x1.5d6e7a0fba2d5p-33,
  ]
  /// (cos(√z) - 1 + z/2) / z² on 0…(π/4)²; relative error 1.2e-10.
  static let cosF32: [Double] = [
    0x1.55554a0000000p-5,
    -0x1.6c0bb60000000p-10,
    0x1.99c3de0000000p-16,
  ]
  /// (cos(√z) - 1 + z/2) / z² on 0…(π/4)²; relative error 6.4e-20.
  static let cosF64: [Double] = [
    0x1.5555555555549p-5,
    -0x1.6c16c16c14bb5p-10,
    0x1.a01a019c1d229p-16,
    -0x1.27e4f79c1770fp-22,
    0x1.1ee99fd0552e5p-29,
    -0x1.8f8695f93261ep-37,
  ]
  /// (arctan(√z) / √z - 1) / z on 0…(√2 - 1)²; relative error 6.6e-10.
  static let atanF32: [Double] = [
    -0x1.55554a0000000p-2,
    0x1.9991a60000000p-3,
    -0x1.23b6360000000p-3,
    0x1.b1fa180000000p-4,
    -0x1.f22b1a0000000p-5,
  ]
  /// (arctan(√z) / √z - 1) / z on 0…(√2 - 1)²; relative error 1.3e-18.
  static let atanF64: [Double] = [
    -0x1.555555555553dp-2,
    0x1.9999999995863p-3,
    -0x1.24924922ad99dp-3,
    0x1.c71c70e63203dp-4,
    -0x1.745cf8e02aa68p-4,
    0x1.3b11194f6d310p-4,
    -0x1.10ebb98c5576cp-4,
    0x1.df0f4cb0cb4e4p-5,
    -0x1.9cd270c2af722p-5,
    0x1.37d408ecb5566p-5,
    -0x1.2564f01037ed2p-6,
  ]
  /// (arcsin(√z) / √z - 1) / z on 0…1/4; relative error 2.8e-10.
  static let asinF32: [Double] = [
    0x1.55554c0000000p-3,
    0x1.3338920000000p-4,
    0x1.6cabb40000000p-5,
    0x1.04ab020000000p-5,
    0x1.d7a7f00000000p-7,
    0x1.33d7180000000p-5,
  ]
  /// (arcsin(√z) / √z - 1) / z on 0…1/4; relative error 9.8e-19.
  static let asinF64: [Double] = [
    0x1.5555555555578p-3,
    0x1.333333332df06p-4,
    0x1.6db6db722bf75p-5,
    0x1.f1c71a8b701d9p-6,
    0x1.6e8bdfeab5018p-6,
    0x1.1c49ddc270d10p-6,
    0x1.ca21496372e8cp-7,
    0x1.7577690bf841cp-7,
    0x1.618b69f94e576p-7,
    0x1.e15249672fa18p-9,
    0x1.65045dc2c9c1fp-6,
    -0x1.59f96562acd3cp-6,
    0x1.0be52c9aecbbep-5,
  ]
  /// (sinh(√z) / √z - 1) / z on 0…(ln 2 / 2)²; relative error 5.3e-12.
  static let sinhF32: [Double] = [
    0x1.5555560000000p-3,
    0x1.1110b20000000p-7,
    0x1.a16ff20000000p-13,
  ]
  /// (sinh(√z) / √z - 1) / z on 0…(ln 2 / 2)²; relative error 2.6e-19.
  static let sinhF64: [Double] = [
    0x1.5555555555559p-3,
    0x1.111111110f6aep-7,
    0x1.a01a01afe5646p-13,
    0x1.71ddf85307d84p-19,
    0x1.af5ec0057a697p-26,
  ]
  /// (cosh(√z) - 1) / z on 0…(ln 2 / 2)²; relative error 4.7e-11.
  static let coshF32: [Double] = [
    0x1.0000000000000p-1,
    0x1.55547e0000000p-5,
    0x1.6d97920000000p-10,
  ]
  /// (cosh(√z) - 1) / z on 0…(ln 2 / 2)²; relative error 3.4e-18.
  static let coshF64: [Double] = [
    0x1.000000000000cp-1,
    0x1.555555554ff8dp-5,
    0x1.6c16c185c2ecfp-10,
    0x1.a019965611f9ep-16,
    0x1.28b079e1fc48ep-22,
  ]
  /// (log(erfc(x)) / x + 2/√π) / x on 0…3.93, to the relative error of erf; relative error 3.1e-10.
  static let erfF32: [Double] = [
    -0x1.45f3080000000p-1,
    -0x1.a4f4020000000p-4,
    0x1.3946860000000p-6,
    0x1.fd51a80000000p-13,
    -0x1.d2bf280000000p-10,
    0x1.796e040000000p-11,
    -0x1.4220740000000p-13,
    0x1.0a801c0000000p-16,
    -0x1.cccbc00000000p-26,
    -0x1.bbf9580000000p-24,
  ]
  /// (log(erfc(x)) / x + 2/√π) / x on 0…5.94, to the relative error of erf; relative error 5.1e-18.
  static let erfF64: [Double] = [
    -0x1.45f306dc9c890p-1,
    -0x1.a4f4e2a1b2972p-4,
    0x1.396685940134bp-6,
    0x1.b6b68b1527629p-13,
    -0x1.bca67b1b73b13p-10,
    0x1.3565491bf01a4p-11,
    -0x1.b22915dbaf6fap-16,
    -0x1.0e813fb1387c0p-14,
    0x1.f2bc1d4f93065p-16,
    -0x1.c9e099aacf171p-19,
    -0x1.7be0b35573d3dp-19,
    0x1.d24cabfb43ef2p-20,
    -0x1.65a38ff2545d3p-22,
    -0x1.2ace07b71d0e5p-23,
    0x1.3274d04541059p-23,
    -0x1.1be48a8584719p-24,
    0x1.6a15db607f4cdp-26,
    -0x1.595cb2d6190bap-28,
    0x1.f643d72599e4ep-31,
    -0x1.14462fa78d23dp-33,
    0x1.bebd8caaec60cp-37,
    -0x1.f59be0f87e6cbp-41,
    0x1.5d8a5c8c224b9p-45,
    -0x1.c76040bca2b4ap-51,
  ]
  /// The bits of 2/π.
  static let twoOverPi: [UInt64] = [
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
  ]
}
