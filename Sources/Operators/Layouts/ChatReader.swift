internal import Foundations
internal import Geometry
internal import JSONText

/// How the turns of a chat are written.
struct ChatNames: Sendable {
  var messages = ["messages", "conversations"]
  var role = ["role", "from"]
  var content = ["content", "value"]
  var user = ["user", "human"]
  var assistant = ["assistant", "gpt"]
  var system = ["system"]
  /// Calls of tools and what they return.
  var tools = [
    "tool", "tool_call", "tool_response", "function", "function_call", "observation",
  ]
  /// LLaMA-Factory's alpaca form: what is asked, more of it, what is answered.
  var prompt = "instruction"
  var query = "input"
  var response = "output"
  var images = ["images", "image"]

  func isChat(_ json: JSON) -> Bool {
    turns(json) != nil || json[prompt] != nil && json[response] != nil
  }

  func turns(_ json: JSON) -> (key: String, turns: [JSON])? {
    for key in messages {
      if case .array(let turns)? = json[key] { return (key, turns) }
    }
    return nil
  }
}

/// Makes questions of a chat about pictures.
///
/// Every turn of the user with the answer to it is a question; a chat with calls of tools is one,
/// from its first turn to its last. An answer between `<answer>` and `</answer>` is what stands there.
struct ChatReader {
  let names: ChatNames
  let fields: FieldReader

  private struct Turn {
    enum Role { case user, assistant, system, tool }
    var role: Role
    var text: String
    var key: String
    /// Those of the record's boxes that its placeholders stand for.
    var boxes = 0..<0
  }

  func entries(of record: AnnotationRecord) throws(Fault) -> [AnnotationEntry] {
    var record = record
    if record.images == nil { record.images = try images(of: record.json) }
    var turns: [Turn]
    if let (key, messages) = names.turns(record.json) {
      turns = []
      for (index, message) in messages.enumerated() {
        do throws(Fault) {
          turns.append(try turn(message, "\(key)[\(index)]", &record.images))
        } catch { throw error.inside("\(key)[\(index)]") }
      }
    } else {
      turns = try alpaca(record.json)
    }
    guard let images = record.images, !images.isEmpty else {
      return [.dropped("chats without a picture")]
    }
    try checkPlaceholders(turns, images.count)
    var objects = try ChatObjects(record.json)
    for index in turns.indices {
      (turns[index].text, turns[index].boxes) = try objects.fill(
        turns[index].text, key: turns[index].key)
    }
    var options: [String] = []
    if let (key, value) = try fields.value(.options, record.json) {
      do { options = try value.fieldTexts() } catch { throw error.inside(key) }
    }
    let pairs = try pairs(of: turns, record.json)
    var entries: [AnnotationEntry] = []
    for (number, pair) in pairs.enumerated() {
      // All boxes are about a lone question, even those that no placeholder stands for.
      let boxes =
        pairs.count == 1
        ? Array(objects.indices) : Array(pair.question.boxes) + pair.answer.boxes
      do throws(Fault) {
        var truth = DraftTruth()
        truth.options = options
        if let box = objects.answer(pair.answer.text, of: boxes) {
          truth.boxes = [box]
        } else {
          truth.boxes = boxes.compactMap(objects.box)
          truth.answer = Self.answer(in: pair.answer.text)
        }
        let draft = try fields.finish(
          record, images, pair.question.text, truth, suffix: pairs.count == 1 ? "" : "-\(number)")
        entries.append(.draft(draft))
      } catch { entries.append(.bad(record.fault(error))) }
    }
    return entries
  }

  private func images(of json: JSON) throws(Fault) -> [DraftImage] {
    for key in names.images {
      guard let value = json[key] else { continue }
      do { return try DraftImage.read(value) } catch { throw error.inside(key) }
    }
    return []
  }

