internal import CImageCodecs

extension Picture {
  /// The picture with every channel multiplied by `gain`, rounded and clipped to 8 bit.
  package func brightened(by gain: Double) -> Picture {
    let table = (0..<256).map { UInt8(min(max((Double($0) * gain).rounded(), 0), 255)) }
    var copy = self
    unsafe copy.pixels.withUnsafeMutableBufferPointer { pixels in
      unsafe table.withUnsafeBufferPointer {
        unsafe pk_look_up(pixels.baseAddress, Int64(pixels.count), $0.baseAddress)
      }
    }
    return copy
  }
}
