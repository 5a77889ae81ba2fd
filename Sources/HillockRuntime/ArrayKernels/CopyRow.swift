@inline(__always)  // rows are often one element, for which a call of memcpy costs more than the copy
func copyRow(_ destination: UnsafeMutableRawPointer, _ source: UnsafeMutableRawPointer, _ byteCount: Int) {
  switch byteCount {
  case 4: destination.copyMemory(from: source, byteCount: 4)
  case 8: destination.copyMemory(from: source, byteCount: 8)
  default: destination.copyMemory(from: source, byteCount: byteCount)
  }
}
