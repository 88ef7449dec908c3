internal import Synchronization

/// Keeps freed float buffers by size class, so that a training step reuses the memory of the last
/// one instead of asking the system for fresh pages.
final class BufferPool: Sendable {
  static let shared = BufferPool()

  // Guards the lists of free buffers, as addresses by capacity.
  private let free = Mutex<[Int: [UInt]]>([:])

  /// The size class of `count` floats: the next of 4 steps per power of two, at least 64.
  static func capacity(for count: Int) -> Int {
    if count <= 64 { return 64 }
    let power = 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    let step = max(16, power / 4)
    return (count + step - 1) / step * step
  }

  func take(_ capacity: Int) -> UnsafeMutablePointer<Float> {
    let address = free.withLock { $0[capacity]?.popLast() }
    if let address, let pointer = UnsafeMutablePointer<Float>(bitPattern: address) {
      return pointer
    }
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: capacity * 4, alignment: 64)
    return bytes.bindMemory(to: Float.self, capacity: capacity)
  }

  func give(_ pointer: UnsafeMutablePointer<Float>, _ capacity: Int) {
    free.withLock { $0[capacity, default: []].append(UInt(bitPattern: pointer)) }
  }
}
