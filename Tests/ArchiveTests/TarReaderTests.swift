import Archive
import Base
import Glibc
import Platform
import Testing

@Suite struct TarReaderTests {
  /// One ustar entry, written by hand so that it may lie.
  private static func entry(
    _ path: String, _ type: Character = "0", content: String = "", link: String = ""
  ) -> [UInt8] {
    var head = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ at: Int) {
      for (offset, byte) in text.utf8.enumerated() { head[at + offset] = byte }
    }
    func octal(_ value: Int, _ width: Int) -> String {
      let digits = String(value, radix: 8)
      return String(repeating: "0", count: width - digits.count) + digits
    }
    put(path, 0)
    put(octal(0o4755, 7), 100)
    put(octal(0, 7), 108)
    put(octal(0, 7), 116)
    put(octal(content.utf8.count, 11), 124)
    put(octal(0, 11), 136)
    put("        ", 148)
    put(String(type), 156)
    put(link, 157)
    put("ustar\u{0}00", 257)
    put(octal(head.reduce(0) { $0 + Int($1) }, 6), 148)
    head[154] = 0
    let padding = (512 - content.utf8.count % 512) % 512
    return head + Array(content.utf8) + [UInt8](repeating: 0, count: padding)
  }

  private static let end = [UInt8](repeating: 0, count: 1024)

  private func with(
    _ bytes: [UInt8], _ body: (_ folder: String, _ descriptor: Int32) throws -> Void
  ) throws {
    let folder = "/tmp/belay-archive-\(Files.randomName())"
    try Files.makeDirectory("\(folder)/out")
    defer { try? Files.removeTree(folder) }
    try Files.write(bytes, to: "\(folder)/in.tar")
    let file = try Descriptor.open("\(folder)/in.tar", O_RDONLY)
    try body(folder, file.raw)
  }

  @Test func `entries are read in order with their content`() throws {
    let stream =
      Self.entry("a/", "5") + Self.entry("a/naïve", content: "text")
      + Self.entry("l", "2", link: "/etc/passwd") + Self.entry("p", "6") + Self.end
    try with(stream) { _, descriptor in
      var seen: [ArchiveEntry] = []
      var contents: [[UInt8]?] = []
      try TarReader.read(descriptor: descriptor) { entry, reader in
        seen.append(entry)
        if entry.kind == .file { contents.append(try reader.content()) }
      }
      #expect(seen.map(\.path) == ["a/", "a/naïve", "l", "p"])
      #expect(seen.map(\.kind) == [.directory, .file, .link("/etc/passwd"), .special])
      #expect(contents == [Array("text".utf8)])
    }
  }

  @Test func `what could lead out of the folder is left out and named`() throws {
    let stream =
      Self.entry("/abs", content: "x") + Self.entry("../up", content: "x")
      + Self.entry("a/../../up", content: "x") + Self.entry("d", "2", link: "/tmp")
      + Self.entry("d/file", content: "kept") + Self.entry("h", "1", link: "/etc/passwd")
      + Self.entry("p", "6") + Self.entry("twice", content: "first")
      + Self.entry("twice", content: "second") + Self.entry("twice/below", content: "x")
      + Self.entry("./ok/deep/file", content: "fine") + Self.end
    try with(stream) { folder, descriptor in
      let out = "\(folder)/out"
      let extraction = try TarReader.extract(descriptor: descriptor, below: out)
      #expect(extraction.files == 3 && extraction.bytes == 13)
      #expect(extraction.skipped.count == 8, "\(extraction.skipped)")
      #expect(
        try Files.walk(out).filter { $0.kind != .directory }.map(\.path)
          == ["d/file", "ok/deep/file", "twice"])
      #expect(try Files.readText("\(out)/twice") == "first")
      #expect(Files.mode("\(out)/twice") == 0o755)
      #expect(try Files.names(in: folder) == ["in.tar", "out"])
    }
  }

  @Test func `limits end what does not end by itself`() throws {
    let stream =
      Self.entry("a", content: "12345") + Self.entry("b", content: "12") + Self.end
    try with(stream) { folder, descriptor in
      let extraction = try TarReader.extract(
        descriptor: descriptor, below: "\(folder)/out", limits: ArchiveLimits(fileBytes: 4))
      #expect(extraction.files == 1 && extraction.skipped.count == 1)
    }
    for limits in [ArchiveLimits(entries: 1), ArchiveLimits(totalBytes: 6)] {
      try with(stream) { folder, descriptor in
        #expect(throws: BelayError.self) {
          try TarReader.extract(descriptor: descriptor, below: "\(folder)/out", limits: limits)
        }
      }
    }
  }

  @Test func `bytes that are no tar are an error`() throws {
    let cut = Array(Self.entry("a", content: String(repeating: "x", count: 5000)).prefix(2000))
    for bytes in [Array("hello, this is no archive at all".utf8), cut] {
      try with(bytes) { folder, descriptor in
        #expect(throws: BelayError.self) {
          try TarReader.extract(descriptor: descriptor, below: "\(folder)/out")
        }
      }
    }
  }
}
