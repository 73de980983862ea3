package import Base
internal import Bundles
package import Console
internal import Layout
internal import Platform
internal import Signing
internal import Workbench

/// The noun `bundle`: results that others can check, and the keys that sign them.
package enum BundleCommands {
  static let file = Argument(.path("KEYFILE"), "The new file of the secret key")

  static let key = Command(
    "key", in: .share, "Make a key that signs bundles",
    discussion: """
      Writes an Ed25519 secret into KEYFILE, readable by its owner alone, and what others check signatures with \
      into KEYFILE.pub. A file that is there already is never overwritten.
      """,
    takes: [file],
    examples: [Example("belay bundle key ~/.config/belay/bundle.key", "once")],
    output: .page("bundle-key", compact: ["public_key"])
  ) { call in
    let path = Path.absolute(call[file], from: call.surroundings.workingDirectory)
    for taken in [path, path + ".pub"] where Files.kind(taken) != nil {
      throw BelayError(.usage, "is there already", place: taken, hint: "name another file")
    }
    guard let key = SigningKey(seed: Files.randomBytes(32)) else {
      throw BelayError(.internal, "libcrypto has no Ed25519", hint: "belay doctor")
    }
    try Files.write(Array("\(prefix)\(key.secretText)\n".utf8), to: path, mode: 0o600)
    try Files.write(Array("\(key.verifying.text)\n".utf8), to: path + ".pub")
    let page = Page(
      items: [
        [
          "key": .string(path), "public": .string(path + ".pub"),
          "public_key": .string(key.verifying.text),
        ]
      ], hints: ["belay export r12 --bundle r12.belay --key \(call[file])"])
    try call.output.page(page) { _ in
      "secret key   \(path)\npublic key   \(key.verifying.text)  (\(path).pub)\n"
    }
    return .ok
  }

  package static let command = Command(
    "bundle", in: .share, "Results that others can check", commands: [key])

  private static let prefix = "belay-ed25519-secret "

  /// The key in a file that nobody but its owner may read.
  static func signingKey(_ path: String) throws(BelayError) -> SigningKey {
    let text = try Files.readText(path, limit: 4096)
    guard let mode = Files.mode(path), mode & 0o077 == 0 else {
      throw BelayError(
        .auth, "others can read this secret key", place: path, hint: "chmod 600 \(path)")
    }
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == 2, words[0] + " " == prefix, let seed = Hex.bytes(words[1]),
      let key = SigningKey(seed: seed)
    else {
      throw BelayError(
        .usage, "this is no secret key of Belay", place: path, hint: "belay bundle key FILE")
    }
    return key
  }

  /// A public key as it is typed, or the file that holds it.
  private static func verifyingKey(_ word: String, from folder: String) throws(BelayError)
    -> VerifyingKey
  {
    func key(_ text: String) -> VerifyingKey? { Hex.bytes(text).flatMap(VerifyingKey.init) }
    if let key = key(word) { return key }
    let path = Path.absolute(word, from: folder)
    let text = Files.isFile(path) ? try Files.readText(path, limit: 4096) : ""
    guard let key = key(text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "")
    else {
      throw BelayError(
        .usage, "expected 64 hex digits, or a file with them", place: word,
        hint: "KEYFILE.pub, as 'belay bundle key' writes it")
    }
    return key
  }

  /// Packs a run into a file.
  package static func export(
    _ call: Call, run: RunID, candidate: CandidateID?, to file: String, key: String?
  ) throws {
    let path = Path.absolute(file, from: call.surroundings.workingDirectory)
    guard Files.kind(path) == nil else {
      throw BelayError(.usage, "is there already", place: path, hint: "name another file")
    }
    let signing = try key.map {
      (word) throws(BelayError) in
      try signingKey(Path.absolute(word, from: call.surroundings.workingDirectory))
    }
    let writer = try BundleWriter(
      try LabWord.reader(call), run: run, candidate: candidate, version: BelayVersion.current)
    let bytes = try writer.pack(key: signing).bytes()
    try Files.write(bytes, to: path)
    let page = Page(
      items: [
        [
          "bundle": .string(path), "bytes": .int(bytes.count), "run": .string("\(run)"),
          "candidate": .optional(candidate.map { "\($0)" }),
          "sha256": .string(Digest.of(bytes).hex), "signed_by": .optional(signing?.verifying.text),
        ]
      ], hints: ["belay verify \(file)"])
    try call.output.page(page) { _ in
      "\(path)  \(Figure.bytes(bytes.count))  "
        + (signing.map { "signed by \($0.verifying.text)" }
          ?? "unsigned: anybody could have made it (--key KEYFILE)")
    }
  }

  /// Says what holds of a bundle.
  static func verify(_ call: Call, _ file: String, trusted: [String]) throws -> ExitCode {
    var keys: [VerifyingKey] = []
    for word in trusted {
      keys.append(try verifyingKey(word, from: call.surroundings.workingDirectory))
    }
    let check = try BundleCheck(
      Path.absolute(file, from: call.surroundings.workingDirectory), trusted: keys)
    let fields = check.fields.merging(["checks": .array(check.items)]) { $1 }
    try call.output.done(success: check.holds, fields) { width in check.text(width: width) }
    return check.holds ? .ok : ExitCode(.gate)
  }
}