  private func turn(
    _ json: JSON, _ key: String, _ images: inout [DraftImage]?
  ) throws(Fault) -> Turn {
    let roleKey = names.role.first { json[$0] != nil } ?? names.role[0]
    let role = try json.string(roleKey)
    let known: [(names: [String], role: Turn.Role)] = [
      (names.user, .user), (names.assistant, .assistant), (names.system, .system),
      (names.tools, .tool),
    ]
    guard let found = known.first(where: { $0.names.contains(role) }) else {
      throw Fault(
        "chat.role",
        Spelling.unknown("role", role, known: known.flatMap(\.names)) + "; known are "
          + known.flatMap(\.names).joined(separator: ", "), at: Place(key: roleKey))
    }
    let contentKey = names.content.first { json[$0] != nil } ?? names.content[0]
    // A call of a tool may come without content.
    if found.role == .assistant, json[contentKey] == nil, json["tool_calls"] != nil {
      return Turn(role: .tool, text: "", key: key)
    }
    let text: String
    do throws(Fault) {
      text = try self.text(try json.required(contentKey), &images)
    } catch { throw error.place.key == contentKey ? error : error.inside(contentKey) }
    return Turn(role: found.role, text: text, key: "\(key).\(contentKey)")
  }

  /// Content is a text, or a list of parts: `{"type": "text", "text"}`, `{"type": "image", "image"}`.
  private func text(_ content: JSON, _ images: inout [DraftImage]?) throws(Fault) -> String {
    guard case .array(let parts) = content else { return try content.asString }
    var text = ""
    for (index, part) in parts.enumerated() {
      do throws(Fault) {
        if let words = part["text"] { text += try words.asString }
        if let image = part["image"] ?? part["image_url"] {
          images = try (images ?? []) + DraftImage.read(image)
        }
      } catch { throw error.inside("[\(index)]") }
    }
    return text
  }

  private func alpaca(_ json: JSON) throws(Fault) -> [Turn] {
    if case .array(let history)? = json["history"], !history.isEmpty {
      throw Fault(
        "chat.history", "the answer depends on earlier turns; write them as messages",
        at: Place(key: "history"))
    }
    let more = try json.optionalString(names.query) ?? ""
    let question = try json.string(names.prompt) + (more.isEmpty ? "" : "\n" + more)
    return [
      Turn(role: .user, text: question, key: names.prompt),
      Turn(role: .assistant, text: try json.string(names.response), key: names.response),
    ]
  }

  /// The trainers' rule: a text names either none of the pictures or each.
  private func checkPlaceholders(_ turns: [Turn], _ count: Int) throws(Fault) {
    let found = turns.reduce(0) { $0 + $1.text.ranges(of: PicturePlaceholder.text).count }
    guard found == 0 || found == count else {
      throw Fault("chat.placeholders", "there are \(count) pictures and \(found) times <image>")
    }
  }

  /// Questions and their answers.
  ///
  /// A last turn of the user, as data for reinforcement learning has it, is answered by the record.
  private func pairs(
    of turns: [Turn], _ json: JSON
  ) throws(Fault) -> [(question: Turn, answer: Turn)] {
    let spoken = turns.filter { $0.role != .system }
    guard let first = spoken.first, let last = spoken.last, first.role == .user else {
      throw Fault(
        "chat.order", "a chat begins with a turn of \(names.user.joined(separator: " or "))")
    }
    if last.role == .user {
      guard spoken.count == 1, let answer = try fields.text(.answer, json) else {
        throw Fault("chat.order", "the last turn has no answer", at: Place(key: last.key))
      }
      return [(first, Turn(role: .assistant, text: answer, key: ""))]
    }
    if spoken.contains(where: { $0.role == .tool }) {
      guard last.role == .assistant else {
        throw Fault("chat.order", "the last turn is no answer", at: Place(key: last.key))
      }
      return [(first, last)]
    }
    var pairs: [(question: Turn, answer: Turn)] = []
    for (index, turn) in spoken.enumerated() {
      guard (turn.role == .user) == (index % 2 == 0) else {
        throw Fault("chat.order", "two turns of one side in a row", at: Place(key: turn.key))
      }
      if turn.role == .assistant { pairs.append((spoken[index - 1], turn)) }
    }
    return pairs
  }

  private static func answer(in text: String) -> String {
    guard let open = text.ranges(of: "<answer>").last else { return text.trimmed }
    let rest = text[open.upperBound...]
    return rest[..<(rest.firstRange(of: "</answer>")?.lowerBound ?? rest.endIndex)].trimmed
  }
}

