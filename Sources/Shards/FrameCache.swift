/// The records of the frames that were read last.
struct FrameCache {
  struct Address: Hashable {
    let part: Int
    let frame: Int
  }

  /// Frames of 512 KiB: some MB.
  private static let capacity = 16
  private var frames: [Address: [StoredRecord]] = [:]
  /// Oldest first.
  private var order: [Address] = []

  func records(at address: Address) -> [StoredRecord]? { frames[address] }

  mutating func keep(_ records: [StoredRecord], at address: Address) {
    guard frames.updateValue(records, forKey: address) == nil else { return }
    order.append(address)
    if order.count > Self.capacity { frames[order.removeFirst()] = nil }
  }
}
