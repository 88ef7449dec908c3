internal import Foundations
internal import Shards

/// In which splits pictures are asked about, over several datasets; on disk.
struct SplitBook {
  /// What is known of a picture.
  private struct Uses: BitwiseCopyable {
    /// One bit for each split it is in, by number; those from 63 on share the last.
    var splits: UInt64
    /// Split and place of its first use, by number.
    let split: Int
    let file: Int
    let line: Int
  }

  private let uses: KeyTable<Uses>
  private var splits = Numbers()
  private var files = Numbers()

  init(in scratch: String) { uses = KeyTable(in: scratch) }

  /// Takes the next record; `find` gets a fault for every picture of another split.
  mutating func take(
    _ use: SplitUse, at place: Place, find: (Fault) -> Void
  ) throws(Fault) {
    let split = splits[use.split]
    let bit: UInt64 = 1 << UInt64(min(split, 63))
    let first = Uses(
      splits: bit, split: split, file: files[place.file ?? ""], line: place.line ?? 0)
    for picture in use.pictures {
      guard let digest = Digest(picture) else { continue }
      let earlier = try uses.update(digest.high) { known in
        var known = known ?? first
        known.splits |= bit
        return known
      }
      guard let earlier, earlier.splits & bit == 0 else { continue }
      let other = Place(
        file: files.names[earlier.file], line: earlier.line == 0 ? nil : earlier.line)
      var place = place
      place.key = "split"
      let message =
        "a picture of split \"\(use.split)\" is in split \"\(splits.names[earlier.split])\" too, "
        + "at \(other)"
      find(Fault("dataset.split-overlap", message, at: place))
    }
  }
}

/// Names and their numbers, for few of them.
private struct Numbers {
  private(set) var names: [String] = []
  private var numbers: [String: Int] = [:]

  /// The number of a name, new if it was not seen before.
  subscript(name: String) -> Int {
    mutating get {
      if let number = numbers[name] { return number }
      numbers[name] = names.count
      names.append(name)
      return names.count - 1
    }
  }
}
