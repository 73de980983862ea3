import Base
import Testing

@Suite struct TextTests {
  @Test(arguments: [
    ("plain", "plain"), ("\u{1B}[31mred", "\\u{1b}[31mred"), ("a\nb\tc\r", "a\\nb\\tc\\r"),
    ("\u{202E}evil", "\\u{202e}evil"), ("naïve 漢字 😀", "naïve 漢字 😀"), ("\u{9B}0m", "\\u{9b}0m"),
    ("zero\u{200B}width", "zero\\u{200b}width"),
  ])
  func whatCouldActOnATerminalIsShownAsAnEscape(source: String, shown: String) {
    #expect(source.printable() == shown)
  }

  @Test(
    arguments: [
      ("leaderbord", "leaderboard"), ("evla", "eval"), ("xyzzy", nil), ("trce", "trace"),
    ] as [(String, String?)])
  func theNearestWordIsNamedWhenItIsNear(typed: String, meant: String?) {
    #expect(Spelling.nearest(to: typed, in: ["eval", "leaderboard", "trace", "show"]) == meant)
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1_709_210_096_789, "2024-02-29T12:34:56.789Z"),
      (-1, "1969-12-31T23:59:59.999Z"), (4_102_444_800_000, "2100-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func momentsAreWrittenInUTCAndReadBack(milliseconds: Int64, text: String) {
    #expect(Timestamp(milliseconds: milliseconds).description == text)
    #expect(Timestamp(iso: text)?.milliseconds == milliseconds)
  }

  @Test(
    arguments: [
      ("2024-02-29T13:34:56+01:00", "2024-02-29T12:34:56.000Z"),
      ("2024-02-29T12:34:56.123456", "2024-02-29T12:34:56.123Z"),
      ("2024-02-29 12:34:56Z", "2024-02-29T12:34:56.000Z"), ("2024-13-01T00:00:00Z", nil),
      ("yesterday", nil),
    ] as [(String, String?)])
  func momentsOfOtherProgramsAreRead(text: String, shown: String?) {
    #expect(Timestamp(iso: text)?.description == shown)
  }

  @Test(
    arguments: [
      ("t12", 12), ("t0", nil), ("t", nil), ("r12", nil), ("t-1", nil), ("t1x", nil),
      ("t99999999999999999999", nil),
    ] as [(String, Int?)])
  func idsAreReadAsTheyAreTyped(text: String, number: Int?) {
    #expect(TrialID(text)?.number == number)
  }

  @Test func digestsAreThoseOfSHA256() {
    #expect(
      Digest.of("abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    var hasher = Hasher256()
    hasher.update("a")
    hasher.update("bc")
    #expect(hasher.finish() == Digest.of("abc"))
    #expect(Digest("sha256:" + Digest.of("abc").hex) == Digest.of("abc"))
    #expect(Digest("12") == nil)
  }
}
