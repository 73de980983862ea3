public import Base
internal import Platform

/// The keys of this process: from the environment, else from a file that its owner alone may read.
public struct KeyRing: Sendable {
  /// Where a key was found; the key itself is never shown.
  public enum Source: Sendable, Hashable {
    /// A variable of the environment.
    case environment
    /// The key file.
    case file(String)
  }

  private struct Entry: Sendable {
    let key: SecretKey
    let source: Source
  }

  private let entries: [String: Entry]

  /// No keys.
  public static let empty = KeyRing(entries: [:])

  private init(entries: [String: Entry]) { self.entries = entries }

  /// Keys by name, for tests and for embedding.
  public init(_ keys: [String: SecretKey]) {
    entries = keys.mapValues { Entry(key: $0, source: .environment) }
  }

  /// Reads the key file (`BELAY_KEYS`, else `~/.config/belay/keys.toml`) and the variables named here.
  ///
  /// The file is a TOML table of names and keys: `OPENAI_API_KEY = "…"`. A variable of the environment
  /// wins over a line of the file.
  public static func load(environment: [String: String], names: some Sequence<String>)
    throws(BelayError) -> KeyRing
  {
    var entries: [String: Entry] = [:]
    let named = environment["BELAY_KEYS"].flatMap { $0.isEmpty ? nil : $0 }
    if let path = named ?? usersFile(environment), named != nil || Files.kind(path) != nil {
      for (name, key) in try read(path) {
        entries[name] = Entry(key: key, source: .file(path))
      }
    }
    for name in names {
      guard let text = environment[name], !text.isEmpty else { continue }
      guard let key = SecretKey(text) else {
        throw BelayError(
          .auth, "the key holds a space or a control character", place: name,
          hint: "export \(name) again, without a line end")
      }
      entries[name] = Entry(key: key, source: .environment)
    }
    return KeyRing(entries: entries)
  }

  /// The key with this name; nil when there is none.
  public func key(_ name: String) -> SecretKey? { entries[name]?.key }

  /// Where the key with this name was found; nil when there is none.
  public func source(_ name: String) -> Source? { entries[name]?.source }

  /// What takes every key of this ring out of a text.
  public var scrubber: KeyScrubber {
    KeyScrubber(entries.mapValues(\.key))
  }

  private static func usersFile(_ environment: [String: String]) -> String? {
    UserFolder.path(environment).map { Path.join($0, "keys.toml") }
  }

  // A fault must not quote a line of this file: only names and line numbers are told.
  private static func read(_ path: String) throws(BelayError) -> [String: SecretKey] {
    guard let mode = Files.mode(path) else {
      throw BelayError(.auth, "there is no key file", place: path, hint: "unset BELAY_KEYS")
    }
    guard mode & 0o077 == 0 else {
      throw BelayError(
        .auth, "the key file is open to others (mode \(String(mode, radix: 8)))", place: path,
        hint: "chmod 600 \(path)")
    }
    let text = try Files.readText(path, limit: 1 << 20)
    let toml: TOML
    do throws(BelayError) {
      toml = try TOML.parse(text, file: path)
    } catch {
      throw BelayError(
        .auth, "the key file is not valid TOML", place: error.place ?? path,
        hint: "one line per key: OPENAI_API_KEY = \"…\"")
    }
    guard case .table(let members) = toml.value else { return [:] }
    var keys: [String: SecretKey] = [:]
    for (name, node) in members {
      guard case .string(let text) = node.value, let key = SecretKey(text) else {
        throw BelayError(
          .auth, "expected a key in quotes", place: "\(path):\(node.keyLine)",
          hint: "one line per key: OPENAI_API_KEY = \"…\"")
      }
      keys[name] = key
    }
    return keys
  }
}

/// The user's own folder of settings.
enum UserFolder {
  /// `$XDG_CONFIG_HOME/belay`, else `~/.config/belay`; nil without a home.
  static func path(_ environment: [String: String]) -> String? {
    if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") {
      return Path.join(config, "belay")
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return Path.join(home, ".config/belay")
  }
}
