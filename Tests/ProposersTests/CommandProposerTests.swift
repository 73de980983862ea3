import Base
import Climb
import Components
import Evidence
import Ledger
import Model
import Platform
import Proposers
import Suite
import Testing

@Suite struct CommandProposerTests {
  static let hypothesis = """
    {"evidence": ["t3", "x", "t5"], "cause": "line ends", "mechanism": "look at bytes",
     "fixes": ["fix-ends", "gate-one"], "risks": [], "gain": 7, "summary": "mind\\nbytes"}
    """

  @Test func `what counts is the tree, with the hypothesis that was written beside it`()
    async throws
  {
    try await ProposerBench.with { bench in
      let answer = try await bench.run(
        """
        grep -q 'Failures by cause' BRIEF.md && cmp -s BRIEF.md - && test "$PWD" = "$BELAY_WORKDIR"
        test -f archive/c1/traces/t3.json && test -f archive/c2/scores.json
        grep -q '"word": "fail"' archive/c1/verdict.json
        grep -q 'believed before' archive/c1/hypothesis.json
        test -f archive/c1/harness/prompts/system.md
        test -f tasks/fix-ends/instruction.md && test -f tasks/fix-ends/tests/expected.txt
        test ! -e tasks/fix-ends/solution && test ! -e tasks/gate-one
        printf '\\n## Bytes\\n\\nMind the line ends.\\n' >> harness/prompts/system.md
        cat > hypothesis.json <<'END'
        \(Self.hypothesis)
        END
        mkdir harness/__pycache__ && ln -s / harness/__pycache__/root
        echo said; exit 3
        """)
      let draft = try #require(answer.drafts.first, "\(answer.record.text()) \(answer.refused)")
      #expect(answer.drafts.count == 1)
      #expect(answer.refused == [])
      #expect(draft.author == "command:test")
      #expect(draft.summary == "mind bytes")
      #expect(draft.patch.components == ["prompts/system.md#Bytes"])
      #expect(
        draft.hypothesis
          == Hypothesis(
            evidence: ["t3", "t5"], cause: "line ends", mechanism: "look at bytes",
            fixes: ["fix-ends"], gain: 1))
      #expect(answer.ending == .done)
      #expect(answer.record["ending"].string == "exited(3)")
      #expect(answer.record["output"].string == "said\n")
    }
  }

  @Test func `an array hands in several edits, and a tree without one mechanism is taken apart`()
    async throws
  {
    try await ProposerBench.with { bench in
      let several = try await bench.run(
        """
        mkdir -p edits/a/skills/bytes edits/b edits/c
        printf -- '---\\nname: bytes\\ndescription: about bytes\\n---\\nLook.\\n' > edits/a/skills/bytes/SKILL.md
        sed '/#Finish"/s/true/false/' harness/harness.toml > edits/b/harness.toml
        cat > hypothesis.json <<'END'
        [{"folder": "edits/a", "mechanism": "a skill"}, {"folder": "./edits/b", "summary": "no end"},
         {"folder": "edits/c", "removes": ["skills/verify/SKILL.md"], "mechanism": "less"},
         {"folder": "../harness"}, {"folder": "edits/none"}, {"folder": "edits/a"}, 5]
        END
        """)
      #expect(
        several.drafts.map(\.patch.components) == [
          ["skills/bytes"], ["harness.toml#knobs.prompts/system.md#Finish"],
        ], "\(several.refused)")
      let apart = try await bench.run(
        """
        sed -i 's/^turns = 50/turns = 70/; s/^compaction = .*/compaction = "summarize"/' harness/harness.toml
        printf '\\n## One\\n\\nDo this.\\n' >> harness/prompts/system.md
        """)
      #expect(
        apart.drafts.map(\.patch.components) == [
          ["harness.toml#context.compaction"], ["harness.toml#limits.turns"],
          ["prompts/system.md#One"],
        ])
      #expect(apart.drafts.map(\.levels.count) == [1, 1, 0])
    }
  }

  /// What a hostile or careless program leaves, and why it is not taken.
  static let hostile: [(script: String, why: String)] = [
    ("rm harness/prompts/system.md; ln -s /etc/passwd harness/prompts/system.md", "is a link"),
    ("rm -r harness; ln -s / harness", "is a link"),
    ("ln harness/prompts/system.md harness/prompts/other.md", "more than one name"),
    ("mkfifo harness/tools/pipe", "neither a file nor a folder"),
    ("truncate -s 200M harness/prompts/system.md", "is too large"),
    ("rm -r harness", "is not there"),
    ("rm harness/harness.toml", "harness.toml"),
    ("echo '[[[' > hypothesis.json", "not JSON"),
    ("head -c 3000000 /dev/zero > hypothesis.json", "nothing"),
    ("printf '%0.s[' $(seq 5000) > hypothesis.json", "not JSON"),
    ("echo 'x' > harness/README.md", "README.md lies outside of the surface"),
    (
      "sed -i 's/^max_output_tokens = .*/max_output_tokens = 9000/' harness/harness.toml",
      "not a knob"
    ),
    ("sed -i 's/^turns = 50/turns = 5000/' harness/harness.toml", "outside of its knob's range"),
    ("sed -i 's/^enabled = .*/enabled = [\"nothing\"]/' harness/harness.toml", "not valid"),
    ("true", "it changes nothing"),
    ("yes 'one more word' | head -n 9000 >> harness/prompts/system.md", "too large"),
    ("touch harness/$(printf '\\377')", "no text"),
  ]

  @Test(arguments: hostile.indices)
  func `what cannot be trusted is refused by name`(index: Int) async throws {
    let (script, why) = Self.hostile[index]
    try await ProposerBench.with { bench in
      let answer = try await bench.run(script)
      #expect(answer.drafts == [])
      #expect(answer.refused.contains { $0.why.contains(why) }, "\(script): \(answer.refused)")
    }
  }

  @Test func `a program that does not end is ended, and what it made until then counts`()
    async throws
  {
    try await ProposerBench.with { bench in
      let answer = try await bench.run(
        """
        printf '\\n## Late\\n\\nMind it.\\n' >> harness/prompts/system.md
        trap '' TERM; (setsid sleep 1000 &) ; while :; do sleep 5; done
        """, wall: .seconds(1))
      #expect(answer.ending == .limit("its time is over"))
      #expect(answer.drafts.map(\.patch.components) == [["prompts/system.md#Late"]])
    }
  }

  @Test func `the gateway is all that it reaches, in the role of those who propose`() async throws {
    try await ProposerBench.with { bench in
      let answer = try await bench.run(
        """
        python3 - <<'END'
        import json, os, socket, urllib.request
        body = {"model": os.environ["BELAY_MODEL"], "messages": [{"role": "user", "content": "?"}]}
        request = urllib.request.Request(
            os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(body).encode(),
            {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"})
        text = json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"]
        open("harness/prompts/system.md", "a").write("\\n## Model\\n\\n" + text + "\\n")
        for place in [("1.1.1.1", 53), ("127.0.0.1", 22)]:
            try:
                socket.create_connection(place, 2)
                print("reached", place)
            except OSError:
                pass
        print(os.environ["ANTHROPIC_BASE_URL"], sorted(k for k in os.environ if "KEY" in k))
        END
        """)
      #expect(answer.drafts.first?.patch.added.contains("mind the line ends") == true)
      #expect(answer.spending == Spending(costUSD: 0.25, tokens: 37))
      #expect(answer.record["output"].string?.contains("reached") == false)
      #expect(answer.record["output"].string?.contains("http://127.0.0.1:41414 [") == true)
      let call = try #require(bench.asked.withLock { $0.first })
      #expect(call.purpose.role == .propose)
      #expect(call.purpose.run == bench.night.run)
      #expect(call.purpose.trial == nil)
    }
  }

  @Test func `no byte of a gate or vault task can be read in there`() async throws {
    try await ProposerBench.with { bench in
      let hidden = bench.night.suite.tasks.filter { $0.split != .dev }.map(\.folder)
      let answer = try await bench.run(
        """
        set +e
        canary=$(printf '%s-%s' \(DevNight.canary.replacing("-", with: " ")))
        # On another file system than those that are searched, and in no command line.
        echo "$canary" > /dev/shm/canary
        gate=$(printf '%s-one' gate) vault=$(printf '%s-one' vault)
        find / -xdev -path /usr -prune -o -type f -readable -print0 |
          xargs -0 grep -la -e "$canary" -e "$gate" -e "$vault"
        find /usr -type f -cmin -20 -readable -print0 2>/dev/null | xargs -0 -r grep -la -e "$canary"
        cat /proc/*/environ /proc/*/cmdline /proc/*/mountinfo /proc/mounts 2>/dev/null |
          grep -a -c -f /dev/shm/canary
        for place in \(hidden.joined(separator: " ")) \(bench.night.lab.ledgerPath) \(bench.night.folder); do
          ls -d "$place" 2>/dev/null && echo "SEEN $place"
        done
        grep -rl 'Do fix-ends' /work | head -n 1 | sed 's/^/DEV /'
        ls /proc | grep -c '^[0-9]' | sed 's/^/PROCESSES /'
        """)
      let output = try #require(answer.record["output"].string)
      // The search itself works: it finds the dev tasks, and nothing else of the suite.
      let lines = output.split(separator: "\n").map(String.init)
      #expect(lines.contains { $0.hasPrefix("DEV /work/") }, "\(output)")
      #expect(
        lines.filter { !$0.hasPrefix("DEV") && !$0.hasPrefix("PROCESSES") } == ["0"], "\(output)")
    }
  }
}
