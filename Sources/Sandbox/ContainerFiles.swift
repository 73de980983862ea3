internal import Archive
internal import Base
internal import Platform

/// The files of a container whose processes are dead, read as the tar stream that the engine makes.
struct ContainerFiles: Sendable {
  let engine: ContainerEngine
  let container: String
  /// The folder that paths start from.
  let base: String
  /// What the trial changed of the image that the container was made of.
  var changes: [String] = []

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

/// Entries of a tar stream, as a tar of their own.
struct FilteredTar: Sendable {
  let bytes: [UInt8]
  let hasEntries: Bool
}

extension ContainerFiles {
  /// The entries of a path that `keep` wants by the parts of their names.
  func filtered(
    _ path: String, limit: Int, keep: @escaping @Sendable ([String]) -> Bool
  ) async throws -> FilteredTar? {
    try await read(path, wall: .seconds(300)) { tar in
      var count = 0
      let bytes = try TarFilter.filter(tar, limit: limit) { entry in
        let parts = entry.path.split(separator: 47).map { String(decoding: $0, as: UTF8.self) }
        guard keep(parts) else { return false }
        count += 1
        return true
      }
      return FilteredTar(bytes: bytes, hasEntries: count > 0)
    }
  }
}
