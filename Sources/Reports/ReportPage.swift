/// The page of a run: one HTML file that needs no server, no script and no other file.
package struct ReportPage: Sendable {
  package let content: ReportContent

  package init(_ content: ReportContent) { self.content = content }

  /// UTF-8; the same content gives the same bytes.
  package var bytes: [UInt8] { Array(markup.text.utf8) }

  private var markup: Markup {
    let sections = [
      ("results", "Results", ResultsSection(content: content).markup),
      ("curves", "Curves", curves),
      ("stages", "Stages", StagesSection(stages: content.stages).markup),
      ("data", "Data", DataSection(views: content.data).markup),
      ("questions", "Questions", QuestionsSection(questions: content.questions).markup),
    ].filter { !$0.2.text.isEmpty }
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(content.title) · Scanpath</title>
      <style>\(Stylesheet.markup)</style></head><body>
      <header class="top"><p class="brand">\(Self.emblem)Scanpath</p>
      <nav>\(sections.map { name, title, _ -> Markup in "<a href=\"#\(name)\">\(title)</a>" })</nav>
      </header><main>
      <h1>\(content.title)</h1>\(facts)
      \(sections.map(\.2))</main>
      <footer>Made by <code>\(content.command)</code></footer></body></html>

      """
  }

  private var facts: Markup {
    if content.facts.isEmpty { return "" }
    let rows = content.facts.map { fact -> Markup in
      "<div><dt>\(fact.name)</dt><dd>\(fact.value)</dd></div>"
    }
    return "<dl class=\"facts\">\(rows)</dl>"
  }

  private var curves: Markup {
    let charts = content.charts.map { ChartView(chart: $0).markup }.filter { !$0.text.isEmpty }
    if charts.isEmpty { return "" }
    return """
      <section id="curves"><h2>Curves</h2>
      <p class="lead">Measured values are faint, their running mean is bold.</p>
      <div class="charts">\(charts)</div></section>

      """
  }

  /// Three looks and the way between them.
  private static let emblem: Markup = """
    <svg viewBox="0 0 28 20" aria-hidden="true"><polyline points="4,15 12,5 23,12"/>\
    <circle cx="4" cy="15" r="3"/><circle cx="12" cy="5" r="3"/><circle cx="23" cy="12" r="4"/></svg>
    """
}
