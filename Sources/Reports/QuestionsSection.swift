internal import Geometry
internal import Imaging

/// Questions with their pictures; the path of every look is drawn on them, crops stand beside.
struct QuestionsSection {
  let questions: [QuestionView]

  var markup: Markup {
    if questions.isEmpty { return "" }
    let right = questions.count { $0.traces.last?.isCorrect == true }
    return """
      <section id="questions"><h2>Questions and traces</h2>
      <p class="lead">Numbers show where the model looked, in order; the small pictures are what it \
      saw there. The dashed box is the truth.</p>
      <div class="filter" role="group" aria-label="Which questions to show">\
      <label><input type="radio" name="show" id="show-all" checked>All \
      <b>\(questions.count)</b></label>\
      <label><input type="radio" name="show" id="show-right">Right <b>\(right)</b></label>\
      <label><input type="radio" name="show" id="show-wrong">Wrong \
      <b>\(questions.count - right)</b></label></div>
      \(questions.enumerated().map { card($1, number: $0 + 1) })</section>

      """
  }

  private func card(_ view: QuestionView, number: Int) -> Markup {
    let verdict: Markup = view.traces.last?.isCorrect == true ? "right" : "wrong"
    let options = view.options.map { option -> Markup in
      "<span class=\"chip\(option == view.truth ? " truth" : "")\">\(option)</span>"
    }
    let traces = view.traces.enumerated().map { index, trace in
      self.trace(trace, of: view, picture: "picture-\(number)", isFirst: index == 0)
    }
    return """
      <article class="question \(verdict)" id="question-\(number)">
      <header><span class="number">\(number)</span><h3>\(view.question)</h3></header>
      <p class="options">\(options)<span class="soft">Truth:</span> <b>\(view.truth)</b></p>
      \(traces)</article>

      """
  }

  private func trace(
    _ trace: TraceView, of view: QuestionView, picture: String, isFirst: Bool
  ) -> Markup {
    let mark: Markup =
      trace.isCorrect
      ? "<span class=\"mark good\">✓ right</span>" : "<span class=\"mark bad\">✗ wrong</span>"
    let answer: Markup =
      trace.answer.map { "<b>\($0)</b>" } ?? "<span class=\"soft\">none</span>"
    let reason: Markup =
      trace.reason.isEmpty ? "" : "<p class=\"reason soft\">\(trace.reason)</p>"
    let steps = trace.steps.enumerated().map { step($1, number: $0 + 1, of: view) }
    return """
      <div class="trace"><div class="seen">\
      \(TraceOverlay(view: view, trace: trace, picture: picture, holdsPicture: isFirst).markup)</div>
      <div class="told"><p class="model"><span class="soft">\(trace.model)</span>\(mark)</p>
      <ol>\(steps)</ol>
      <p class="answer"><span class="soft">Answer</span> \(answer)</p>\(reason)</div></div>

      """
  }

  private func step(_ step: TraceView.Step, number: Int, of view: QuestionView) -> Markup {
    let color = (number - 1) % 6
    var crop: Markup = ""
    if let cut = step.crop, cut.box.intersection(view.picture.size.box) != nil {
      crop = """
        <img class="c\(color)" alt="what the model saw at look \(number)" width="104" \
        src="\(view.picture.cropped(cut).dataAddress(quality: 88))">
        """
    }
    let place: Markup =
      step.point.map { "<span class=\"place\">at \(Int($0.x)), \(Int($0.y)) px</span>" } ?? ""
    let badge: Markup = step.point == nil ? "thought" : "c\(color)"
    return """
      <li><span class="disc \(badge)">\(number)</span>\
      <div class="thought"><p>\(step.thought)</p>\(place)</div>\(crop)</li>

      """
  }
}
