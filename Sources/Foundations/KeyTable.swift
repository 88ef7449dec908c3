internal import Synchronization

/// A table on disk from keys of 16 bytes to small values, for more keys than memory should hold.
///
/// Keys are given and asked for one by one, in any order, from any thread; memory holds none of
/// them. They must look random, as digests and fingerprints do. The upper bits of a key say where
/// it lies, or behind which others; at most half of the slots are taken, and a full table moves into
/// one four times as large, from the first slot to the last. A key costs a few system calls.
package final class KeyTable<Value: BitwiseCopyable & Sendable>: Sendable {
  private let folder: String
  private let state: Mutex<State>

  private struct State {
    /// Made with the first key.
    var file: ScratchFile?
    var slots = 0
    var count = 0
  }

  private struct Slot: BitwiseCopyable {
    let key: Key
    let value: Value
  }

  /// A key that is not zero, because zeros are a slot that is free.
  private struct Key: BitwiseCopyable, Equatable {
    let high: UInt64
    let low: UInt64

    init(_ key: UInt128) {
      high = UInt64(key >> 64)
      low = max(1, UInt64(truncatingIfNeeded: key))
    }

    var isFree: Bool { low == 0 }

    func home(of slots: Int) -> Int { Int(high.multipliedFullWidth(by: UInt64(slots)).high) }
  }

  private static var firstSlots: Int { 1 << 10 }
  /// Slots read at once; a key is nearly always among the first of them.
  private static var piece: Int { 4 }
  private static var movedAtOnce: Int { 1 << 12 }

  /// - Parameter folder: on a disk with room for some 100 bytes for each key.
  package init(in folder: String) {
    self.folder = folder
    state = Mutex(State())
  }

  package var count: Int { state.withLock { $0.count } }

  /// The value of a key, or nil.
  package subscript(key: UInt128) -> Value? {
    get throws(Fault) {
      try state.withLock { state throws(Fault) in
        guard let file = state.file else { return nil }
        return try Self.find(Key(key), in: file, state.slots).value
      }
    }
  }

  /// Gives a key a value unless it has one, which is returned then.
  package func insert(_ value: Value, for key: UInt128) throws(Fault) -> Value? {
    try update(key) { $0 ?? value }
  }

  /// Gives a key the value that `body` makes of the one it has; returns the one it had.
  package func update(_ key: UInt128, _ body: (Value?) -> Value) throws(Fault) -> Value? {
    try state.withLock { state throws(Fault) in
      let file = try roomyFile(&state)
      let key = Key(key)
      let (place, earlier) = try Self.find(key, in: file, state.slots)
      try file.write([Slot(key: key, value: body(earlier))], at: place * Self.stride)
      if earlier == nil { state.count += 1 }
      return earlier
    }
  }

  /// A file with room for one more key.
  private func roomyFile(_ state: inout State) throws(Fault) -> ScratchFile {
    if let file = state.file, 2 * state.count < state.slots { return file }
    let slots = state.file == nil ? Self.firstSlots : 4 * state.slots
    let roomy = try ScratchFile(in: folder)
    try roomy.extend(to: slots * Self.stride)
    if let file = state.file { try Self.move(file, state.slots, to: roomy, slots) }
    state.file = roomy
    state.slots = slots
    return roomy
  }

  private static var stride: Int { MemoryLayout<Slot>.stride }

  /// The slot of a key and its value, or the slot that it would take.
  private static func find(
    _ key: Key, in file: ScratchFile, _ slots: Int
  ) throws(Fault) -> (place: Int, value: Value?) {
    var start = key.home(of: slots)
    while true {
      let found: [Slot] = try file.read(min(piece, slots - start), at: start * stride)
      for (offset, slot) in found.enumerated() {
        if slot.key.isFree { return (start + offset, nil) }
        if slot.key == key { return (start + offset, slot.value) }
      }
      // Behind the last slot comes the first.
      start = (start + found.count) % slots
    }
  }

  private static func move(
    _ file: ScratchFile, _ slots: Int, to roomy: ScratchFile, _ roomySlots: Int
  ) throws(Fault) {
    for start in Swift.stride(from: 0, to: slots, by: movedAtOnce) {
      let some: [Slot] = try file.read(min(movedAtOnce, slots - start), at: start * stride)
      for slot in some where !slot.key.isFree {
        let place = try find(slot.key, in: roomy, roomySlots).place
        try roomy.write([slot], at: place * stride)
      }
    }
  }
}
