internal import Base
internal import Console
internal import Layout
internal import Ledger
internal import Workbench

enum CollectCommand {
  static let dryRun = Flag("dry-run", "Only say what would be removed")

  static let command = Command(
    "gc", in: .upkeep,
    "Remove scratch space, caches of nights that are gone and unreferenced blobs",
    discussion: "Nothing else is removed, and never what was recorded. Needs the lab to itself.",
    takes: [dryRun],
    examples: [
      Example("belay gc --dry-run", "what there is to remove"), Example("belay gc", "remove it"),
    ],
    output: .page("gc", compact: ["lab", "scratch_bytes", "cache_bytes", "blob_bytes"])
  ) { call in
    let lab = try LabWord.resolve(call)
    let found = try lab.collectGarbage(dryRun: call[dryRun])
    let page = Page(items: [
      [
        "lab": .string(lab.path), "dry_run": .bool(call[dryRun]),
        "scratch": .array(found.scratch.map(JSON.string)),
        "scratch_bytes": .int(found.scratchBytes), "cache": .array(found.cache.map(JSON.string)),
        "cache_bytes": .int(found.cacheBytes), "blobs": .int(found.blobs),
        "blob_bytes": .int(found.blobBytes),
      ]
    ])
    try call.output.page(page) { _ in
      let verb = call[dryRun] ? "would remove" : "removed"
      let scratch =
        found.scratch.count == 1 ? "1 scratch entry" : "\(found.scratch.count) scratch entries"
      return "\(verb) \(scratch) (\(Figure.bytes(found.scratchBytes))), "
        + "\(Figure.plural(found.cache.count, "cached file")) of no night of this lab "
        + "(\(Figure.bytes(found.cacheBytes))) and "
        + "\(Figure.plural(found.blobs, "blob")) (\(Figure.bytes(found.blobBytes)))"
    }
    return .ok
  }
}
