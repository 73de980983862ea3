internal import Base
internal import Console
internal import Exchange
internal import Facts
internal import Glibc
internal import Layout
internal import Ledger
internal import NightCommands
internal import Platform
internal import Web
internal import Workbench

enum ExportCommand {
  static let run = Argument(optional: ValueKind<RunID>.id("RUN"), "Trials of this run; else of all")
  static let format = Option(
    "format", ValueKind<ExportFormat>.choice("FORMAT"), default: .csv, shown: "csv",
    "csv and jsonl: a line per trial; atif: trajectories; harbor: a job folder; otlp: spans")
  static let target = Option(
    "to", short: "o", .path("PATH"), "The new file, or folder for atif and harbor; else stdout")
  static let candidate = Option(
    "candidate", ValueKind<CandidateID>.id("C"),
    "Trials of this candidate only; a bundle is made for it: its harness and verdicts too")
  static let split = Option("split", ValueKind<Split>.choice("SPLIT"), "Tasks of this split only")
  static let outcome = Option(
    "outcome", ValueKind<Outcome>.choice("OUTCOME"), "Trials that ended so only")

  static let site = Option(
    "site", .directory("DIR"),
    "Write the night's pages as a site into a new folder, or anew over a site")
  static let traces = Flag("traces", "The site has the trials too, with all that agents wrote")
  static let bundle = Option(
    "bundle", .path("FILE"), "A new file with all of RUN that others need to check it")
  static let key = Option(
    "key", .path("KEYFILE"), "Sign the bundle with this secret key (belay bundle key)")

  static let content = Flag(
    "content", "Spans also say what was said: messages, arguments, results")

  static let command = Command(
    "export", in: .share,
    "Write trials as CSV, JSON lines, ATIF, a Harbor job or OpenTelemetry spans",
    discussion: """
      A site is the page of 'belay serve' as files, for any static host: no processes, machines or command \
      lines are in it, and trials only with --traces.

      An export holds what agents wrote, whole; spans hold it only with --content. A file or folder that is \
      there already is never overwritten.

      Spans follow OpenTelemetry's conventions for generative AI: invoke_workflow (an attempt), invoke_agent, \
      chat, execute_tool. A line is a trace in the protocol's JSON, as a collector's otlpjsonfile receiver \
      reads it. Ids are the same at each export. A chat says what its call added to the conversation.

      A bundle is a run as one archive, with hashes and a signature: harnesses, trials, decisions, costs with \
      their prices and what is claimed, without tasks and traces. 'belay verify FILE' says offline what of it \
      holds.
      """,
    takes: [
      run, format, target, candidate, split, outcome, content, bundle, key, site, traces,
    ],
    examples: [
      Example("belay export > trials.csv", "every trial, a line each"),
      Example("belay export r3 --format harbor --to job", "for Harbor's own tools"),
      Example("belay export r3 --format atif --to traces", "trajectories"),
      Example("belay export --site public", "the newest night's pages, to publish"),
      Example("belay export r3 --format otlp --to r3.jsonl", "traces for observability tools"),
      Example("belay export r12 --bundle r12.belay --key my.key", "for others to check"),
      Example("belay export r12 --bundle c57.belay --candidate c57", "one candidate of the night"),
    ],
    output: .text("export")
  ) { call in
    if call[site] != nil, call[bundle] != nil {
      throw BelayError(
        .usage, "one export writes a site or a bundle", hint: "call it once for each")
    }
    if let folder = call[site] { return try await write(site: folder, call) }
    try call.refuse([traces], as: "only a site leaves the trials out", hint: "add --site DIR")
    if let bundle = call[Self.bundle] {
      try exportBundle(call, to: bundle)
      return .ok
    }
    try call.refuse([key], as: "only a bundle is signed", hint: "add --bundle FILE")
    let reader = try LabWord.reader(call)
    let filter = TrialFilter(
      run: call[run], candidate: call[candidate], outcome: call[outcome], split: call[split])
    guard !call[content] || call[format] == .otlp else {
      throw BelayError(
        .usage, "--content is for spans: \(call[format].rawValue) holds what was said anyway",
        hint: "belay export --format otlp --content")
    }
    let target = call[target].flatMap { $0 == "-" ? nil : $0 }
    guard let target else {
      try toOutput(try Export(reader, filter), call)
      return .ok
    }
    let path = Path.absolute(target, from: call.surroundings.workingDirectory)
    let summary: JSON
    switch call[format] {
    case .atif: summary = try Export(reader, filter).atif(to: path).json
    case .harbor: summary = try harbor(reader, to: path, call)
    case .csv, .jsonl, .otlp: summary = try toFile(try Export(reader, filter), path, call)
    }
    try call.output.page(Page(items: [summary])) { _ in
      let count =
        summary["trials"].int.map { Figure.plural($0, "trial") }
        ?? summary["traces"].int.map { Figure.plural($0, "trace") }
      return "\(count.map { $0 + " to " } ?? "")\(path)"
    }
    return .ok
  }

