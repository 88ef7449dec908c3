internal import JSONText

/// What a record asks that no layout knows, under the usual names.
struct UsualTexts {
  private(set) var questions: [String] = []
  let options: [String]
  let answer: String

  private static let names = ["question", "text", "prompt", "instruction", "query", "problem"]
  private static let chats = ["conversations", "messages", "prompt"]

  init(_ json: JSON) {
    // A record of ours may hold its question, with the text inside.
    let own = (try? json.object(at: "question")) == nil ? json : json["question"] ?? json
    for name in Self.names {
      if case .string(let text)? = own[name] { questions.append(text) }
    }
    for name in Self.chats {
      if case .array(let turns)? = own[name] { questions += Self.questions(of: turns) }
    }
    let listed = AnnotationField.options.names.lazy.compactMap { own[$0] }.first
    options = listed.flatMap { try? Choice.plain($0.fieldTexts()) } ?? []
    answer = AnnotationField.answer.names.lazy.compactMap { own[$0]?.scalarText }.first ?? ""
  }

  /// Every turn of the user; the first one where no turn says that it is theirs.
  private static func questions(of turns: [JSON]) -> [String] {
    let names = ChatNames()
    let role = { (turn: JSON) in (turn["role"] ?? turn["from"])?.scalarText ?? "" }
    let asked = turns.filter { names.user.contains(role($0)) }
    let first = turns.first { !names.system.contains(role($0)) }
    return (asked.isEmpty ? first.map { [$0] } ?? [] : asked).map { turn in
      let content = turn["content"] ?? turn["value"] ?? .null
      guard case .array(let parts) = content else { return content.scalarText ?? "" }
      return parts.compactMap { ($0["text"] ?? $0).scalarText }.joined()
    }
  }
}
