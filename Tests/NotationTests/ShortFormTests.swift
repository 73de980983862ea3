import Base
import Notation
import Testing

@Suite struct ShortFormTests {
  @Test(arguments: [
    ("*.txt", "a.txt", true), ("*.txt", ".txt", true), ("*.txt", "a.txt.gz", false),
    ("a?c", "abc", true), ("a?c", "ac", false), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false),
    ("[^a]", "b", true), ("[]]", "]", true), ("[a", "[a", true), ("\\*", "*", true),
    ("\\*", "a", false), ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxa", false), ("", "", true),
    ("*", "", true), ("ä*", "äö", true), ("[a-]", "-", true),
  ])
  func globsMatchWholeNames(pattern: String, name: String, fits: Bool) {
    #expect(Glob.matches(pattern, name) == fits)
  }

  @Test func aGlobOfManyStarsEndsSoon() {
    let pattern = String(repeating: "a*", count: 200) + "b"
    #expect(!Glob.matches(pattern, String(repeating: "a", count: 2000)))
  }

  @Test(
    arguments: [
      ("${A}", "A", nil), ("${A:-}", "A", ""), ("${A:-x y}", "A", "x y"),
      ("${A:-a:-b}", "A", "a:-b"),
    ] as [(String, String, String?)])
  func templatesAreWholeValues(value: String, name: String, fallback: String?) {
    let parsed = EnvTemplate.parse(value)
    #expect(parsed?.name == name)
    #expect(parsed?.fallback == fallback)
  }

  @Test(arguments: ["$A", "${}", "x${A}", "${A}x", "${A:x}", "", "${A", "${:-x}"])
  func everythingElseIsPlain(value: String) {
    #expect(EnvTemplate.parse(value) == nil)
  }

  @Test func aTemplateIsFilledFromTheHostFirst() throws {
    let host = ["A": "1", "E": ""]
    #expect(
      try EnvTemplate.resolve(
        ["W": "${A:-x}", "X": "${B:-x}", "Y": "${E:-x}", "Z": "$A"], host: host, place: "t")
        == ["W": "1", "X": "x", "Y": "", "Z": "$A"])
  }

  @Test(arguments: [
    ("env A=1 curl http://x", "curl"), ("a && /usr/bin/wget x", "wget"),
    ("if apt update; then", "apt"),
    ("pip3 install -q x", "pip3 install"), ("uvx pytest", "uvx"), ("npm ci", "npm ci"),
    ("x=$(curl -s http://x)", "curl"), ("scp a b:c", "scp"),
    ("git fetch https://x", "git fetch"),
  ])
  func fetchingIsSeenInScripts(script: String, program: String) {
    #expect(NetworkPrograms.first(in: script) == program)
  }

  @Test(arguments: [
    "# curl x", "echo curl", "cat <<'EOF'\ncurl x\nEOF\n", "curl --version", "pip list",
    "curl http://127.0.0.1:8000/", "cp curl x", "scp a b", "git pull", "npm test",
  ])
  func whatStaysAtHomeIsNot(script: String) {
    #expect(NetworkPrograms.first(in: script) == nil)
  }
}
