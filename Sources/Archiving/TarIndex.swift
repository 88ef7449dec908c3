package import Foundations

/// Where the members of a plain ustar archive lie, by reading its headers only.
package enum TarIndex {
  package struct Member: Sendable, Equatable {
    package let name: String
    /// Where the data lies in the archive.
    package let range: Range<Int>

    package init(name: String, range: Range<Int>) {
      self.name = name
      self.range = range
    }
  }

  /// The members in the order they lie in the archive.
  ///
  /// For archives as `TarWriter` makes them; any other member than a plain file is a fault.
  ///
  /// - Throws: `tar.damaged` at the byte of the header that is wrong.
  package static func scan(_ path: String) throws(Fault) -> [Member] {
    let file = try InputFile(path)
    var members: [Member] = []
    var at = 0
    while true {
      let block = try file.read(at..<at + TarHeader.blockBytes)
      if block.count == TarHeader.blockBytes && block.allSatisfy({ $0 == 0 }) { return members }
      guard let header = TarHeader(block) else { throw damaged(path, at, "no header is here") }
      let start = at + TarHeader.blockBytes
      let end = start + header.bytes
      guard end <= file.count else {
        throw damaged(path, at, "the archive ends within the member \(header.name)")
      }
      members.append(Member(name: header.name, range: start..<end))
      at = end + TarHeader.padding(after: header.bytes)
    }
  }

  private static func damaged(_ path: String, _ byte: Int, _ message: String) -> Fault {
    Fault("tar.damaged", message, at: Place(file: path, byte: byte))
  }
}

extension TarHeader {
  /// Reads a block; `nil` unless it is a header of a plain file with a right checksum.
  init?(_ block: [UInt8]) {
    guard block.count == Self.blockBytes, block[257..<262].elementsEqual("ustar".utf8),
      block[156] == UInt8(ascii: "0") || block[156] == 0,
      let bytes = Self.octal(block[124..<136]), let sum = Self.octal(block[148..<156])
    else { return nil }
    let blank = block[148..<156].reduce(0) { $0 + Int($1) }
    guard block.reduce(0, { $0 + Int($1) }) - blank + 8 * 0x20 == sum else { return nil }
    let rest = String(decoding: block[0..<100].prefix { $0 != 0 }, as: UTF8.self)
    let prefix = String(decoding: block[345..<500].prefix { $0 != 0 }, as: UTF8.self)
    self.init(name: prefix.isEmpty ? rest : "\(prefix)/\(rest)", bytes: bytes)
  }

  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.prefix { 0x30...0x37 ~= $0 }
    guard !digits.isEmpty else { return nil }
    return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }
}
