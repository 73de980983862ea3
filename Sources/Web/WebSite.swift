internal import Assets
public import Base
internal import Facts
internal import Layout
public import Ledger
internal import NightPages
internal import Platform
internal import Survey

/// A lab's pages as files that any static host serves: the same page, the same answers, nothing that lives.
public struct WebSite {
  /// What was written.
  public struct Summary: Sendable, Hashable {
    /// Files.
    public let files: Int
    /// Their bytes.
    public let bytes: Int
    /// Whether a list was too long to be written whole.
    public let isCut: Bool
  }

  // What says that a folder holds a site, and may be written anew.
  private static let mark = "belay-site.json"
  // A site is for people: so many pages of a list, and so many things with a page of their own.
  private static let mostPages = 40
  private static let mostThings = 1000

  private let warm: WarmLab
  private let run: RunID
  private let traces: Bool
  private let folder: String
  private var written: Set<String> = []
  private var bytes = 0
  private var isCut = false

  /// Writes the pages of a night (the newest where none is named) into a folder, which is new or holds a site;
  /// `traces` adds its trials with all that agents wrote.
  public static func write(
    _ lab: Lab, run: RunID? = nil, traces: Bool = false, to path: String, clock: WallClock
  ) throws -> Summary {
    let isSite = Files.isFile(Path.join(path, mark))
    if Files.kind(path) != nil, !isSite, !((try? Files.names(in: path)) ?? ["file"]).isEmpty {
      throw BelayError(
        .usage, "there is something already that is no site", place: path,
        hint: "name a folder that is new or empty")
    }
    let warm = try WarmLab(lab, clock: clock)
    guard let night = try run ?? warm.reader.newest(.night) else {
      throw BelayError(.notFound, "no night in this lab", hint: "belay run EXPERIMENT")
    }
    let partial = "\(path).\(Files.randomName())"
    var site = WebSite(warm: warm, run: night, traces: traces, folder: partial)
    do {
      try site.fill()
      if Files.kind(path) != nil { try Files.removeTree(path) }
      try Files.move(partial, to: path)
    } catch {
      try? Files.removeTree(partial)
      throw error
    }
    return Summary(files: site.written.count, bytes: site.bytes, isCut: site.isCut)
  }

  private init(warm: WarmLab, run: RunID, traces: Bool, folder: String) {
    self.warm = warm
    self.run = run
    self.traces = traces
    self.folder = folder
  }

  private mutating func fill() throws {
    try Files.makeDirectory(Path.join(folder, "data"))
    for asset in Asset.all {
      var content = asset.bytes
      if asset.name == "index.html" {
        let word = traces ? "site traces" : "site"
        content = Array(
          String(decoding: content, as: UTF8.self)
            .replacing(
              "name=\"belay-source\" content=\"live\"",
              with: "name=\"belay-source\" content=\"\(word)\""
            )
            .replacing("api/report.html", with: "report.html")
            .utf8)
      }
      try put(asset.name, content)
    }
    try put(Self.mark, JSON.object(["schema": "belay.site/1", "run": .string("\(run)")]).utf8())
    let this = "\(run)"
    try page("runs", ["limit": "200", "fields": "run,type,settings,suite,started_at"])
    for name in ["status", "document", "report"] { try page(name, ["run": this]) }
    let document = try warm.night(run) { MorningPage($0).document }
    try put("report.html", Array(document.html.utf8))
    try put("glossary.html", Array(Glossary.document.html.utf8))
    try put("report.md", Array(document.markdown.utf8))
    try put("report.txt", Array(document.text(width: 100).utf8))

    var edits: [String] = []
    for status in [nil] + HypothesesPage.Which.allCases.map(\.rawValue) {
      let found = try list("hypotheses", ["run": this, "status": status])
      if status == nil { edits = found.compactMap { $0["edit"].string } }
    }
    let nodes = try list("tree", ["run": this, "limit": "500", "brief": "1"])
    try page("tree", ["run": this, "brief": "1"])
    let candidates = nodes.compactMap { $0["candidate"].string }
    for candidate in things(candidates) {
      try page("tree", ["run": this, "path": candidate, "limit": "500"])
    }
    for what in things(edits + candidates) { try page("gate", ["run": this, "what": what]) }
    for word in [nil, "fail", "undecided", "pass"] {
      let found = try list("gates", ["run": this, "word": word])
      for gate in Set(found.compactMap { $0["gate"].string }) {
        _ = try list("gates", ["run": this, "word": word, "gate": gate])
      }
    }
    try diffs(nodes)
    for split in [nil, "dev", "gate"] {
      for order in [nil, "delta", "hard", "flaky"] {
        for changed in [nil, "1"] {
          _ = try list(
            "matrix",
            ["run": this, "split": split, "sort": order, "changed": changed, "limit": "200"])
        }
      }
    }
    for split in [nil, "dev", "gate", "vault"] {
      for all in [nil, "1"] { _ = try list("leaderboard", ["split": split, "all": all]) }
    }
    _ = try list("decisions", ["run": this])
    for what in PlotPage.Kind.allCases {
      for span in [nil] + (what.hasSpan ? PlotPage.Span.allCases.map(\.rawValue) : []) {
        try page("figure", ["run": this, "what": what.rawValue, "x": span])
      }
    }
    if traces { try trials() }
  }