/// ms-swift's `objects`: what `<ref-object>` and `<bbox>` in the turns stand for, in their order.
struct ChatObjects {
  private let names: [String]
  private let numbers: [[Double]]
  private let pictures: [Int]
  private let convention: BoxConvention
  /// The boxes as texts say them, and the first box that a text says.
  private let words: [String]
  private let said: [String: Int]
  private var nextName = 0
  private var nextBox = 0

  /// - Throws: faults with keys from `objects` on.
  init(_ json: JSON) throws(Fault) {
    guard let objects = json["objects"] else {
      (names, numbers, pictures, words, said) = ([], [], [], [], [:])
      convention = BoxConvention()
      return
    }
    do throws(Fault) {
      names = try objects.optional("ref") { value throws(Fault) in try value.fieldTexts() } ?? []
      numbers =
        try objects.optional("bbox") { value throws(Fault) in
          try value.elements { box throws(Fault) in
            let numbers = try box.elements { number throws(Fault) in try number.asDouble }
            guard numbers.count == 4 || numbers.count == 2 else {
              throw Fault("ingest.target", "a box has four numbers, found \(numbers.count)")
            }
            return numbers
          }
        } ?? []
      pictures =
        try objects.optional("image_id") { value throws(Fault) in
          try value.elements { id throws(Fault) in try id.asInt }
        } ?? []
      guard pictures.isEmpty || pictures.count == numbers.count else {
        throw Fault(
          "chat.objects", "there are \(numbers.count) boxes and the pictures of \(pictures.count)",
          at: Place(key: "image_id"))
      }
      let unit = try objects.optionalString("bbox_type") ?? "real"
      guard unit == "real" || unit == "norm1" else {
        throw Fault(
          "chat.objects", Spelling.unknown("bbox_type", unit, known: ["real", "norm1"]),
          at: Place(key: "bbox_type"))
      }
      convention = BoxConvention(.corners, unit == "real" ? .pixels : .fractions)
    } catch { throw error.inside("objects") }
    words = numbers.map { box in
      "(" + box.map { JSON.measure($0).description }.joined(separator: ", ") + ")"
    }
    said = Dictionary(zip(words, words.indices)) { first, _ in first }
  }

  /// Of all boxes.
  var indices: Range<Int> { numbers.indices }

  /// A box in the first picture, with its name where there are as many names as boxes.
  func box(_ index: Int) -> DraftTruth.Box? {
    let isFirst = pictures.isEmpty || pictures[index] == 0
    guard numbers[index].count == 4, isFirst else { return nil }
    return DraftTruth.Box(
      numbers: numbers[index], convention: convention,
      label: names.count == numbers.count ? names[index] : nil, key: "objects.bbox[\(index)]")
  }

  /// The box that an answer is and nothing else, as `fill` wrote it: one of its own, or any.
  func answer(_ text: String, of own: [Int]) -> DraftTruth.Box? {
    let text = text.trimmed
    return (own.first { words[$0] == text } ?? said[text]).flatMap(box)
  }

  /// The text with names and boxes in the place of their placeholders, and which boxes these are.
  ///
  /// - Throws: `chat.objects` if there are fewer than placeholders.
  mutating func fill(
    _ text: String, key: String
  ) throws(Fault) -> (text: String, boxes: Range<Int>) {
    let firstBox = nextBox
    var filled = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "<") {
      filled += rest[..<open]
      rest = rest[open...]
      if Self.skip("<ref-object>", in: &rest) {
        guard nextName < names.count else { throw Self.missing("ref", names.count, key) }
        filled += names[nextName]
        nextName += 1
      } else if Self.skip("<bbox>", in: &rest) {
        guard nextBox < numbers.count else { throw Self.missing("bbox", numbers.count, key) }
        filled += words[nextBox]
        nextBox += 1
      } else {
        filled.append(rest.removeFirst())
      }
    }
    return (filled + rest, firstBox..<nextBox)
  }

  private static func skip(_ placeholder: String, in rest: inout Substring) -> Bool {
    guard rest.hasPrefix(placeholder) else { return false }
    rest.removeFirst(placeholder.count)
    return true
  }

  private static func missing(_ name: String, _ count: Int, _ key: String) -> Fault {
    Fault(
      "chat.objects", "there are more placeholders than the \(count) of objects.\(name)",
      at: Place(key: key))
  }
}
