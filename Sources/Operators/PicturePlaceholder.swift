/// What stands for a picture in the texts of other programs.
enum PicturePlaceholder {
  static let text = "<image>"

  static func removed(from text: String) -> String {
    text.replacing(Self.text, with: "")
  }
}
