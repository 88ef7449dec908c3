internal import Foundations
internal import JSONText
internal import Synchronization

/// In which splits the pictures of one dataset are asked about; filled by many threads.
final class SplitNotes: Sendable {
  /// The first place of every split, by picture.
  private let places = Mutex<[String: [String: Place]]>([:])

  /// Notes the pictures and the split of a record; records without split say nothing.
  func note(_ json: JSON, at place: Place) {
    let inner = json["question"]
    let question = inner?["images"] == nil ? json : inner
    guard case .string(let split)? = question?["split"],
      case .array(let images)? = question?["images"]
    else { return }
    for image in images {
      guard case .string(let sha256)? = image["sha256"] else { continue }
      places.withLock { places in
        let first = places[sha256]?[split]
        if first == nil || place.isBefore(first) { places[sha256, default: [:]][split] = place }
      }
    }
  }

  /// Picture, split and place, in the order of places.
  var inOrder: [(sha256: String, split: String, place: Place)] {
    let all = places.withLock { places in
      places.flatMap { sha256, splits in splits.map { (sha256, $0.key, $0.value) } }
    }
    return all.sorted { left, right in
      if left.2.isBefore(right.2) { return true }
      return !right.2.isBefore(left.2) && left.0 < right.0
    }
  }
}

/// In which splits pictures are asked about, over several datasets.
struct SplitBook {
  private var known: [String: [(split: String, place: Place)]] = [:]

  /// A fault for every picture that is in another split already, in the order of places.
  mutating func take(_ notes: SplitNotes) -> [Fault] {
    var faults: [Fault] = []
    for (sha256, split, place) in notes.inOrder {
      let earlier = known[sha256, default: []]
      if earlier.contains(where: { $0.split == split }) { continue }
      if let other = earlier.first {
        var place = place
        place.key = "split"
        let message =
          "a picture of split \"\(split)\" is in split \"\(other.split)\" too, at \(other.place)"
        faults.append(Fault("dataset.split-overlap", message, at: place))
      }
      known[sha256, default: []].append((split, place))
    }
    return faults
  }
}

extension Place {
  /// By file and line.
  fileprivate func isBefore(_ other: Place?) -> Bool {
    guard let other else { return true }
    return (file ?? "", line ?? 0) < (other.file ?? "", other.line ?? 0)
  }
}
