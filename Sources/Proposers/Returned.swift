internal import Base
internal import Climb
internal import Harness
internal import Sandbox

/// What a program left in its work folder, taken when all of its processes are dead: hostile until proven.
struct Returned {
  /// One edit as its author describes it.
  struct Entry {
    let hypothesis: Hypothesis
    let summary: String
    /// Where its files lie; nil for the harness itself.
    let folder: String?
    let removes: [String]
  }

  private static let largestHypothesis = 1 << 20
  private static let mostEdits = 50

  /// The files below the work folder by their paths; names that are no text are left out.
  private(set) var files: [String: HarnessFile] = [:]
  /// What lay below a folder and was not taken, as sentences, by path.
  private(set) var faults: [(path: String, what: String)] = []
  private(set) var entries: [Entry] = []
  private(set) var trouble: String?

  static func collect(from root: SandboxFolder) async throws -> Returned {
    var returned = Returned()
    let work = String(WorkFolder.place.dropFirst())
    var budget = CollectBudget()
    budget.files = 4_000
    budget.bytes = 48 << 20
    budget.fileBytes = 8 << 20
    let taken = Locked<[(CollectedEntry, [UInt8])]>([])
    let hypothesis = try await Collector().file(
      "\(work)/hypothesis.json", in: root, limit: largestHypothesis)
    returned.read(hypothesis)
    let folders = ["harness"] + returned.entries.compactMap(\.folder)
    var seen: Set<String> = []
    let paths = folders.filter { seen.insert($0).inserted }.map { "\(work)/\($0)" }
    let collected = try await Collector(budget: budget).collect(from: root, paths: paths) {
      entry, content in
      taken.withLock { $0.append((entry, content)) }
    }
    if let cut = collected.cutBy {
      returned.trouble = "more was left than is taken (\(cut))"
    }
    for (entry, content) in taken.withLock({ $0 }) {
      let below = entry.path.dropFirst(work.utf8.count + 1)
      guard let path = String(validating: below, as: UTF8.self) else {
        returned.faults.append(
          (String(decoding: below, as: UTF8.self), "has a name that is no text"))
        continue
      }
      returned.files[path] = HarnessFile(
        path: path, isExecutable: entry.mode & 0o100 != 0, content: content)
    }
    for entry in collected.entries where entry.fate != .taken {
      let path = String(decoding: entry.path.dropFirst(work.utf8.count + 1), as: UTF8.self)
      guard !Intake.isUnwanted(path) else { continue }
      let what =
        switch entry.fate {
        case .link: "is a link"
        case .hardLink: "has more than one name"
        case .special: "is neither a file nor a folder"
        case .tooLarge: "is too large"
        case .tooDeep: "lies too deep"
        case .unreadable: "cannot be read"
        case .absent: "is not there"
        case .taken: "was taken"
        }
      returned.faults.append((path, what))
    }
    return returned
  }

  private mutating func read(_ content: [UInt8]?) {
    guard let content else {
      entries = [Entry(hypothesis: Hypothesis(), summary: "", folder: nil, removes: [])]
      return
    }
    guard let json = try? JSON.parse(content, maxDepth: 16) else {
      trouble = "hypothesis.json is not JSON"
      entries = [Entry(hypothesis: Hypothesis(), summary: "", folder: nil, removes: [])]
      return
    }
    let list = json.array ?? [json]
    entries = list.prefix(Self.mostEdits).map { element in
      let folder = element["folder"].string.flatMap(Self.folder)
      return Entry(
        hypothesis: Hypothesis(untrusted: element), summary: element["summary"].string ?? "",
        folder: folder,
        removes: (element["removes"].array ?? []).prefix(1_000).compactMap(\.string))
    }
    if list.count > Self.mostEdits {
      trouble = "more than \(Self.mostEdits) edits; the first are taken"
    }
  }

  /// A folder below the work folder: no absolute path, no way up; nil is the harness itself.
  private static func folder(_ text: String) -> String? {
    let parts = text.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty, !parts.contains(".."), text.utf8.count < 400 else { return nil }
    let path = parts.joined(separator: "/")
    return path == "harness" ? nil : path
  }

  /// Hands every edit over: a harness that was edited in place, or files laid over it.
  func hand(over base: Harness, to intake: inout Intake) {
    if let trouble { intake.refuse("", trouble) }
    var tookHarness = false
    for entry in entries {
      let summary = entry.summary.isEmpty ? Self.firstSentence(entry.hypothesis) : entry.summary
      let folder = entry.folder ?? "harness"
      if let fault = faults.first(where: { $0.path == folder || $0.path.hasPrefix("\(folder)/") }) {
        intake.refuse(summary, "\(fault.path.printable()) \(fault.what)")
        continue
      }
      let own = files.values.filter { $0.path.hasPrefix("\(folder)/") }.map {
        HarnessFile(
          path: String($0.path.dropFirst(folder.count + 1)), isExecutable: $0.isExecutable,
          content: $0.content)
      }
      guard entry.folder != nil else {
        if !tookHarness { intake.take(files: own, entry.hypothesis, summary: summary) }
        tookHarness = true
        continue
      }
      var tree = Dictionary(base.files.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
      for path in entry.removes { tree[path] = nil }
      for file in own { tree[file.path] = file }
      intake.take(files: Array(tree.values), entry.hypothesis, summary: summary)
    }
  }

  private static func firstSentence(_ hypothesis: Hypothesis) -> String {
    let text = hypothesis.mechanism.isEmpty ? hypothesis.cause : hypothesis.mechanism
    return text.isEmpty ? "an edit without a hypothesis" : text
  }
}
