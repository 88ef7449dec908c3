internal import CImageCodecs
package import Foundations
package import Geometry

extension Picture {
  /// Decodes a JPEG or PNG, told apart by content.
  ///
  /// Orientation is applied, alpha laid on white, grey and CMYK turned to RGB, 16 bits rounded to 8.
  /// Colour profiles and gamma are left alone, as the loaders of trainers do.
  ///
  /// A picture with any complaint of its codec is not accepted: libjpeg fills what a cut file lacks
  /// with grey and calls that a success. What follows the end of the picture is ignored.
  ///
  /// - Throws: `image.empty`, `image.unknown-format`, `image.unsupported`, `image.truncated`,
  ///   `image.corrupt`, `image.too-large`, `image.ratio`, `image.no-memory`.
  package static func decode(
    _ bytes: [UInt8], limits: DecodeLimits = .default
  ) throws(Fault) -> Picture {
    try decoding(bytes, limits: limits) { $0 }
  }

  /// Decodes a picture for `body`; while that works on a large one, others wait for its memory.
  ///
  /// - Parameter covering: a JPEG may come out smaller, at one half, quarter or eighth, as long as
  ///   no side falls below this size. Other pixels than decoding whole and shrinking; much cheaper.
  /// - Parameter beside: bytes that `body` takes beside the picture.
  /// - Throws: what `decode` and `body` throw. `body` must not decode another picture.
  package static func decoding<R>(
    _ bytes: [UInt8], limits: DecodeLimits = .default, covering: Size? = nil,
    _ body: (Picture) throws(Fault) -> R
  ) throws(Fault) -> R {
    let header = try header(of: bytes, within: limits)
    return try decoding(bytes, header, limits: limits, covering: covering, body)
  }

  /// The same for a picture whose header was read, within the same limits, before.
  package static func decoding<R>(
    _ bytes: [UInt8], _ header: PictureHeader, limits: DecodeLimits, covering: Size? = nil,
    beside: Int = 0, _ body: (Picture) throws(Fault) -> R
  ) throws(Fault) -> R {
    let divisor = header.divisor(covering: covering)
    // Orientation is its own inverse on sizes.
    let stored = header.orientation.upright(header.size)
    let size = Size(
      width: Int(ic_scaled(Int32(stored.width), divisor)),
      height: Int(ic_scaled(Int32(stored.height), divisor)))
    let memory = header.decoderBytes + header.pictureBytes(of: size)
    return try DecodingMemory.holding(memory + beside) { () throws(Fault) in
      let pixels = try unsafe decoded(bytes, capacity: size.width * size.height * 3) {
        switch header.format {
        case .jpeg: unsafe ic_decode_jpeg($0, $1, limits.codecLimits, divisor, $2, $3)
        case .png: unsafe ic_decode_png($0, $1, 3, $2, $3)
        }
      }
      return try body(Picture(size: size, pixels: pixels).turned(by: header.orientation))
    }
  }

  /// Decodes a picture to find what is wrong with it, keeping no pixel; a row is in memory at a time
  /// unless the file has several scans.
  ///
  /// - Returns: the header of a picture that `decode` accepts.
  /// - Throws: what `decode` throws.
  package static func check(
    _ bytes: [UInt8], limits: DecodeLimits = .default
  ) throws(Fault) -> PictureHeader {
    let header = try header(of: bytes, within: limits)
    let result = DecodingMemory.holding(header.decoderBytes) {
      unsafe bytes.withUnsafeBufferPointer {
        switch header.format {
        case .jpeg:
          unsafe ic_decode_jpeg($0.baseAddress, Int64($0.count), limits.codecLimits, 1, nil, 0)
        case .png: unsafe ic_decode_png($0.baseAddress, Int64($0.count), 3, nil, 0)
        }
      }
    }
    try result.check(bytes)
    return header
  }

  /// The header, if what it announces is within `limits`.
  ///
  /// - Throws: as `decode`.
  package static func header(
    of bytes: [UInt8], within limits: DecodeLimits
  ) throws(Fault) -> PictureHeader {
    try limits.check(fileBytes: bytes.count)
    let header = try header(of: bytes)
    try limits.check(header, fileBytes: bytes.count)
    return header
  }

