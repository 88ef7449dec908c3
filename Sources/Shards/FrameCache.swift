/// The records of the frames that were used last.
struct FrameCache {
  struct Address: Hashable {
    let part: Int
    let frame: Int
  }

  private struct Entry {
    let records: [StoredRecord]
    let bytes: Int
    var used: Int
  }

  /// 128 frames of 512 KiB: a random reader finds most of a small dataset here, a sequential one
  /// needs one.
  private let capacity: Int
  private var frames: [Address: Entry] = [:]
  private var bytes = 0
  private var clock = 0

  init(capacity: Int = 64 << 20) { self.capacity = capacity }

  mutating func records(at address: Address) -> [StoredRecord]? {
    clock += 1
    guard let entry = frames[address] else { return nil }
    frames[address]?.used = clock
    return entry.records
  }

  mutating func keep(_ records: [StoredRecord], at address: Address) {
    clock += 1
    let size = records.reduce(0) { $0 + $1.bytes.count + 128 }
    let old = frames.updateValue(Entry(records: records, bytes: size, used: clock), forKey: address)
    bytes += size - (old?.bytes ?? 0)
    while bytes > capacity, frames.count > 1,
      let oldest = frames.min(by: { $0.value.used < $1.value.used })
    {
      bytes -= oldest.value.bytes
      frames[oldest.key] = nil
    }
  }
}
