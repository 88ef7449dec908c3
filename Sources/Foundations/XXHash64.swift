/// XXH64 (Yann Collet, "xxHash fast digest algorithm", specification 0.1.1), with seed 0.
package enum XXHash64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  /// The digest as 16 lower-case hexadecimal digits.
  package static func hexadecimal(of bytes: [UInt8]) -> String {
    let hash = of(bytes.span)
    return Hexadecimal.text(of: (0..<8).map { UInt8(truncatingIfNeeded: hash >> (56 - 8 * $0)) })
  }

  package static func of(_ bytes: Span<UInt8>) -> UInt64 {
    var at = 0
    var hash = prime5
    if bytes.count >= 32 {
      var (a, b) = (prime1 &+ prime2, prime2)
      var (c, d) = (UInt64(0), 0 &- prime1)
      while at + 32 <= bytes.count {
        a = round(a, word(bytes, at))
        b = round(b, word(bytes, at + 8))
        c = round(c, word(bytes, at + 16))
        d = round(d, word(bytes, at + 24))
        at += 32
      }
      hash = rotated(a, 1) &+ rotated(b, 7) &+ rotated(c, 12) &+ rotated(d, 18)
      for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
    }
    hash = hash &+ UInt64(bytes.count)
    while at + 8 <= bytes.count {
      hash = rotated(hash ^ round(0, word(bytes, at)), 27) &* prime1 &+ prime4
      at += 8
    }
    if at + 4 <= bytes.count {
      let half = (0..<4).reduce(UInt64(0)) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
      hash = rotated(hash ^ half &* prime1, 23) &* prime2 &+ prime3
      at += 4
    }
    while at < bytes.count {
      hash = rotated(hash ^ UInt64(bytes[at]) &* prime5, 11) &* prime1
      at += 1
    }
    hash = (hash ^ hash >> 33) &* prime2
    hash = (hash ^ hash >> 29) &* prime3
    return hash ^ hash >> 32
  }

  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotated(lane &+ word &* prime2, 31) &* prime1
  }

  private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value << bits | value >> (64 - bits)
  }

  private static func word(_ bytes: Span<UInt8>, _ at: Int) -> UInt64 {
    unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
  }
}
