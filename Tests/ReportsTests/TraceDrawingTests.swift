import Foundation
import Foundations
import Geometry
import Imaging
import Testing

@testable import Reports

@Suite struct TraceDrawingTests {
  /// Set `SCANPATH_TRACE_SAMPLE` to a path to look at the drawing.
  @Test func `Crops stand beside the picture as the model saw them`() throws {
    let view = SampleContent.question(1)
    let trace = view.traces[0]
    let drawn = TraceDrawing.draw(trace, on: view.picture, truth: view.truthBoxes)
    #expect(drawn.size == Size(width: 900 + 12 + 120, height: 700))
    let crop = try #require(trace.steps[1].crop)
    let second = Box(x0: 916, y0: 136, x1: 1028, y1: 248)
    #expect(drawn.cropped(to: second) == view.picture.cropped(crop))
    #expect(drawn[914, 200] == TraceDrawing.colors[1])
    if let path = ProcessInfo.processInfo.environment["SCANPATH_TRACE_SAMPLE"] {
      try Files.writeAtomically(drawn.encodedPNG(), to: path)
    }
  }

  @Test func `What was looked at stays visible under its ring`() {
    let picture = Picture(size: Size(width: 560, height: 560), color: Color(10, 20, 30))
    let point = Point(x: 200.5, y: 300.5)
    let trace = TraceView(
      model: "m", steps: [.init(thought: "", point: point)], answer: nil, isCorrect: false)
    let drawn = TraceDrawing.draw(trace, on: picture)
    #expect(drawn.size == picture.size)
    #expect(drawn[200, 300] == picture[200, 300])
    #expect(drawn[205, 300] == TraceDrawing.colors[0])
  }

  @Test(arguments: [(5.0, 5.0), (895, 5), (5, 695), (895, 695), (450, 350)])
  func `Numbers stay inside the picture`(x: Double, y: Double) {
    let badge = TraceDrawing.badge(
      beside: Point(x: x, y: y), in: Size(width: 900, height: 700), unit: 1)
    #expect((13...887).contains(badge.x) && (13...687).contains(badge.y), "\(badge)")
  }
}
