package import Foundations
package import Geometry
package import JSONText

/// The ground truth of a question; the domain's checker compares answers with it.
package enum Answer: JSONForm {
  /// The text of one of the options.
  case option(String)
  /// Any text.
  case text(String)
  /// Any point in a box, in pixels of the original first picture, edges included.
  case pointInBox(Box)

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    let kind: Kind = try json.choice("kind")
    switch kind {
    case .option, .text:
      try json.refuseKeys(except: ["kind", "text"])
      let text = try json.string("text")
      self = kind == .option ? .option(text) : .text(text)
    case .pointInBox:
      try json.refuseKeys(except: ["kind", "box", "frame"])
      let _: FrameName = try json.choice("frame")
      self = .pointInBox(try json.required("box", Box.init(json:)))
    }
  }

  package var json: JSON {
    switch self {
    case .option(let text): .form([("kind", "option"), ("text", .string(text))])
    case .text(let text): .form([("kind", "text"), ("text", .string(text))])
    case .pointInBox(let box):
      .form([("kind", "point-in-box"), ("box", box.json), ("frame", "original")])
    }
  }

  private enum Kind: String, CaseIterable {
    case option
    case text
    case pointInBox = "point-in-box"
  }

  /// The frame is named in the file, so that no reader has to guess it.
  private enum FrameName: String, CaseIterable {
    case original
  }
}
