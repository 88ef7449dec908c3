package import Foundations
internal import Geometry
package import Prompting
internal import Rewards
package import Schemas

/// What a chain must be to be learned from.
///
/// A place of a chain is where a step looks; in a dialect without looks, where a thought points. A
/// chain that does not follow the dialect of its domain never stays.
package struct ChainFilter: Sendable, Equatable {
  /// Its answer is right.
  package var correct = true
  /// It has places, and all of them lie inside the picture.
  package var grounded = true
  /// Places it must have at least.
  package var minSteps = 0
  /// Two places this near to each other, in pixels of the view, are one too many; 0: any.
  package var nearDuplicate = 0.0
  /// Tokens it may have, those of pictures not counted; 0: any number.
  package var maxTokens = 0

  package init() {}

  /// What became of the chains of a record.
  package struct Filtered: Sendable, Equatable {
    package var chains: [Chain] = []
    /// Chains thrown away, by reason.
    package var dropped: [String: Int] = [:]
  }

  /// - Parameter tokens: counts the tokens of a text, for segments that were joined of others and
  ///   have no ids; asked only where `maxTokens` is set.
  package func filtered(
    _ record: SFTRecord, _ domain: Domain, tokens: (String) -> Int
  ) throws(Fault) -> Filtered {
    let checker = try AnswerChecker(record.question, domain)
    let view = try domain.view(of: record.question.images[0].size)
    var filtered = Filtered()
    for chain in record.chains {
      let trace = ParsedTrace(chain.segments, domain.dialect)
      let places = domain.dialect.zooms ? trace.looks : trace.points
      if trace.malformed != nil {
        filtered.dropped["not in the form of the dialect", default: 0] += 1
      } else if correct && !checker.verdict(chain.answer).isCorrect {
        filtered.dropped["a wrong answer", default: 0] += 1
      } else if let reason = refusal(of: places, view) {
        filtered.dropped[reason, default: 0] += 1
      } else if maxTokens > 0 && count(chain, tokens) > maxTokens {
        filtered.dropped["too many tokens", default: 0] += 1
      } else {
        filtered.chains.append(chain)
      }
    }
    return filtered
  }

  private func refusal(of places: [Point], _ view: Size) -> String? {
    if grounded && places.isEmpty { return "no place" }
    if grounded && !places.allSatisfy(view.box.contains) { return "a place outside of the picture" }
    if places.count < minSteps { return "too few steps" }
    for (index, place) in places.enumerated() where nearDuplicate > 0 {
      if places[..<index].contains(where: { $0.distance(to: place) < nearDuplicate }) {
        return "two looks at nearly the same place"
      }
    }
    return nil
  }

  private func count(_ chain: Chain, _ tokens: (String) -> Int) -> Int {
    chain.segments.reduce(0) { $0 + ($1.ids.isEmpty ? tokens($1.text) : $1.ids.count) }
  }
}
