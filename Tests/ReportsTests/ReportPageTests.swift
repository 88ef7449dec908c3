import Foundation
import Foundations
import Geometry
import Imaging
import JSONText
import Prompting
import Schemas
import Testing

@testable import Reports

@Suite struct ReportPageTests {
  static func text(_ content: ReportContent) -> String {
    String(decoding: ReportPage(content).bytes, as: UTF8.self)
  }

  /// Set `SCANPATH_REPORT_SAMPLE` to a path to look at the page in a browser.
  @Test func `A page of a whole run needs no other file`() throws {
    let path = ProcessInfo.processInfo.environment["SCANPATH_REPORT_SAMPLE"]
    let content = try SampleContent.content(questions: path == nil ? 2 : 20)
    let bytes = ReportPage(content).bytes
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(!text.contains("<script"))
    #expect(!text.contains("http:") && !text.contains("https:") && !text.contains("@import"))
    for match in text.matches(of: /(?:href|src)="([^"]{0,12})/) {
      #expect(match.1.hasPrefix("#") || match.1.hasPrefix("data:image/"), "\(match.0)")
    }
    #expect(bytes == ReportPage(content).bytes)
    if let path { try Files.writeAtomically(bytes, to: path) }
  }

  @Test func `The page is well-formed, so nothing opens that does not close`() throws {
    let text = Self.text(try SampleContent.content(questions: 2))
    var open: [Substring] = []
    let void: Set<Substring> = ["meta", "img", "input"]
    for match in text.matches(of: /<(\/?)([a-z][a-z0-9]*)[^<>]*?(\/?)>/) {
      if match.1 == "/" {
        try #require(open.popLast() == match.2, "</\(match.2)> closes another element")
      } else if match.3.isEmpty, !void.contains(match.2) {
        open.append(match.2)
      }
    }
    #expect(open.isEmpty, "\(open)")
    let names = text.matches(of: /\sid="([^"]+)"/).map(\.1)
    #expect(Set(names).count == names.count)
    for match in text.matches(of: /href="#([^"]+)"/) { #expect(names.contains(match.1)) }
  }

  @Test func `Nothing from outside can open a tag`() {
    let hostile = "</style><script>alert('\"&')</script>\u{0}"
    let size = Size(width: 28, height: 28)
    var content = ReportContent(title: hostile, command: hostile)
    content.facts = [Fact(hostile, hostile)]
    content.stages = [
      StageCount(hostile, taken: 1, passed: 0, dropped: [.init(hostile, 1)], note: hostile)
    ]
    content.charts = [
      Chart(
        hostile, x: hostile, y: hostile,
        series: [.init(hostile, [(0, 0), (1, 1)]), .init(hostile, [(0, 0), (1, 1)])])
    ]
    let step = TraceView.Step(thought: hostile, point: Point(x: 3, y: 4))
    content.questions = [
      QuestionView(
        question: hostile, options: [hostile], truth: hostile,
        picture: Picture(size: size, color: .white),
        traces: [
          TraceView(
            model: hostile, steps: [step], answer: hostile, isCorrect: false, reason: hostile)
        ])
    ]
    let text = Self.text(content)
    #expect(!text.contains("<script"))
    #expect(!text.contains("alert('"))
    #expect(!text.contains("\u{0}"))
    #expect(text.split(separator: "&lt;script&gt;alert(&#39;&quot;&amp;&#39;)").count > 15)
  }

  @Test func `A run without anything still makes a page`() {
    let text = Self.text(ReportContent(title: "empty", command: "scanpath run x.yaml"))
    #expect(text.contains("<h1>empty</h1>"))
    #expect(!text.contains("<section"))
  }

  @Test func `Records that the counts do not explain are shown`() {
    var content = ReportContent(title: "t", command: "c")
    let stage = StageCount(
      "filter", taken: 10, passed: 6, dropped: [.init("short", 2)],
      quarantined: [.init("image.corrupt", 1)])
    #expect(stage.unexplained == 1)
    content.stages = [stage]
    #expect(Self.text(content).contains("not accounted for <b>1</b>"))
    #expect(SampleContent.stages.allSatisfy { $0.unexplained == 0 })
  }

  @Test func `A trace takes thoughts, points and crops from the record`() throws {
    let domain = DomainCatalog.visualSearch
    let original = SampleContent.size
    let view = try domain.view(of: original)
    let look = Point(x: 40, y: 30)
    let frame = try domain.frame(of: original)
    let cut = try #require(domain.crop).crop(around: frame.toOriginal(look), in: original)
    let media = MediaReference(sha256: "", crop: cut, size: cut.output)
    let record = EvaluationRecord(
      id: "e", question: "q", model: "grpo",
      segments: [
        Segment(role: .prompt, text: "", media: [MediaReference(sha256: "", size: view)]),
        Segment(role: .model, text: domain.dialect.turn(thought: "A badge.", .zoom(look))),
        Segment(role: .observation, text: domain.dialect.observation, media: [media]),
        Segment(role: .model, text: domain.dialect.turn(thought: "A key.", .answer("(1, 2)"))),
        Segment(role: .model, text: "gibberish"),
      ],
      answer: "(1, 2)", isCorrect: true, reason: "", zooms: 1, points: [],
      provenance: Provenance(archive: "", member: "", sha256: "", seed: 7))
    let trace = try TraceView(record, domain: domain, original: original)
    #expect(trace.steps.map(\.thought) == ["A badge.", "A key.", "gibberish"])
    #expect(trace.steps.map(\.point) == [frame.toOriginal(look), nil, nil])
    #expect(trace.steps.map(\.crop) == [cut, nil, nil])
    #expect(trace.answerPoint == frame.toOriginal(Point(x: 1, y: 2)))
  }
}

@Suite struct ChartTests {
  @Test func `Every number of a metrics file gets its curve`() throws {
    let lines = try JSONLines.parse(
      Array(
        """
        {"step":1,"loss":2.5,"train/reward":0.5,"note":"x"}
        {"step":2,"loss":null,"train/reward":0.75,"validation/reward":0.25}
        {"step":3,"loss":1,"validation/reward":0.5,"once":1}

        """.utf8))
    let charts = try Chart.charts(stage: "grpo", metrics: lines)
    #expect(charts.map(\.title) == ["grpo · loss", "grpo · reward"])
    #expect(charts[0].series[0].points.map(\.x) == [1, 3])
    #expect(charts[1].series.map(\.name) == ["train", "validation"])
    #expect(try Chart.charts(stage: "s", metrics: lines) { $0 == "loss" }.count == 1)
    #expect(throws: Fault.self) { try Chart.charts(stage: "s", metrics: [["loss": 1]]) }
  }
}

@Suite struct AxisTests {
  @Test(arguments: [
    ([0.0, 1], ["0", "0.5", "1.0"]), ([0, 2e-4], ["0", "0.5e−4", "1.0e−4", "1.5e−4", "2.0e−4"]),
    ([-3, 7], ["−5", "0", "5", "10"]), ([1, 200], ["0", "50", "100", "150", "200"]),
    ([5, 5], ["4.5", "5.0", "5.5"]),
  ])
  func `Ticks lie at round numbers and cover the values`(values: [Double], labels: [String]) throws
  {
    let axis = try #require(Axis(values, widened: true))
    #expect(axis.ticks.map(axis.label) == labels)
    #expect(axis.low <= values[0] && values[1] <= axis.high)
  }

  @Test func `No values make no axis`() { #expect(Axis([], widened: true) == nil) }
}
