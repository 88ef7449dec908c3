internal import Foundations
internal import Geometry
internal import Operators
internal import Schemas

extension SettingsReader {
  /// What pictures are brought to: one of `shortest`, `longest`, `pixels` and `exact`, and how.
  mutating func pictureResize() throws(Fault) -> PictureResize {
    var goals: [PictureResize.Goal] = []
    let most = PictureResize.longestSide(of: .jpeg)
    if let side = try optionalInt("shortest", in: 1...most) { goals.append(.shortest(side)) }
    if let side = try optionalInt("longest", in: 1...most) { goals.append(.longest(side)) }
    if let count = try optionalInt("pixels", in: 1...Int.max) { goals.append(.pixels(count)) }
    let exact = try doubles("exact", default: [])
    let sides = exact.compactMap { Int(exactly: $0) }.filter { 1...most ~= $0 }
    if exact.count == 2 && sides.count == 2 {
      goals.append(.exact(Size(width: sides[0], height: sides[1])))
    } else if !exact.isEmpty {
      throw Fault(
        "pipeline.range", "\(owner): exact is [width, height] of 1 to \(most)", at: place)
    }
    guard goals.count == 1 || isDescribing else {
      throw Fault(
        "pipeline.range",
        "\(owner) needs one of shortest, longest, pixels and exact, found \(goals.count)", at: place
      )
    }
    var resize = PictureResize(goals.first ?? .longest(1))
    resize.enlarges = try bool("enlarge", default: false)
    guard !resize.enlarges || resize.leastPixels <= PictureResize.mostPixels else {
      throw Fault(
        "pipeline.range",
        "\(owner) enlarges pictures to \(resize.leastPixels) pixels or more, "
          + "allowed are \(PictureResize.mostPixels)", at: place)
    }
    let same = "same"
    let format = try choice(
      "format", of: [same] + Medium.Format.allCases.map(\.rawValue), default: same)
    resize.format = Medium.Format(rawValue: format)
    resize.quality = try int("quality", default: 90, in: 1...100)
    return resize
  }
}

extension PictureResize {
  /// The pixels of the smallest picture that was made larger, whatever its shape was.
  fileprivate var leastPixels: Int {
    switch goal {
    case .shortest(let side): side * side
    case .longest(let side): side
    case .pixels(let count): count
    case .exact(let size): size.width * size.height
    }
  }
}