  /// The picture turned as a file with this tag is to be turned.
  package func turned(by orientation: Orientation) -> Picture {
    if orientation == .upright { return self }
    let upright = orientation.upright(size)
    let turned = unsafe bytes(pixels.count) { target in
      unsafe pixels.withUnsafeBufferPointer {
        unsafe pk_orient(
          $0.baseAddress, Int64(size.width), Int64(size.height), Int32(orientation.rawValue), target
        )
      }
    }
    return Picture(size: upright, pixels: turned)
  }

  /// The picture as a baseline JPEG (4:2:0); `quality` is 1 to 100.
  ///
  /// - Parameter optimized: whether Huffman tables are those of the picture, which takes a third
  ///   more time and some percent less room than the tables of the standard.
  package func encodedJPEG(quality: Int = 90, optimized: Bool = true) -> [UInt8] {
    precondition((1...100).contains(quality), "JPEG quality \(quality) is not in 1 ... 100")
    return unsafe pixels.withUnsafeBufferPointer {
      unsafe taken(
        ic_encode_jpeg(
          $0.baseAddress, Int32(size.width), Int32(size.height), Int32(quality), optimized ? 1 : 0))
    }
  }

  /// The picture as a PNG of 3 channels.
  package func encodedPNG() -> [UInt8] {
    unsafe pixels.withUnsafeBufferPointer {
      unsafe taken(ic_encode_png($0.baseAddress, Int32(size.width), Int32(size.height), 3))
    }
  }
}

extension PictureRGBA {
  /// Decodes a PNG with its alpha.
  ///
  /// - Throws: as `Picture.decode`; a JPEG is `image.unknown-format`.
  package static func decode(
    _ bytes: [UInt8], limits: DecodeLimits = .default
  ) throws(Fault) -> PictureRGBA {
    let header = try Picture.header(of: bytes, within: limits)
    guard header.format == .png else {
      throw Fault("image.unknown-format", "expected a PNG with alpha, found a JPEG")
    }
    let stored = header.orientation.upright(header.size)
    let pixels = try unsafe decoded(bytes, capacity: stored.width * stored.height * 4) {
      unsafe ic_decode_png($0, $1, 4, $2, $3)
    }
    return PictureRGBA(size: stored, pixels: pixels)
  }

  /// The picture laid on white.
  package func flattenedOnWhite() -> Picture {
    let count = size.width * size.height
    let flat = unsafe bytes(count * 3) { target in
      unsafe pixels.withUnsafeBufferPointer {
        unsafe pk_flatten_on_white($0.baseAddress, target, Int64(count))
      }
    }
    return Picture(size: size, pixels: flat)
  }

  /// The picture as a PNG of 4 channels.
  package func encodedPNG() -> [UInt8] {
    unsafe pixels.withUnsafeBufferPointer {
      unsafe taken(ic_encode_png($0.baseAddress, Int32(size.width), Int32(size.height), 4))
    }
  }
}

private func decoded(
  _ bytes: [UInt8], capacity: Int,
  _ codec: (UnsafePointer<UInt8>?, Int64, UnsafeMutablePointer<UInt8>?, Int64) -> ic_result
) throws(Fault) -> [UInt8] {
  var result = ic_result()
  let pixels = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
    result = unsafe bytes.withUnsafeBufferPointer {
      unsafe codec($0.baseAddress, Int64($0.count), buffer.baseAddress, Int64(capacity))
    }
    // After an error part of the memory is unset; it is dropped unseen.
    count = result.status == ic_ok ? capacity : 0
  }
  try result.check(bytes)
  return pixels
}

/// Copies what a codec wrote and releases it.
///
/// Encoding fails for want of memory only.
private func taken(_ encoded: ic_encoded) -> [UInt8] {
  guard unsafe encoded.result.status == ic_ok, let bytes = unsafe encoded.bytes else {
    fatalError("no memory to encode a picture")
  }
  defer { unsafe ic_release(bytes) }
  return unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(encoded.count)))
}
