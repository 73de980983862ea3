import Base
import Glibc
import Platform
import Suite
import Testing

@Suite struct TwinTests {
  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  @Test func theShippedSuiteMakesTwinsOfItsDevTasks() throws {
    let suite = try Suite.load("\(Self.root)/benchmarks/shell")
    let declared = suite.tasks.filter { $0.twin != nil }
    #expect(declared.count >= 3 && declared.allSatisfy { $0.split == .dev })
    let kept = getenv("BELAY_TWINS").map { String(cString: $0) }
    let path = kept ?? "/tmp/belay-twins-\(Files.randomName())"
    defer { if kept == nil { try? Files.removeTree(path) } }
    let twins = try #require(try suite.makeTwins(in: path))
    #expect(twins.invalid.isEmpty && twins.tasks.map(\.name) == declared.map { "\($0.name)-twin" })
    #expect(twins.reward == suite.reward && twins.requires == suite.requires && !twins.hasVault)
    for task in declared {
      let twin = try #require(twins.task(named: "\(task.shortName)-twin"))
      #expect(twin.digest != task.digest && twin.twin == nil)
      #expect(twin.steps.map(\.instruction) != task.steps.map(\.instruction), "\(task.name)")
      #expect(twin.hasSolution && twin.steps.map(\.testScript) == task.steps.map(\.testScript))
      let texts = try ["environment/gen.py", "tests/check.py", "solution/solve.sh"].map {
        try (Files.readText("\(task.folder)/\($0)"), Files.readText("\(twin.folder)/\($0)"))
      }
      #expect(texts.contains { $0 != $1 })
    }
    #expect(throws: BelayError.self) { try suite.makeTwins(in: path) }
  }

  @Test func aTwinIsNoPartOfTheTaskAndItsFaultsAreNamed() throws {
    let source = "\(Self.root)/benchmarks/shell/tasks/sum-quota-sizes"
    let path = "/tmp/belay-twin-\(Files.randomName())"
    try Files.makeDirectory(path)
    defer { try? Files.removeTree(path) }
    for entry in try Files.walk(source) where entry.path != "twin.toml" {
      let target = "\(path)/\(entry.path)"
      if entry.kind == .directory { try Files.makeDirectory(target) }
      if entry.kind == .regular {
        try Files.write(Files.read("\(source)/\(entry.path)"), to: target, mode: entry.mode)
      }
    }
    let digest = try Suite.load(path).tasks[0].digest
    let head = "schema = \"belay.twin/1\"\n"
    let cases: [(String, String?)] = [
      (head + "[replace]\n\"quotas.txt\" = \"stores.txt\"\n", nil),
      ("[replace]\na = \"b\"\n", "expected 'belay.twin/1'"), (head, "expected a table"),
      (head + "[replace]\na = \"a\"\n", "expected another text"),
      (head + "[replace]\na = 1\n", "expected a string"),
      (head + "[replac]\na = \"b\"\n", "did you mean"),
      ("[", "not valid TOML"),
    ]
    for (toml, fault) in cases {
      try Files.write(Array(toml.utf8), to: "\(path)/twin.toml")
      let (suite, found) = try Suite.check(path)
      let errors = found.filter { $0.severity == .error }
      guard let fault else {
        #expect(errors.isEmpty && suite?.tasks.first?.digest == digest)
        continue
      }
      #expect(errors.contains { $0.description.contains(fault) }, "\(errors)")
      #expect(errors.allSatisfy { $0.file.hasSuffix("twin.toml") })
    }
    try Files.write(
      Array((head + "[replace]\nnowhere-at-all = \"b\"\n").utf8), to: "\(path)/twin.toml")
    let error = #expect(throws: BelayError.self) {
      try Suite.load(path).makeTwins(in: "\(path)/out")
    }
    #expect(error?.message.contains("stands nowhere") == true)
    let twin = try #require(Suite.load(source).tasks[0].twin)
    #expect(twin.applied(to: "quotas.txt quota-sums maps 3T") == "stores.txt store-sums mixed 4T")
  }
}
