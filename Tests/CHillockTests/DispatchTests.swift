import CHillock
import Testing

@Suite struct DispatchTests {
  @Test func baselineIsAlwaysSupported() {
    #expect(hk_isa_supported(0) == 1)
  }
}
