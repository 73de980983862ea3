internal import Base
internal import Console
internal import Facts
internal import Glibc
internal import Ledger
internal import Platform
internal import Workbench

/// Starts the same night in a session of its own, waits for its first word and leaves it alone.
struct DetachedNight {
  let call: Call

  // What JSON lines and notes are kept in, below the lab.
  private static let folder = "detached"
  private static let look = Duration.milliseconds(50)

  func start() async throws -> ExitCode {
    let lab = try LabWord.resolve(call, create: true)
    let folder = Path.join(lab.path, Self.folder)
    try Files.makeDirectory(folder, mode: 0o700)
    let name = Path.join(folder, Files.randomName())
    let (output, notes) = (name + ".jsonl", name + ".log")
    let child = try spawn(output, notes)
    let over = Locked<ChildExit?>(nil)
    Task {
      let exit = await child.wait()
      over.withLock { $0 = exit }
    }
    while true {
      // Its end is looked at first: what it wrote is all there by then.
      let exit = over.withLock { $0 }
      // An audit of the suite may come before it, and is a run of its own.
      let launch = try record(in: output) {
        $0["event"] == "launch" && $0["type"].string == RunType.night.rawValue
      }
      if let launch { return try tell(launch, child, output) }
      if let exit { return try await fail(exit, output, notes) }
      try await Task.sleep(for: Self.look)
    }
  }

  private func spawn(_ output: String, _ notes: String) throws -> Child {
    let flags = O_WRONLY | O_CREAT | O_APPEND
    let out = try Descriptor.open(output, flags)
    let err = try Descriptor.open(notes, flags)
    return try Child.spawn(
      "/proc/self/exe", ["belay", "--json", "--no-input"] + words,
      environment: call.surroundings.environment, folder: call.surroundings.workingDirectory,
      ownSession: true, descriptors: [1: out.raw, 2: err.raw])
  }

  // The same command line, but for what was done already.
  private var words: [String] {
    call.words.filter { !["--detach", "--json", "--text", "--no-input"].contains($0) }
  }

  private func record(in file: String, where isMeant: (JSON) -> Bool) throws -> JSON? {
    let text = String(decoding: try Files.read(file), as: UTF8.self)
    return text.split(separator: "\n").lazy.compactMap { try? JSON.parse(String($0)) }
      .first(where: isMeant)
  }

  private func tell(_ launch: JSON, _ child: Child, _ output: String) throws -> ExitCode {
    var fields = launch.object ?? [:]
    fields["output_file"] = .string(output)
    fields["event"] = nil
    let run = launch["run"].string ?? "last"
    try call.output.event("launch", fields)
    fields["detached"] = true
    try call.output.done(success: true, fields) { _ in
      """
      \(run) goes on by itself (process \(child.pid)); what it says is kept in
        \(output)
      Next: belay watch \(run)   belay status \(run)   belay pause --run \(run)
      """
    }
    return .ok
  }

  // It refused to begin, or died: it said why as it would have said it here.
  private func fail(_ exit: ChildExit, _ output: String, _ notes: String) async throws -> ExitCode {
    guard let done = try record(in: output, where: { $0["event"] == "done" }),
      case let fault = done["error"],
      let message = fault["message"].string
    else {
      if exit.code == 0 {
        try call.output.done(success: true, [:]) { _ in "there was nothing to do\n" }
        return .ok
      }
      throw BelayError(
        .internal, "the night died before it began", place: notes,
        hint: "what it said last is in that file")
    }
    throw BelayError(
      fault["kind"].string.flatMap { ErrorKind(rawValue: $0) } ?? .internal, message,
      place: fault["place"].string, hint: fault["hint"].string)
  }
}
