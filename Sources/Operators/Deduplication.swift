package import Foundations
internal import JSONText
package import Schemas

/// Drops questions about pictures that came before, and questions that were asked before.
///
/// Several questions about one picture are not duplicates of each other. Memory holds a few bytes
/// for every question; what makes them equal is on disk.
package struct Deduplication: ~Copyable {
  /// What becomes of a question.
  package enum Fate: UInt8, Sendable, Equatable {
    case kept
    /// An earlier question is about another picture of the same group.
    case pictureBefore
    case askedBefore
  }

  private var asked: Repeats
  /// The numbers of the pictures of all questions, one after the other, and where those of each end.
  private var pictures: [UInt32] = []
  private var ends: [UInt32] = []

  /// - Parameter folder: made for this alone, on a disk with room.
  package init(in folder: String) throws(Fault) { asked = try Repeats(in: folder) }

  /// Takes the next question in order.
  ///
  /// - Parameters:
  ///   - key: of what the question asks.
  ///   - pictures: the numbers of its pictures.
  package mutating func append(_ key: UInt128, pictures: [Int]) throws(Fault) {
    try asked.append(key)
    self.pictures += pictures.map { UInt32($0) }
    ends.append(UInt32(self.pictures.count))
  }

  /// Judges all questions in their order.
  package consuming func fates(_ groups: UnionFind) throws -> [Fate] {
    // Of every group of pictures those stay that the first question about any of them is about.
    var isClaimed = [Bool](repeating: false, count: groups.count)
    var isShown = isClaimed
    var fates: [Fate] = []
    var start = 0
    for end in ends {
      let own = pictures[start..<Int(end)].map {
        (picture: Int($0), group: groups.root(of: Int($0)))
      }
      for (picture, group) in own where !isClaimed[group] { isShown[picture] = true }
      for (_, group) in own { isClaimed[group] = true }
      fates.append(own.allSatisfy { isShown[$0.picture] } ? .kept : .pictureBefore)
      start = Int(end)
    }
    // Repetitions are about the same pictures, so that all or none of them are about shown ones.
    try asked.forEachRepeat { number in
      if fates[number] == .kept { fates[number] = .askedBefore }
    }
    return fates
  }

  /// The key of what makes a question this question: pictures, words, options, truth.
  package static func key(of question: Question) -> UInt128 {
    let content: JSON = [
      .array(question.images.map { .string($0.sha256) }), .string(question.question),
      .array(question.options.map(JSON.string)), question.answer.json,
    ]
    return Digest(of: content.bytes()).high
  }
}
