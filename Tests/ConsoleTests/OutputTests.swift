import Base
import Testing

@testable import Console

@Suite struct OutputTests {
  static let work = ["work", "x", "--suite", "s"]

  @Test func `off a terminal a job writes JSON lines and one last record`() async {
    let result = await Sample.run(Self.work)
    #expect(
      result.out == """
        {"event":"launch","k":1,"part":"dev"}
        {"event":"done","line":"prog work x --suite s","schema":"belay.work/1","score":{"mean":0.5},"success":true}

        """)
    #expect(result.err == "noted\n")
    #expect(result.code == .ok)
  }

  @Test(arguments: [
    (["--text"], "score 0.5\n"),
    (
      ["--select", "score.mean"],
      """
      {"event":"launch","k":1,"part":"dev"}
      {"event":"done","schema":"belay.work/1","score":{"mean":0.5},"success":true}

      """
    ),
    (
      ["--compact", "-q"],
      """
      {"event":"done","schema":"belay.work/1","score":{"mean":0.5},"success":true}

      """
    ),
  ]) func `a job writes what was asked for`(options: [String], expected: String) async {
    #expect(await Sample.run(Self.work + options).out == expected)
  }

  @Test func `on a terminal a job writes text, and JSON when asked, a line per record`() async {
    #expect(await Sample.run(Self.work, isTerminal: true).out == "score 0.5\n")
    let json = await Sample.run(Self.work + ["--json"], isTerminal: true).out
    #expect(json.split(separator: "\n").count == 2)
  }

  @Test func `a job that fails ends with a record that says so, and an error on stderr`() async {
    let result = await Sample.run(["work", "broken", "--suite", "s"])
    let error = """
      {"cause":null,"exit_code":3,"hint":"prog list","kind":"not_found",\
      "message":"no thing 'broken'","place":"here.toml:3","retryable":false}
      """
    #expect(
      result.out == """
        {"error":\(error),"event":"done","schema":"belay.work/1","success":false}

        """)
    #expect(result.err == "{\"error\":\(error)}\n")
    #expect(result.code == ExitCode(3))
  }

  @Test func `on a terminal an error is three lines at most, with the next step`() async {
    let result = await Sample.run(
      ["work", "broken", "--suite", "s", "--color=never"], isTerminal: true)
    #expect(
      result.err == """
        error: here.toml:3: no thing 'broken'
          hint: prog list

        """)
    #expect(result.out == "")
  }

  @Test func `a list is one envelope, cut at the limit, with whole counts`() async throws {
    let result = await Sample.run(["list", "--limit", "1"])
    #expect(
      result.out == """
        {"as_of":"2027-01-15T08:00:00.000Z","counts":{"items":60},\
        "hints":["Showing 1 of 60. To see others: --limit N, --all, or a filter."],\
        "items":[{"id":1,"score":{"low":0.25,"mean":0.5}}],"next":null,\
        "schema":"belay.things/1","truncated":true}

        """)
  }

  @Test(arguments: [
    (["list"], 50, true), (["list", "--all"], 60, false), (["box"], 50, true),
    (["box", "list", "-n", "7"], 7, true),
  ]) func `the limit holds`(words: [String], count: Int, isTruncated: Bool) async throws {
    let page = try JSON.parse(await Sample.run(words).out)
    #expect(page["items"].array?.count == count)
    #expect(page["truncated"].bool == isTruncated)
  }

  @Test(arguments: [
    (["--select", "id"], "{\"id\":1}"),
    (["--select", "score.mean,id"], "{\"id\":1,\"score\":{\"mean\":0.5}}"),
    (["--compact"], "{\"id\":1}"),
  ]) func `items are cut to the selected paths`(options: [String], item: String) async throws {
    let page = try JSON.parse(await Sample.run(["list", "-n1"] + options).out)
    #expect(page["items"][0].text() == item)
  }

  @Test func `a field that no item has is an error with a suggestion`() async {
    let result = await Sample.run(["list", "--select", "score.maen"])
    #expect(result.code == ExitCode(2))
    #expect(result.err.contains("no item has the field 'score.maen'; did you mean 'score.mean'?"))
    #expect(result.out == "")
  }

  @Test func `text from outside cannot act on the terminal`() async {
    let result = await Sample.run(["list", "--all"], isTerminal: true)
    #expect(result.out == "60 things \\u{1b}[31m\n")
  }

  @Test func `a page on a terminal says how to see the rest`() async {
    let result = await Sample.run(["list"], isTerminal: true)
    #expect(
      result.out.hasSuffix(
        "\nShowing 50 of 60. To see others: --limit N, --all, or a filter.\n"))
  }

  @Test(
    arguments: [
      ([:], true, true), ([:], false, false), (["NO_COLOR": "1"], true, false),
      (["NO_COLOR": ""], true, true), (["TERM": "dumb"], true, false),
      (["FORCE_COLOR": "1"], false, true), (["FORCE_COLOR": "0"], false, false),
      (["NO_COLOR": "1", "FORCE_COLOR": "1"], true, false), (["CLICOLOR_FORCE": "1"], false, true),
    ] as [([String: String], Bool, Bool)])
  func `colour follows the environment and the terminal`(
    environment: [String: String], isTerminal: Bool, expected: Bool
  ) async {
    let style = Style.decide(when: "auto", environment: environment, isTerminal: isTerminal)
    #expect(style.isColoured == expected)
    let result = await Sample.run(
      ["nope", "--text"], environment: environment, isTerminal: isTerminal)
    #expect(result.err.contains("\u{1B}[") == expected)
  }

  @Test(
    arguments: [
      (["drop", "--yes"], nil, 0), (["drop"], "y", 0), (["drop"], "n", 130), (["drop"], nil, 2),
      (["drop", "--no-input"], "y", 2),
    ] as [([String], String?, Int32)])
  func `what cannot be undone asks first`(words: [String], answer: String?, code: Int32) async {
    let result = await Sample.run(["box"] + words, isTerminal: true, answer: answer)
    #expect(result.code == ExitCode(code))
    #expect((result.out == "dropped\n") == (code == 0))
  }

  @Test(
    arguments: [
      (true, [], "\r\u{1B}[K1 of 2\r\u{1B}[Knoted\n\r\u{1B}[K2 of 2\r\u{1B}[K"),
      (true, ["-q"], ""), (false, [], "noted\n"), (false, ["-q"], ""),
      (true, ["--json"], "\r\u{1B}[K1 of 2\r\u{1B}[Knoted\n\r\u{1B}[K2 of 2\r\u{1B}[K"),
    ] as [(Bool, [String], String)])
  func `progress is drawn on a terminal only, and gone before anything else is said`(
    isTerminal: Bool, options: [String], expected: String
  ) async {
    #expect(await Sample.run(["walk"] + options, isTerminal: isTerminal).err == expected)
  }

  @Test func `text and JSON exclude each other`() async {
    #expect(await Sample.run(Self.work + ["--text", "--json"]).code == ExitCode(2))
  }

  @Test func `a noun without a default shows its verbs on stderr and is a usage error`() async {
    let result = await Sample.run(["bin"])
    #expect(result.code == ExitCode(2))
    #expect(result.out == "")
    #expect(result.err.contains("Usage: prog bin COMMAND"))
    #expect(await Sample.run(["--version"]).out == "prog 1.2.3\n")
    #expect(await Sample.run([]).code == .ok)
  }

  @Test func `what is said names the lab once it is known to be found by its option alone`() async {
    func words(_ json: Bool) async -> Sample.Result {
      await Sample.run(["leads"] + (json ? ["--json"] : ["--text"]))
    }
    let text = await words(false)
    #expect(text.out == "next  belay --lab 'a b' log r1\n")
    #expect(text.err.hasPrefix("belay log\nsee belay --lab 'a b' log\n"))
    #expect(text.err.contains("hint: belay --lab 'a b' show r1\n"))
    let json = await words(true)
    #expect(json.out.contains("\"hints\":[\"belay --lab 'a b' log r1\"]"))
    #expect(json.err.contains("\"hint\":\"belay --lab 'a b' show r1\""))
  }
}
