/// The alphabet in which byte-level BPE files write bytes as printable characters (GPT-2's
/// `bytes_to_unicode`): printable Latin-1 stands for itself, the other 68 bytes are moved to
/// U+0100 and up, so that a space is written `Ġ`.
package enum ByteAlphabet {
  /// All 256 bytes in the order of their ids in GPT-2's and Qwen's vocabularies.
  package static let order: [UInt8] = {
    let printable = [UInt8](33...126) + [UInt8](161...172) + [UInt8](174...255)
    let moved = (0...255).map { UInt8($0) }.filter { !printable.contains($0) }
    return printable + moved
  }()

  private static let scalars: [Unicode.Scalar] = {
    var table = (0...255).map { Unicode.Scalar(UInt8($0)) }
    for (index, byte) in order[188...].enumerated() {
      table[Int(byte)] = Unicode.Scalar(UInt16(256 + index)) ?? " "
    }
    return table
  }()

  private static let bytes: [UInt32: UInt8] = {
    var table: [UInt32: UInt8] = [:]
    for byte in order { table[scalars[Int(byte)].value] = byte }
    return table
  }()

  /// The characters that stand for `bytes`.
  package static func text(of bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(scalars[Int(byte)]) }
    return String(text)
  }

  /// The bytes for which the characters of `text` stand; `nil` if one is not of the alphabet.
  package static func bytes(of text: String) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      guard let byte = bytes[scalar.value] else { return nil }
      result.append(byte)
    }
    return result
  }
}
