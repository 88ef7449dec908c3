internal import JSONText

/// What a record of annotations says, and the names under which people write it.
package enum AnnotationField: String, Sendable, CaseIterable {
  case image
  case question
  case answer
  case options
  case id
  case split
  case box
  /// What the box shows.
  case label

  /// The standard names, the first one that a record has is taken.
  package var names: [String] {
    switch self {
    case .image:
      [
        "image", "images", "image_path", "file_name", "filename", "path", "img", "img_filename",
        "picture",
      ]
    case .question: ["question", "prompt", "instruction", "problem", "query"]
    case .answer: ["answer", "label", "response", "output", "solution", "ground_truth", "cls"]
    case .options: ["options", "choices"]
    case .id: ["id", "question_id", "index"]
    case .split: ["split", "subset"]
    case .box: ["box", "bbox"]
    case .label: ["box_label"]
    }
  }

  /// Names of a text about the whole picture, which answers `QuestionDraft.captionQuestion`.
  static let captions = ["caption", "text", "txt", "description"]

  /// Names of four columns that are a box together: its corners.
  static let corners = [
    ["x0", "y0", "x1", "y1"], ["xmin", "ymin", "xmax", "ymax"],
    ["x_min", "y_min", "x_max", "y_max"],
    ["left", "top", "right", "bottom"], ["x1", "y1", "x2", "y2"],
  ]

  /// Names of four columns that are a box together: its corner and size.
  static let cornerAndSize = [["x", "y", "w", "h"], ["x", "y", "width", "height"]]

  /// Names of columns with one option each.
  static let letters = ["A", "B", "C", "D", "E", "F"]

  /// Whether fields of these names can make a question about a picture.
  static func suffice(_ has: (String) -> Bool) -> Bool {
    image.names.contains(where: has)
      && (question.names.contains(where: has) || captions.contains(where: has))
  }
}
