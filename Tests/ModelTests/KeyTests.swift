import Base
import Platform
import Testing

@testable import Model

@Suite struct KeyTests {
  static let planted = "sk-planted-1234567890"

  private func withFile(_ text: String, mode: UInt32 = 0o600, _ body: (String) throws -> Void)
    throws
  {
    let folder = "/tmp/belay-keys-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    try Files.makeDirectory(folder)
    let path = "\(folder)/keys.toml"
    try Files.write(Array(text.utf8), to: path, mode: mode)
    try body(path)
  }

  @Test func `a key shows nothing of itself, however it is printed`() throws {
    let key = try #require(SecretKey(Self.planted))
    let ring = KeyRing(["K": key])
    var dumped = ""
    dump(key, to: &dumped)
    dump(ring, to: &dumped)
    for text in ["\(key)", String(reflecting: key), "\(ring)", String(reflecting: ring), dumped] {
      #expect(!text.contains("planted"), "\(text)")
    }
    #expect(key.reveal { $0 } == Self.planted)
  }

  @Test(arguments: ["", "two words", "line\n", "umlaut-ü"])
  func `what could not stand in a header is no key`(text: String) {
    #expect(SecretKey(text) == nil)
  }

  @Test func `the environment wins over the file, and both say where they are`() throws {
    try withFile("A_KEY = 'from-file'\nB_KEY = 'b-file'\n") { path in
      let ring = try KeyRing.load(
        environment: ["BELAY_KEYS": path, "A_KEY": "from-env", "OTHER": "x"], names: ["A_KEY"])
      #expect(ring.key("A_KEY")?.reveal { $0 } == "from-env")
      #expect(ring.source("A_KEY") == .environment)
      #expect(ring.source("B_KEY") == .file(path))
      #expect(ring.key("OTHER") == nil)
    }
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o666] as [UInt32])
  func `a file that others may open is refused with the way out`(mode: UInt32) throws {
    try withFile("A = '\(Self.planted)'", mode: mode) { path in
      let error = #expect(throws: BelayError.self) {
        try KeyRing.load(environment: ["BELAY_KEYS": path], names: [])
      }
      #expect(error?.kind == .auth && error?.hint == "chmod 600 \(path)")
    }
  }

  @Test(arguments: [
    "A = \(planted)", "A = ['\(planted)']", "A = '\(planted) x'", "[a]\nb='\(planted)'",
  ])
  func `a fault of the file never quotes it`(text: String) throws {
    try withFile(text) { path in
      let error = #expect(throws: BelayError.self) {
        try KeyRing.load(environment: ["BELAY_KEYS": path], names: [])
      }
      #expect(error.map { "\($0) \($0.hint ?? "")" }?.contains("planted") == false)
    }
  }

  @Test func `known keys are taken out of any text`() throws {
    let keys = KeyRing([
      "A": try #require(SecretKey(Self.planted)), "SHORT": try #require(SecretKey("abc")),
      "LONG": try #require(SecretKey(Self.planted + "-more")),
    ])
    let scrubber = keys.scrubber
    #expect(scrubber.scrub("key \(Self.planted)! abc") == "key (key A)! abc")
    #expect(scrubber.scrub("\(Self.planted)-more\(Self.planted)") == "(key LONG)(key A)")
    #expect(scrubber.scrub("nothing") == "nothing")
    #expect(KeyRing.empty.scrubber.scrub(Self.planted) == Self.planted)
  }
}
