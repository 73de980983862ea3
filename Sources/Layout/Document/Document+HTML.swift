internal import Base

extension Document {
  /// The page as one file of HTML that needs nothing else: no script, no link outside, its style within.
  ///
  /// It prints, follows the reader's light or dark, fits a phone, and is readable where a mail program drops
  /// the style.
  public var html: String {
    let name = ([title] + parts.prefix(1)).joined(separator: ", ")
    let hash = Base64.text(Digest.of(Self.style).bytes)
    var out = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-\(hash)'">
      <title>\(HTMLText.escaped(name))</title>
      <style>\(Self.style)</style>
      </head>
      <body>
      <main>
      <header>
      <h1>\(HTMLText.escaped(title))</h1>
      <p class="parts">\(parts.map { "<span>\(HTMLText.escaped($0))</span>" }.joined(separator: " · "))</p>
      </header>

      """
    if let notice { out += "<p class=\"notice\">\(HTMLText.escaped(notice))</p>\n" }
    for section in sections {
      out += "<section class=\"\(section.tone.rawValue)\">\n"
      out += "<h2>\(HTMLText.escaped(section.label.uppercasedFirst))</h2>\n<div>\n"
      for block in section.blocks { out += Self.html(block) }
      out += "</div>\n</section>\n"
    }
    return out + "</main>\n</body>\n</html>\n"
  }

  /// What a server says about the file's own policy, so that header and page agree.
  package static var policy: String {
    "default-src 'none'; style-src 'sha256-\(Base64.text(Digest.of(style).bytes))'; base-uri 'none'; "
      + "form-action 'none'; frame-ancestors 'none'"
  }

  private static func html(_ block: Block) -> String {
    let escaped = HTMLText.escaped
    switch block {
    case .paragraph(let text): return "<p>\(escaped(text))</p>\n"
    case .list(let texts):
      if texts.count == 1, let text = texts.first { return "<p>\(escaped(text))</p>\n" }
      return "<ul>\n" + texts.map { "<li>\(escaped($0))</li>\n" }.joined() + "</ul>\n"
    case .steps(let counts, let after):
      let way = counts.map { "<li><b>\($0.count)</b> \(escaped($0.word))</li>\n" }.joined()
      return (counts.isEmpty ? "" : "<ol class=\"steps\">\n\(way)</ol>\n")
        + (after.isEmpty ? "" : "<p>\(escaped(after))</p>\n")
    case .tally(let counts, let more):
      let all = counts.map { "<li>\(escaped($0.word)) <b>\($0.count)</b></li>\n" }.joined()
      return
        "<ul class=\"tally\">\n\(all)\(more > 0 ? "<li>and \(more) more kinds</li>\n" : "")</ul>\n"
    case .table(let table): return html(table)
    case .interval(let interval): return html(interval)
    case .commands(let lines):
      return "<pre>" + lines.map { "<code>\(escaped($0))</code>\n" }.joined() + "</pre>\n"
    }
  }

  private static func html(_ table: Table) -> String {
    let escaped = HTMLText.escaped
    func cell(_ tag: String, _ text: String, _ column: Table.Column) -> String {
      "<\(tag)\(column.isFigure ? " class=\"figure\"" : "")>\(escaped(text))</\(tag)>"
    }
    let head = table.columns.map { cell("th", $0.title, $0) }.joined()
    let rows = table.rows.map { row in
      "<tr>\(zip(table.columns, row).map { cell("td", $1, $0) }.joined())</tr>\n"
    }
    return "<div class=\"wide\"><table>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n"
      + rows.joined() + "</tbody>\n</table></div>\n"
      + (table.note.isEmpty ? "" : "<p class=\"note\">\(escaped(table.note))</p>\n")
  }

  private static func html(_ interval: Interval) -> String {
    let span = interval.span
    let width = span.upperBound - span.lowerBound
    guard [interval.mean, interval.low, interval.high].allSatisfy(\.isFinite) else { return "" }
    func at(_ value: Double) -> String {
      Figure.fixed(10 + 580 * (value - span.lowerBound) / width, 1)
    }
    func points(_ value: Double) -> String { Figure.percent(value, signed: true) }
    func end(_ value: Double) -> String {
      value == 0 ? "0" : Figure.fixed(value * 100, 0, signed: true)
    }
    let said =
      "\(interval.label): \(points(interval.mean)) points, interval \(points(interval.low)) to "
      + points(interval.high)
    // Over the middle of the interval, as far as the picture leaves room.
    let centre = (interval.low + interval.high) / 2
    let share = (centre - span.lowerBound) / width
    let anchor = share < 0.3 ? "start" : share > 0.7 ? "end" : "middle"
    let middle = at(share < 0.3 ? interval.low : share > 0.7 ? interval.high : centre)
    let tone = interval.low > 0 ? "good" : interval.high < 0 ? "bad" : "open"
    return """
      <svg class="interval \(tone)" viewBox="0 0 600 104" role="img" aria-label="\(HTMLText.escaped(said))">
      <line class="axis" x1="10" y1="56" x2="590" y2="56"/>
      <line class="zero" x1="\(at(0))" y1="38" x2="\(at(0))" y2="74"/>
      <line class="range" x1="\(at(interval.low))" y1="56" x2="\(at(interval.high))" y2="56"/>
      <circle cx="\(at(interval.mean))" cy="56" r="8"/>
      <text class="ends" x="\(middle)" y="26" text-anchor="\(anchor)">\(points(interval.low)) to \(points(interval.high))</text>
      <text x="10" y="98">\(end(span.lowerBound))</text>
      \(span.lowerBound < 0 && span.upperBound > 0 ? "<text x=\"\(at(0))\" y=\"98\" text-anchor=\"middle\">0</text>" : "")
      <text x="590" y="98" text-anchor="end">\(end(span.upperBound)) pp</text>
      </svg>

      """
  }
}

/// Text in HTML and SVG: no character of it is markup, and none reorders or hides what stands beside it.
package enum HTMLText {
  /// The text, escaped.
  package static func escaped(_ text: String) -> String {
    var out = ""
    for character in text.printable().unicodeScalars {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      default: out.unicodeScalars.append(character)
      }
    }
    return out
  }
}

/// Bytes as printable text, as RFC 4648 has it.
package enum Base64 {
  /// Four characters for three bytes, padded.
  package static func text(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var value = 0
      for place in 0..<3 {
        value = value << 8 | (place < group.count ? Int(group[start + place]) : 0)
      }
      for place in 0..<4 {
        out.append(place <= group.count ? letters[value >> (18 - 6 * place) & 63] : 0x3D)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
