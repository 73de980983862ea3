public import Base
public import Harness

/// What a component holds: a piece of a file, a file, or the files of a folder.
public struct ComponentContent: Sendable, Hashable {
  /// The files, sorted by their paths below the component; one with an empty path is the component itself.
  public let files: [HarnessFile]

  /// The files of a folder, or one with an empty path.
  public init(files: [HarnessFile]) {
    self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// One file, or a piece of one.
  public init(_ bytes: [UInt8], isExecutable: Bool = false) {
    files = [HarnessFile(path: "", isExecutable: isExecutable, content: bytes)]
  }

  /// One file, or a piece of one.
  public init(_ text: String) { self.init(Array(text.utf8)) }

  /// The bytes of a file or a piece of one; nil for a folder.
  public var bytes: [UInt8]? { isFolder ? nil : files.first?.content }

  /// All of its text, files one after the other; what is no UTF-8 is repaired.
  public var text: String {
    files.map { String(decoding: $0.content, as: UTF8.self) }.joined(separator: "\n")
  }

  /// Whether it is a folder.
  public var isFolder: Bool { files.first?.path != "" }

  /// SHA-256 over paths, modes and content.
  public var digest: Digest {
    var hasher = Hasher256()
    for file in files {
      hasher.update("\(file.path)\0\(file.isExecutable ? "x" : "-")\0")
      hasher.update("\(Digest.of(file.content).hex)\n")
    }
    return hasher.finish()
  }

  /// Its size in tokens: maximal runs of letters and digits.
  public var size: Int { files.reduce(0) { $0 + Tokens.count($1.content) } }

  /// The content as a record.
  public var json: JSON {
    guard isFolder else { return files.first.map(Self.json) ?? [:] }
    return [
      "files": .object(
        Dictionary(files.map { ($0.path, Self.json($0)) }, uniquingKeysWith: { $1 }))
    ]
  }

  /// Reads a record; nil when it is none.
  public init?(json: JSON) {
    guard case .object(let inner) = json["files"] else {
      guard let file = Self.file("", json) else { return nil }
      self.init(files: [file])
      return
    }
    let files = inner.compactMap { Self.file($0.key, $0.value) }
    guard files.count == inner.count, !files.isEmpty, !files.contains(where: { $0.path.isEmpty })
    else { return nil }
    self.init(files: files)
  }

  private static func json(_ file: HarnessFile) -> JSON {
    var record: JSON = [:]
    if let text = String(validating: file.content, as: UTF8.self) {
      record["text"] = .string(text)
    } else {
      record["hex"] = .string(Hex.text(file.content))
    }
    if file.isExecutable { record["executable"] = true }
    return record
  }

  private static func file(_ path: String, _ json: JSON) -> HarnessFile? {
    let bytes = json["text"].string.map { Array($0.utf8) } ?? json["hex"].string.flatMap(Hex.bytes)
    guard let bytes else { return nil }
    return HarnessFile(
      path: path, isExecutable: json["executable"].bool ?? false, content: bytes)
  }
}

/// Counts the tokens by which sizes are compared.
public enum Tokens {
  /// Maximal runs of letters and digits; bytes beyond ASCII count as letters.
  public static func count(_ bytes: [UInt8]) -> Int {
    var count = 0
    var isInside = false
    for byte in bytes {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...:
        if !isInside { count += 1 }
        isInside = true
      default: isInside = false
      }
    }
    return count
  }
}
