package import Foundations
package import Geometry
package import Schemas

/// A form in which annotation files in archives state questions about the pictures beside them.
package protocol AnnotationLayout: Sendable {
  var name: String { get }
  /// Whether a member can be annotations of this layout, by its name.
  func claims(_ member: String) -> Bool
  /// Whether a claimed member is in this layout, by its first bytes.
  func recognises(_ bytes: [UInt8]) -> Bool
  /// The questions of a member in their order; a bad one is a fault of its own.
  ///
  /// - Parameter beside: the bytes of another member of text, by its path.
  /// - Throws: the fault of a member that cannot be read at all.
  func drafts(
    of bytes: [UInt8], member: String, beside: (String) -> [UInt8]?
  ) throws(Fault) -> [Result<QuestionDraft, Fault>]
}

/// A question as its annotations state it, before anybody looked at its picture.
package struct QuestionDraft: Sendable {
  package var id: String
  /// The picture's path in the archive: whole, from the annotations' folder on, or its last parts.
  package var image: String
  package var question: String
  package var options: [String] = []
  package var split: String?
  /// What `truth` reads the answer and the labelled places of.
  package var truth: @Sendable (Size) throws(Fault) -> (answer: Answer, targets: [Target])
  /// Record and line in the annotations.
  package var place: Place

  package init(
    id: String, image: String, question: String, place: Place,
    truth: @escaping @Sendable (Size) throws(Fault) -> (answer: Answer, targets: [Target])
  ) {
    self.id = id
    self.image = image
    self.question = question
    self.place = place
    self.truth = truth
  }
}

/// The layouts by name.
package enum LayoutCatalog {
  /// In the order in which they are tried.
  package static let all: [any AnnotationLayout] = [
    ViGoRLLayout(), EasyVQALayout(), ScreenSpotLayout(),
  ]

  /// The annotations of an archive and their layout.
  ///
  /// - Parameters:
  ///   - layout: the name of a layout; nil: the first whose name and content fit a member.
  ///   - annotations: the member that holds them; nil: all whose names fit.
  /// - Throws: `ingest.annotations` if there are none.
  package static func find(
    in archive: ArchiveContent, layout: String?, annotations: String?
  ) throws(Fault) -> (layout: any AnnotationLayout, members: [ArchiveContent.Text]) {
    let texts = archive.texts.filter { annotations == nil || $0.path == annotations }
    for candidate in all where layout == nil || layout == candidate.name {
      let members = texts.filter { text in
        if layout != nil { return annotations != nil || candidate.claims(text.path) }
        return candidate.claims(text.path) && candidate.recognises(text.bytes)
      }
      if !members.isEmpty { return (candidate, members) }
    }
    let names = archive.texts.prefix(5).map(\.path).joined(separator: ", ")
    let wanted = annotations ?? "annotations" + (layout.map { " in the layout \($0)" } ?? "")
    throw Fault(
      "ingest.annotations",
      "the archive holds no \(wanted); "
        + (names.isEmpty
          ? "it has no member .json, .jsonl or .txt"
          : "its members of text are \(names)" + (archive.texts.count > 5 ? ", …" : "")),
      at: Place(file: archive.path))
  }
}

extension [UInt8] {
  /// Whether the text begins with these bytes, white space aside.
  func begins(with wanted: String) -> Bool {
    lazy.filter { $0 > 0x20 }.starts(with: wanted.utf8)
  }
}
