package import Foundations
package import Geometry
package import Schemas

/// A form in which annotation files in archives state questions about the pictures beside them.
package protocol AnnotationLayout: Sendable {
  var name: String { get }
  /// Whether a member can be annotations of this layout, by its name without `.zst` and `.gz`.
  func claims(_ member: String) -> Bool
  /// Whether a claimed member is in this layout, by its first bytes and what lies beside it.
  func recognises(_ member: any AnnotationMember) throws(Fault) -> Bool
  /// Whether a claimed member that is not recognised belongs to others that are, so that what is
  /// wrong with it is a bad record.
  func adopts(_ member: any AnnotationMember) throws(Fault) -> Bool
  /// Whether members of a name tell something about those of this layout, and are no annotations.
  func heeds(_ name: String) -> Bool
  /// Hands the entries of a member to `emit` in their order, as they are read.
  ///
  /// - Throws: the fault of a member that cannot be read at all, or not to its end; what `emit`
  ///   throws.
  func drafts(
    of member: any AnnotationMember, emit: (AnnotationEntry) throws -> Void
  ) throws
}

extension AnnotationLayout {
  package func adopts(_ member: any AnnotationMember) throws(Fault) -> Bool { false }
  package func heeds(_ name: String) -> Bool { false }
}

/// What one entry of annotations comes to.
package enum AnnotationEntry: Sendable {
  case draft(QuestionDraft)
  /// An entry that cannot be used; its place names line or key.
  case bad(Fault)
  /// An entry that is right and yet no question, with the reason for the counts.
  case dropped(String)

  /// What `read` returns, or the fault it throws.
  init(_ read: () throws(Fault) -> QuestionDraft) {
    do { self = .draft(try read()) } catch { self = .bad(error) }
  }
}

/// A question as its annotations state it, before anybody looked at its pictures.
package struct QuestionDraft: Sendable {
  /// What a question asks whose picture comes with a caption and nothing else.
  package static let captionQuestion = "What does the picture show?"

  package var id: String
  /// At least one; the truth speaks of the first.
  package var images: [DraftImage]
  package var question: String
  package var options: [String] = []
  package var split: String?
  /// Of the first picture, where the annotations state it.
  package var size: Size?
  /// Reads the answer and the labelled places, given the size of the first picture.
  package var truth: Truth
  /// Record and line in the annotations.
  package var place: Place
  /// Something about the entry that is counted and shown, such as `scattered samples`.
  package var remark: String?
  /// Of the whole question, its pictures too, where the annotations state them by their digests.
  package var content: TextKey?

  package typealias Truth =
    @Sendable (Size) throws(Fault) -> (answer: Answer, targets: [Target])

  package init(
    id: String, images: [DraftImage], question: String, place: Place, truth: @escaping Truth
  ) {
    self.id = id
    self.images = images
    self.question = question
    self.place = place
    self.truth = truth
  }
}

/// Where a picture of a question is.
package enum DraftImage: Sendable, Equatable {
  /// In the archive: its path whole, from the annotations' folder on, or its last parts.
  case member(String)
  /// In the annotations themselves, as the bytes of its file; the name is for messages.
  case bytes([UInt8], name: String)
}
