/// Texts seen so far: some bytes on disk for each, whatever its length, and none in memory.
package struct SeenTexts: Sendable {
  private let table: KeyTable<UInt8>

  /// - Parameter folder: on the disk that takes them.
  package init(in folder: String) { table = KeyTable(in: folder) }

  /// Whether the text is new.
  package func insert(_ text: TextKey) throws(Fault) -> Bool {
    try table.insert(0, for: text.key) == nil
  }
}
