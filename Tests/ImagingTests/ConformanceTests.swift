import Foundations
import Geometry
import Glibc
import Testing

@testable import Imaging

/// Pictures beside what the codecs' own tools make of them; `make hostile` fetches and makes them.
@Suite(
  .enabled(
    if: Conformance.folder != nil,
    "SCANPATH_CONFORMANCE must name a folder of pictures and references"))
struct ConformanceTests {
  @Test func `pixels are those of the codecs' own tools`() throws {
    var counts = Conformance.Counts()
    for picture in try Conformance.pictures() {
      let bytes = try Files.read(picture)
      let outcome = Result { () throws(Fault) in try Picture.decode(bytes) }
      #expect(
        Conformance.code(outcome)
          == Conformance.code { () throws(Fault) in try Picture.check(bytes) },
        "\(picture): checking and decoding differ")
      if Files.exists(picture + ".refused") {
        Conformance.compareRefusal(of: picture, outcome, &counts)
      } else {
        try Conformance.compare(picture, bytes, outcome, &counts)
      }
    }
    // The closing line is read by the script that runs this.
    print(
      "conformance: \(counts.equal) equal (\(counts.withAlpha) with alpha), "
        + "\(counts.bothRefuse) refused by both, "
        + "\(counts.refused.count) refused by us only, \(counts.read.count) read by us only")
    for line in counts.refused + counts.read { print("conformance: \(line)") }
    #expect(counts.equal >= 250)
    #expect(counts.bothRefuse > 0)
  }
}

private enum Conformance {
  static let folder = unsafe getenv("SCANPATH_CONFORMANCE").map { unsafe String(cString: $0) }

  struct Counts {
    var equal = 0
    var withAlpha = 0
    var bothRefuse = 0
    var refused: [String] = []
    var read: [String] = []
  }

  static func pictures() throws -> [String] {
    let folder = folder ?? ""
    return try Files.names(in: folder).sorted()
      .filter { name in [".jpg", ".jpeg", ".png"].contains { name.hasSuffix($0) } }
      .map { "\(folder)/\($0)" }
  }

  static func code<T>(_ outcome: Result<T, Fault>) -> String? {
    if case .failure(let fault) = outcome { return fault.code }
    return nil
  }

  static func code<T>(_ body: () throws(Fault) -> T) -> String? { code(Result(catching: body)) }

  static func compareRefusal(
    of picture: String, _ outcome: Result<Picture, Fault>, _ counts: inout Counts
  ) {
    if case .failure = outcome {
      counts.bothRefuse += 1
    } else {
      counts.read.append("\(picture): read, its tool refuses it")
    }
  }

  static func compare(
    _ path: String, _ bytes: [UInt8], _ outcome: Result<Picture, Fault>, _ counts: inout Counts
  ) throws {
    let picture: Picture
    switch outcome {
    case .success(let decoded): picture = decoded
    case .failure(let fault):
      counts.refused.append("\(path): \(fault)")
      return
    }
    let header = try Picture.header(of: bytes)
    // The tools know nothing of orientation.
    let reference = Picture(
      size: header.orientation.upright(header.size),
      pixels: try PNM(Files.read(path + ".pnm")).rgb)
    guard Files.exists(path + ".alpha") else {
      let isEqual = picture == reference.turned(by: header.orientation)
      #expect(isEqual, "\(path): other pixels than its tool's")
      counts.equal += isEqual ? 1 : 0
      return
    }
    let layers = try PictureRGBA.decode(bytes)
    let alpha = try PNM(Files.read(path + ".alpha")).samples
    var expected: [UInt8] = []
    for (index, alpha) in alpha.enumerated() {
      for channel in 0..<3 { expected.append(reference.pixels[3 * index + channel]) }
      expected.append(alpha)
    }
    let isEqual = layers.pixels == expected
    #expect(isEqual, "\(path): other pixels than its tool's")
    let flat = layers.flattenedOnWhite().turned(by: header.orientation)
    #expect(picture == flat, "\(path): laid on white in two ways")
    counts.equal += isEqual ? 1 : 0
    counts.withAlpha += isEqual ? 1 : 0
  }
}

/// A portable anymap, grey or colour, as bytes or as text; 16 bits are rounded to 8.
private struct PNM {
  let width: Int
  let height: Int
  let channels: Int
  let samples: [UInt8]

  init(_ file: [UInt8]) throws {
    let kind = file[1]
    var at = 2
    func number() -> Int? {
      while at < file.count, file[at] <= 32 { at += 1 }
      let start = at
      var value = 0
      while at < file.count, (48...57).contains(file[at]) {
        value = value * 10 + Int(file[at] - 48)
        at += 1
      }
      return at == start ? nil : value
    }
    width = try #require(number())
    height = try #require(number())
    let largest = try #require(number())
    channels = kind == UInt8(ascii: "3") || kind == UInt8(ascii: "6") ? 3 : 1
    let count = width * height * channels
    if kind >= UInt8(ascii: "5") {
      samples = Array(file.suffix(count))
      try #require(largest == 255 || largest == 1)
    } else {
      var values: [UInt8] = []
      while let value = number() { values.append(UInt8((value * 255 + largest / 2) / largest)) }
      samples = values
    }
    try #require(samples.count == count)
  }

  var rgb: [UInt8] { channels == 3 ? samples : samples.flatMap { [$0, $0, $0] } }
}
