internal import Foundations
internal import Geometry
internal import Prompting

/// A trainer or loader that a dataset is exported for.
package enum ExportTarget: String, CaseIterable, Sendable {
  case webdataset
  case mds
  case llamaFactory = "llama-factory"
  case trl
  case verl
  case easyR1 = "easyr1"
  case msSwift = "ms-swift"

  /// The frame of coordinates unless the user asks for another one.
  ///
  /// Loaders hand out pictures as they are; trainers show them resized.
  package var defaultFrame: ExportFrame {
    switch self {
    case .webdataset, .mds: .original
    case .llamaFactory, .trl, .verl, .easyR1, .msSwift: .model
    }
  }

  /// Whether samples lie in shards; otherwise in rows beside a folder of pictures.
  package var isSharded: Bool { self == .webdataset || self == .mds }

  /// Whether shards can be compressed.
  package var isCompressible: Bool { self == .mds }

  /// What is wrong with a size of shards that somebody chose; nil: nothing.
  package func complaint(aboutShardsOf bytes: Int) -> String? {
    if !isSharded {
      let sharded = Self.allCases.filter(\.isSharded).map(\.rawValue)
      return "is for \(sharded.joined(separator: " and ")); \(rawValue) has no shards"
    }
    return self == .mds && bytes >= 1 << 32 ? "of mds must be below 4GiB" : nil
  }

  /// The size at which the model sees a picture file of `size`, given that the trainer is told the
  /// domain's pixel limits.
  ///
  /// TRL's, verl's and ms-swift's processors apply `smart_resize` with these limits. LLaMA-Factory
  /// (`mm_plugin.py`, `_preprocess_image`) and EasyR1 (`dataset.py`, `process_image`) scale to the
  /// limits first, sides cut to whole pixels, and then the processor rounds to multiples of 28 under
  /// the limits of Qwen2.5-VL's `preprocessor_config.json`.
  func seen(_ size: Size, _ domain: Domain) throws(Fault) -> Size {
    guard self == .llamaFactory || self == .easyR1 else { return try domain.view(of: size) }
    var scaled = size
    if scaled.area > domain.pixels.upperBound {
      scaled = Self.scaled(scaled, toArea: domain.pixels.upperBound)
    }
    if scaled.area < domain.pixels.lowerBound {
      scaled = Self.scaled(scaled, toArea: domain.pixels.lowerBound)
    }
    if self == .llamaFactory {
      scaled = Size(width: max(scaled.width, 28), height: max(scaled.height, 28))
    }
    return try SmartResize.size(of: scaled, minPixels: 3136, maxPixels: 12_845_056)
  }

  private static func scaled(_ size: Size, toArea area: Int) -> Size {
    let factor = (Double(area) / Double(size.area)).squareRoot()
    return Size(
      width: Int(Double(size.width) * factor), height: Int(Double(size.height) * factor))
  }
}

/// What coordinates in an export mean.
package enum ExportFrame: String, CaseIterable, Sendable {
  /// Pixels of the original picture.
  case original
  /// Pixels of the picture as the trainer's processor shows it to the model.
  case model
  /// Thousandths of the picture's width and height.
  case normalized = "normalized-1000"
}

/// Which picture files an export holds.
package enum ExportPictures: String, CaseIterable, Sendable {
  /// The original bytes; trainers must be told the domain's pixel limits.
  case original
  /// PNG files of what the model sees, which no processor resizes again.
  case view
}

/// How one question's places are written in an export.
struct ExportPlaces: Sendable {
  /// In which texts of the domain write coordinates.
  private let domain: Frame
  private let target: Frame
  private let dialect: any Dialect

  init(
    of size: Size, _ domain: Domain, _ settings: ExportSettings
  ) throws(Fault) {
    self.domain = try domain.frame(of: size)
    dialect = domain.dialect
    let file = settings.pictures == .view ? self.domain.seen : size
    switch settings.frame {
    case .original: target = Frame(original: size, seen: size)
    case .model:
      target = Frame(original: size, seen: try settings.target.seen(file, domain))
    case .normalized: target = Frame(original: size, seen: Size(width: 1000, height: 1000))
    }
  }

  /// What the picture measures in the frame.
  var size: Size { target.seen }

  /// Left, top, right and bottom of a box in original pixels, to hundredths.
  func numbers(of box: Box) -> [Double] {
    let box = target.fromOriginal(box)
    return [box.x0, box.y0, box.x1, box.y1].map { ($0 * 100).rounded() / 100 }
  }

  /// A point in original pixels as text.
  func text(of point: Point) -> String { PointText.text(of: target.label(of: point)) }

  /// A text of the model with its coordinates, `(x, y)` and those of tool calls, in the frame.
  ///
  /// - Throws: `export.coordinate` for a call whose coordinate cannot be told in the frame.
  func text(_ text: String) throws(Fault) -> String {
    guard domain != target else { return text }
    let told = try calls(in: PointText.replacing(in: text, with: moved))
    if case .zoom(let look) = dialect.parse(text).action,
      dialect.parse(told).action != .zoom(moved(look))
    {
      throw Self.untold
    }
    return told
  }

  private func calls(in text: String) throws(Fault) -> String {
    let call =
      #/
      "coordinate" \s* : \s*
      (?: \[ \s* ([0-9]{1,7}(?:\.[0-9]+)?) \s* , \s* ([0-9]{1,7}(?:\.[0-9]+)?) \s* \] )?
      /#
    var told = ""
    var copied = text.startIndex
    for match in text.matches(of: call) {
      guard let x = match.1.flatMap({ Double($0) }), let y = match.2.flatMap({ Double($0) }) else {
        if Self.isInCall(text[..<match.range.lowerBound]) { throw Self.untold }
        continue
      }
      let point = moved(Point(x: x, y: y))
      told += text[copied..<match.range.lowerBound]
      told += "\"coordinate\": [\(Int(point.x)), \(Int(point.y))]"
      copied = match.range.upperBound
    }
    return told + text[copied...]
  }

  /// Whether a call is open behind a text; what is said of coordinates elsewhere is none.
  private static func isInCall(_ text: Substring) -> Bool {
    text.ranges(of: "<tool_call>").count > text.ranges(of: "</tool_call>").count
  }

  /// A point of the domain's frame in whole numbers of the target's.
  private func moved(_ point: Point) -> Point { target.label(of: domain.toOriginal(point)) }

  private static let untold = Fault(
    "export.coordinate", "a tool call names a coordinate that is not two numbers, as in [3, 4]")
}
