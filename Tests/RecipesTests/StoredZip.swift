/// A zip with one member as it is, whose checksum nobody looks at.
enum StoredZip {
  static func bytes(_ name: String, _ data: [UInt8], flags: UInt16) -> [UInt8] {
    func little(_ number: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    // Version, flags, method, time, date, checksum, both sizes, lengths of name and extra field.
    let common =
      little(20, 2) + little(Int(flags), 2) + little(0, 2 + 4 + 4) + little(data.count, 4)
      + little(data.count, 4) + little(name.utf8.count, 2) + little(0, 2)
    let local = little(0x0403_4B50, 4) + common + Array(name.utf8) + data
    let central =
      little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 14) + Array(name.utf8)
    return local + central + little(0x0605_4B50, 4) + little(0, 4) + little(1, 2) + little(1, 2)
      + little(central.count, 4) + little(local.count, 4) + little(0, 2)
  }
}
