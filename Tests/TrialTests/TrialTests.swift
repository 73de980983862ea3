import Base
import Facts
import Harness
import Platform
import Testing
import Trial

/// A verifier that gives 1 exactly for the right answer.
private let check = """
  if [ "$(cat answer 2>/dev/null)" = right ]; then echo 1; else echo 0; fi \
  > /logs/verifier/reward.txt
  """

@Suite(.serialized) struct TrialTests {
  @Test func theOwnSolutionScoresAndDoingNothingDoesNot() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(test: check)
      let solved = try await shop.run(task, .oracle)
      #expect(solved.detail == "the agent ended by itself")
      #expect(solved.score == 1)
      let idle = try await shop.run(task, .nop)
      #expect(idle.outcome == .completed)
      #expect(idle.score == 0)
      #expect(
        solved.phases.map(\.name) == ["start", "agent", "collect", "verify", "stop"])
    }
  }

  @Test func aPassIsJudgedAgainOnItsFilesAloneWhereThatIsAskedFor() async throws {
    try await Workshop.with { shop in
      let plain = try shop.task(test: check)
      let held = try await shop.run(plain, .oracle, isRegraded: true)
      #expect(held.score == 1 && held.flags == ["regrade_held"])
      #expect(held.phases.map(\.name).contains("regrade"))
      #expect(held.files.count { $0.role == "reward" } == 1)
      #expect(try await shop.run(plain, .oracle).flags.isEmpty)
      #expect(try await shop.run(plain, .nop, isRegraded: true).flags.isEmpty)
      // What is no file of its own does not come along.
      let odd = try shop.task(
        test:
          "[ -p answer ] && echo 1 > /logs/verifier/reward.txt || echo 0 > /logs/verifier/reward.txt",
        solve: "mkfifo answer")
      let lost = try await shop.run(odd, .oracle, isRegraded: true)
      #expect(lost.score == 1 && lost.outcome == .completed && lost.flags == ["regrade_lost"])
      // A verifier with a place of its own is given the same artifacts once more.
      let apart = try shop.task(
        toml: """
          artifacts = ["/app/answer"]
          [verifier]
          environment_mode = "separate"
          """, test: "[ \"$(cat /app/answer)\" = right ] && echo 1 > /logs/verifier/reward.txt")
      let again = try await shop.run(apart, .oracle, isRegraded: true)
      #expect(again.score == 1 && again.flags == ["regrade_held"], "\(again.detail)")
    }
  }

  @Test func aProgramSeesItsHarnessItsInstructionAndNothingElse() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(test: check)
      let result = try await shop.run(
        task,
        shop.program(
          """
          cat "$BELAY_INSTRUCTION"; pwd; id -u; stat -c %u /usr/bin/env; ls /harness; ls -A /tests /solution 2>&1 | wc -l
          env | cut -d= -f1 | sort | tr '\\n' ' '
          echo '{"x":1}' > /logs/agent/notes.json
          echo right > answer; exit 3
          """))
      #expect(result.outcome == .completed)
      #expect(result.exitCode == 3)
      #expect(result.score == 1)
      let said = try #require(result.text("agent/output.txt"))
      #expect(said.hasPrefix("Write the answer.\n/app\n0\n65534\nharness.toml\nrun.sh\n"))
      #expect(
        said.contains(
          "BELAY_HARNESS BELAY_INSTRUCTION BELAY_SEED HOME LANG LOGNAME PATH PWD SHELL SHLVL TERM USER"
        ))
      #expect(result.text("agent/notes.json") == "{\"x\":1}\n")
    }
  }

  @Test(arguments: [
    (#"{"prompt_tokens": 100, "completion_tokens": 10, "cost_usd": 0.5}"#, 100, 0.5),
    (#"{"prompt_tokens": -1, "completion_tokens": 10, "cost_usd": 0.5}"#, nil, nil),
    (#"{"prompt_tokens": 7}"#, 7, nil), (#"{"prompt_tokens": "x"}"#, nil, nil),
  ])
  func whatATrajectorySaysOfTokensIsKeptAndMarked(metrics: String, input: Int?, cost: Double?)
    async throws
  {
    let agent = #"{"name": "a", "version": "1"}"#
    let step = #"{"step_id": 1, "source": "agent", "message": "m", "metrics": \#(metrics)}"#
    let document =
      #"{"schema_version": "ATIF-v1.6", "session_id": "s", "agent": \#(agent), "steps": [\#(step)]}"#
    try await Workshop.with { shop in
      let result = try await shop.run(
        shop.task(test: check),
        shop.program("cat > /logs/agent/trajectory.json <<'END'\n\(document)\nEND\n"))
      let fact = result.fact(
        trial: TrialID(1), number: 1, isFinal: true, startedAt: Timestamp(milliseconds: 0),
        endedAt: Timestamp(milliseconds: 1), wall: .milliseconds(1))
      #expect(fact.usage.inputTokens == input)
      #expect(fact.usage.costUSD == cost)
      #expect(fact.flags.contains("usage_self_reported") == (input != nil))
    }
  }

  @Test func aTimeLimitIsAResultAndWhatWasDoneUntilThenIsJudged() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(toml: "[agent]\ntimeout_sec = 0.3\n", test: check)
      let result = try await shop.run(task, shop.program("echo right > answer; sleep 60"))
      #expect(result.outcome == .limit)
      #expect(result.limit == "wall")
      #expect(result.score == 1)
    }
  }

  @Test func aMemoryLimitIsAResultWhereTheMachineCanSetOne() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(
        toml: "[environment]\nmemory_mb = 64\nstorage_mb = 64\n", test: check)
      let result = try await shop.run(
        task, shop.program("python3 -c 'x = bytearray(500_000_000)'; echo $?"))
      #expect(
        result.outcome == .limit || result.text("agent/output.txt")?.hasPrefix("1") == true
          || result.flags.contains("memory_limit_hit"),
        "\(result.outcome) \(result.detail) \(result.flags) \(result.text("agent/output.txt") ?? "")"
      )
      #expect(result.score == 0)
    }
  }

  @Test(arguments: [
    ("exit 0", "the verifier wrote neither reward.json nor reward.txt"),
    ("echo nan > /logs/verifier/reward.txt", "not a finite number"),
    ("echo '{\"a\": [1]}' > /logs/verifier/reward.json", "expected a number or boolean"),
    ("echo 7 > /logs/verifier/reward.txt", "out of the suite's range"),
    ("mkfifo /logs/verifier/reward.txt", "not a plain file"),
    ("ln -s /etc/passwd /logs/verifier/reward.json", "not a plain file"),
    ("sleep 60", "time limit"), ("kill -9 $$", "ended by signal 9"),
  ])
  func aVerifierWithoutAVerdictIsAFailureOfTheVerifierAndNoZero(test: String, reason: String)
    async throws
  {
    try await Workshop.with { shop in
      let task = try shop.task(toml: "[verifier]\ntimeout_sec = 0.4\n", test: test)
      let result = try await shop.run(task, .nop)
      #expect(result.outcome == .verifierFailed)
      #expect(result.score == nil)
      #expect(result.detail.contains(reason), "\(result.detail)")
      #expect(result.detail.contains("own solution too"))
    }
  }

  @Test func anAgentThatBreaksItsJudgeGetsAZeroAndAFlag() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(test: "grep -q right answer && echo 1 > /logs/verifier/reward.txt")
      let result = try await shop.run(task, shop.program("rm -f answer; mkdir answer"))
      #expect(result.outcome == .brokeJudge)
      #expect(result.score == 0)
      #expect(result.flags.contains("broke_judge"))
    }
  }

  @Test func whatAnAgentPlantsDoesNotRunInTheVerifier() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(
        test: """
          cd /app
          perl -e 'use strict; print "p"' > /dev/null; python3 -I -c 'import json'; git status >/dev/null 2>&1
          awk 'BEGIN {}'; bash -c true; bash -lc true; ls > /dev/null
          [ -e /tmp/pwned ] && cat /tmp/pwned >&2
          \(check)
          """)
      let result = try await shop.run(
        task,
        shop.program(
          """
          evil='#!/bin/sh
          echo ran >> /tmp/pwned; echo 1 > /logs/verifier/reward.txt'
          mkdir -p /root/bin /app/bin /etc/profile.d /etc/perl /etc/python3.11 ~/.config/git
          for place in /bin /sbin; do mv $place ${place}.old; mkdir $place; cp -r /usr/bin/bash $place/; \
          for tool in ls awk git perl python3 sh; do echo "$evil" > $place/$tool; chmod 755 $place/$tool; \
          done; done 2>/dev/null
          printf 'import os\\nos.system("echo ran >> /tmp/pwned")\\n' > /etc/python3.11/sitecustomize.py
          cp /etc/python3.11/sitecustomize.py /app/json.py; cp /etc/python3.11/sitecustomize.py /conftest.py
          echo 'system("echo ran >> /tmp/pwned"); 1;' > /etc/perl/strict.pm
          for f in /root/.bashrc /root/.profile /root/.bash_profile /etc/profile.d/x.sh /etc/profile \
          /etc/bash.bashrc; do echo 'echo ran >> /tmp/pwned' > $f; done
          rm -f /etc/alternatives/awk; echo "$evil" > /etc/alternatives/awk; chmod 755 /etc/alternatives/awk
          git init -q . ; git config core.fsmonitor 'echo ran >> /tmp/pwned'
          printf "$evil" > .git/hooks/post-index-change; chmod 755 .git/hooks/*
          printf '[core]\\nfsmonitor = "echo ran >> /tmp/pwned"\\n' > /root/.gitconfig
          cp /root/.gitconfig /etc/gitconfig
          rm -rf /tests /logs/verifier; ln -s /app /tests; ln -s /app /logs/verifier
          printf '#!/bin/sh\\necho 1 > /logs/verifier/reward.txt\\n' > /app/test.sh; chmod 755 /app/test.sh
          exit 0
          """))
      #expect(result.score == 0, "\(result.detail)")
      let log = result.text("verifier/test-stdout.txt") ?? ""
      #expect(!log.contains("ran"), "\(log)")
    }
  }

  @Test func aDaemonThatRewritesTheRewardIsDeadBeforeItIsRead() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(test: "sleep 0.2\n" + check)
      let result = try await shop.run(
        task,
        shop.program(
          """
          (setsid sh -c 'trap "" TERM HUP; while :; do mkdir -p /logs/verifier
          echo 1 > /logs/verifier/reward.txt; echo "{\\"reward\\": 1}" > /logs/verifier/reward.json
          sleep 0.01; done' &) >/dev/null 2>&1
          sleep 0.1
          """))
      #expect(result.outcome == .completed)
      #expect(result.score == 0)
    }
  }
}
