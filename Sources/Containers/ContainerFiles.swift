internal import Archive
internal import Base
internal import Platform
internal import Sandbox

/// The files of a container whose processes are dead, read as the tar stream that the engine makes.
struct ContainerFiles: TarredFiles {
  let engine: ContainerEngine
  let container: String
  /// The folder that paths start from.
  let base: String
  /// What the trial changed of the image that the container was made of.
  var changes = ContainerChanges()

  var changedPaths: [String] { changes.marks.keys.sorted() }
  var hasUnclearChanges: Bool { changes.isUnclear }

  /// Hands the stream of a path to `body` on a thread that may wait; nil when there is nothing at the
  /// path. When `body` leaves early the rest is not read.
  func read<Result: Sendable>(
    _ path: String, wall: Duration, _ body: @escaping @Sendable (TarStream) throws -> Result
  ) async throws -> Result? {
    let errors = try ChildText(last: 16 << 10)
    let (child, own) = try copyOut(path, errors)
    let limit = Reactor.shared.after(wall) { child.signal(9) }
    defer { Reactor.shared.cancel(limit) }
    let outcome: Swift.Result<Result, any Error>
    do {
      outcome = .success(
        try await BlockingWork.run {
          defer { own.shut() }
          return try own.withDescriptor { try body(TarStream(descriptor: $0)) }
        })
    } catch {
      outcome = .failure(error)
    }
    own.shut()
    let exit = await child.wait()
    let said = String(decoding: errors.finish(), as: UTF8.self)
    if exit.code != 0, Self.saysAbsent(said) { return nil }
    return try outcome.get()
  }

  // Of the far end nothing is left here when this returns, so that the end of the stream is seen.
  private func copyOut(_ path: String, _ errors: ChildText) throws(BelayError)
    -> (Child, StreamSocket)
  {
    let (own, far) = try StreamSocket.pair()
    let child = try engine.spawn(
      ["cp", "\(container):\(full(path))", "-"],
      descriptors: [1: far.raw, 2: errors.far.raw])
    return (child, own)
  }

  private func full(_ path: String) -> String {
    let parts = (base.split(separator: "/") + path.split(separator: "/")).joined(separator: "/")
    return "/\(parts)"
  }

  private static func saysAbsent(_ text: String) -> Bool {
    let text = text.lowercased()
    return ["no such file", "could not be found", "could not find the file", "not a directory"]
      .contains { text.contains($0) }
  }
}

extension ContainerFiles {
  /// Copies those entries of a path that `keep` wants by the parts of their names into a folder of another
  /// container; nothing of them is held in memory.
  func copy(
    _ path: String, to container: String, folder: String,
    keep: @escaping @Sendable ([String]) -> Bool
  ) async throws {
    let errors = try ChildText(last: 16 << 10)
    let (own, child) = try copyIn(to: "\(container):\(folder)", errors)
    var count = 0
    var failure: (any Error)?
    do {
      count =
        try await read(path, wall: .seconds(300)) { tar in
          try TarFilter.filter(tar) {
            try own.send($0)
          } keep: { entry in
            keep(entry.path.split(separator: 47).map { String(decoding: $0, as: UTF8.self) })
          }
        } ?? 0
    } catch {
      failure = error
    }
    own.endWriting()
    let exit = await child.end(wall: .seconds(300))
    let done = ChildOutput(exit: exit, errors: errors.finish())
    // An empty stream is no tar for an engine. Where one side fails the other does too, and only the
    // engine says why.
    if exit.code != 0, count > 0 || failure != nil {
      throw BelayError(
        .sandbox, "\(engine.kind.rawValue) cannot put files back: \(engine.reason(done))",
        place: folder)
    }
    if let failure { throw failure }
  }

  private func copyIn(to target: String, _ errors: ChildText) throws(BelayError)
    -> (StreamSocket, Child)
  {
    let (own, far) = try StreamSocket.pair()
    let child = try engine.spawn(
      ["cp", "-", target], descriptors: [0: far.raw, 2: errors.far.raw])
    return (own, child)
  }
}
