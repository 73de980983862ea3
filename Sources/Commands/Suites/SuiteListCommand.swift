internal import Base
internal import Console
internal import Facts
internal import Layout
internal import Ledger
internal import Platform
internal import Suite
internal import Workbench

enum SuiteListCommand {
  static let folders = Argument(
    repeated: .directory("DIR"), "Folders of suites; else ./benchmarks, ./suites and the lab")

  static let command = Command(
    "list", in: .setup, "List the suites that are here and those that the lab knows",
    takes: [folders],
    examples: [Example("belay suite list", "what can be run from here")],
    output: .list("suites", compact: ["name", "path", "tasks"]),
    reading: .plain
  ) { call in
    let named = call[folders]
    let found = named.isEmpty ? SuiteWord.onShelves(call) : named
    var items = try found.map { try item($0, SuiteWord.place($0, call)) }
    let here = Set(items.compactMap { $0["digest"].string })
    if named.isEmpty, let reader = try? LabWord.reader(call) {
      items += try reader.suites().filter { !here.contains($0.digest.hex) }.map(item)
    }
    let shown = Array(items.prefix(call.limit ?? items.count))
    let page = Page(
      items: shown, counts: ["items": items.count], isTruncated: shown.count < items.count,
      hints: shown.first.map { ["belay suite show \($0["path"].string ?? "")"] } ?? [])
    try call.output.page(page) { width in
      guard !shown.isEmpty else {
        return "no suites in ./benchmarks and ./suites; name a folder: belay suite list DIR"
      }
      var table = TextTable([
        .init(title: "suite", shrinksTo: 12), .init(title: "digest"),
        .init(title: "tasks", right: true), .init(title: "dev", right: true),
        .init(title: "gate", right: true), .init(title: "vault", right: true),
        .init(title: "from"), .init(title: "path", shrinksTo: 16, leaves: 1),
      ])
      for item in shown {
        let splits = Split.allCases.map { item["splits"][$0.rawValue].int.map(String.init) ?? "-" }
        table.add(
          [
            item["name"].string ?? "", String((item["digest"].string ?? "-").prefix(12)),
            item["tasks"].int.map(String.init) ?? "-",
          ] + splits + [item["source"].string ?? "", item["path"].string ?? ""])
      }
      let faults = shown.compactMap { item in item["error"].string }
      return
        (table.lines(width: width) + faults.flatMap { Prose.wrap($0, width: width, indent: 2) }
        + (page.narrowing.map { [$0] } ?? [])).joined(separator: "\n")
    }
    return .ok
  }

  private static func item(_ shown: String, _ folder: String) throws -> JSON {
    do throws(BelayError) {
      let suite = try Suite.load(folder)
      return item(
        name: suite.name, path: shown, digest: suite.digest, splits: suite.tasks.map(\.split),
        invalid: suite.invalid.count, source: "folder")
    } catch {
      guard error.kind == .usage else { throw error }
      return [
        "name": .string(Path.last(folder)), "path": .string(shown), "digest": .null,
        "tasks": .null, "splits": [:], "invalid": .null, "source": "faulty",
        "error": .string(error.description),
      ]
    }
  }

  private static func item(_ fact: SuiteFact) -> JSON {
    item(
      name: fact.name, path: fact.path, digest: fact.digest, splits: fact.tasks.map(\.split),
      invalid: 0, source: "lab")
  }

  private static func item(
    name: String, path: String, digest: Digest, splits: [Split?], invalid: Int, source: String
  ) -> JSON {
    var counts: [String: JSON] = [:]
    for split in Split.allCases where splits.contains(split) {
      counts[split.rawValue] = .int(splits.count { $0 == split })
    }
    return [
      "name": .string(name), "path": .string(path), "digest": .string(digest.hex),
      "tasks": .int(splits.count), "splits": .object(counts), "invalid": .int(invalid),
      "source": .string(source), "error": .null,
    ]
  }
}
