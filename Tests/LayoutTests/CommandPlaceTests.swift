import Testing

@testable import Layout

@Suite struct CommandPlaceTests {
  @Test(arguments: [
    ("belay diff c4 c284", "belay --lab d diff c4 c284"),
    ("belay models ping; belay log r7", "belay models ping; belay --lab d log r7"),
    ("see why edits fell: belay gate list r7", "see why edits fell: belay --lab d gate list r7"),
    ("belay suite audit x", "belay --lab d suite audit x"),
    ("belay suite list", "belay suite list"), ("belay help models", "belay help models"),
    ("belay verify --help", "belay verify --help"),
    ("belay --lab d diff c4 c284", "belay --lab d diff c4 c284"),
    ("belay eval h --lab d --resume", "belay eval h --lab d --resume"),
    ("belay log  belay show c1 --lab d", "belay --lab d log  belay show c1 --lab d"),
    ("./belay log", "./belay log"), ("belay logs", "belay logs"),
    ("e1 \"then belay run it\": belay show e1", "e1 \"then belay run it\": belay --lab d show e1"),
    ("nothing", "nothing"), ("", ""),
  ]) func `commands that need a lab name it, and what is somebody's own words is left`(
    text: String, placed: String
  ) {
    let lab = CommandPlace.option("d")
    #expect(CommandPlace.placed(text, lab: lab) == placed)
    #expect(CommandPlace.placed(placed, lab: lab) == placed)
    #expect(CommandPlace.placed(text) == text)
  }

  @Test func `a folder that a shell would read otherwise is quoted`() {
    #expect(CommandPlace.option("my lab/it's") == "--lab 'my lab/it'\\''s'")
  }

  @Test func `what is drawn within names the lab, in prose as in lists of commands`() {
    CommandPlace.$lab.withValue(CommandPlace.option("d")) {
      #expect(
        Prose.wrap("more: belay log r7", width: 80) == ["more: belay --lab d log r7"])
      #expect(
        Prose.parts(["next", "belay log r7", "belay help"], width: 80)
          == ["next  belay --lab d log r7  belay help"])
    }
  }

  @Test(arguments: [20, 30, 44, 60, 100])
  func `a command that fits no line is broken so that a shell reads it whole`(width: Int) {
    let commands = ["belay diff c4 c284", "belay promote c284 --as champion --reason '…'"]
    let lines = CommandPlace.$lab.withValue("--lab .build/d") {
      Prose.parts(["next"] + commands, width: width, indent: 6)
    }
    #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
    let read = lines.joined(separator: "\n").replacing(" \\\n", with: " ")
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      read
        == "next belay --lab .build/d diff c4 c284 "
        + "belay --lab .build/d promote c284 --as champion --reason '…'")
  }
}
