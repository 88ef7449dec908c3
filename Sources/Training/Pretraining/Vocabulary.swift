package import Foundations
internal import TaskKinds
package import Tokenizing

/// The tokenizer of the bundled model: byte-level BPE trained on what its tasks say.
package enum Vocabulary {
  /// A tokenizer with `size` ordinary tokens, in which every word of the badge tasks is one token.
  package static func tokenizer(icons: [String], size: Int) throws(Fault) -> Tokenizer {
    var trainer = BPETrainer()
    let colors = VisualSearch.BadgeColor.allCases.map(\.rawValue)
    for word in icons + colors + CellWords.columns + CellWords.rows + [CellWords.nothing] {
      trainer.add(" \(word) \(word)\n", weight: 40)
      trainer.add(word, weight: 20)
    }
    for line in sentences { trainer.add(line + "\n", weight: 20) }
    for line in others { trainer.add(line + "\n", weight: 2) }
    return try trainer.tokenizer(size: size)
  }

  /// What the badge tasks say, apart from the words above.
  private static let sentences = [
    "system", "user", "assistant",
    "Look at places in the picture before you answer.",
    "Point to the badges.", "Tell what is at these places.", "What does it show?",
    "The red badge is at (101, 63). The blue badge is at (8, 120).",
    "At (101, 63) is the red badge. At (7, 12) is no badge.",
    "It shows the key on the red badge.", "It shows no badge.",
    "I will guess.", "Time to answer.",
    "Which icon is on the red badge?", "Where is the key icon?",
    "What colour is the badge with the key icon?",
    "Is the red badge left of or right of the blue badge?", " left right", "left", "right",
    "Options: red, blue, key, left, right",
    "<think> The red badge is at (101, 63). </think>",
    "<tool_call>\n{\"name\": \"search_coordinate\", \"arguments\": {\"coordinate\": [101, 63]}}\n</tool_call>",
    "<observation>\nThis is a crop centred on the coordinate.\n</observation>",
    "<answer> key </answer>", "<answer> (101, 63) </answer>",
    "Wait, this seems off. Let's try something else.",
  ]

  /// What the other samples say: shapes and screens, and plain words.
  private static let others = [
    "what shape is in the image?", "what shape does the image contain?",
    "what color is the shape?", "is there a circle?", "is there a rectangle in the image?",
    "is there a triangle present?", "does the image contain a blue shape?",
    "is there not a teal shape in the image?", "is no green shape present?",
    "what is the color of the circle?", "which shape is present?", "does the image not contain",
    " yes no circle rectangle triangle brown gray teal",
    "Click the link to open the page.", "Open the documentation page about the index.",
    "Press the button.", "Search box, next, previous, contents, module, table, function, list",
    "Where is it? There is a link here. This is the text of it.",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
  ]
}
