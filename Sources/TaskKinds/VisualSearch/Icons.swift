package import Foundations
internal import Geometry
package import Imaging

extension VisualSearch {
  /// The icons that badges carry, named by the words of questions, in the order of their names.
  package struct Icons: Sendable {
    package let names: [String]
    /// Every icon in every size that badges use.
    private let scaled: [[PictureRGBA]]
    /// For every icon the colours on which it stands out.
    private let grounds: [Set<BadgeColor>]

    private static let sides = 34...42

    package var count: Int { names.count }

    /// Icons by name; the order given does not matter.
    package init(_ icons: [(name: String, picture: PictureRGBA)]) {
      let sorted = icons.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      names = sorted.map(\.name)
      scaled = sorted.map { icon in
        Self.sides.map { icon.picture.resized(to: Size(width: $0, height: $0)) }
      }
      grounds = sorted.map { icon in
        Set(
          BadgeColor.allCases.filter {
            Self.contrast(of: icon.picture, with: $0.ink) >= Self.minimumContrast
          })
      }
    }

    /// The PNG files of a folder; a file's name without its ending is the icon's word.
    ///
    /// - Throws: faults of files and pictures with the file named; `visual-search.icons` if there
    ///   are fewer than eight, as many as a scene may show.
    package init(folder: String) throws(Fault) {
      var icons: [(name: String, picture: PictureRGBA)] = []
      for name in try Files.names(in: folder) where name.hasSuffix(".png") {
        let path = folder + "/" + name
        do throws(Fault) {
          icons.append((String(name.dropLast(4)), try PictureRGBA.decode(try Files.read(path))))
        } catch { throw error.placed(in: Place(file: path)) }
      }
      guard icons.count >= Scene.badgeCounts.upperBound else {
        throw Fault(
          "visual-search.icons", "expected at least 8 icons (*.png), found \(icons.count)",
          at: Place(file: folder))
      }
      self.init(icons)
    }

    /// Whether an icon can be told on a badge of `color`: a red heart on red cannot.
    func standsOut(_ index: Int, on color: BadgeColor) -> Bool { grounds[index].contains(color) }

    /// Of the bundled icons the sun (27) and the helmet (39) on yellow, the heart on red (30) and
    /// the envelope on white (35) fall below; the next, the cloud on white (46), can be read.
    private static let minimumContrast = 42.0

    /// The mean difference of the channels, 0 to 255, weighed by alpha.
    private static func contrast(of icon: PictureRGBA, with ink: Color) -> Double {
      var (sum, weight) = (0, 0)
      for start in stride(from: 0, to: icon.pixels.count, by: 4) {
        let alpha = Int(icon.pixels[start + 3])
        let difference =
          abs(Int(icon.pixels[start]) - Int(ink.red))
          + abs(Int(icon.pixels[start + 1]) - Int(ink.green))
          + abs(Int(icon.pixels[start + 2]) - Int(ink.blue))
        sum += alpha * difference
        weight += 3 * alpha
      }
      return weight == 0 ? 0 : Double(sum) / Double(weight)
    }

    /// An icon of `side` x `side` pixels, 34 to 42.
    package func picture(_ index: Int, side: Int) -> PictureRGBA {
      scaled[index][side - Self.sides.lowerBound]
    }
  }
}
