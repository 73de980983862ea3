public import Layout

/// What the words of the screens mean: one text, for `belay help glossary`, the live page and the docs.
public enum Glossary {
  /// A word and what it means.
  package struct Entry: Sendable, Hashable {
    package let word: String
    package let meaning: String

    init(_ word: String, _ meaning: String) {
      self.word = word
      self.meaning = meaning
    }
  }

  /// Words of one kind.
  package struct Part: Sendable {
    package let title: String
    package let entries: [Entry]
  }

  package static let parts = [figures, night, trials, edits, races, checks]

  private static let figures = Part(
    title: "Figures",
    entries: [
      Entry("pp", "percentage points: from 40% to 50% is +10.0 pp"),
      Entry(
        "± and [a, b]",
        "± is one standard error; [a, b] is an interval, and how sure it is stands beside it"),
      Entry(
        "certain",
        "what holds at the level that the openings of the vault leave: each opening of the same sealed tasks "
          + "asks for more evidence than the last"),
      Entry(
        "worth",
        "what the pooled model believes an edit adds on dev tasks, pulled towards 0: an expectation that "
          + "chose, and no result"),
      Entry(
        "pooled model",
        "one model of all dev trials: the baseline, each task, and a term for each edit that a candidate "
          + "carried; so one trial teaches about all edits in it"),
      Entry(
        "e-value",
        "the evidence of a race: how many times a bet against 'no better' would have multiplied. It may be "
          + "looked at at any time; by luck alone it reaches 20 in one race of 20 at most"),
      Entry(
        "deflated",
        "a gain on gate tasks less what having been chosen on them can explain; the other end of the bracket "
          + "is as measured"),
      Entry(
        "overstates",
        "the figure comes from the tasks that chose the candidate: on others expect less"
      ),
      Entry("Brier", "how good forecasts were: 0 is all right, 0.25 is a coin, 1 is all wrong"),
      Entry(
        "p", "how often chance alone would part two equal harnesses this far; small is telling"),
      Entry(
        "flaky", "a task on which the same harness both succeeds and fails"),
      Entry(
        "unknown", "nobody told it (a price, tokens); it is never counted as 0"),
    ])

  private static let night = Part(
    title: "A night",
    entries: [
      Entry("harness", "all of an agent but its model: prompts, tools, skills, the loop, limits"),
      Entry("suite", "the tasks that trials are run on; its digest names this very form of it"),
      Entry("dev", "tasks that proposers see and edits are screened on"),
      Entry("gate", "tasks that decide races; proposers never see them. Also: a check, see below"),
      Entry(
        "vault, sealed tasks",
        "tasks that nothing sees until the end, when champion and baseline meet on them once; told as a whole"
      ),
      Entry("baseline", "the harness that the night began with: g0"),
      Entry("candidate", "the baseline with some edits; c12 is its name in the lab"),
      Entry(
        "incumbent", "who has won so far, and is raced against"),
      Entry(
        "champion",
        "who is handed over in the morning. While the night goes on: the incumbent. After 'belay promote': "
          + "the one to use"),
      Entry(
        "generation",
        "g0 is the baseline, and each adoption that stands is one more, whether it was better or simpler; "
          + "the last is the champion"),
      Entry(
        "standard, strict",
        "what adoptions are promised. standard: a candidate that is no better is adopted in one case of ten at "
          + "most; strict: at most a fifth of all adoptions of the night are expected to be false"),
      Entry("drift", "the model or its surroundings changed while the night went on"),
      Entry("rehearsal, simulated", "no real model answered: it shows the machinery and no result"),
      Entry("horizon", "the trials that the limits of money and time are likely to allow"),
    ])

  private static let trials = Part(
    title: "What a trial is for, and how it ends",
    entries: [
      Entry("pilot", "the baseline on dev tasks, before anything else: how noisy is the suite"),
      Entry("smoke", "a first look at whether an edit breaks things"),
      Entry("screen", "a dev trial of a candidate with several edits: teaches what each is worth"),
      Entry("race", "the challenger's half of a pair on a gate task"),
      Entry("bank", "the other half: trials of the incumbent, shared by all races against it"),
      Entry(
        "twin",
        "a dev task asked with other names and numbers: who gains on one alone knows it by heart"),
      Entry("report", "made at the end for a figure of the report and nothing else"),
      Entry("vault", "a trial on a sealed task"),
      Entry("fresh", "with draws that no decision has seen"),
      Entry("completed", "the agent ended by itself and was judged"),
      Entry("limit", "a limit (time, memory, steps) ended the agent; what it left was judged"),
      Entry("refusal", "the model refused; what was there was judged"),
      Entry("broke_judge", "the agent broke its verifier: Belay itself writes a 0"),
      Entry(
        "provider_failed", "the model's provider failed after all retries: not scored, tried again"),
      Entry(
        "sandbox_failed", "the sandbox could not be set up or was lost: not scored, tried again"),
      Entry("verifier_failed", "the verifier gave no valid reward: not scored, tried again"),
      Entry("cancelled", "somebody stopped it: not scored"),
      Entry("invalid, broken", "one of the four before: it says nothing about the harness"),
      Entry("unfit", "the candidate's edits make no harness that could run"),
      Entry(
        "tool_missing:NAME", "a mark of a trial: the agent called a tool that its harness lacks"),
      Entry(
        "restarted, resumed", "marks of a trial: begun again, or gone on with, after Belay had died"
      ),
    ])

