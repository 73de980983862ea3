public import Base
public import Harness

/// A harness's files as components by name, without losing a byte.
public struct ComponentTree: Sendable, Hashable {
  /// One typed part of a harness.
  public struct Component: Sendable, Hashable {
    /// `harness.toml#limits.turns`, `prompts/system.md#Verify`, `tools/NAME`, `skills/NAME`, or a file's path.
    public let name: String
    /// What it holds.
    public let content: ComponentContent
  }

  /// The components: by file, and in the order of each file.
  public private(set) var components: [Component]
  private var places: [String: Int]

  /// Takes a harness apart.
  public init(_ harness: Harness) throws(BelayError) { try self.init(files: harness.files) }

  /// Takes files apart; two whose paths read the same are an error.
  public init(files: [HarnessFile]) throws(BelayError) {
    var components: [Component] = []
    var folders: [String: [HarnessFile]] = [:]
    for file in files {
      if let folder = Self.folder(file.path) {
        let inner = String(file.path.dropFirst(folder.count + 1))
        folders[folder, default: []].append(
          HarnessFile(path: inner, isExecutable: file.isExecutable, content: file.content))
        continue
      }
      let name = ComponentName.of(path: file.path)
      for part in Self.parts(file) ?? [FilePart(name: nil, bytes: file.content)] {
        let isExecutable = part.name == nil && file.isExecutable
        components.append(
          Component(
            name: part.name.map { "\(name)#\($0)" } ?? name,
            content: ComponentContent(part.bytes, isExecutable: isExecutable)))
      }
    }
    for (folder, inner) in folders {
      components.append(
        Component(name: ComponentName.of(path: folder), content: ComponentContent(files: inner)))
    }
    try self.init(components)
  }

  init(_ components: [Component]) throws(BelayError) {
    var groups: [String: [Component]] = [:]
    for component in components {
      groups[ComponentName.file(component.name), default: []].append(component)
    }
    let order = groups.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    self.components = order.flatMap { groups[$0] ?? [] }
    places = [:]
    for (index, component) in self.components.enumerated() {
      guard places.updateValue(index, forKey: component.name) == nil else {
        throw BelayError(
          .usage, "two files have names that read the same", place: component.name.printable(),
          hint: "rename one of them")
      }
    }
  }

  /// The names of all components, in their order.
  public var names: [String] { components.map(\.name) }

  /// What a component holds; nil when there is none of that name.
  public subscript(name: String) -> ComponentContent? {
    places[name].map { components[$0].content }
  }

  /// The files again, sorted by path.
  public func files() -> [HarnessFile] {
    var files: [HarnessFile] = []
    var at = 0
    while at < components.count {
      let name = ComponentName.file(components[at].name)
      let path = ComponentName.path(name)
      let parts = components[at...].prefix { ComponentName.file($0.name) == name }
      at += parts.count
      if let first = parts.first, first.content.isFolder {
        for file in first.content.files {
          files.append(
            HarnessFile(
              path: "\(path)/\(file.path)", isExecutable: file.isExecutable, content: file.content))
        }
        continue
      }
      var bytes: [UInt8] = []
      for part in parts {
        let more = part.content.bytes ?? []
        // Only what was put behind a last line without its end can need one.
        if let last = bytes.last, last != 0x0A, !more.isEmpty { bytes.append(0x0A) }
        bytes += more
      }
      let isExecutable = parts.first?.content.files.first?.isExecutable ?? false
      files.append(HarnessFile(path: path, isExecutable: isExecutable, content: bytes))
    }
    return files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// The size in tokens: maximal runs of letters and digits.
  public var size: Int { components.reduce(0) { $0 + $1.content.size } }

  private static func parts(_ file: HarnessFile) -> [FilePart]? {
    if file.path == "harness.toml" { return TomlParts.split(file.content) }
    if file.path.hasPrefix("prompts/"), file.path.hasSuffix(".md") {
      return PromptParts.split(file.content)
    }
    return nil
  }

  /// A tool's or a skill's folder, when a path lies below one.
  private static func folder(_ path: String) -> String? {
    let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "tools" || parts[0] == "skills" else { return nil }
    return "\(parts[0])/\(parts[1])"
  }
}
