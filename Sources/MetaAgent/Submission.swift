internal import Base
internal import Climb
internal import Components
internal import Harness
internal import Proposers

/// One edit as a model hands it in: read strictly, so that a slip is said and not guessed at.
struct Submission {
  /// One change of the harness.
  enum Change {
    /// What a component is to hold; nil takes it away.
    case component(String, content: String?, after: String?)
    /// What a file is to hold; nil takes it away.
    case file(String, content: String?, isExecutable: Bool)
    /// What a knob is to be set to.
    case knob(KnobLevel)
  }

  let summary: String
  let hypothesis: Hypothesis
  let changes: [Change]

  /// Reads what was handed in.
  static func read(_ input: JSON) throws(BelayError) -> [Submission] {
    try keys(input, ["edits", "done"], "submit")
    guard let edits = input["edits"].array else {
      throw BelayError(.usage, "expected a list", place: "edits")
    }
    var read: [Submission] = []
    for (index, edit) in edits.enumerated() {
      read.append(try Submission(edit, "edits[\(index)]"))
    }
    return read
  }

  private init(_ json: JSON, _ place: String) throws(BelayError) {
    try Self.keys(json, ["summary", "hypothesis", "changes"], place)
    guard let summary = json["summary"].string, !summary.isEmpty else {
      throw BelayError(.usage, "expected a line of text", place: "\(place).summary")
    }
    self.summary = summary
    let believed = json["hypothesis"]
    try Self.keys(
      believed, ["evidence", "cause", "mechanism", "fixes", "risks", "gain"],
      "\(place).hypothesis")
    for key in ["cause", "mechanism"] where (believed[key].string ?? "").isEmpty {
      throw BelayError(.usage, "expected a sentence", place: "\(place).hypothesis.\(key)")
    }
    hypothesis = Hypothesis(untrusted: believed)
    guard let list = json["changes"].array, !list.isEmpty else {
      throw BelayError(.usage, "expected at least one change", place: "\(place).changes")
    }
    var changes: [Change] = []
    for (index, change) in list.enumerated() {
      changes.append(try Self.change(change, "\(place).changes[\(index)]"))
    }
    self.changes = changes
  }

  private static func change(_ json: JSON, _ place: String) throws(BelayError) -> Change {
    if let target = json["knob"].string {
      try keys(json, ["knob", "value"], place)
      return .knob(KnobLevel(target: target, value: json["value"]))
    }
    guard json["content"].string != nil || json["content"].isNull else {
      throw BelayError(
        .usage, "expected a text, or null to take it away", place: "\(place).content")
    }
    if let component = json["component"].string {
      try keys(json, ["component", "content", "after"], place)
      return .component(component, content: json["content"].string, after: json["after"].string)
    }
    if let file = json["file"].string {
      try keys(json, ["file", "content", "executable"], place)
      return .file(
        file, content: json["content"].string, isExecutable: json["executable"].bool ?? false)
    }
    throw BelayError(.usage, "expected component, file or knob", place: place)
  }

  private static func keys(_ json: JSON, _ known: [String], _ place: String) throws(BelayError) {
    guard let object = json.object else {
      throw BelayError(.usage, "expected an object", place: place)
    }
    for key in object.keys.sorted() where !known.contains(key) {
      throw BelayError(
        .usage, "unknown key '\(key.printable())'\(Spelling.suggestion(for: key, in: known))",
        place: place)
    }
  }

  /// The harness with its changes, as files.
  func files(on base: Harness, _ tree: ComponentTree) throws(BelayError) -> [HarnessFile] {
    var tree = tree
    for case .component(let name, let content, let after) in changes {
      tree = try Self.setting(name, to: content, after: after, in: tree)
    }
    let levels = changes.compactMap { if case .knob(let level) = $0 { level } else { nil } }
    if !levels.isEmpty, let patch = try base.patch(setting: levels) {
      tree = try tree.applying(patch)
    }
    var files = Dictionary(tree.files().map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    for case .file(let path, let content, let isExecutable) in changes {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      guard !parts.contains(""), !parts.contains(".."), !parts.contains(".") else {
        throw BelayError(.usage, "expected a path below the harness", place: path.printable())
      }
      files[path] = content.map {
        HarnessFile(
          path: path, isExecutable: isExecutable || files[path]?.isExecutable ?? false,
          content: Array($0.utf8))
      }
    }
    return files.values.sorted { $0.path < $1.path }
  }

  private static func setting(
    _ name: String, to content: String?, after: String?, in tree: ComponentTree
  ) throws(BelayError) -> ComponentTree {
    let file = String(name.prefix { $0 != "#" })
    let siblings = tree.names.filter { $0 == file || $0.hasPrefix("\(file)#") }
    guard let last = siblings.last else {
      throw BelayError(
        .usage, "is no component, and no part of a file that is there", place: name.printable(),
        hint: "name new files by 'file'")
    }
    if let known = tree[name], known.isFolder {
      throw BelayError(
        .usage, "is a folder", place: name.printable(), hint: "change its files by 'file'")
    }
    let change = ComponentPatch.Change(
      component: name, before: tree[name],
      after: content.map { ComponentContent(titled($0, name)) },
      place: tree[name] == nil ? after ?? last : nil)
    guard let patch = ComponentPatch([change]) else { return tree }
    return try tree.applying(patch)
  }

  /// A section with its heading, which a model may leave out, and an end of its last line.
  private static func titled(_ content: String, _ name: String) -> String {
    let text = content.hasSuffix("\n") || content.isEmpty ? content : content + "\n"
    guard name.hasPrefix("prompts/"), let mark = name.firstIndex(of: "#"), !text.hasPrefix("## ")
    else { return text }
    return "## \(name[name.index(after: mark)...])\n\n\(text)"
  }
}
