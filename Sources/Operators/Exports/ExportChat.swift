internal import Foundations
internal import JSONText
internal import Prompting
internal import Schemas

/// A dialogue as messages, which is how trainers want it.
struct ExportChat: Sendable, Equatable {
  struct Message: Sendable, Equatable {
    let role: String
    /// Pictures stand as `<image>`.
    let content: String
  }

  private static let roles = ["system", "user", "assistant"]

  let messages: [Message]
  /// In the order of their placeholders.
  let pictures: [MediaReference]

  /// Reads the messages back from the text of the chat template; the assistant's have their
  /// coordinates in the frame of `places`.
  ///
  /// - Throws: `export.template` for a text that is not of the template, which would lose words;
  ///   `export.placeholder` if a text holds `<image>` itself or pictures and their places differ in
  ///   number; `export.coordinate`.
  init(_ segments: [Segment], _ places: ExportPlaces) throws(Fault) {
    let start = "<|im_start|>"
    let texts = try segments.map { segment throws(Fault) in
      segment.role == .model ? try places.text(segment.text) : segment.text
    }
    let whole = texts.joined()
    guard !whole.contains(PicturePlaceholder.text) else {
      throw Fault(
        "export.placeholder",
        "the text holds \(PicturePlaceholder.text), which stands for a picture")
    }
    guard whole.hasPrefix(start) else {
      throw Fault("export.template", "the text does not begin with \(start)")
    }
    pictures = segments.flatMap(\.media)
    var messages: [Message] = []
    for block in whole.split(separator: start) {
      let role = block.prefix { $0 != "\n" }
      guard Self.roles.contains(String(role)), role.endIndex < block.endIndex else {
        throw Fault(
          "export.template",
          "\(start) is followed by \"\(role.prefix(20))\", expected a line of "
            + Self.roles.joined(separator: ", "))
      }
      var content = block[role.endIndex...].dropFirst()
      if let end = content.firstRange(of: ChatTemplate.endOfTurn) {
        guard content[end.upperBound...].allSatisfy(\.isWhitespace) else {
          throw Fault("export.template", "words follow \(ChatTemplate.endOfTurn)")
        }
        content = content[..<end.lowerBound]
      } else if content.isEmpty {
        continue  // The assistant is to speak.
      }
      messages.append(
        Message(
          role: String(role),
          content: String(content).replacing(ChatTemplate.picture, with: PicturePlaceholder.text)))
    }
    self.messages = messages
    let count = messages.reduce(0) { $0 + $1.content.ranges(of: PicturePlaceholder.text).count }
    guard count == pictures.count else {
      throw Fault(
        "export.placeholder", "\(pictures.count) pictures have \(count) places in the text")
    }
  }

  /// `[{"role": …, "content": …}]`.
  var json: JSON {
    .array(messages.map { ["role": .string($0.role), "content": .string($0.content)] })
  }

  /// The same with content as parts: `{"type": "image"}` and `{"type": "text", "text": …}`.
  var parts: JSON {
    .array(
      messages.map { message in
        ["role": .string(message.role), "content": .array(Self.parts(of: message.content))]
      })
  }

  private static func parts(of content: String) -> [JSON] {
    var parts: [JSON] = []
    let texts = content.split(
      separator: PicturePlaceholder.text, omittingEmptySubsequences: false)
    for (index, text) in texts.enumerated() {
      if index > 0 { parts.append(["type": "image", "text": nil]) }
      if !text.isEmpty { parts.append(["type": "text", "text": .string(String(text))]) }
    }
    return parts
  }
}
