/// What the first bytes of a file say about it, where its name does not.
package enum ArchiveMagic {
  /// As many bytes are looked at.
  package static let bytes = 512

  private static let heads: [[UInt8]] = [
    Array("PK\u{3}\u{4}".utf8), Array("PK\u{5}\u{6}".utf8),  // zip, and one without members
    [0x1F, 0x8B],  // gzip, RFC 1952
    Array("BZh".utf8), [0xFD] + Array("7zXZ\0".utf8),  // bzip2, xz
    Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C], Array("Rar!".utf8),
    Array("070701".utf8), Array("070702".utf8), Array("070707".utf8),  // cpio
  ]

  /// Whether a file that begins like this is an archive, or compressed by other than zstd.
  package static func isArchive(_ head: [UInt8]) -> Bool {
    heads.contains { head.starts(with: $0) }
      || head.count > 262 && head[257..<262].elementsEqual("ustar".utf8)
  }
}
