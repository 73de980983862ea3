internal import Archive
internal import Base
internal import Dialect
internal import Http

/// Unpacks requests of agents that pack them (Codex does), a bounded number of bytes at once.
final class Unpacking: Sendable {
  private let limits = HTTPServerLimits()
  private let held = Locked(0)

  /// Answers with what `body` makes of the request as it was before it was packed.
  func unpacked(
    _ request: HTTPServerRequest, _ body: (HTTPServerRequest) async throws(ModelFault) -> Void
  ) async throws(ModelFault) {
    guard let word = request.header("content-encoding"), word.lowercased() != "identity" else {
      return try await body(request)
    }
    guard let coding = ContentCoding(header: word) else {
      throw ModelFault(
        .badRequest, "content-encoding '\(word.printable())' is not taken: gzip and zstd are")
    }
    let bytes: [UInt8]
    do {
      bytes = try coding.unpack(request.body, limit: limits.bodyBytes)
    } catch {
      throw ModelFault(.badRequest, error.message)
    }
    let fits = held.withLock { held in
      guard held + bytes.count <= limits.heldBytes else { return false }
      held += bytes.count
      return true
    }
    guard fits else { throw ModelFault(.rate, "too many large requests at once") }
    defer { held.withLock { $0 -= bytes.count } }
    let target = request.query.isEmpty ? request.path : "\(request.path)?\(request.query)"
    try await body(
      HTTPServerRequest(
        method: request.method, target: target, headers: request.headers, body: bytes))
  }
}
