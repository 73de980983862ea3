internal import Archive
public import Base
internal import Layout
internal import Platform
internal import Signing

/// The files of a bundle with a manifest of their hashes, as one archive whose bytes are settled by them.
public struct BundleArchive: Sendable {
  static let manifestName = "manifest.json"
  static let signatureName = "signature.json"
  static let callsName = "calls.jsonl"
  static let pricesName = "prices.jsonl"
  static let schema = "belay.bundle/1"
  static let limits = ArchiveLimits(
    entries: 100_000, fileBytes: 128 << 20, totalBytes: 256 << 20)

  /// The files by name, the manifest and the signature included.
  let files: [String: [UInt8]]

  /// Puts a bundle together, which can be read again within the limits; without a key it is unsigned.
  static func make(
    _ contents: [String: [UInt8]], about subject: [String: JSON], key: SigningKey?,
    limits: ArchiveLimits = limits
  ) throws(BelayError) -> BundleArchive {
    var manifest = subject
    manifest["schema"] = .string(schema)
    manifest["files"] = .array(
      contents.keys.sorted().map { name in
        let bytes = contents[name] ?? []
        return [
          "name": .string(name), "bytes": .int(bytes.count),
          "sha256": .string(Digest.of(bytes).hex),
        ]
      })
    var files = contents
    let text = JSON.object(manifest).utf8()
    files[manifestName] = text
    if let key {
      let signature: JSON = [
        "algorithm": "ed25519", "public_key": .string(key.verifying.text),
        "signature": .string(Hex.text(key.sign(text))),
      ]
      files[signatureName] = signature.utf8()
    }
    try check(files, limits)
    return BundleArchive(files: files)
  }

  /// What becomes too large is refused as soon as that is known, and not when it has filled the memory.
  static func admit(lines count: Int, of least: Int, _ what: String) throws(BelayError) {
    guard count <= limits.fileBytes / least else {
      throw refuse(
        "\(Figure.plural(count, what)), and \(Figure.bytes(limits.fileBytes)) of them can be checked"
      )
    }
  }

  private static func refuse(_ what: String) -> BelayError {
    BelayError(
      .usage, "too large for a bundle: \(what)",
      hint: "belay export --format jsonl has no limit, and no signature")
  }

  // Whoever checks a bundle reads it as a whole: what that refuses must not be signed here.
  private static func check(_ files: [String: [UInt8]], _ limits: ArchiveLimits) throws(BelayError)
  {
    guard files.count <= limits.entries else {
      throw refuse("\(files.count) files, and \(limits.entries) can be checked")
    }
    if let (name, bytes) = files.max(by: { $0.value.count < $1.value.count }),
      bytes.count > limits.fileBytes
    {
      throw refuse(
        "\(name) has \(Figure.bytes(bytes.count)), and \(Figure.bytes(limits.fileBytes)) can be checked"
      )
    }
    let whole = TarWriter.bytes(files)
    guard whole <= limits.totalBytes else {
      throw refuse("\(Figure.bytes(whole)), and \(Figure.bytes(limits.totalBytes)) can be checked")
    }
  }

  /// The archive's bytes: the same for the same files.
  public func bytes() throws(BelayError) -> [UInt8] { try TarWriter.archive(files) }

  /// Reads an archive, and refuses what no bundle holds: other names, two files of one name, bytes between
  /// files, anything that is not exactly as Belay writes it.
  static func read(_ path: String, limits: ArchiveLimits = limits) throws(BelayError)
    -> BundleArchive
  {
    let whole = try Files.read(path, limit: limits.totalBytes)
    var files: [String: [UInt8]] = [:]
    do {
      let file = try SharedDescriptor.file(path)
      try TarReader.read(descriptor: file.raw, limits: limits) { entry, archive in
        guard entry.kind == .file, isName(entry.path), files[entry.path] == nil else {
          throw BelayError(
            .gate, "'\(entry.path.printable().prefix(80))' is no file of a bundle", place: path)
        }
        guard let content = try archive.content() else {
          throw BelayError(.gate, "'\(entry.path)' is too large for a bundle", place: path)
        }
        files[entry.path] = content
      }
    } catch let error as BelayError {
      throw BelayError(.gate, "no bundle: \(error.message)", place: path)
    } catch {
      throw BelayError(.gate, "no bundle", place: path, cause: error)
    }
    guard try TarWriter.archive(files) == whole else {
      throw BelayError(.gate, "the archive is not as Belay writes it: it was changed", place: path)
    }
    return BundleArchive(files: files)
  }

  private static let names: Set<String> = [
    manifestName, signatureName, "run.json", "facts.jsonl", "trials.jsonl", "claims.json",
    callsName, pricesName,
  ]

  /// Names are few and plain, so that none can lead anywhere.
  private static func isName(_ name: String) -> Bool {
    if names.contains(name) { return true }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, ["harness", "blobs"].contains(parts[0]) else { return false }
    let hex = parts[0] == "harness" ? parts[1].dropLast(5) : parts[1]
    return (parts[0] == "blobs" || parts[1].hasSuffix(".json"))
      && Digest(hex).map { $0.hex == hex } ?? false
  }

  func json(_ name: String) throws(BelayError) -> JSON {
    guard let bytes = files[name] else {
      throw BelayError(.gate, "the bundle has no \(name)")
    }
    return try JSON.parse(bytes)
  }

  /// The JSON of each line of a file; none where there is no such file.
  func lines(_ name: String) throws(BelayError) -> [JSON] {
    var lines: [JSON] = []
    for line in (files[name] ?? []).split(separator: 0x0A) {
      lines.append(try JSON.parse(Array(line)))
    }
    return lines
  }
}