  /// Each candidate against what it was to replace, and against the baseline.
  private mutating func diffs(_ nodes: [JSON]) throws {
    guard let baseline = nodes.first(where: { $0["parent"].isNull })?["candidate"].string else {
      return
    }
    var pairs: [(String, String)] = []
    for node in nodes {
      guard let name = node["candidate"].string, let parent = node["parent"].string else {
        continue
      }
      pairs += [(parent, name), (name, parent)]
      if parent != baseline { pairs += [(baseline, name), (name, baseline)] }
    }
    for (a, b) in pairs.prefix(Self.mostThings) {
      try page("diff", ["run": "\(run)", "a": a, "b": b])
    }
    if pairs.count > Self.mostThings { isCut = true }
  }

  private mutating func trials() throws {
    var after: String?
    for _ in 0..<Self.mostPages {
      let json = try page("trials", ["run": "\(run)", "after": after])
      for trial in json["items"].array ?? [] {
        let id = trial["trial"].string
        try page("trace", ["trial": id])
        try page("trace", ["trial": id, "content": "1"])
      }
      after = json["next"].string
      if after == nil { return }
    }
    isCut = true
  }

  private mutating func things(_ all: [String]) -> ArraySlice<String> {
    if all.count > Self.mostThings { isCut = true }
    return all.prefix(Self.mostThings)
  }

  /// A list, page by page, as the page asks for it.
  private mutating func list(_ name: String, _ values: [String: String?]) throws -> [JSON] {
    var items: [JSON] = []
    var from: String?
    for _ in 0..<Self.mostPages {
      let json = try page(name, values.merging(["from": from]) { $1 })
      items += json["items"].array ?? []
      from = json["next"].string
      if from == nil { return items }
    }
    isCut = true
    return items
  }

  /// One answer, without what is nobody's business elsewhere. What the lab cannot answer is no file.
  @discardableResult
  private mutating func page(_ name: String, _ values: [String: String?]) throws -> JSON {
    let query = WebQuery(values.compactMapValues { $0 })
    guard let screen = WebScreens.all.first(where: { $0.name == name }) else { return .null }
    let answer: WarmLab.Answer
    do {
      answer = try WebRouter.rendered(screen, WebScreens.Place(lab: warm, query: query))
    } catch let error as BelayError where error.kind == .notFound || error.kind == .usage {
      return .null
    }
    var json = Self.published(try JSON.parse(answer.bytes))
    if name == "runs" {
      json["items"] = .array((json["items"].array ?? []).filter { $0["run"].string == "\(run)" })
    }
    try put("data/\(Self.fileName(name, query.values)).json", json.utf8())
    return json
  }

  /// Without processes, machines, folders and command lines.
  static func published(_ json: JSON) -> JSON {
    switch json {
    case .array(let elements): return .array(elements.map(published))
    case .object(let members):
      var kept: [String: JSON] = [:]
      for (name, member) in members {
        switch name {
        case "process", "owner", "command", "host", "folder", "pid", "start_ticks": continue
        case "settings": kept[name] = .object(["name": member["name"]])
        // What an agent called a tool with is told whole: its names are the tool's, not those of Belay's records.
        case "arguments": kept[name] = member
        default: kept[name] = published(member)
        }
      }
      return .object(kept)
    default: return json
    }
  }

  /// The name of the file of an answer; the page itself writes the same.
  static func fileName(_ name: String, _ values: [String: String]) -> String {
    let parts = [name] + values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var out = ""
    for byte in parts.joined(separator: "~").utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3D, 0x7E:
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default: out += "_\(Hex.text([byte]))"
      }
    }
    return out
  }

  private mutating func put(_ name: String, _ content: [UInt8]) throws {
    guard written.insert(name).inserted else { return }
    try Files.write(content, to: Path.join(folder, name))
    bytes += content.count
  }
}
