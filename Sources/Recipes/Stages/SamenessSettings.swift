internal import Foundations
internal import Operators

extension SettingsReader {
  /// How near pictures are that look the same: `distance` and `quality`.
  mutating func nearDuplicates() throws(Fault) -> NearDuplicates {
    let start = NearDuplicates()
    return NearDuplicates(
      distance: try int("distance", default: start.distance, in: 0...256),
      quality: try int("quality", default: start.quality, in: 0...100))
  }

  /// What is compared of pictures, one of `PictureSameness.words`, and how near is near.
  mutating func pictureSameness(
    _ key: String, default word: String
  ) throws(Fault) -> PictureSameness {
    let chosen = try choice(key, of: PictureSameness.words, default: word)
    return PictureSameness(chosen, try nearDuplicates())
  }
}
