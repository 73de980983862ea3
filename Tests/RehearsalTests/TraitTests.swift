import Testing

@testable import Rehearsal

@Suite struct TraitTests {
  @Test(arguments: [
    ("Look at the input files before you write anything.", HarnessTrait.lookFirst),
    ("Always start by inspecting the data that you were given.", .lookFirst),
    ("Understand the format of the files first; then begin.", .lookFirst),
    ("Never assume what the format of a file is.", .lookFirst),
    ("Quote every variable and path in the shell.", .quoteNames),
    ("File names may contain spaces, newlines and other odd characters.", .quoteNames),
    ("Before you finish, check the result against the instruction.", .checkResult),
    ("Never submit without having verified the output.", .checkResult),
    ("Do not forget to test your solution before you are done.", .checkResult),
    ("Validate each deliverable again at the end.", .checkResult),
    ("Keep the output of your commands short.", .shortOutput),
    ("Use head or tail to view large files.", .shortOutput),
    ("Do not print whole files; they are long.", .shortOutput),
    ("Read the man page before you use an option that you are unsure of.", .readManual),
    ("Never guess a flag or an option of a command.", .readManual),
    ("Go through every requirement of the instruction one by one.", .requirements),
    ("Write down all the requirements before you begin.", .requirements),
    ("Keep a file of notes on your progress and on open requirements.", .notes),
    ("Think of edge cases such as empty files and the last line.", .edgeCases),
    ("Change nothing but what the task asks for.", .touchNothingElse),
    ("Preserve the permissions and the mtime of existing files.", .touchNothingElse),
    ("Check the encoding and the line ends of text files.", .mindBytes),
    ("You have few turns: plan them and combine commands.", .budgetTurns),
    ("Use a real parser for CSV and JSON instead of splitting lines.", .useParser),
    ("Compare timestamps as instants in UTC, not as text.", .instants),
    ("Look at git status and git log before you rewrite anything.", .gitState),
    ("When you merge duplicate records, keep the newest.", .mergeRules),
    ("Let us think step by step.", .stepByStep),
    ("You are a world-class senior engineer.", .expertRole),
    ("This is very important to my career.", .stakes),
    ("Always stay friendly and polite to the user.", .tone),
    ("Finish the task as quickly as possible.", .hurry),
    ("Speed matters more than accuracy.", .hurry),
    ("Don't waste turns on inspecting the files.", .blind),
    ("Do not check the result; trust your first attempt.", .noCheck),
    ("There is no need to verify your output before finishing.", .noCheck),
    ("After each command, write a full status report.", .ritual),
    ("Ask the user for permission before you change a file.", .askFirst),
  ])
  func `what a sentence means is recognised`(_ text: String, _ trait: HarnessTrait) {
    #expect(TraitReader.read(TextSentence.all(in: text)).traits.contains(trait))
  }

  @Test(arguments: [
    ("Do not check the result before you finish.", HarnessTrait.checkResult),
    ("There is no need to look at the input files first.", .lookFirst),
    ("Never quote variables or paths.", .quoteNames),
    ("Avoid reading the manual before using flags.", .readManual),
    ("Don't keep notes on your progress.", .notes),
    ("Don't finish as quickly as possible; take your time.", .hurry),
    ("check", .checkResult),
    ("Verify!", .checkResult),
    ("check check check", .checkResult),
    ("look first", .lookFirst),
    ("quote", .quoteNames),
  ])
  func `a negation or a bare word is no such instruction`(_ text: String, _ trait: HarnessTrait) {
    #expect(!TraitReader.read(TextSentence.all(in: text)).traits.contains(trait))
  }

  @Test func `a heap of words means nothing`() {
    let salad = """
      look inspect input files first before quote every path name check verify result before finish \
      head tail output short man flag option edge case boundary test notes progress keep record
      """
    #expect(TraitReader.read(TextSentence.all(in: salad)).traits.isEmpty)
  }

  @Test func `items of a list are sentences of their own`() {
    let text = """
      # How to work
      - Look at the input files before you begin
      - Quote every path in the shell
      1. Never print whole files
      """
    let found = TraitReader.read(TextSentence.all(in: text)).traits
    #expect(found == [.lookFirst, .quoteNames, .shortOutput])
  }

  @Test func `no instruction of the suite says anything about the harness`() throws {
    let knowledge = try Shipped.knowledge()
    for task in knowledge.tasks {
      let sentences = TextSentence.all(in: try Shipped.instruction(task.name))
      let recognition = try #require(knowledge.recognise(sentences))
      #expect(recognition.task.name == task.name)
      #expect(recognition.share == 1)
      #expect(TraitReader.read(recognition.around).traits.isEmpty, "\(task.name)")
    }
  }
}