  /// What only an export of trials knows: whoever asked for less must not be given all.
  private static let ofTrials: [any Parameter] = [
    format, target, split, outcome, content,
  ]

  private static func write(site folder: String, _ call: Call) async throws -> ExitCode {
    try call.refuse(
      ofTrials + [candidate, key], as: "a site is a whole night",
      hint: "belay export RUN --site DIR")
    let path = Path.absolute(folder, from: call.surroundings.workingDirectory)
    let summary = try WebSite.write(
      try LabWord.resolve(call), run: call[run], traces: call[traces], to: path,
      clock: call.surroundings.clock)
    if summary.isCut { call.output.warn("the longest lists are cut: a site is for reading") }
    let fields: JSON = [
      "path": .string(path), "files": .int(summary.files), "bytes": .int(summary.bytes),
      "traces": .bool(call[traces]), "cut": .bool(summary.isCut),
    ]
    try call.output.page(Page(items: [fields])) { _ in
      "\(Figure.plural(summary.files, "file")), \(Figure.bytes(summary.bytes)) in \(path): "
        + "open it through any web server, such as python3 -m http.server -d \(path)"
    }
    return .ok
  }

  private static func exportBundle(_ call: Call, to file: String) throws {
    guard let run = call[run] else {
      throw BelayError(
        .usage, "a bundle is one run", hint: "belay export RUN --bundle \(file.printable())")
    }
    try call.refuse(
      ofTrials, as: "a bundle is a whole run in a form of its own",
      hint: "belay export \(run) --bundle FILE")
    try BundleCommands.export(
      call, run: run, candidate: call[candidate], to: file, key: call[key])
  }

  private static func harbor(_ reader: LedgerReader, to path: String, _ call: Call) throws -> JSON {
    guard let run = call[run] else {
      throw BelayError(.usage, "a Harbor job is one run", hint: "belay export RUN --format harbor")
    }
    try call.refuse(
      [candidate, split, outcome], as: "a Harbor job is a whole run",
      hint: "belay export \(run) --format harbor --to DIR")
    return try Export.harbor(reader, run: run, to: path).json
  }

  private static func lines(
    _ export: Export, _ call: Call, _ write: (String) throws -> Void
  ) throws {
    switch call[format] {
    case .jsonl: try export.jsonLines(write)
    case .otlp:
      try export.otlp(version: BelayVersion.current, content: call[content], write)
    default: try export.csv(write)
    }
  }

  private struct ReaderGone: Error {}

  private static func toOutput(_ export: Export, _ call: Call) throws {
    guard !call[format].isFolder else {
      throw BelayError(
        .usage, "\(call[format].rawValue) is a folder of files", hint: "add --to DIR")
    }
    guard call.output.mode == .text else {
      throw BelayError(
        .usage, "the export itself goes to stdout, so that --json has nothing to say",
        hint: "add --to FILE, or use --format jsonl")
    }
    var piece = ""
    func flush() throws {
      guard try call.output.stream(piece) else { throw ReaderGone() }
      piece = ""
    }
    do {
      try lines(export, call) { line in
        piece += line
        if piece.utf8.count > 64 << 10 { try flush() }
      }
      try flush()
    } catch is ReaderGone {}
  }

  // Written beside the target and moved there whole: a reader never sees half an export.
  private static func toFile(_ export: Export, _ path: String, _ call: Call) throws -> JSON {
    guard Files.kind(path) == nil else {
      throw BelayError(
        .usage, "there is something already", place: path, hint: "name a file that does not exist")
    }
    let partial = "\(path).\(Files.randomName())"
    var trials = call[format] == .csv ? -1 : 0
    do {
      let file = try Descriptor.open(
        partial, O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
      var piece: [UInt8] = []
      try lines(export, call) { line in
        trials += 1
        piece += line.utf8
        if piece.count > 64 << 10 {
          try file.write(piece, place: path)
          piece = []
        }
      }
      try file.write(piece, place: path)
      try Files.move(partial, to: path)
    } catch {
      try? Files.removeTree(partial)
      throw error
    }
    let counted = call[format] == .otlp ? "traces" : "trials"
    return ["path": .string(path), counted: .int(trials), "files": 1]
  }
}
