// Written by tools/oracle/special.py; edit that.
// swift-format-ignore-file

/// Polynomials of the special functions, lowest power first.
enum SpecialCoefficients {
  /// (1 + 2x) e^(x²) erfc x in (x - 15/4) / (x + 15/4).
  static let erfcx: [Double] = [
    0x1.3ccda0b5d5dc2p+0, -0x1.1f367683f89a7p-3, 0x1.d5f2948159d00p-9, 0x1.510169d096804p-4,
    -0x1.bda9309a28835p-4, 0x1.7a14188a99b01p-4, -0x1.e0d0fa6e02587p-5, 0x1.d0b0037dcd87fp-6,
    -0x1.3f603c335264bp-7, 0x1.cc3a0e21691d4p-10, 0x1.33fb24090c2a1p-12, -0x1.303f9d7bd47bcp-12,
    0x1.b14457a796eb7p-15, 0x1.778a231ae3344p-16, -0x1.80096c3bdb2bep-17, -0x1.052471a527075p-20,
    0x1.d6c7c0b8057f7p-20, -0x1.f4b9a10198b0fp-25, -0x1.191255c2d5f68p-22, 0x1.a1c994c9cc675p-26,
    0x1.66a8be84907c7p-25, -0x1.2e8b3d183a1d3p-28, -0x1.f10fa02f1b87dp-28, 0x1.2a0459ce63695p-31,
    0x1.680f0d5fc5213p-30, -0x1.fba1bb7bb4c3cp-36, -0x1.f0106e5533926p-33, -0x1.43fdb86d19942p-38,
    0x1.112b81b702ca5p-35, 0x1.f0ffa96cd81fcp-41, -0x1.51856e0d27402p-39,
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
    0x1.877cf73db6ca1p+1, 0x1.8ee8504abbe59p-1, 0x1.be44439e76754p-9, -0x1.ea48f5274bbb6p-10,
    0x1.00fe1953cc4c3p-10, -0x1.0dc9748344448p-11, 0x1.cec2f005c1717p-13, -0x1.f9c93dadd39c2p-15,
    0x1.f2bd44a427d17p-21, 0x1.11cc2d14b84acp-17, -0x1.0a8554208f452p-18, 0x1.731d84a292170p-21,
    0x1.b6126cf9935d6p-23, -0x1.61f1d90e4e1b6p-23, 0x1.65959ac89d7dep-25, 0x1.062e3b43dfe3ap-29,
    -0x1.5e2f8ef69408bp-28, 0x1.e447abc33f8a3p-30, -0x1.93b8aef3c245fp-33, -0x1.d5ea110c887f6p-34,
    0x1.2e1cd22212746p-34, -0x1.0149a60aca8cbp-36, -0x1.f906c8bdbeee3p-39, 0x1.0a15fe96e855fp-39,
  ]
  /// The same in √w, from 4 to 6.1.
  static let erfinvTail: [Double] = [
    0x1.39a07f9e2524cp+2, 0x1.0f908a75bb763p+0, -0x1.88bb08f6784fdp-13, -0x1.e64cf2d254defp-13,
    0x1.6b3293f714d29p-14, -0x1.8971a21497fd1p-16, 0x1.7929b48781750p-18, -0x1.569e54c8ee82ep-20,
    0x1.3fd90fb757a12p-22, -0x1.6e26ff28b5243p-24, 0x1.3164d301cf4adp-25, -0x1.47d32e5165cfdp-26,
    0x1.65a00cac879e5p-27, -0x1.5e22c7b4c832ep-28, 0x1.2140ddf5853dap-29, -0x1.766de0dbf0a65p-31,
    0x1.3696eddbc05a8p-33, 0x1.129cab985198ep-38, -0x1.80b6d08102dedp-36, 0x1.dfd444581125bp-37,
    -0x1.20270236d232cp-38, -0x1.a218af33e6441p-43, 0x1.66cc9ad16dd69p-42,
  ]
  /// (asinh(x) / x - 1) / x² in 8x² - 1 for x up to 1/2.
  static let asinh: [Double] = [
    -0x1.4373590a8df2ap-3, 0x1.0aae38ecf520cp-7, -0x1.1f26f1f91551ep-11, 0x1.5f5f66297d203p-15,
    -0x1.cfa72f157d6b7p-19, 0x1.418fce7081461p-22, -0x1.ce2764c356543p-26, 0x1.550d2a26a9599p-29,
    -0x1.00eef33d631b7p-32, 0x1.899127f697774p-36, -0x1.3160f93e382cfp-39, 0x1.df7dacc6a6f66p-43,
    -0x1.89e75e0757e63p-46, 0x1.3aea190ec9c4cp-49,
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
    0x1.a7f09f8eedf5ap-3, -0x1.cedda0048620cp-4, 0x1.8322d1d8a3bcdp-4, -0x1.6cb8d0c915894p-4,
    0x1.65c235bfea53fp-4, -0x1.5c028fe6476e6p-4, 0x1.44b6196a8195cp-4, -0x1.1cd73a8e6f54cp-4,
    0x1.d11e10f4e739fp-5, -0x1.602411e26bd17p-5, 0x1.ee6f56624ab30p-6, -0x1.427b0996cad93p-6,
    0x1.87e866b8d44e2p-7, -0x1.bd258e7238e2ap-8, 0x1.da1ab0545d88fp-9, -0x1.daf9b73892b85p-10,
    0x1.c0f3edfbb191cp-11, -0x1.917ff19601d09p-12, 0x1.549d18311d03ep-13, -0x1.12c7b3333f2eep-14,
    0x1.a68725ebb3d6bp-16, -0x1.363d7c7783c4bp-17, 0x1.b3f5eef1074a0p-19, -0x1.25bfe7e27e1acp-20,
    0x1.7bde23930356ep-22, -0x1.d680dc91b5af1p-24, 0x1.1a0583a944fa3p-25, -0x1.4ff94adac88c4p-27,
    0x1.74ada6069ae32p-29, -0x1.48ccaeea78aa0p-31, 0x1.5f8e739e3f7c6p-33, -0x1.4d33d26bef188p-34,
    0x1.3dbd870182bdbp-36,
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
    0x1.6e14eb8e5d319p-5, -0x1.f4bb071a7752bp-5, 0x1.16c390ddb08edp-4, -0x1.1881379ffb5c2p-4,
    0x1.0530f817ff9e3p-4, -0x1.c4daa51341c3cp-5, 0x1.6df95e8be1440p-5, -0x1.13d5f358a5478p-5,
    0x1.84125b0d004c2p-6, -0x1.fe3d9c0190d2dp-7, 0x1.3a0c1a03c5d2cp-7, -0x1.6ab6a388ffad7p-8,
    0x1.89f8a64577e07p-9, -0x1.9368266b130eep-10, 0x1.8656c68dc2b69p-11, -0x1.65bf684f82350p-12,
    0x1.3742cfe77670fp-13, -0x1.01a41aed1fdb7p-14, 0x1.96971f147fd18p-16, -0x1.326bd33637836p-17,
    0x1.b9ea3113c19ecp-19, -0x1.3169a1bdb3d4bp-20, 0x1.953c5d56733efp-22, -0x1.02734885a02f7p-23,
    0x1.3d602fe3ba2fbp-25, -0x1.77c30fd7b4483p-27, 0x1.ad4347e5b21acp-29, -0x1.d8c6fdfcfb025p-31,
    0x1.f90dc14cdd93cp-33, -0x1.0a582bc4139c4p-34, 0x1.0a139e38fddecp-36, -0x1.bfc9408262de8p-39,
    0x1.ad71e39545f6fp-41, -0x1.5015f3376b191p-42, 0x1.2554fdc9ffe97p-44,
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
  /// cₖ(η) of Temme's expansion of the incomplete gamma functions, in powers of η, for k = 0, 1, ….
  static let temme: [[Double]] = [
    [-0x1.5555555555555p-2, 0x1.5555555555555p-4, -0x1.e573ac901e574p-7, 0x1.2f684bda12f68p-10, 0x1.71de3a556c734p-12, -0x1.76e06fec7273bp-13, 0x1.48c5892f7cd83p-15, -0x1.255370652afc1p-19, -0x1.f1b22f594c6b5p-20, 0x1.bd6d21e4b4109p-21, -0x1.7b5f9a2d0465cp-23, 0x1.ccf5ceb7f0d9fp-28, 0x1.6097d55c37c1cp-27, -0x1.2d2197c7a2faap-28, 0x1.f6e66d24d5c8ap-31],
    [-0x1.e573ac901e574p-10, -0x1.c71c71c71c71cp-9, 0x1.5ac056b015ac0p-9, -0x1.0394f6f09e723p-10, 0x1.af83440e53dbcp-13, -0x1.af83440e53dbcp-22, -0x1.2fa4ae89e5af0p-16, 0x1.00a9cabd6b83ep-17, -0x1.b0bdfcc629cbap-20, 0x1.3f59230a8357cp-28, 0x1.280f2cde3f847p-23, -0x1.ee23d0cba8aeep-25, 0x1.9aa7a30de114cp-27, -0x1.349fbca3a377bp-36, -0x1.1564ecff73d58p-30],
    [0x1.0ee643b990ee6p-8, -0x1.5f7268edab4c8p-9, 0x1.948b0fcd6e9e0p-11, 0x1.0db20a88f4696p-19, -0x1.c253efaa1a932p-14, 0x1.bbf43daf4fe53p-15, -0x1.ac2d05890f2c3p-17, 0x1.26154ae39151dp-25, 0x1.7058929663937p-20, -0x1.522cb05171911p-21, 0x1.32ac81c15d3d7p-23, -0x1.c24bd0e740a6cp-33, -0x1.e437343a46f5dp-27, 0x1.ac0d455e25360p-28],
    [0x1.547d93b34e2b6p-11, 0x1.e13ce465fa859p-13, -0x1.ebfb188b7ca00p-12, 0x1.18b9b5bf2d984p-12, -0x1.3d2a3a29b5d9dp-14, -0x1.0152a1871f27ap-22, 0x1.73df462204ef4p-17, -0x1.7cd6f27b3f020p-18, 0x1.7e0201539310ep-20, -0x1.ea23269c140a7p-36, -0x1.6c2dcffbefeefp-23, 0x1.5bde8ef4c4dc7p-24, -0x1.4853ced169327p-26],
    [-0x1.c3e0b02da7bf9p-11, 0x1.9b0ff6874f2c4p-11, -0x1.3999a85a4237ap-12, -0x1.88f2ae1def9d0p-20, 0x1.16908b48ce058p-14, -0x1.4ce3fd902bcadp-15, 0x1.7db4c02846e81p-17, 0x1.13b3c5b7cb45ep-32, -0x1.c71c074985d3fp-20, 0x1.de37d9f09164cp-21, -0x1.ec676cf33153cp-23],
    [-0x1.6128ac5a4fa71p-12, -0x1.247604839c038p-14, 0x1.22be87360ef1fp-12, -0x1.a2042c5148e27p-13, 0x1.1d1e9cb24760bp-14, 0x1.30bdcf208080ep-23, -0x1.c823fc1b3cc36p-17, 0x1.0d0e229150428p-17, -0x1.338eb19652fd9p-19],
    [0x1.168ef1b0931c8p-11, -0x1.36773bdb97b48p-11, 0x1.1c0950d3ecb9dp-12, 0x1.a8411da6cab49p-21, -0x1.5600945495b37p-14, 0x1.d6bdf83130dc1p-15, -0x1.3382f4cf48618p-16, -0x1.a74243fa27729p-29, 0x1.d115d4f5dcc68p-19],
    [0x1.691879c01efb4p-12, 0x1.b1d75d3346711p-15, -0x1.5f3385098cebfp-12, 0x1.26eeb5ece1d9fp-12, -0x1.cc642787368cep-14, -0x1.119c70312e0a2p-23, 0x1.d179830b113abp-16, -0x1.3269164e3e304p-16],
    [-0x1.5629b3187b744p-11, 0x1.b8239c670e690p-11, -0x1.cb967b4446107p-12, -0x1.762676b30cfd6p-21, 0x1.5d1157082916dp-13, -0x1.0c16fcea7ddb2p-13],
    [-0x1.38dff1cc96982p-11, -0x1.2e31f9b7913eap-14, 0x1.63969bb825829p-11, -0x1.4f9f2582dd0a5p-11, 0x1.22fb20c28e8a0p-12],
    [0x1.5d4ae684527bfp-10, -0x1.f5dbcaf756cdep-10, 0x1.22b37f1b46951p-10],
    [0x1.9e1dba8ec5904p-10],
  ]
}
