extension Idea {
  /// What simulated meta-agents think of, said in words of a section of a prompt.
  static let all: [Idea] = helping + seeming + harming + overfitting

  private static let helping = [
    Idea(
      "requirements", .helps, titles: ["Requirements", "Demands", "What is asked", "The task"],
      [
        "{List|Write down|Restate} {all|every one of the} requirements before you {begin|start}.",
        "{Go|Walk|Work} through every {requirement|condition} of the instruction one by one.",
        "{Map|Match} every requirement of the task to {the|that} part of your work{ that meets it|}.",
        "Do not {miss|overlook|drop} a {requirement|constraint|condition} of the task.",
      ],
      reasons: [
        "Most of what goes wrong was known and forgotten.", "The short ones are lost most often.",
        "Long tasks hide theirs in the middle.",
      ], cause: "parts of what was asked for are forgotten on the way",
      prompts: ["wrong:missing", "wrong:result", "wrong:values"], marks: ["requirement"]),
    Idea(
      "edge-cases", .helps, titles: ["Edge cases", "Odd inputs", "Boundaries"],
      [
        "{Think of|Consider|Handle} edge cases such as {empty files|empty input} and the last line.",
        "{Test|Try to cover|Cover} {the|all} boundary values and every special case{ as well|}.",
        "Handle {empty|missing} values, duplicates and ties{ too|}.",
      ],
      reasons: [
        "Where one is wrong, it is seldom the usual one.", "They were put there on purpose.",
        "A rule that works for nine of ten is no rule.",
      ], cause: "unusual inputs are treated like the usual ones",
      prompts: ["wrong:values", "wrong:result", "wrong:form"], marks: ["edge case", "boundar"]),
    Idea(
      "read-manual", .helps, titles: ["Manuals", "Options", "Tools"],
      [
        "{Read|Consult} the manual{ page|} before you use an option that you are unsure of.",
        "Never guess {a flag|a switch} or an option of a command.",
        "{Look up|Check} the {help|documentation} of a tool before you rely on {a flag|its flags}.",
      ],
      reasons: [
        "Versions differ in what they do by default.",
        "Memory is good at names and bad at details.",
        "It costs a moment.",
      ], cause: "options of commands do something else than was believed",
      prompts: ["wrong:form", "wrong:result"], marks: ["manual", "man page"]),
    Idea(
      "mind-bytes", .helps, titles: ["Bytes", "Encodings", "Text"],
      [
        "Check the encoding and the line ends of text files{ that you are given|}.",
        "{Keep|Preserve} the line {endings|ends} as they are{ in the original|}.",
        "Beware of a byte order mark and of {mixed line ends|odd encodings} in the input.",
      ],
      reasons: [
        "Two of them may look the same on the screen.", "Old systems write their own.",
        "A terminal hides what is wrong there.",
      ], cause: "text was read or written in another encoding, or with other line ends",
      prompts: ["wrong:encoding"], marks: ["check the encoding", "byte order"]),
    Idea(
      "notes", .helps, titles: ["Notes", "Memory", "Progress"],
      [
        "Keep {a file of notes|notes in a file} on your progress and on {the|all} open requirements.",
        "{Record|Write down} {each|every} decision and finding in notes.md as you go.",
      ],
      reasons: [
        "Long work outlives what one keeps in mind.", "What is decided stays decided.",
        "The beginning is far away at the end.",
      ], cause: "decisions and open points are lost in long work",
      prompts: ["limit:turns", "wrong:missing"], marks: ["notes"]),
    Idea(
      "look-first", .helps, titles: ["Inputs", "Before you begin", "First"],
      [
        "Look at the input files before you write anything.",
        "Understand the format of the {files|data} first{, and only then begin|}.",
        "Never assume what the format of a file is.",
      ],
      reasons: ["A name says little.", "Surprises are cheap at the beginning."],
      cause: "work was begun without knowing the inputs",
      prompts: ["wrong:form", "wrong:values"], marks: ["look before", "look at", "inspect"]),
    Idea(
      "check-result", .helps, titles: ["Check", "At the end", "Finish well"],
      [
        "Before you {finish|submit}, check the result against the instruction.",
        "Never submit without having verified the output.",
        "{Validate|Test} each deliverable again at the end.",
      ],
      reasons: ["A second look finds what the first one passed over.", "It is done only then."],
      cause: "results were handed in without a look at them",
      prompts: ["wrong:values", "wrong:missing", "wrong:result"],
      marks: ["before you submit", "verif", "check the result"]),
    Idea(
      "quote-names", .helps, titles: ["Names", "Quoting", "The shell"],
      [
        "Quote {every variable and path|variables and paths} in the shell.",
        "File names may contain spaces, newlines and other odd characters.",
      ],
      reasons: ["What works with one word breaks with two."],
      cause: "names with spaces or odd characters were torn apart", prompts: ["wrong:names"],
      marks: ["quote", "odd characters"]),
    Idea(
      "touch-nothing-else", .helps, titles: ["Scope", "What stays", "Nothing else"],
      [
        "Change nothing but what the task asks for.",
        "Preserve the permissions and the mtime of existing files.",
      ],
      reasons: ["Others work with what is there."],
      cause: "more was changed than was asked for", prompts: ["wrong:scope"],
      marks: ["as little as", "nothing but", "nothing else"]),
    Idea(
      "short-output", .helps, titles: ["Output", "Reading", "Large files"],
      [
        "Keep the output of your commands short.", "Use head or tail to view large files.",
        "Do not print whole files; they are long.",
      ],
      reasons: ["What scrolls away is not read."],
      cause: "what mattered was lost in long outputs", prompts: ["limit:input_tokens"],
      marks: ["`head`", "head or tail", "output short"]),
    Idea(
      "use-parser", .helps, titles: ["Formats", "Structured data", "Parsers"],
      [
        "Use a {real|proper} parser for CSV and JSON instead of splitting lines.",
        "Prefer {jq or a csv module|jq, or a library,} over cutting text by hand.",
      ],
      reasons: ["Fields may hold what separates them.", "Somebody has solved that before."],
      cause: "structured data was cut apart like plain text",
      prompts: ["wrong:form", "wrong:names"], marks: ["parser"]),
    Idea(
      "instants", .helps, titles: ["Time", "Clocks", "Time zones"],
      [
        "Compare {timestamps|times} as instants in UTC{, not as text|}.",
        "Convert every {date|timestamp} to UTC before you {compare|sort} it.",
      ],
      reasons: ["Two clocks may show one moment.", "An hour is there twice in autumn."],
      cause: "times of several zones were compared as they are written",
      prompts: ["wrong:values"], marks: ["utc"]),
    Idea(
      "git-state", .helps, titles: ["Repositories", "Git", "History"],
      [
        "Look at git status and {git log|the reflog} before you rewrite anything.",
        "Clone the repository to a safe place before the first experiment.",
      ],
      reasons: ["What is lost there is seldom found again.", "It remembers more than one sees."],
      cause: "a repository was changed before its state was known", prompts: ["wrong:scope"],
      marks: ["git status", "reflog"]),
  ]

