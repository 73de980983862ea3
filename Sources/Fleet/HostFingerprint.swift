public import Base
internal import Platform
public import Suite

/// What of the host's own system can change a score: rows from different hosts are not compared.
public struct HostFingerprint: Sendable, Hashable {
  /// The distribution as it calls itself.
  public let system: String
  /// The processor's architecture.
  public let architecture: String
  /// The versions of the programs that the suite requires; nil for one that is missing.
  public let tools: [String: String?]

  /// Looks at this host; each required program is asked for its version.
  public static func read(_ requirements: [Requirement]) async -> HostFingerprint {
    var tools: [String: String?] = [:]
    await withTaskGroup(of: (String, String?).self) { group in
      for program in Set(requirements.map(\.program)) {
        group.addTask { (program, await version(of: program)) }
      }
      for await (program, version) in group { tools[program] = .some(version) }
    }
    let release = (try? Files.readText("/etc/os-release")) ?? ""
    let name = release.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
    return HostFingerprint(
      system: name.map { $0.dropFirst(12).filter { $0 != "\"" } } ?? "unknown Linux",
      architecture: Machine.architecture, tools: tools)
  }

  /// The requirements that this host does not meet, each with what was found.
  public func unmet(_ requirements: [Requirement]) -> [String] {
    requirements.compactMap { requirement in
      guard let version = tools[requirement.program] ?? nil else {
        return "\(requirement) is not installed"
      }
      let numbers = version.split(separator: ".").compactMap { Int($0) }
      return requirement.isMet(by: numbers) ? nil : "\(requirement) is needed, \(version) is here"
    }
  }

  /// One text for all of it, to key what was prepared on this host.
  public var text: String { json.text() }

  /// As it is recorded with a run.
  public var json: JSON {
    [
      "system": .string(system), "architecture": .string(architecture),
      "tools": .object(tools.mapValues { .optional($0) }),
    ]
  }

  private static let path = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]

  /// The first dotted number that `program --version` prints; `0` when it runs and prints none.
  private static func version(of program: String) async -> String? {
    guard let file = path.map({ "\($0)/\(program)" }).first(where: Files.isFile) else { return nil }
    let printed = try? await Child.output(
      file, [program, "--version"], environment: ["PATH": path.joined(separator: ":")],
      limit: 64 << 10)
    let text = String(decoding: printed ?? [], as: UTF8.self)
    let word = text.split { !$0.isNumber && $0 != "." }
      .first { $0.contains(".") && $0.first != "." && $0.last != "." }
    return word.map(String.init) ?? text.split { !$0.isNumber }.first.map(String.init) ?? "0"
  }
}