  private static let edits = Part(
    title: "Edits",
    entries: [
      Entry("edit", "a change of one component with one reason; e7 is its name in the night"),
      Entry("hypothesis", "what its proposer says will get better, and on which dev tasks"),
      Entry(
        "foretold", "tasks that it was said to fix or to put at risk, and whether that was seen"),
      Entry("carried", "candidates may have it: it is being screened"),
      Entry("open", "looked at without a clear effect, or not yet"),
      Entry(
        "supported",
        "the champion has it, and it is better by itself: by a race of its own or its own interval"),
      Entry(
        "bundled", "the champion has it with others that were adopted with it; alone it is untested"
      ),
      Entry("standing", "supported or bundled: the champion has it"),
      Entry(
        "dropped",
        "given up since it looked worse, was needless or did not last, which proves nothing"),
      Entry("pruned", "taken off the champion again: without it the champion is no worse"),
      Entry("refuted", "its own interval at 95 % lies below 0"),
      Entry("blocked", "a check or a person kept it out before any trial"),
      Entry("duplicate", "it is word for word an edit that is known"),
    ])

  private static let races = Part(
    title: "Races",
    entries: [
      Entry(
        "race", "a candidate against the incumbent on gate tasks, pair by pair, until it is clear"),
      Entry("pair", "both sides on the same draw of the same task; won, lost, or equal"),
      Entry(
        "better than, no worse than", "the question of a race: a gain, or fewer edits at no loss"),
      Entry("adopted", "it won and passed the checks of its trials: it is the incumbent now"),
      Entry("futile", "even an optimistic reading misses the gain that is looked for"),
      Entry("capped", "as many pairs as a race may have settled nothing"),
      Entry("crashed", "too many of its trials broke"),
      Entry("overtaken", "another one was adopted: its control is no longer the incumbent"),
      Entry("unfinished", "the night ended, or could not pay for more"),
      Entry("inspection", "a check of its trials said no"),
      Entry("memorised", "it gains on dev tasks and not on their twins"),
      Entry("rejected", "a person said no"),
      Entry("rolled back, taken back", "adopted, and the gain did not repeat itself"),
    ])

  private static let checks = Part(
    title: "Checks, which are called gates as well",
    entries: [
      Entry(
        "valid, surface", "the edit fits its base, makes a harness, and changes what it may change"),
      Entry("treatment", "it changes how it is measured: sampling, records, the model"),
      Entry("duplicate", "another edit does the same"),
      Entry("leak", "it holds what only somebody with the hidden tasks can know: the night stops"),
      Entry("canary, task-id", "it holds a benchmark's mark, or the name of a task"),
      Entry("ngram, answers", "it repeats a task's words, files or values"),
      Entry("special-casing", "it does otherwise where it knows a task again"),
      Entry("probing, forging", "it looks for the judge's files, or writes what the judge reads"),
      Entry("conduct", "it ends or fakes the work by the look of the instruction"),
      Entry("encoded", "it holds text that is coded or hidden"),
      Entry("judge", "a model of another family saw the change alone and called it harmful"),
      Entry("smoke", "its first trials break more than they solve"),
      Entry(
        "harmful, inert", "by its dev trials it looked worse, or as if it did nothing: dropped"),
      Entry("concentrated", "its gain seemed to sit in few dev tasks: dropped"),
      Entry("bundle", "all edits of a candidate together, through the screens of single ones"),
      Entry("train-only", "whether the gain on gate tasks keeps up with that on dev tasks"),
      Entry("concentration", "whether the gain is spread over tasks, or hangs on few"),
      Entry("regrade", "what passed is judged once more, on its files alone"),
      Entry("tamper", "more trials than usual changed what judges them"),
      Entry("suspicious", "passes with very few steps, or that named the judge's files"),
      Entry("twins", "whether what was gained on tasks was gained on their twins too"),
      Entry("veto", "a person said no to the edit"),
      Entry("undecided", "the check could not be sure: it stops nothing and is told"),
    ])

  /// The whole as a page.
  public static var document: Document {
    Document(
      title: "Glossary", parts: ["what the words of Belay's screens mean"],
      sections: parts.map { part in
        Document.Section(
          part.title,
          [
            .table(
              Document.Table(
                columns: [Document.Table.Column("word"), Document.Table.Column("meaning")],
                rows: part.entries.map { [$0.word, $0.meaning] }))
          ])
      })
  }

  /// The whole for a terminal, wrapped at 80 columns.
  public static var text: String {
    var lines: [String] = []
    for part in parts {
      lines += (lines.isEmpty ? [] : [""]) + ["\(part.title):"]
      for entry in part.entries {
        let head = "  \(entry.word)"
        let room = 22
        let wrapped = Prose.wrap(entry.meaning, width: 78 - room)
        let isLong = head.count > room - 2
        if isLong { lines.append(head) }
        lines += wrapped.enumerated().map { place, line in
          let start = place == 0 && !isLong ? head : ""
          return start + String(repeating: " ", count: room - start.count) + line
        }
      }
    }
    return lines.joined(separator: "\n")
  }
}
