package import Foundations
package import Geometry
package import Schemas
internal import Tokenizing

/// One kind of question with everything that search, SFT, RL and evaluation must agree on: prompt
/// bytes, dialect, pixel budget, crops.
package struct Domain: Sendable {
  package let name: String
  package let system: String
  package let dialect: any Dialect
  /// Pixels of the view of a whole picture.
  package let pixels: ClosedRange<Int>
  /// How a look becomes a crop; nil where the dialect has no looks.
  package let crop: CropRule?
  /// Looks allowed before the answer is forced.
  package let looks: Int

  package init(
    name: String, system: String, dialect: any Dialect, pixels: ClosedRange<Int>, crop: CropRule?,
    looks: Int
  ) {
    precondition((crop != nil) == dialect.zooms, "\(name): looks need a crop rule")
    self.name = name
    self.system = system
    self.dialect = dialect
    self.pixels = pixels
    self.crop = crop
    self.looks = dialect.zooms ? looks : 0
  }

  /// The size at which the model sees a whole picture.
  package func view(of picture: Size) throws(Fault) -> Size {
    try SmartResize.size(
      of: picture, factor: 28, minPixels: pixels.lowerBound, maxPixels: pixels.upperBound)
  }

  /// The frame in which the model writes coordinates: the view of the whole first picture, whatever
  /// crops came before.
  package func frame(of picture: Size) throws(Fault) -> Frame {
    Frame(region: picture.box, seen: try view(of: picture))
  }

  /// The prompt of a question, up to the point where the model speaks.
  ///
  /// Throws `prompt.markup` where the question or an option holds the name of a special token,
  /// which would stand for it, and `prompt.picture` for a question without a picture.
  package func prompt(for question: Question) throws(Fault) -> Segment {
    var user = ""
    var media: [MediaReference] = []
    guard !question.images.isEmpty else {
      throw Fault("prompt.picture", "the question has no picture", at: Place(record: question.id))
    }
    for image in question.images {
      user += ChatTemplate.picture
      media.append(MediaReference(sha256: image.sha256, size: try view(of: image.size)))
    }
    user += try Self.words(of: question)
    return Segment(
      role: .prompt, text: ChatTemplate.opening(system: system, user: user), media: media)
  }

  /// The question and, in a second line, its options.
  private static func words(of question: Question) throws(Fault) -> String {
    var words = question.question
    if !question.options.isEmpty {
      words += "\nOptions: " + question.options.joined(separator: ", ")
    }
    if let token = SpecialToken.allCases.first(where: { words.contains($0.rawValue) }) {
      throw Fault(
        "prompt.markup", "the question holds the special token \(token.rawValue)",
        at: Place(record: question.id))
    }
    return words
  }

  /// What a look at `point`, in the pixels of the view, shows; nil where the point lies outside or
  /// the domain has no looks.
  package func observation(
    at point: Point, for question: Question
  ) throws(Fault) -> Segment? {
    let image = question.images[0]
    let frame = try frame(of: image.size)
    guard let crop, frame.seen.box.contains(point) else { return nil }
    let cut = crop.crop(around: frame.toOriginal(point), in: image.size)
    return Segment(
      role: .observation, text: dialect.observation,
      media: [MediaReference(sha256: image.sha256, crop: cut, size: cut.output)])
  }

  /// The same domain with looks switched off: every answer is forced at once.
  package var withoutLooks: Domain {
    Domain(
      name: name, system: system, dialect: dialect, pixels: pixels, crop: crop, looks: 0)
  }
}

/// The domains by name.
package enum DomainCatalog {
  package static let all = [visualSearch, screens, easyVQA]

  /// Pictures in which small things are found in the view and read in a crop.
  package static let visualSearch = Domain(
    name: "visual-search", system: "Look at places in the picture before you answer.",
    dialect: ViGoRLMultiTurn(), pixels: 3136...37632,
    crop: CropRule(halfSide: 84, output: Size(width: 112, height: 112)), looks: 4)

  /// Web pages: where to click.
  package static let screens = Domain(
    name: "screens", system: "Look at places on the screen, then answer with a point.",
    dialect: ViGoRLMultiTurn(), pixels: 3136...37632,
    crop: CropRule(halfSide: 112, output: Size(width: 112, height: 112)), looks: 2)

  /// Small pictures of one shape.
  package static let easyVQA = Domain(
    name: "easy-vqa", system: "Look at the picture and answer.", dialect: ViGoRLSingleTurn(),
    pixels: 3136...12544, crop: nil, looks: 0)

  /// The domain of a name, or a fault that lists the names.
  package static func named(_ name: String) throws(Fault) -> Domain {
    if let domain = all.first(where: { $0.name == name }) { return domain }
    throw Fault(
      "domain.unknown",
      "there is no domain \"\(name)\"; there are \(all.map(\.name).joined(separator: ", "))")
  }
}
