internal import Archive
internal import Base
internal import Climb
internal import Ledger
internal import NightLog
internal import Platform

/// The fold of a night as it was after some of its facts, kept beside the ledger so that the next screen need
/// not begin with the first.
///
/// It is worth nothing but time: it may be removed whenever somebody likes, and one that is torn, belongs to
/// another night, was written by another build, or does not fit the facts that the ledger has, is as good as none.
/// Its checksum is against damage and not against people: who may write here may write to the ledger as well.
struct NightCache {
  private let folder: String
  private let name: String
  private let run: RunID

  // How the file is laid out; what it says of the night belongs to the program that wrote it.
  private static let format = 1
  // What is folded ends with these very facts of this ledger, times included.
  private static let bound = 64
  private static let mostBytes = 1 << 30
  private static let mostHead = 4096

  init(_ reader: LedgerReader, _ run: RunID) {
    folder = Path.join(Path.parent(reader.path), "cache")
    name = "night-\(run)"
    self.run = run
  }

  var path: String { Path.join(folder, name) }

  /// The fold that was kept; nil where there is none that fits.
  func fold(_ reader: LedgerReader) -> NightFold? {
    guard Files.isFile(path), let file = try? Files.read(path, limit: Self.mostBytes),
      let head = head(file),
      let text = try? JSON.parse(String(decoding: head.text, as: UTF8.self)),
      let count = text["facts"].int, count > 0,
      let expected = try? self.text(count, reader), Array(expected.utf8) == Array(head.text),
      let bytes = try? Zstandard.decompress(Array(head.frame), limit: Self.mostBytes),
      let fold = try? JSON.parse(bytes).decode(NightFold.self), fold.count == count
    else { return nil }
    return fold
  }

  /// Keeps a fold; where nothing can be written nothing is, and nobody is told.
  func keep(_ fold: NightFold, _ reader: LedgerReader) {
    guard (try? Files.makeDirectory(folder, mode: 0o700)) != nil, Files.isWritable(folder),
      let text = try? self.text(fold.count, reader),
      let frame = try? Zstandard.compress(JSON.encoding(fold).utf8())
    else { return }
    let rest = Array(text.utf8) + [0x0A] + frame
    sweep()
    try? Files.write(
      Array("\(Digest.of(rest).hex)\n".utf8) + rest, to: path, mode: 0o600, durable: false)
  }

  // The file is a checksum, a line that says what is in it, and the frame.
  private func head(_ file: [UInt8]) -> (text: ArraySlice<UInt8>, frame: ArraySlice<UInt8>)? {
    guard file.count > 65, file[64] == 0x0A else { return nil }
    let rest = file[65...]
    guard Digest.of(rest).hex.utf8.elementsEqual(file[..<64]),
      let end = rest.prefix(Self.mostHead).firstIndex(of: 0x0A)
    else { return nil }
    return (rest[..<end], rest[(end + 1)...])
  }

  /// What has to stand above the fold of so many facts of this ledger, for this program to believe it.
  private func text(_ count: Int, _ reader: LedgerReader) throws -> String? {
    guard let program = ProcessIdentity.program else { return nil }
    let first = try reader.night(run, limit: 1)
    let last = try reader.night(
      run, after: max(count - Self.bound, 0), limit: min(count, Self.bound))
    guard last.last?.number == count else { return nil }
    var digest = Hasher256()
    for fact in first + last {
      digest.update("\(fact.number) \(fact.at.milliseconds) \(fact.kind) \(fact.body)\n")
    }
    return JSON.object([
      "format": .int(Self.format), "program": .string(program),
      "edition": .int(NightRules.edition), "run": .string("\(run)"), "facts": .int(count),
      "digest": .string(digest.finish().hex),
    ]).text()
  }

  // What a process that was killed while it wrote has left.
  private func sweep() {
    for left in (try? Files.names(in: folder)) ?? [] where left.hasPrefix("\(name).") {
      try? Files.removeTree(Path.join(folder, left))
    }
  }
}
