// Files made by Pillow 13.0 from the formula of `Synthetic`, in base 64.
enum Fixture {
  /// The CMYK JPEG with its Adobe segment saying YCCK.
  static var luminousInkJPEG: [UInt8] {
    var bytes = inkJPEG
    bytes[17] = 2
    return bytes
  }

  /// 24 x 16 CMYK JPEG, quality 60.
  static let inkJPEG = bytes(
    """
    /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2Rjcs\
    LUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AAFAgAEAAYBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAAB\
    AgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNi\
    coIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SV\
    lpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4E\
    QwBNAFkASwAAPwByPPcXZn8xL26R9wupCy29swGSB13HJ9M9DgYJpI3iiL3MTy2lvLhXurgkzToTkBOMAHKjIAHQ\
    /NiidQvl2syGLc5C6faMoLbQPmkkzzkKcnOcYJYGkZFljZVSG+kjAUPIpS0tgFAKgdGwGzjBOAMKMVHbPJIZb61m\
    8wqMvqU4YCNG4xGnc9uMk4YZ5xS3G60gCSrJZwOigW8WDe3XPDtwdo+Yn5uhyMDih1M00VuQs86uzLZWqr5MByTt\
    fHD+pA4zjOQc0uVctdhxK0cmZL+7ibZFkjGxOfmBHHfIYZGQKtadbNcSzi03woyASXksn711PsQNoyDjA54yMrik\
    uVlig23UH2e172lqwHzqASZZD93cu3n73IxnBqK6ntwVRmt76clVh+TNrEpBwioD+8PIHAI4GMEVNp8T3MssFjcL\
    BLJD+9u52IlcZHKqc4Tdgds5GRkDMESGaWGE2qXExyRZwpiC3PJ+cqcNwTwOCQw5+8AzYY3cEzBQR/xMbpiOvysI\
    UH3jkEgAMeoJPQrIpgjaNwbOAoqGJEEl1csTkF+wHJzuIxyMDio1HnPFbvbJdTYLJY26hYLc5J+cqfm/i+XgE7uo\
    +YMnhWYfaLy6eZwxEaW+CzAj/lluyEGQMMclsZ9Gaza30cAmXS7We+1Jz8skpLnHYsSPl6NgHJIA78AlEtwjQtbw\
    WGnxhd2/c8aspx1ABlbIxtGFyoB+bFQzxrJ5M17diWKJSkK26ANg8DyxghVJ/jOScDsQ1WBbzQQqNQj+x2Sqrm3T\
    hXG4KCWxl3IB/wDHQSCVJqMbKSJZpJIrubcscEewiBRz8ioCN+NoAIIHQgkggsinmLtaaXBNLcOhM1wWJllUAbiA\
    cCNDkjnk8HrjFv7PMsWL5Bp9kirKYITtD/MF3bsZdyM8c54BxwT/AP/Z
    """)

  /// 24 x 16 grey progressive JPEG, quality 60.
  static let greyJPEG = bytes(
    """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZG\
    NywtQFdBRkxOUlNSMj5aYVpQYEpRUk//wgALCAAQABgBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAgP/2gAIAQEA\
    AAABKm1P/8QAGhABAAIDAQAAAAAAAAAAAAAAAQACERIhA//aAAgBAQABBQLla2wT0tqPAcTYX//EACIQAAEEAQIH\
    AAAAAAAAAAAAAAEAAhESUiFRIzEyQWNxwf/aAAgBAQAGPwKIo3EdTkGOEeMd/aFtdmAaIm1RmeblVjY3t9XDN35L\
    /8QAIxAAAQMDAwUBAAAAAAAAAAAAAREhMQBBUXHB8GGBkaHh8f/aAAgBAQABPyEh7FCNEG1BI6E3DLlqAxmDYB35\
    mie+V8Sx+aUdpFHQHZOlvQV3AkKkMsWH3rX/2gAIAQEAAAAQw//EABwQAQEBAAIDAQAAAAAAAAAAAAERIQAxQVFh\
    of/aAAgBAQABPxA7tsCJgvUQ9zsrQ4ZIKNTqvhPOwKpl453Vwt9FqJa5sZXDEEg0lhkXQa6Cs7MUUNQg/JcWiFT3\
    wUkEdVpBUNT9AgD/2Q==
    """)

  /// 24 x 16 PNG of 8 palette colours, the first transparent.
  static let palettePNG = bytes(
    """
    iVBORw0KGgoAAAANSUhEUgAAABgAAAAQBAMAAAD+CqKmAAAAGFBMVEWZ3jxD4WmUoXI1mrbaTHbHF4Y2ZaxdKrSW\
    aiPTAAAAAXRSTlMAQObYZgAAANtJREFUeJwB0AAv/wFmytVB7c1UD83VQe0CytBPHc1U8s3VPx3NBNBUD80F8u3g\
    QB69BARV7tzVPx3KRRHL5XME8e3QVA+9FPHM/yL8Au3QVRLO5TPL7yRMngTNBPHd1EAcATMzmlICBULt0EAtoBAz\
    nlXOAVQPrUUiuhMzjkHr0QIPnfTxqg8D/lHt4SACzQVSHe/HLt8N7TBVAQVPD68yM94OztNTugJPD87yM54RzfNz\
    GjUC8s7TI/oxy9AB+tXtAurPQUqjHeEkTKMd7wAAVWETQwBSdxFjMQQqZl/TwghylwAAAABJRU5ErkJggg==
    """)

  /// 12 x 8 grey PNG of 16 bits.
  static let deepPNG = bytes(
    """
    iVBORw0KGgoAAAANSUhEUgAAAAwAAAAIEAAAAAC4H51uAAAAtUlEQVR4nG3MOw6CMAAAUJp0dHAgJRJjv5aSEtN0\
    omkYoBsjLLhovIFX8zYOBmaCceAEDq6+AzwQRce/gPdSSskYY1KeTmlqLUJSWgu951xrjDHm3DmMkyQErTEGj4cQ\
    ShUFIft9WUJIiBDDUBTg/c7zPN/tnKOUUkrrep7PZ+dAljFm7eGAUNsy9vlcLuvadeMIvf/9Wm821+uy9P00VdV2\
    C71XSghj4vh+f72aJoTn83Yz5gvPMS9C80VpAgAAAABJRU5ErkJggg==
    """)

  private static func bytes(_ text: String) -> [UInt8] {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    var (bits, count) = (0, 0)
    for letter in text.utf8 {
      guard let value = digits.firstIndex(of: letter) else { continue }
      (bits, count) = (bits << 6 | value, count + 6)
      if count >= 8 {
        count -= 8
        result.append(UInt8(bits >> count & 255))
        bits &= 1 << count - 1
      }
    }
    return result
  }
}
