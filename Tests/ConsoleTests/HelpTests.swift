import Base
import Testing

@testable import Console

@Suite struct HelpTests {
  @Test func `the help of a command leads with examples and ends with global options`() async {
    let help = await Sample.run(["work", "--help"]).out
    #expect(help == Self.work + Self.global)
    #expect(await Sample.run(["-q", "work", "x", "--help"]).out == help)
  }

  @Test func `the short help leaves out examples, discussion and global options`() async {
    let short = await Sample.run(["work", "-h"]).out
    #expect(!short.contains("Examples") && !short.contains("Twice"))
    #expect(short.hasSuffix("\nUse --help for examples and global options.\n"))
  }

  @Test func `the help of a noun lists its verbs and marks the default`() async {
    #expect(
      await Sample.run(["box", "-h"]).out == """
        A box

        Usage: prog box COMMAND

        Commands:
          list  List things [default]
          drop  Drop things

        Use --help for examples and global options.

        """)
  }

  @Test func `with --json the help is data`() async throws {
    let page = try JSON.parse(await Sample.run(["work", "--help", "--json"]).out)
    #expect(page["schema"].string == "belay.help/1")
    #expect(page["items"][0]["text"].string == Self.work + Self.global)
  }

  @Test(arguments: [
    ("one two", ["one two"]), ("one\ntwo", ["one two"]), ("one\n\ntwo", ["one", "", "two"]),
    ("list:\n- one\n  two\nthree", ["list:", "- one", "  two", "three"]),
    ("- one\nmore", ["- one more"]),
  ]) func `lines are joined to paragraphs`(text: String, lines: [String]) {
    #expect(HelpLayout.filled(text) == lines)
  }

  @Test(arguments: [
    ("plain", "plain"), (".TH", "\\&.TH"), ("a-b", "a\\-b"), ("it's", "it\\(aqs"),
    ("a\\b", "a\\eb"), ("'x", "\\(aqx"),
  ]) func `nothing in a text is taken for a request of roff`(text: String, roff: String) {
    #expect(Roff.escape(text) == roff)
  }

  static let work = """
    Run a thing

    Usage: prog work TARGET [NAME...] --suite SUITE [OPTIONS]

    Examples:
      prog work x --suite s  one run

    It runs the thing. Twice.

    Arguments:
      TARGET  What to run
      NAME    More names

    Options:
      -k, --trials K      Trials per task [default: 1]
          --part PART     Which part [default: dev] [possible values: dev, gate,
                          vault]
          --tag TAG       A tag [may be repeated]
          --suite SUITE   The suite
          --timeout TIME  When to give up
      -r, --resume        Go on

    Chance:
          --seed S  The first seed

    """

  static let global = """

    Global options:
          --lab DIR        The lab; else .belay is looked for from here upwards
                           [env: BELAY_LAB]
          --json           Write JSON (the default when stdout is not a terminal)
          --text           Write text, also when stdout is not a terminal
          --select FIELDS  JSON with these fields only: paths in items such as
                           score.mean
          --compact        JSON with the headline fields only
      -q, --quiet          No progress and no notes; of a job the last record
      -v, --verbose        Say more on stderr
          --color WHEN     Colour; NO_COLOR turns it off, FORCE_COLOR on [default:
                           auto] [possible values: auto, always, never]
          --no-input       Never ask; fail where an answer is needed
      -y, --yes            Answer yes to every question
      -h, --help           Help: -h in short, --help at length
      -V, --version        Print the version

    """
}
