import Base
import Transport

/// Somebody who looks at the live page.
struct PageClient: Sendable {
  let port: Int

  /// The answer to one request.
  @discardableResult
  func ask(_ path: String) async throws -> [UInt8] {
    let answer = try await HTTPClient.shared.send(
      HTTPRequest("GET", "http://127.0.0.1:\(port)/\(path)"))
    guard answer.head.status == 200 else {
      throw BelayError(
        .internal, "/\(path): \(answer.head.status)",
        hint: String(decoding: answer.body.prefix(500), as: UTF8.self))
    }
    return answer.body
  }

  /// Asks for each of some paths once, one after the other; what the slowest took, in milliseconds.
  func look(_ paths: [String]) async throws -> Double {
    var slowest = 0.0
    for path in paths {
      let began = ContinuousClock.now
      try await ask(path)
      slowest = max(slowest, (ContinuousClock.now - began) / .milliseconds(1))
    }
    return slowest
  }

  /// Asks for paths in turn, each when it is due whether or not the one before was answered: what waits in a
  /// queue is counted from when it should have been asked.
  func follow(_ paths: [String], rate: Int, for time: Duration) async throws -> Delays {
    let count = Int(time / .seconds(1) * Double(rate))
    let began = ContinuousClock.now
    return Delays(
      try await withThrowingTaskGroup(of: Double.self) { group in
        for number in 0..<count {
          let due = began + .seconds(1) * number / rate
          try await Task.sleep(until: due, clock: .continuous)
          group.addTask {
            try await ask(paths[number % paths.count])
            return (ContinuousClock.now - due) / .milliseconds(1)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      })
  }

  /// The bytes of all that a browser loads for the first screen: the page, what it names, its data.
  func firstPage(run: String, screens: [String]) async throws -> Int {
    var (seen, waiting, total): (Set<String>, [String], Int) = ([""], [""], 0)
    while let path = waiting.popLast() {
      let body = try await ask(path)
      total += body.count
      for name in Self.named(in: String(decoding: body, as: UTF8.self))
      where seen.insert(name).inserted { waiting.append(name) }
    }
    let data =
      [
        "api/runs?limit=200&fields=run,type,settings,suite,started_at", "api/about",
        "api/hypotheses?run=\(run)&status=supported",
      ] + screens
    for path in data { total += try await ask(path).count }
    guard seen.count > 5 else {
      throw BelayError(.internal, "the page names \(seen.count) files only")
    }
    return total
  }

  // What stands behind src=, href= and from, where it is a file beside the page.
  private static func named(in text: String) -> [String] {
    text.split(separator: "\"").map { $0.hasPrefix("./") ? $0.dropFirst(2) : $0 }
      .filter { word in
        [".js", ".css", ".svg"].contains { word.hasSuffix($0) }
          && word.allSatisfy { $0.isLetter || $0 == "." || $0 == "-" }
      }.map(String.init)
  }
}
