import Foundation
import Testing

/// `scanpath merge`: what it joins and what it refuses.
@Suite struct MergeTests {
  @Test func `Nothing is appended to a dataset of a run, whose stages would not see it`() throws {
    try RunVerbTests.withRun { run in
      let datasets = URL(filePath: run).appending(path: "datasets")
      for (path, folder) in [("\(run)/datasets/all", nil), ("all", datasets)] {
        let refused = try Program.run("merge", path, "--append-to", path, in: folder)
        #expect(refused.code == 2, "\(refused.messages)")
        #expect(refused.messages.contains("\(path): the dataset belongs to a run"))
        #expect(refused.messages.contains("--out") && refused.messages.contains("[merge.run]"))
      }
      let out = URL(filePath: run).deletingLastPathComponent().appending(path: "joined").path
      let merged = try Program.run("merge", "\(run)/datasets/all", "--out", out)
      #expect(merged.code == 0 && merged.output == "\(out): 2 records and 2 pictures\n")
      let again = try Program.run("merge", "\(run)/datasets/all", "--append-to", out)
      #expect(again.code == 2 && again.messages.contains("[merge.duplicate]"))
      let valid = try Program.run("validate", out)
      #expect(valid.code == 0 && valid.output.contains(": valid, 2 records"), "\(valid.output)")
    }
  }
}
