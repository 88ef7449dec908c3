package import Foundations

/// Writes a plain ustar archive of files, whose bytes depend on names and data only: all times are
/// 0, all owners nobody's number 0 without names, all modes 0644.
package struct TarWriter: ~Copyable {
  private var file: OutputFile
  /// Members so far.
  package private(set) var count = 0

  package init(_ path: String) throws(Fault) { file = try OutputFile(path) }

  /// Bytes written so far, without the end of the archive.
  package var bytes: Int { file.count }

  /// Adds a file and returns where its data begins in the archive.
  ///
  /// - Throws: `tar.name` if the name does not fit ustar (100 bytes, or 155 for folders and 100 for
  ///   the rest); `tar.size` from 8 GiB on; faults of writing.
  package mutating func append(_ name: String, _ data: [UInt8]) throws(Fault) -> Int {
    try file.write(try TarHeader(name: name, bytes: data.count).block())
    let offset = file.count
    try file.write(data)
    try file.write([UInt8](repeating: 0, count: TarHeader.padding(after: data.count)))
    count += 1
    return offset
  }

  /// Ends the archive and gives it its name.
  package consuming func commit() throws(Fault) -> OutputFile.Written {
    try file.write([UInt8](repeating: 0, count: 2 * TarHeader.blockBytes))
    return try file.commit()
  }
}

/// One 512-byte header of ustar (POSIX.1-1988), for plain files.
struct TarHeader {
  static let blockBytes = 512

  var name: String
  var bytes: Int

  /// Zeros after data of this length.
  static func padding(after bytes: Int) -> Int { (blockBytes - bytes % blockBytes) % blockBytes }

  // MARK: Writing

  func block() throws(Fault) -> [UInt8] {
    guard bytes < 1 << 33 else {
      throw Fault("tar.size", "\(bytes) bytes are too many for a member", at: Place(member: name))
    }
    let (prefix, rest) = try split()
    var block = [UInt8](repeating: 0, count: Self.blockBytes)
    func put(_ text: some Sequence<UInt8>, at offset: Int) {
      for (index, byte) in text.enumerated() { block[offset + index] = byte }
    }
    put(rest, at: 0)
    put("0000644\0".utf8, at: 100)
    put("0000000\0".utf8, at: 108)
    put("0000000\0".utf8, at: 116)
    put(Self.octal(bytes, digits: 11), at: 124)
    put("00000000000\0".utf8, at: 136)
    put("        ".utf8, at: 148)
    put("0".utf8, at: 156)
    put("ustar\u{0}00".utf8, at: 257)
    put("0000000\0".utf8, at: 329)
    put("0000000\0".utf8, at: 337)
    put(prefix, at: 345)
    put(Self.octal(block.reduce(0) { $0 + Int($1) }, digits: 6) + [0x20], at: 148)
    return block
  }

  /// The name as folders of at most 155 bytes and a rest of at most 100.
  private func split() throws(Fault) -> (prefix: ArraySlice<UInt8>, rest: ArraySlice<UInt8>) {
    let bytes = Array(name.utf8)[...]
    if !bytes.isEmpty && bytes.count <= 100 { return ([], bytes) }
    let slash = bytes.indices.first {
      bytes[$0] == UInt8(ascii: "/") && bytes.count - $0 - 1 <= 100
    }
    guard let slash, 1...155 ~= slash, slash + 1 < bytes.count else {
      throw Fault("tar.name", "the name does not fit a tar header", at: Place(member: name))
    }
    return (bytes[..<slash], bytes[(slash + 1)...])
  }

  private static func octal(_ value: Int, digits: Int) -> [UInt8] {
    let text = String(value, radix: 8)
    return Array((String(repeating: "0", count: digits - text.utf8.count) + text).utf8) + [0]
  }
}
