import Base
import Testing

@testable import Console

@Suite struct ParsingTests {
  static func texts(_ line: String) throws(BelayError) -> [String: [String]] {
    try CommandLineParser.parse(
      line.split(separator: " ").map(String.init), program: Sample.program
    ).texts
  }

  @Test(
    arguments: [
      ("work x --suite s", ["TARGET": ["x"], "--suite": ["s"]]),
      ("work --suite=s x", ["TARGET": ["x"], "--suite": ["s"]]),
      ("work --suite=a=b x", ["TARGET": ["x"], "--suite": ["a=b"]]),
      ("work x y z --suite s", ["TARGET": ["x"], "NAME": ["y", "z"], "--suite": ["s"]]),
      ("work x --suite s -k 3", ["TARGET": ["x"], "--suite": ["s"], "--trials": ["3"]]),
      ("work x --suite s -k3", ["TARGET": ["x"], "--suite": ["s"], "--trials": ["3"]]),
      ("work x --suite s -k=3", ["TARGET": ["x"], "--suite": ["s"], "--trials": ["3"]]),
      (
        "work x --suite s -rqk 3",
        [
          "TARGET": ["x"], "--suite": ["s"], "--resume": ["short"], "--quiet": ["short"],
          "--trials": ["3"],
        ]
      ),
      ("work --suite s -- -x --y", ["TARGET": ["-x"], "NAME": ["--y"], "--suite": ["s"]]),
      ("work - --suite s", ["TARGET": ["-"], "--suite": ["s"]]),
      ("--lab l work x --suite s", ["--lab": ["l"], "TARGET": ["x"], "--suite": ["s"]]),
      (
        "work x --suite s --tag a --tag b",
        ["TARGET": ["x"], "--suite": ["s"], "--tag": ["a", "b"]]
      ),
      ("--color never list --color always", ["--color": ["never", "always"]]),
      ("box --limit 3", ["--limit": ["3"]]),
      ("box list -n 3", ["--limit": ["3"]]),
      ("work --help", ["--help": [""]]),
      ("work -h", ["--help": ["short"]]),
    ] as [(String, [String: [String]])])
  func `a line is taken apart`(line: String, expected: [String: [String]]) throws {
    #expect(try Self.texts(line) == expected)
  }

  @Test(arguments: [
    ("wrok", "'prog' has no command 'wrok'; did you mean 'work'?", "prog help"),
    ("box lst", "'prog box' has no command 'lst'; did you mean 'list'?", "prog help box"),
    (
      "work x --siute s", "'prog work' has no option --siute; did you mean '--suite'?",
      "prog work --help"
    ),
    ("work x --suite", "--suite needs a value: --suite SUITE", "prog work --help"),
    ("work --suite s", "'prog work' needs TARGET", "prog work --help"),
    ("work", "'prog work' needs TARGET and --suite SUITE", "prog work --help"),
    ("work x --suite s --suite t", "--suite is given twice", "prog work --help"),
    ("work x --suite s --resume=1", "--resume takes no value, got '1'", "prog work --help"),
    ("list x", "'prog list' takes no further argument, got 'x'", "prog list --help"),
    (
      "--trials 3 work",
      "'prog' has no option --trials; it belongs behind the command, as in 'prog work --trials'",
      "prog --help"
    ),
    ("work x --suite s -z", "'prog work' has no option -z", "prog work --help"),
  ]) func `a wrong line names the fault and the next step`(
    line: String, message: String, hint: String
  ) {
    let error = #expect(throws: BelayError.self) { try Self.texts(line) }
    #expect(error?.kind == .usage)
    #expect(error?.message == message)
    #expect(error?.hint == hint)
  }

  @Test(arguments: [
    ("--trials 0", "--trials: expected a whole number from 1 to 100, got '0'"),
    ("--trials x", "--trials: expected a whole number from 1 to 100, got 'x'"),
    ("--part gtae", "--part: expected one of dev, gate, vault, got 'gtae'; did you mean 'gate'?"),
    ("--timeout 5x", "--timeout: expected a time such as 90s, 5m or 2h, got '5x'"),
    ("--seed -1", "--seed: expected a whole number from 0, got '-1'"),
    ("--tag=", "--tag: expected a text, got ''"),
  ]) func `a wrong value says what was expected`(option: String, message: String) async {
    let words = ["work", "x", "--suite", "s"] + option.split(separator: " ").map(String.init)
    let result = await Sample.run(words, isTerminal: true)
    #expect(result.code == ExitCode(2))
    #expect(result.err.contains(message))
    #expect(result.out == "")
  }

  @Test(arguments: [
    ("90s", 90_000), ("5m", 300_000), ("2h", 7_200_000), ("1.5", 1500), ("0.5s", 500),
  ]) func `durations are read`(text: String, milliseconds: Int) throws {
    #expect(
      try ValueKind<Duration>.duration().value(text, of: "--x") == .milliseconds(milliseconds))
  }

  @Test func `the command line is kept as it could be typed again`() async throws {
    let result = await Sample.run(["work", "it's", "--suite", "a b", "--json"])
    let done = try JSON.parse(result.out.split(separator: "\n").last.map(String.init) ?? "")
    #expect(done["line"].string == "prog work 'it'\\''s' --suite 'a b' --json")
  }
}
