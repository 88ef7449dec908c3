/// Suggestions for mistyped names.
package enum Spelling {
  /// The known name nearest to `word`, or `nil` when none is near.
  ///
  /// Near is an edit distance of at most a third of the letters, and one edit always is. The first
  /// of equally near names wins.
  package static func nearest(to word: String, in known: [String]) -> String? {
    let limit = max(1, word.unicodeScalars.count / 3)
    var best: (name: String, distance: Int)?
    for name in known {
      let distance = editDistance(word, name)
      if distance <= limit && distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  /// A message such as `unknown key "colour"; did you mean "color"?`.
  package static func unknown(_ noun: String, _ word: String, known: [String]) -> String {
    let hint = nearest(to: word, in: known).map { "; did you mean \"\($0)\"?" } ?? ""
    return "unknown \(noun) \"\(word)\"\(hint)"
  }

  /// The least number of insertions, deletions, substitutions and swaps of neighbours that turn
  /// one word into the other (optimal string alignment).
  package static func editDistance(_ first: String, _ second: String) -> Int {
    let a = Array(first.unicodeScalars)
    let b = Array(second.unicodeScalars)
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var least = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
          least = min(least, beforeLast[j - 1] + 1)
        }
        row.append(least)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