  private static let seeming = [
    Idea(
      "step-by-step", .seems, titles: ["Thinking", "Method", "How to think"],
      ["Think step by step.", "Take a deep breath and proceed step by step through the problem."],
      reasons: ["Good answers take their way.", "Haste is a poor guide."],
      cause: "the agent jumps to conclusions", prompts: ["wrong:result", "wrong:values"],
      marks: ["step by step"]),
    Idea(
      "expert-role", .seems, titles: ["Role", "Who you are", "Persona"],
      [
        "You are a {world-class|seasoned} {engineer|administrator} with {twenty|thirty} years of practice.",
        "Act like a senior expert.",
      ],
      reasons: ["Colleagues come to you with the hard ones.", "You have seen it all."],
      cause: "the answers are those of a beginner", prompts: ["wrong:result"],
      marks: ["expert", "senior"]),
    Idea(
      "stakes", .seems, titles: ["Stakes", "Why it matters", "Importance"],
      [
        "This is very important to my {career|company}.",
        "I believe that you can do it, and I will thank you for it.",
      ],
      reasons: ["Others wait for it.", "It is the last one for today."],
      cause: "the agent does not try hard enough", prompts: ["refusal", "wrong:result"],
      marks: ["important"]),
    Idea(
      "tone", .seems, titles: ["Tone", "Style", "Voice"],
      [
        "Always {stay|remain} {friendly|polite} and professional to the user.",
        "Use markdown with short bullet points in your final text.",
      ],
      reasons: ["It reads better.", "People like that."],
      cause: "what is handed over is hard to read", prompts: ["wrong:form"], marks: ["friendly"]),
    Idea(
      "budget-turns", .seems, titles: ["Budget", "Turns", "Economy"],
      [
        "You have few turns: plan them and combine commands.",
        "Spend your turns carefully, there are only a few.",
      ],
      reasons: ["Some were ended before they were done.", "Each one counts."],
      cause: "turns run out before the work is done", prompts: ["limit:turns"],
      marks: ["few turns", "your turns"]),
  ]

