import Base
import Components
import Harness
import Platform
import Seeded

/// Harnesses to take apart: those that are shipped, and random ones.
enum Trees {
  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  static let shipped = ((try? Files.names(in: "\(root)/harnesses")) ?? []).filter {
    !$0.hasPrefix(".") && Files.isFile("\(root)/harnesses/\($0)/harness.toml")
  }

  static func shipped(_ name: String) throws -> Harness {
    try Harness.load("\(root)/harnesses/\(name)")
  }

  static func file(_ path: String, _ text: String, isExecutable: Bool = false) -> HarnessFile {
    HarnessFile(path: path, isExecutable: isExecutable, content: Array(text.utf8))
  }

  /// The files with some changed; nil removes one.
  static func edited(_ files: [HarnessFile], _ changes: [String: String?]) -> [HarnessFile] {
    var all = files.filter { changes[$0.path] == nil }
    for (path, text) in changes {
      guard let text else { continue }
      all.append(file(path, text, isExecutable: path.hasSuffix("/run")))
    }
    return all.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  static func text(_ files: [HarnessFile], _ path: String) -> String {
    files.first { $0.path == path }.map { String(decoding: $0.content, as: UTF8.self) } ?? ""
  }

  /// A tree with everything that may stand in one, drawn from a seed.
  static func random(_ seed: UInt64) -> [HarnessFile] {
    var random = SplitMix(seed)
    let words = [
      "Look", "verify ✓", "a#b", "```", "## X", "x = 1", "", "\u{0}", "ä\r", "[t]", "  ",
    ]
    func lines(_ count: Int, _ random: inout SplitMix) -> String {
      (0..<count).map { _ in words[random.below(words.count)] }.joined(separator: "\n")
    }
    var files: [HarnessFile] = []
    for path in [
      "prompts/a.md", "prompts/b.md", "README.md", "tools/t/run", "tools/t/x/y", "p#q%r",
    ]
    where random.below(4) > 0 {
      var text = lines(random.below(4), &random)
      for title in ["Work", "Verify", "Work"] where random.below(3) > 0 {
        text += "\n## \(title)\n" + lines(random.below(4), &random)
      }
      if random.below(2) == 0 { text += "\n" }
      files.append(file(path, text, isExecutable: random.below(3) == 0))
    }
    var toml = random.below(2) == 0 ? "# top\n\n" : ""
    for key in ["name", "kind"] where random.below(4) > 0 { toml += "\(key) = \"x # y\"  # c\n" }
    for table in ["limits", "context", "model"] where random.below(3) > 0 {
      toml += "\n# about\n[\(table)]\n"
      for key in ["a", "\"b c\"", "d.e"] where random.below(3) > 0 {
        toml += "\(key) = [1,\n 2, # two\n]\n"
      }
    }
    if random.below(2) == 0 {
      toml += "[[mcp]]\nname = 'q'\n[mcp.env]\nA = \"\"\"x\n[no]\n\"\"\"\n[[mcp]]\nname = 'r'"
    }
    if random.below(8) == 0 { toml += "\nbroken" }
    files.append(file("harness.toml", toml))
    return files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }
}

extension SplitMix {
  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
}
