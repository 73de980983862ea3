internal import Archive
internal import Base
internal import Facts

/// A file made ready on the caller's thread, so that the writer only writes.
package struct PackedFile: Sendable {
  let digest: Digest
  let bytes: Int
  let frame: [UInt8]
  let words: String?

  /// Hashes and packs some bytes, and cuts them into words when a search shall find them.
  package init(_ content: [UInt8], searchable: Bool = false) throws {
    digest = Digest.of(content)
    bytes = content.count
    frame = try Zstandard.compress(content)
    words = searchable ? SearchText.of(content) : nil
  }
}

/// An attempt made ready: its files packed, its texts encoded.
struct PackedAttempt: Sendable {
  let fact: AttemptFact
  let files: [PackedFile]
  let metrics: String?
  let phases: String?
  let flags: String?
  let steps: String?

  init(_ fact: AttemptFact) throws {
    self.fact = fact
    files = try fact.files.map { try PackedFile($0.content, searchable: $0.indexed) }
    metrics = fact.metrics.isEmpty ? nil : JSON.object(fact.metrics.mapValues(JSON.double)).text()
    phases = fact.phases.isEmpty ? nil : JSON.array(fact.phases.map(\.json)).text()
    flags = fact.flags.isEmpty ? nil : JSON.array(fact.flags.map(JSON.string)).text()
    steps = fact.steps.isNull ? nil : fact.steps.text()
  }
}

extension PhaseFact {
  var json: JSON { ["name": .string(name), "us": .int(duration.wholeMicroseconds)] }

  init?(_ json: JSON) {
    guard let name = json["name"].string, let microseconds = json["us"].int else { return nil }
    self.init(name, .microseconds(microseconds))
  }
}

extension Duration {
  fileprivate var wholeMicroseconds: Int {
    Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
  }
}
