package import Foundations
internal import Geometry

// What a schema cannot say: members of a record that contradict each other. Faults have the codes
// `record.conflict`, `box.…` and `point.outside`, and name the key path.

extension Question {
  /// Checks that places lie in the first picture and that an option is one of the options.
  package func check() throws(Fault) {
    guard let picture = images.first?.size else {
      throw Fault("record.conflict", "the question has no picture", at: Place(key: "images"))
    }
    switch answer {
    case .option(let text) where !options.contains(text):
      let message = "the answer \"\(text)\" is none of the options"
      throw Fault("record.conflict", message, at: Place(key: "answer.text"))
    case .pointInBox(let box):
      do { try box.check(in: picture) } catch { throw error.inside("box").inside("answer") }
    default: break
    }
    for (index, target) in targets.enumerated() {
      do {
        try target.box.check(in: picture)
      } catch {
        throw error.inside("box").inside("targets[\(index)]")
      }
    }
  }

  /// The sizes of the question's pictures by digest.
  fileprivate var sizes: [String: Size] {
    Dictionary(images.map { ($0.sha256, $0.size) }, uniquingKeysWith: { first, _ in first })
  }
}

extension TreeRecord {
  /// Checks the question, that parents come before children, and that places lie in the pictures.
  package func check() throws(Fault) {
    do { try question.check() } catch { throw error.inside("question") }
    let sizes = question.sizes
    for (index, node) in nodes.enumerated() {
      do throws(Fault) {
        guard node.parent < index, (node.parent == -1) == (index == 0) else {
          let message = "the parent of node \(index) must come before it, found \(node.parent)"
          throw Fault("record.conflict", message, at: Place(key: "parent"))
        }
        try node.segments.check(pictures: sizes)
        try node.point?.check(in: question.images[0].size, key: "point")
        for (number, rollout) in node.rollouts.enumerated() {
          do {
            try rollout.segments.check(pictures: sizes)
          } catch {
            throw error.inside("rollouts[\(number)]")
          }
        }
      } catch {
        throw error.inside("nodes[\(index)]")
      }
    }
  }
}

extension SFTRecord {
  /// Checks the question and that places lie in the pictures.
  package func check() throws(Fault) {
    do { try question.check() } catch { throw error.inside("question") }
    for (index, chain) in chains.enumerated() {
      do throws(Fault) {
        try chain.segments.check(pictures: question.sizes)
        for (number, point) in chain.points.enumerated() {
          try point.check(in: question.images[0].size, key: "points[\(number)]")
        }
      } catch {
        throw error.inside("chains[\(index)]")
      }
    }
  }
}

extension RLRecord {
  /// Checks the question.
  package func check() throws(Fault) { try question.check() }
}

extension RolloutRecord {
  /// Checks the segments, and that sampled ones have a log-probability per id.
  package func check() throws(Fault) {
    try segments.check(pictures: [:])
    for (index, segment) in segments.enumerated()
    where segment.role == .model && segment.logProbabilities == nil {
      let key = "segments[\(index)].log_probabilities"
      throw Fault("record.conflict", "a sampled segment needs them", at: Place(key: key))
    }
  }
}

extension EvaluationRecord {
  /// Checks the segments.
  package func check() throws(Fault) { try segments.check(pictures: [:]) }
}

extension [Segment] {
  /// Checks every segment; pictures whose size is not known are not looked into.
  fileprivate func check(pictures: [String: Size]) throws(Fault) {
    for (index, segment) in enumerated() {
      do { try segment.check(pictures: pictures) } catch {
        throw error.inside("segments[\(index)]")
      }
    }
  }
}

extension Segment {
  fileprivate func check(pictures: [String: Size]) throws(Fault) {
    if let logProbabilities {
      guard role == .model, logProbabilities.count == ids.count else {
        let message =
          "expected one a token of a model segment, found \(logProbabilities.count) for "
          + "\(ids.count) tokens of a \(role.rawValue) segment"
        throw Fault("record.conflict", message, at: Place(key: "log_probabilities"))
      }
    }
    guard forced == 0 || (role == .model && forced <= ids.count) else {
      let message = "\(forced) ids cannot be forced in a \(role.rawValue) segment of \(ids.count)"
      throw Fault("record.conflict", message, at: Place(key: "forced"))
    }
    for (index, reference) in media.enumerated() {
      guard let crop = reference.crop else { continue }
      do {
        try crop.box.check(in: pictures[reference.sha256] ?? .largest)
      } catch {
        throw error.inside("crop.box").inside("media[\(index)]")
      }
    }
  }
}

extension Size {
  /// Stands for a picture of unknown size.
  fileprivate static let largest = Size(width: .max, height: .max)
}

extension Point {
  fileprivate func check(in size: Size, key: String) throws(Fault) {
    guard !size.box.contains(self) else { return }
    let message = "the point \(self) lies outside its picture of \(size) pixels"
    throw Fault("point.outside", message, at: Place(key: key))
  }
}
