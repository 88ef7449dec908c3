import Foundation
import Testing

/// `scanpath export`: what it refuses.
@Suite struct ExportCommandTests {
  @Test(arguments: [
    (["trl", "--shard-size", "8MiB"], "--shard-size is for webdataset and mds; trl has no shards"),
    (["mds", "--shard-size", "4GiB"], "--shard-size of mds must be below 4GiB"),
    (["webdataset", "--compress"], "--compress is for mds"),
    (["verl", "--compress"], "--compress is for mds"),
  ])
  func `An export refuses what its target has no use for`(
    _ options: [String], _ words: String
  ) throws {
    let refused = try Program.run(["export", "none", "--to"] + options)
    #expect(refused.code == 64 && refused.messages.contains(words), "\(refused.messages)")
  }
}
