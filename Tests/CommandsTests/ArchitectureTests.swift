import Base
import Platform
import Testing

/// The floor plan of docs/architecture.md against the import statements of the sources.
@Suite struct ArchitectureTests {
  static let root = Path.parent(Path.parent(Path.parent(#filePath)))

  /// Module to floor, and to sentence, as the table has them.
  static let plan: [String: (floor: Int, sentence: String)] = {
    let text = (try? Files.readText("\(root)/docs/architecture.md")) ?? ""
    var plan: [String: (floor: Int, sentence: String)] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|").map { cell in
        String(cell.trimmingPrefix { $0 == " " }.reversed().trimmingPrefix { $0 == " " }.reversed())
      }
      guard cells.count == 3, let floor = Int(cells[0]) else { continue }
      plan[cells[1].filter { $0 != "`" }] = (floor, cells[2])
    }
    return plan
  }()

  static func imports(of file: String) throws -> [String] {
    try Files.readText(file).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").filter { !$0.hasPrefix("@") }
      guard let at = words.firstIndex(of: "import"), at < 2, words.count > at + 1,
        at == 0 || ["public", "internal", "package", "private", "fileprivate"].contains(words[0])
      else { return nil }
      return String(words[at + 1])
    }
  }

  static func sources(in folder: String) throws -> [String] {
    try Files.names(in: folder).flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      if Files.isDirectory(path) { return try sources(in: path) }
      return name.hasSuffix(".swift") ? [path] : []
    }
  }

  @Test func `modules import only what lies on floors below, and C only from floors 0 and 1`()
    throws
  {
    #expect(Self.plan.count > 10)
    for (module, entry) in Self.plan.sorted(by: { $0.key < $1.key }) {
      for file in try Self.sources(in: "\(Self.root)/Sources/\(module)") {
        for name in try Self.imports(of: file) {
          if let other = Self.plan[name] {
            #expect(
              other.floor < entry.floor, "\(module) (floor \(entry.floor)) imports \(name): \(file)"
            )
          } else if Files.isDirectory("\(Self.root)/Sources/\(name)") {
            #expect(entry.floor <= 1, "only floors 0 and 1 import C, \(module) does: \(file)")
          } else {
            #expect(["Glibc", "Dispatch"].contains(name), "\(file) imports \(name)")
          }
        }
      }
    }
  }

  @Test func `every module of the package has its one sentence, and no other is listed`() throws {
    let folders = try Files.names(in: "\(Self.root)/Sources").filter { name in
      try !Self.sources(in: "\(Self.root)/Sources/\(name)").isEmpty
    }
    #expect(Set(folders) == Set(Self.plan.keys))
    for (module, entry) in Self.plan {
      #expect(entry.sentence.filter { $0 == "." }.count == 1, "\(module): one sentence")
      #expect(entry.sentence.hasSuffix("."))
    }
  }

  @Test func `the packages that setup installs are those that the documentation explains`() throws {
    func names(_ file: String, _ pick: (Substring) -> [Substring]) throws -> Set<String> {
      Set(
        try Files.readText("\(Self.root)/\(file)").split(separator: "\n").flatMap(pick)
          .map(String.init))
    }
    let listed = try names(".ci/packages") { line in
      line.hasPrefix("#") ? [] : Array(line.split(separator: " ").dropFirst().prefix(1))
    }
    // Every name in quotes of the first cell; one row may explain several.
    let explained = try names("docs/dependencies.md") { line in
      guard line.hasPrefix("| `"), let cell = line.split(separator: "|").first else { return [] }
      return cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map(\.element)
    }
    #expect(listed == explained)
    #expect(!listed.isEmpty)
  }
}
