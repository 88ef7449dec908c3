package import Geometry

/// What the data of a stage is like: counts as bars, and a sheet of pictures.
package struct DataView: Sendable {
  /// Counts by name, such as the bins of a histogram.
  package struct Bars: Sendable {
    package let title: String
    /// In the order in which they are shown.
    package let bars: [(name: String, count: Int)]
    /// What else there is to say, such as the mean; may be empty.
    package let note: String

    package init(_ title: String, _ bars: [(name: String, count: Int)], note: String = "") {
      self.title = title
      self.bars = bars
      self.note = note
    }
  }

  /// A picture of pictures.
  package struct Sheet: Sendable {
    /// A JPEG file.
    package let file: [UInt8]
    package let size: Size

    package init(file: [UInt8], size: Size) {
      self.file = file
      self.size = size
    }
  }

  package let stage: String
  package let lead: String
  package var bars: [Bars] = []
  package var sheet: Sheet?

  package init(stage: String, lead: String) {
    self.stage = stage
    self.lead = lead
  }
}

/// The section of the page that shows the data.
struct DataSection {
  let views: [DataView]

  var markup: Markup {
    if views.isEmpty { return "" }
    return "<section id=\"data\"><h2>Data</h2>\n\(views.map(view))</section>\n\n"
  }

  private func view(_ view: DataView) -> Markup {
    let figures = view.bars.filter { !$0.bars.isEmpty }.map(figure)
    let bars: Markup = figures.isEmpty ? "" : "<div class=\"charts\">\(figures)</div>"
    return """
      <h3>\(view.stage)</h3><p class="lead">\(view.lead)</p>
      \(view.sheet.map { sheet($0, view.lead) } ?? "")\(bars)

      """
  }

  private func figure(_ bars: DataView.Bars) -> Markup {
    let most = Double(max(1, bars.bars.map(\.count).max() ?? 1))
    let rows = bars.bars.map { bar -> Markup in
      """
      <li><span>\(bar.name)</span><i><u style="width:\(100 * Double(bar.count) / most)%"></u></i>\
      <b>\(Decimal.grouped(bar.count))</b></li>
      """
    }
    return """
      <figure class="chart"><figcaption>\(bars.title)\
      <span class="soft">\(bars.note)</span></figcaption><ul class="bars">\(rows)</ul></figure>

      """
  }

  private func sheet(_ sheet: DataView.Sheet, _ text: String) -> Markup {
    """
    <img class="sheet" src="\(sheet.file.jpegAddress)" width="\(sheet.size.width)" \
    height="\(sheet.size.height)" alt="\(text)">

    """
  }
}
