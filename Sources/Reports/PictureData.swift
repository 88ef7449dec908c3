internal import Foundation
internal import Imaging

extension Picture {
  /// The picture as a `data:` address of a JPEG.
  func dataAddress(quality: Int) -> String {
    encodedJPEG(quality: quality).jpegAddress
  }
}

extension [UInt8] {
  /// The bytes of a JPEG as a `data:` address.
  var jpegAddress: String { "data:image/jpeg;base64," + Data(self).base64EncodedString() }
}
