internal import Foundations
internal import Geometry
internal import JSONText
internal import Prompting
internal import Schemas

/// A record as lines for people: what it is about first, then its tree or its traces.
enum RecordText {
  /// The record of a file's line; JSON as it is where it is no record of a known kind.
  static func lines(_ json: JSON) throws(Fault) -> [String] {
    switch kind(of: json) {
    case .question: return question(try Question(json: json))
    case .rl: return question(try RLRecord(json: json).question)
    case .tree:
      let tree = try TreeRecord(json: json)
      return question(tree.question) + [""] + TreeText(tree).lines
    case .sft: return chains(try SFTRecord(json: json))
    case .rollout: return rollout(try RolloutRecord(json: json))
    case .evaluation: return evaluation(try EvaluationRecord(json: json))
    case nil: return [String(decoding: json.bytes(pretty: true), as: UTF8.self)]
    }
  }

  /// The same in some words, for a list of records.
  static func summary(_ json: JSON) throws(Fault) -> String {
    switch kind(of: json) {
    case .question, .rl: return try json.string("question")
    case .tree:
      let tree = try TreeRecord(json: json)
      let right = tree.nodes.flatMap(\.rollouts).count { $0.reward > 0 }
      return
        "\(tree.nodes.count.of("node")), \(right.of("right rollout")) · \(tree.question.question)"
    case .sft:
      let record = try SFTRecord(json: json)
      return "\(record.chains.count.of("chain")) · \(record.question.question)"
    case .rollout:
      let rollout = try RolloutRecord(json: json)
      return "reward \(rollout.total.rounded(digits: 3)) · \(rollout.answer ?? "no answer")"
    case .evaluation:
      let record = try EvaluationRecord(json: json)
      let verdict = record.isCorrect ? "right" : "wrong"
      return "\(verdict), \(record.zooms.of("look")) · \(record.answer ?? "no answer")"
    case nil: return json.description
    }
  }

  static func kind(of json: JSON) -> RecordKind? {
    guard case .string(let word)? = json["kind"] else { return nil }
    return RecordKind(rawValue: word)
  }

  // MARK: The kinds

  private static func question(_ question: Question) -> [String] {
    var facts = [("options", question.options.joined(separator: ", "))]
    facts.append(("truth", truth(question)))
    for target in question.targets { facts.append((target.label, TraceText.words(target.box))) }
    for image in question.images {
      facts.append(
        (
          "picture",
          "\(image.size.width) x \(image.size.height) \(image.format.rawValue), "
            + "SHA-256 \(image.sha256)"
        ))
    }
    facts.append(("from", "\(question.provenance.archive) \(question.provenance.member)"))
    facts.append(("split", question.split ?? ""))
    return ["\(question.id): \(question.question)"] + table(facts)
  }

  private static func truth(_ question: Question) -> String {
    switch question.answer {
    case .option(let text), .text(let text): text
    case .pointInBox(let box): "a point in \(TraceText.words(box))"
    }
  }

  private static func chains(_ record: SFTRecord) -> [String] {
    var lines = question(record.question)
    for (index, chain) in record.chains.enumerated() {
      let places = TraceText.Places(record.question, chain.segments)
      lines += ["", "chain \(index + 1), \(chain.kind.rawValue)"]
      lines += TraceText(chain.segments, places).lines + TraceText.ending(chain.answer, places)
    }
    return lines
  }

  private static func rollout(_ record: RolloutRecord) -> [String] {
    let reason = record.isTruncated ? "cut off by the token limit" : ""
    let about = [
      ("question", asked(record.question, record.segments)), ("group", record.group),
      ("sample", "\(record.sample)"), ("policy", "after \(record.policyStep.of("step"))"),
    ]
    let rewards =
      record.rewards.map { term in
        (term.name, "\(term.value.rounded(digits: 3))  \(term.reason)")
      } + [
        ("total", record.total.rounded(digits: 3)),
        ("advantage", record.advantage.rounded(digits: 3)),
      ]
    return [record.id] + table(about) + [""] + TraceText(record.segments, .unknown).lines
      + TraceText.ending(record.answer, .unknown, otherwise: reason) + ["", "reward"]
      + table(rewards)
  }

  private static func evaluation(_ record: EvaluationRecord) -> [String] {
    let about = [
      ("question", asked(record.question, record.segments)), ("model", record.model),
      ("looks", "\(record.zooms)"),
    ]
    let places = TraceText.Places.looks(record.points)
    return [record.id] + table(about) + [""] + TraceText(record.segments, places).lines
      + TraceText.ending(record.answer, places)
      + ["\(record.isCorrect ? "right" : "wrong"): \(record.reason)"]
  }

  /// The id of a question, and its words from the prompt, whose lines are joined.
  private static func asked(_ id: String, _ segments: [Segment]) -> String {
    let prompt = segments.first { $0.role == .prompt }?.text
    guard let words = prompt.flatMap(ChatTemplate.userText(of:)) else { return id }
    return "\(id): \(words.replacing("\n", with: "; "))"
  }

  /// Names and values in two columns; a name without a value is left out.
  private static func table(_ rows: [(String, String)]) -> [String] {
    let rows = rows.filter { !$0.1.isEmpty }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "  " + $0 + String(repeating: " ", count: width - $0.count + 2) + $1 }
  }
}
