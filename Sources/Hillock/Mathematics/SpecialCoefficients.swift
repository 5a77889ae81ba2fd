// Written by tools/oracle/special.py; edit that.
// swift-format-ignore-file

/// Polynomials of the special functions, lowest power first.
enum SpecialCoefficients {
  /// (1 + 2x) e^(x²) erfc x in (x - 15/4) / (x + 15/4).
  static let erfcx: [Double] = [
    0x1.3ccda0b5d5dc2p+0, -0x1.1f367683f89a7p-3, 0x1.d5f2948159d00p-9, 0x1.510169d096805p-4,
    -0x1.bda9309a28838p-4, 0x1.7a14188a99ad6p-4, -0x1.e0d0fa6e024a7p-5, 0x1.d0b0037dce59cp-6,
    -0x1.3f603c33569f8p-7, 0x1.cc3a0e20da761p-10, 0x1.33fb240ed7cb8p-12, -0x1.303f9d6c940e1p-12,
    0x1.b14456684599ep-15, 0x1.778a1ebe599afp-16, -0x1.800955457c13ep-17, -0x1.05239414b7803p-20,
    0x1.d6c57663457fcp-20, -0x1.f4f7e82960bd6p-25, -0x1.18fda2a48981cp-22, 0x1.a29152258ad33p-26,
    0x1.659e07dfac6bbp-25, -0x1.3216f050fe719p-28, -0x1.e78dd5cb643a9p-28, 0x1.405194c404f7ep-31,
    0x1.4a0cfe9fa2504p-30, -0x1.b66fe429b8970p-35, -0x1.736f9c61171fdp-33, 0x1.00b6c216071bcp-39,
    0x1.e00efabbe563cp-37,
  ]
  /// erfinv(x) / x in w/3 - 1 for w = -log(1 - x²) up to 6.
  static let erfinvCentre: [Double] = [
    0x1.9fa072ed72dbbp+0, 0x1.7324f0e5ad6edp-1, -0x1.a70fad00e70bfp-5, -0x1.71e66a59dcf5ap-6,
    0x1.02ddddaefc668p-6, -0x1.95063d01720f1p-9, -0x1.4e0c641338812p-10, 0x1.01fb0ca191699p-10,
    -0x1.45f16be462fdfp-13, -0x1.c359ddccd530ep-14, 0x1.131c781f3dea1p-14, -0x1.75980c9f62b6fp-18,
    -0x1.3506088badaaap-17, 0x1.20c7397907e46p-18, 0x1.08f9c7acbbf2ap-25, -0x1.97d837f7f6e96p-21,
    0x1.22e732d7d6c14p-22, 0x1.31cddcb9a892dp-25, -0x1.05c2641a4a7dbp-24, 0x1.fd1d6f3ee8d77p-27,
    0x1.8d01e902f8cc6p-28, -0x1.157b71fd46ad4p-28, 0x1.9db2b5acf1d1dp-33, 0x1.b5ae06e7967c5p-32,
    -0x1.73748be2695e4p-34,
  ]
  /// The same in √w, from √6 to 4.
  static let erfinvMiddle: [Double] = [
    0x1.877cf73db6ca1p+1, 0x1.8ee8504abbdf6p-1, 0x1.be44439e78917p-9, -0x1.ea48f52465d3bp-10,
    0x1.00fe1952cf093p-10, -0x1.0dc974e91ff47p-11, 0x1.cec2f09167c4dp-13, -0x1.f9c90ae226ee6p-15,
    0x1.f2b8e2424ce58p-21, 0x1.11c8c058e29bdp-17, -0x1.0a82efc22ff59p-18, 0x1.73a80a6c2af46p-21,
    0x1.b54d6c6fc190ap-23, -0x1.653c398c7d014p-23, 0x1.6a6701307c8bcp-25, 0x1.c25431225c5d6p-29,
    -0x1.82771d7105112p-28, 0x1.3274a349d568fp-30, 0x1.a57042cfe6112p-34,
  ]
  /// The same in √w, from 4 to 6.1.
  static let erfinvTail: [Double] = [
    0x1.39a07f9e2524cp+2, 0x1.0f908a75bb71dp+0, -0x1.88bb08f624771p-13, -0x1.e64cf2b8363a1p-13,
    0x1.6b3293d7b0670p-14, -0x1.8971ad6213189p-16, 0x1.7929cfe40d87dp-18, -0x1.5699f9cf23911p-20,
    0x1.3fce62b2b469dp-22, -0x1.6f07fc4c45fe2p-24, 0x1.327e51a754b67p-25, -0x1.418761fcc518ep-26,
    0x1.5d772c08cbed6p-27, -0x1.7699d98297518p-28, 0x1.432cb9a23eb46p-29, -0x1.1fbd65e0ae6f5p-31,
    0x1.8de23c3896b90p-37,
  ]
  /// Γ(x) in 2x - 3 for x from 1 to 2.
  static let gamma: [Double] = [
    0x1.c5bf891b4ef6bp-1, 0x1.08ea88ee561b0p-6, 0x1.a8c4dba620c08p-4, -0x1.b77ac1ca2e82ap-7,
    0x1.283bd37505389p-7, -0x1.3d88cfe528c43p-9, 0x1.e022b72a04033p-11, -0x1.374fd5bbb581fp-12,
    0x1.a752ccf6d9af4p-14, -0x1.1a2c2dab649e5p-15, 0x1.7990f5370f825p-17, -0x1.f7fb20be2bce9p-19,
    0x1.50637fe2d2087p-20, -0x1.c0bdf0153ac91p-22, 0x1.29fe79163794cp-23, -0x1.8d6653728eceap-25,
    0x1.15139c02edd48p-26, -0x1.71759e5b83295p-28, 0x1.5c3859742eb2bp-30, -0x1.d04ef72b50b52p-32,
    0x1.8dfdff69832dap-32, -0x1.09546451e99c8p-33,
  ]
  /// log Γ(x) / ((x - 1)(x - 2)) in 2x - 3 for x from 1 to 2.
  static let logGamma: [Double] = [
    0x1.eeb95b094c191p-2, -0x1.2aed059bd608ap-4, 0x1.01af62a2929c0p-6, -0x1.007aa83cee1acp-8,
    0x1.133423527f1f2p-10, -0x1.34dbda14971e2p-12, 0x1.64f0664c4f943p-14, -0x1.a5035232a7d25p-16,
    0x1.f814bab49d011p-18, -0x1.313e8a3ddad6fp-19, 0x1.750a7900f071ep-21, -0x1.cb44dee9fac00p-23,
    0x1.1c7e3a261c9ebp-24, -0x1.623f109df00eep-26, 0x1.b9e43433855c2p-28, -0x1.156abea920aefp-29,
    0x1.68f13e0fbb796p-31, -0x1.c85e4bc95846cp-33, 0x1.ba730a9784e07p-35, -0x1.18598e23bb974p-36,
    0x1.9759e019683d0p-37, -0x1.0467902760469p-38,
  ]
  /// e⁻ˣ I₀(x) in x/4 - 1 for x up to 8.
  static let i0Small: [Double] = [
    0x1.a7f09f8eedf5ap-3, -0x1.cedda0048620cp-4, 0x1.8322d1d8a3bcdp-4, -0x1.6cb8d0c91587bp-4,
    0x1.65c235bfea539p-4, -0x1.5c028fe647b8bp-4, 0x1.44b6196a81a77p-4, -0x1.1cd73a8e68db7p-4,
    0x1.d11e10f4e4236p-5, -0x1.602411e310028p-5, 0x1.ee6f56629904bp-6, -0x1.427b098c850b1p-6,
    0x1.87e866b3edf79p-7, -0x1.bd258f4fb040fp-8, 0x1.da1ab0bdfe22cp-9, -0x1.daf9aa28bad51p-10,
    0x1.c0f3e7c0efecap-11, -0x1.91807f128fcabp-12, 0x1.549d5baacc190p-13, -0x1.12c35a5dbb3f6p-14,
    0x1.a6830088f6f7ap-16, -0x1.366f32fc97dd3p-17, 0x1.b42558a7074a2p-19, -0x1.2426f2d7d2af7p-20,
    0x1.7a581da023b97p-22, -0x1.e8eab738e416dp-24, 0x1.22cd401ea01bep-25, -0x1.096e2b8f8dbe4p-27,
    0x1.3167a882ae05ep-29, -0x1.45b88e1dc96adp-30, 0x1.499e009b59cf7p-32,
  ]
  /// √x e⁻ˣ I₀(x) in 16/x - 1 for x from 8 on.
  static let i0Large: [Double] = [
    0x1.9bd428ad249a5p-2, 0x1.b87969bb93bbbp-9, 0x1.1daa72b5e70bcp-13, 0x1.75e5ee703dcf4p-17,
    0x1.8e5139f8568cdp-20, 0x1.3f49acfec4881p-22, 0x1.7d0fbb49edc6ep-24, 0x1.51cc22adc3b2ap-25,
    0x1.72156593b3b92p-26, 0x1.03ddcc42e5eaep-27, -0x1.cc94ae6dbe8c1p-28, -0x1.ce28cd4f04d9ep-27,
    -0x1.80fb51360df0ep-28, 0x1.0823baef33ba1p-27, 0x1.131c3faafadddp-27, -0x1.0514f4714df86p-28,
    -0x1.e83a336ee24afp-28, 0x1.0c425fe6853eep-29, 0x1.66709e2f1de6fp-28, -0x1.11d420282498fp-30,
    -0x1.a732f8fd49952p-29, 0x1.cdb2c58c885a6p-32, 0x1.6d5db466faba9p-30, -0x1.0251ae550cb47p-33,
    -0x1.8fb64c52c2aabp-32, 0x1.11cf1a9200420p-36, 0x1.99840c2b2767bp-35,
  ]
  /// e⁻ˣ I₁(x) / x in x/4 - 1 for x up to 8.
  static let i1Small: [Double] = [
    0x1.6e14eb8e5d319p-5, -0x1.f4bb071a7752bp-5, 0x1.16c390ddb08edp-4, -0x1.1881379ffb5c0p-4,
    0x1.0530f817ff9e3p-4, -0x1.c4daa51341ceap-5, 0x1.6df95e8be1468p-5, -0x1.13d5f358a4558p-5,
    0x1.84125b0cffdc8p-6, -0x1.fe3d9c01c09f5p-7, 0x1.3a0c1a03d0da2p-7, -0x1.6ab6a38604d3ap-8,
    0x1.89f8a64417cbap-9, -0x1.936826ab0afbcp-10, 0x1.8656c6ab4a224p-11, -0x1.65bf648eb643fp-12,
    0x1.3742ce2bd5d5fp-13, -0x1.01a443506f74dp-14, 0x1.96974463730b7p-16, -0x1.32695d3fbf58dp-17,
    0x1.b9e7eae5ee304p-19, -0x1.31857471923b9p-20, 0x1.955617b8519b5p-22, -0x1.01921170e0c91p-23,
    0x1.3c8fbf3130626p-25, -0x1.81a7a9d5b8c21p-27, 0x1.b66e81b793ebdp-29, -0x1.90222c5b8acd9p-31,
    0x1.b58f082092a88p-33, -0x1.a208bbb058b12p-34, 0x1.97d2d234d1fa3p-36,
  ]
  /// √x e⁻ˣ I₁(x) in 16/x - 1 for x from 8 on.
  static let i1Large: [Double] = [
    0x1.8ebe783a84030p-2, -0x1.3f796198ee639p-7, -0x1.cbc54df1edaa5p-13, -0x1.f89c2304d604dp-17,
    -0x1.ec8e0ff0aba3dp-20, -0x1.7613844c77ab6p-22, -0x1.ad8dff9af71c0p-24, -0x1.7277e82f93396p-25,
    -0x1.917107e7b92bbp-26, -0x1.21d8961e589b5p-27, 0x1.cb8b798693a02p-28, 0x1.e38d304e98d0ap-27,
    0x1.a8b11e3620df4p-28, -0x1.0aec33cc1a974p-27, -0x1.23aa112de2ab6p-27, 0x1.fc9369c33a266p-29,
    0x1.ff6099e632559p-28, -0x1.fa6c2762394ccp-30, -0x1.75b393ca37d99p-28, 0x1.fd5cd5e830a2fp-31,
    0x1.b8919158457f8p-29, -0x1.aca9d5e6b6995p-32, -0x1.7c46dcef479b1p-30, 0x1.e12f673b0c5edp-34,
    0x1.a01c7c9c867a8p-32, -0x1.000892f633b63p-36, -0x1.aa74a103bfb65p-35,
  ]
  /// B₂ₖ / (2k (2k - 1)) from k = 1 on, of Stirling's series.
  static let stirling: [Double] = [
    0x1.5555555555555p-4, -0x1.6c16c16c16c17p-9, 0x1.a01a01a01a01ap-11, -0x1.3813813813814p-11,
    0x1.b951e2b18ff23p-11, -0x1.f6ab0d9993c7dp-10, 0x1.a41a41a41a41ap-8, -0x1.e4286cb0f5398p-6,
    0x1.6fe96381e0680p-3,
  ]
  /// B₂ₖ / 2k from k = 1 on, of the series of ψ.
  static let digamma: [Double] = [
    0x1.5555555555555p-4, -0x1.1111111111111p-7, 0x1.0410410410410p-8, -0x1.1111111111111p-8,
    0x1.f07c1f07c1f08p-8, -0x1.5995995995996p-6, 0x1.5555555555555p-4, -0x1.c5e5e5e5e5e5ep-2,
    0x1.86e7f9b9fe6e8p+1,
  ]
  /// B₂ₖ / (2k)! from k = 1 on, of Euler's and Maclaurin's sum.
  static let zeta: [Double] = [
    0x1.5555555555555p-4, -0x1.6c16c16c16c17p-10, 0x1.1566abc011567p-15, -0x1.bbd779334ef0bp-21,
    0x1.66a8f2bf70ebep-26, -0x1.22805d644267fp-31, 0x1.d6db2c4e09162p-37, -0x1.7da4e1f79955cp-42,
    0x1.355871d652e9ep-47, -0x1.f57d968caacf1p-53, 0x1.967e1f09c376fp-58, -0x1.497d9033a2b5cp-63,
  ]
}
