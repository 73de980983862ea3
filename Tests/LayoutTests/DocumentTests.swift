import Base
import Layout
import Testing

@Suite struct DocumentTests {
  private static let hostile = "\u{1B}]0;x\u{07}<b onload=x>\"'&`a` [l](http://x) \u{202E}"

  private static func page(_ text: String) -> Document {
    Document(
      title: text, parts: [text, ""], notice: text,
      sections: [
        Document.Section(
          text, tone: .good,
          [
            .paragraph(text), .list([text, text]), .steps([Document.Count(2, text)], after: text),
            .tally([Document.Count(1, text)], more: 3),
            .table(
              Document.Table(
                columns: [Document.Table.Column(text), Document.Table.Column("n", isFigure: true)],
                rows: [[text, "1"]], note: text)),
            .interval(Document.Interval(label: text, mean: 0.1, low: -0.05, high: 0.25)),
            .commands([text]),
          ]), Document.Section("empty", ""), Document.Section("none", [.list([])]),
      ])
  }

  @Test func `nothing from outside marks up or acts, in any form of the page`() {
    let page = Self.page(Self.hostile)
    for text in [page.text(width: 80), page.markdown, page.html] {
      for scalar in ["\u{1B}", "\u{07}", "\u{202E}"] { #expect(!text.contains(scalar)) }
    }
    #expect(!page.html.contains("<b onload"))
    #expect(!page.html.contains("\"'&`"))
    // In Markdown's code nothing is markup but what ends it; elsewhere every sign is escaped.
    let prose = page.markdown.split(separator: "\n").filter { !$0.contains("`` ") }
    for line in prose {
      for markup in ["](", "<b", " `a"] {
        #expect(!line.replacing("\\" + markup.prefix(1), with: "").contains(markup), "\(line)")
      }
    }
    #expect(page.markdown.contains("`` \\u{1b}]0;x\\u{7}<b onload=x>"))
  }

  @Test func `a page of HTML needs nothing else and runs nothing`() {
    let html = Self.page("plain").html
    for banned in ["<script", "src=", "href=", "url(", "@import", "javascript:"] {
      #expect(!html.contains(banned), "\(banned)")
    }
    #expect(html.contains("default-src 'none'; style-src 'sha256-"))
    #expect(Document.policy.contains("style-src 'sha256-"))
    for tag in ["main", "section", "table", "ul", "ol", "svg", "pre", "html"] {
      let opened = html.split(separator: "<\(tag)", omittingEmptySubsequences: false).count
      let closed = html.split(separator: "</\(tag)>", omittingEmptySubsequences: false).count
      #expect(opened == closed, "\(tag)")
    }
  }

  @Test func `sections that say nothing are left out`() {
    let page = Self.page("plain")
    #expect(page.sections.map(\.label) == ["plain"])
    #expect(page.parts == ["plain"])
    #expect(page.json["sections"].array?.count == 1)
  }

  @Test func `a page fits its width, with its words at the left`() {
    let page = Document(
      title: "Report", parts: ["r1"],
      sections: [
        Document.Section(
          "verdict",
          [
            .paragraph("c2 is better than c1 by so many points"),
            .interval(Document.Interval(label: "x", mean: 0.2, low: 0.1, high: 0.3)),
          ]),
        Document.Section(
          "funnel", [.steps([Document.Count(3, "in"), Document.Count(1, "out")], after: "1 race")]),
        Document.Section("next", [.commands(["belay diff c1 c2", "belay tree"])]),
      ])
    #expect(
      page.text(width: 40) == """
        Report  r1
        verdict   c2 is better than c1 by so
                    many points
                  0 0.......[======*=======] +30
        funnel    3 in -> 1 out; 1 race
        next      belay diff c1 c2  belay tree

        """)
    for width in [20, 40, 80, 200] {
      for line in Self.page("a fairly long text that has to be broken").text(width: width)
        .split(separator: "\n")
      { #expect(DisplayWidth.of(String(line)) <= width) }
    }
  }

  @Test(
    arguments: [
      ([], ""), ([0x66], "Zg=="), ([0x66, 0x6F], "Zm8="), ([0x66, 0x6F, 0x6F], "Zm9v"),
      ([0xFF, 0xFE, 0xFD, 0xFC], "//79/A=="),
    ] as [([UInt8], String)]) func `bytes become base64`(_ bytes: [UInt8], _ text: String)
  {
    #expect(Base64.text(bytes) == text)
  }

  @Test(
    arguments: [
      (0, 50, 120, 50, "50"), (50, 50, 120, 50, "100"), (100, 50, 120, 20, nil),
      (0, 500, 120, 120, nil),
      (200, 50, 120, 0, nil), (-5, -1, 3, 0, nil),
    ] as [(Int, Int, Int, Int, String?)])
  func `a window shows a part and says where the next begins`(
    _ from: Int, _ limit: Int, _ count: Int, _ shown: Int, _ next: String?
  ) {
    let window = Window(from: from, limit: limit)
    #expect(window.items(of: Array(0..<count)).count == shown)
    #expect(window.next(count) == next)
  }

  @Test(
    arguments: [
      (0, 50, 120, "50 of 120 rows; 70 more: --cursor 50, --limit N, --all; fewer: --gate"),
      (
        50, 50, 120, "51 to 100 of 120 rows; 20 more: --cursor 100, --limit N, --all; fewer: --gate"
      ),
      (100, 50, 120, "101 to 120 of 120 rows; the last of them; all: --all; fewer: --gate"),
      (119, 50, 120, "120 of 120 rows; the last of them; all: --all; fewer: --gate"),
      (0, 0, 120, "none of 120 rows; 120 more: --limit N, --all; fewer: --gate"),
      (200, 50, 120, "none of 120 rows; the last of them; all: --all; fewer: --gate"),
      (0, 120, 120, nil), (0, 50, 0, nil), (0, .max, 120, nil),
    ] as [(Int, Int, Int, String?)])
  func `what a window leaves out is counted, and how to come to it is said`(
    _ from: Int, _ limit: Int, _ count: Int, _ sentence: String?
  ) {
    let said = Window(from: from, limit: limit).sentence(count, "rows", fewer: "--gate")
    #expect(said == sentence.map { "Showing \($0)" })
  }
}