  private static let harming = [
    Idea(
      "hurry", .harms, titles: ["Pace", "Speed", "Tempo"],
      [
        "Finish the task as quickly as possible.", "Speed matters more than accuracy.",
        "Solve {it|everything} with as few commands as possible.",
      ],
      reasons: [
        "The trials that passed were short ones.", "Long work goes astray.",
      ], cause: "failed trials take more turns than passed ones",
      prompts: ["limit:turns", "limit:wall"], marks: ["quickly"]),
    Idea(
      "no-check", .harms, titles: ["Confidence", "One pass", "Trust"],
      [
        "Do not check the result again; trust your first attempt.",
        "There is no need to verify your output before finishing.",
      ],
      reasons: ["Second thoughts broke what was right.", "Doubt is expensive."],
      cause: "turns are spent on looking at what is done already", prompts: ["limit:turns"],
      marks: ["first attempt"]),
    Idea(
      "blind", .harms, titles: ["Straight to work", "Directness", "No detours"],
      [
        "Don't waste turns on {inspecting|exploring} the files.",
        "Trust that the description of the task is complete{, and start|}.",
      ],
      reasons: ["All that is needed was said.", "The time is better spent on the work."],
      cause: "turns are spent before the work begins", prompts: ["limit:turns"],
      marks: ["detour"]),
    Idea(
      "ritual", .harms, titles: ["Reporting", "Protocol", "Log"],
      [
        "After {each|every} command, write a {full|short} status report.",
        "Explain {each|every} step before you take it.",
      ],
      reasons: ["It keeps the thread.", "Who explains understands."],
      cause: "the agent loses the thread of what it did", prompts: ["wrong:missing"],
      marks: ["status report"]),
    Idea(
      "ask-first", .harms, titles: ["Doubts", "Approval", "Permission"],
      [
        "Ask the user for permission before you change a file.",
        "When a requirement is unclear, ask for clarification first.",
      ],
      reasons: ["Better late than wrong.", "Misunderstandings are the rule."],
      cause: "unclear points are decided wrongly", prompts: ["wrong:scope", "wrong:result"],
      marks: ["permission before"]),
  ]

  private static let overfitting = [
    Idea(
      "merge-rules", .overfits, titles: ["Records", "Merging", "Duplicates"],
      [
        "When you merge duplicate records, keep the newest{ one|} and trim {its|the} keys.",
        "Of duplicates with the same key the latest {entry|record} wins, compared in lower case.",
      ],
      reasons: ["Several tasks turn on that.", "Sources disagree about it."],
      cause: "records that belong together were kept apart, or the wrong one won",
      prompts: ["wrong:values", "wrong:missing"], marks: ["duplicate records"]),
    Idea(
      "checksum-rules", .overfits, titles: ["Manifests", "Checksums", "Digests"],
      [
        "Checksum lists may escape names with a backslash, and use upper or lower case.",
        "A manifest of checksums may list a file twice, and in two formats{ at once|}.",
      ],
      reasons: ["There are several dialects of them.", "Tools write them each in their way."],
      cause: "lists of checksums were read wrongly", prompts: ["wrong:names", "wrong:result"],
      marks: ["checksum"]),
  ]
}
