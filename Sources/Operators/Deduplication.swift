internal import JSONText
package import Schemas

/// Drops questions about pictures that came before, and questions that were asked before.
///
/// Several questions about one picture are not duplicates of each other.
package struct Deduplication: Sendable {
  /// What becomes of a question.
  package enum Fate: Sendable, Equatable {
    case kept
    /// An earlier question is about another picture of the same group.
    case pictureBefore
    case askedBefore
  }

  /// Of every group of pictures, those that stay: the ones of the first question about any of them.
  private var shown: [String: Set<String>] = [:]
  private var asked: Set<[UInt8]> = []

  package init() {}

  /// Judges the next question in order.
  ///
  /// - Parameter group: names the group of a picture, both by SHA-256.
  package mutating func fate(of question: Question, group: (String) -> String) -> Fate {
    let pictures = Set(question.images.map(\.sha256))
    for (group, members) in Dictionary(grouping: pictures, by: group) where shown[group] == nil {
      shown[group] = Set(members)
    }
    if pictures.contains(where: { shown[group($0)]?.contains($0) == false }) {
      return .pictureBefore
    }
    return asked.insert(Self.content(of: question)).inserted ? .kept : .askedBefore
  }

  /// What makes a question this question: pictures, words, options, truth.
  private static func content(of question: Question) -> [UInt8] {
    let content: JSON = [
      .array(question.images.map { .string($0.sha256) }), .string(question.question),
      .array(question.options.map(JSON.string)), question.answer.json,
    ]
    return content.bytes()
  }
}
