internal import Foundation
internal import Imaging

extension Picture {
  /// The picture as a `data:` address of a JPEG.
  func dataAddress(quality: Int) -> String {
    "data:image/jpeg;base64," + Data(encodedJPEG(quality: quality)).base64EncodedString()
  }
}
