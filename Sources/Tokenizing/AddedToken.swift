/// A token that is matched as a whole before ordinary text is cut into words.
package struct AddedToken: Sendable, Equatable {
  package let text: String
  package let id: Int
  /// Left out of decoded text on request; `<tool_call>` is an added token that is not special.
  package let isSpecial: Bool

  package init(text: String, id: Int, isSpecial: Bool) {
    self.text = text
    self.id = id
    self.isSpecial = isSpecial
  }
}

/// The added tokens every tokenizer of this house has, by the names Qwen2.5-VL gave them.
package enum SpecialToken: String, CaseIterable, Sendable {
  case endOfText = "<|endoftext|>"
  case imStart = "<|im_start|>"
  case imEnd = "<|im_end|>"
  case visionStart = "<|vision_start|>"
  case visionEnd = "<|vision_end|>"
  case visionPad = "<|vision_pad|>"
  case imagePad = "<|image_pad|>"
  case videoPad = "<|video_pad|>"
  case toolCall = "<tool_call>"
  case toolCallEnd = "</tool_call>"

  /// Tags of a dialect are part of the text and stay when special tokens are skipped.
  package var isSpecial: Bool { self != .toolCall && self != .toolCallEnd }

  /// Added tokens with ids from `first` on.
  package static func tokens(_ list: [SpecialToken] = allCases, from first: Int) -> [AddedToken] {
    list.enumerated().map {
      AddedToken(text: $1.rawValue, id: first + $0, isSpecial: $1.isSpecial)
    }
  }
}

/// Finds added tokens in text: the leftmost, and of those that begin there the longest.
struct AddedTokenFinder: Sendable {
  struct Match {
    let range: Range<Int>
    let id: Int
  }

  private let candidates: [[(bytes: [UInt8], id: Int)]]

  init(_ tokens: [AddedToken]) {
    var table = [[(bytes: [UInt8], id: Int)]](repeating: [], count: 256)
    for token in tokens {
      let bytes = Array(token.text.utf8)
      if let first = bytes.first { table[Int(first)].append((bytes, token.id)) }
    }
    candidates = table.map { $0.sorted { $0.bytes.count > $1.bytes.count } }
  }

  /// Matches in order, not overlapping.
  func matches(in text: [UInt8]) -> [Match] {
    var matches: [Match] = []
    var at = 0
    while at < text.count {
      let found = candidates[Int(text[at])].first { text[at...].starts(with: $0.bytes) }
      guard let found else {
        at += 1
        continue
      }
      matches.append(Match(range: at..<at + found.bytes.count, id: found.id))
      at += found.bytes.count
    }
    return matches
  }
}
