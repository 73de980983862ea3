import Base
import Facts
import Harness
import Platform
import Suite
import Testing
import Trial

@Suite(.serialized) struct FormatTests {
  @Test func aDockerfileIsFollowedAsFarAsNoImageIsNeeded() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(
        toml: "[environment]\nenv = { GREETING = \"${GREETING}\", PLAIN = \"x\" }\n",
        test: """
          [ "$(cat /data/made)" = "built in /work as $(id -u)" ] && [ "$(cat in/a.txt)" = A ] &&
          [ "$(pwd)" = /work ] && [ -x /opt/tool.sh ] && [ ! -e /gone ] && echo 1 \
          > /logs/verifier/reward.txt || echo 0 > /logs/verifier/reward.txt
          """,
        solve: "[ \"$GREETING $PLAIN $LEVEL\" = 'hello x 3' ] || rm /data/made",
        files: [
          "environment/in/a.txt": "A", "environment/tool.sh": "#!/bin/sh\n",
          "environment/scratch": "",
        ],
        dockerfile: """
          FROM ubuntu:24.04
          ARG LEVEL_DEFAULT=3
          ENV LEVEL=$LEVEL_DEFAULT
          WORKDIR /work
          COPY in ./in/
          COPY scratch /gone
          COPY --chmod=755 tool.sh /opt/
          RUN mkdir /data && echo "built in $(pwd) as $(id -u)" > /data/made && rm /gone
          """)
      let result = try await shop.run(task, .oracle)
      #expect(
        result.score == 1, "\(result.detail) \(result.text("verifier/test-stdout.txt") ?? "")")
      let again = try await shop.run(task, .nop)
      #expect(again.score == 1)
    }
  }

  @Test func stepsShareFilesButNoProcessesAndTheirRewardsAreCombined() async throws {
    try await Workshop.with { shop in
      let one = """
        #!/bin/bash
        printf '{"reward": 1, "speed": 0.5}' > /logs/verifier/reward.json
        """
      let two = """
        #!/bin/bash
        [ "$(cat first)" = done ] && [ -e from-workdir ] && [ -e from-setup ] &&
        ! pgrep -f lingering >/dev/null && r=1 || r=0
        printf '{"reward": %s}' $r > /logs/verifier/reward.json
        """
      let task = try shop.task(
        toml: """
          [[steps]]
          name = "one"
          [[steps]]
          name = "two"
          [[steps]]
          name = "three"
          """, test: "",
        files: [
          "steps/one/instruction.md": "first", "steps/one/tests/test.sh": one,
          "steps/one/solution/solve.sh":
            "#!/bin/bash\necho done > first; (exec -a lingering sleep 100 &)\n",
          "steps/two/instruction.md": "second", "steps/two/tests/test.sh": two,
          "steps/two/solution/solve.sh": "#!/bin/bash\ntrue\n",
          "steps/two/workdir/from-workdir": "", "steps/two/workdir/setup.sh": "touch from-setup",
          "steps/three/instruction.md": "third",
          "steps/three/tests/test.sh": "#!/bin/bash\necho 0.5 > /logs/verifier/reward.txt\n",
          "steps/three/solution/solve.sh": "#!/bin/bash\ntrue\n",
        ])
      let result = try await shop.run(task, .oracle)
      #expect(result.outcome == .completed, "\(result.detail)")
      #expect(result.steps.map { $0["reward"].double } == [1, 1, 0.5])
      #expect(abs((result.score ?? 0) - 2.5 / 3) < 1e-12)
      #expect(abs((result.metrics["speed"] ?? 0) - 0.5 / 3) < 1e-12)
    }
  }

  @Test func aStepBelowItsMinimumEndsTheTrial() async throws {
    try await Workshop.with { shop in
      let zero = "#!/bin/bash\necho 0.2 > /logs/verifier/reward.txt\n"
      let task = try shop.task(
        toml: """
          multi_step_reward_strategy = "final"
          [[steps]]
          name = "one"
          min_reward = 0.5
          [[steps]]
          name = "two"
          """, test: "",
        files: [
          "steps/one/instruction.md": "1", "steps/one/tests/test.sh": zero,
          "steps/two/instruction.md": "2", "steps/two/tests/test.sh": zero,
        ])
      let result = try await shop.run(task, .nop)
      #expect(result.steps.count == 1)
      #expect(result.score == 0.2)
    }
  }

  @Test(arguments: [
    ("min_reward = { accuracy = 0.5 }", "'{\"accuracy\": 0.7}'", "reward", 2),
    ("min_reward = { accuracy = 0.5 }", "'{\"accuracy\": 0.3}'", "reward", 1),
    ("min_reward = { style = 0.5 }", "'{\"accuracy\": 0.7}'", "reward", 1),
    ("min_reward = 0.5", "'{\"quality\": 0.7, \"reward\": 0.1}'", "quality", 1),
    ("min_reward = 0.5", "'{\"quality\": 0.7}'", "quality", 2),
  ])
  func aMinimumIsLookedUpByItsKey(minimum: String, json: String, key: String, steps: Int)
    async throws
  {
    try await Workshop.with { shop in
      let test = "#!/bin/bash\necho \(json) > /logs/verifier/reward.json\n"
      let task = try shop.task(
        toml: "[[steps]]\nname = \"one\"\n\(minimum)\n[[steps]]\nname = \"two\"\n", test: "",
        files: [
          "steps/one/instruction.md": "1", "steps/one/tests/test.sh": test,
          "steps/two/instruction.md": "2", "steps/two/tests/test.sh": test,
        ])
      let result = try await shop.run(task, .nop) {
        $0.reward = RewardRule(key: key, min: 0, max: 1)
      }
      #expect(result.steps.count == steps)
    }
  }

  @Test func aSeparateVerifierSeesArtifactsAtTheirPathsAndNothingElse() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(
        toml: """
          artifacts = ["/app/answer", { source = "/app/out", exclude = ["*.tmp"] }]
          [verifier]
          environment_mode = "separate"
          """,
        test: """
          [ "$(cat /app/answer)" = right ] && [ -f /app/out/kept ] && [ ! -e /app/out/x.tmp ] &&
          [ ! -e /app/secret ] && r=1 || r=0
          echo $r > /logs/verifier/reward.txt
          """,
        solve: "echo right > answer; mkdir out; touch out/kept out/x.tmp secret")
      let result = try await shop.run(task, .oracle)
      #expect(
        result.score == 1, "\(result.detail) \(result.text("verifier/test-stdout.txt") ?? "")")
      #expect(result.text("artifacts/app/answer") == "right\n")
      #expect(result.text("artifacts/manifest.json")?.contains("\"/app/out\"") == true)
    }
  }

  @Test func aHealthCheckThatFailsIsTheEnvironmentsFaultAndNoScore() async throws {
    try await Workshop.with { shop in
      let check = "[environment.healthcheck]\ncommand = \"%\"\ninterval_sec = 0.01\nretries = 2\n"
      let sick = try shop.task(
        toml: check.replacing("%", with: "false"), test: "echo 1 > /logs/verifier/reward.txt")
      let result = try await shop.run(sick, .nop)
      #expect(result.outcome == .sandboxFailed)
      #expect(result.detail.contains("health check failed 2 times"))
      let well = try shop.task(
        toml: check.replacing("%", with: "true"), test: "echo 1 > /logs/verifier/reward.txt")
      #expect(try await shop.run(well, .nop).score == 1)
    }
  }

  @Test func collectHooksRunBetweenTheAgentsEndAndTheCollection() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(
        toml: """
          artifacts = ["/app/snapshot"]
          [[verifier.collect]]
          command = "cp answer snapshot"
          [[verifier.collect]]
          command = "false"
          """, test: "cmp answer snapshot && echo 1 > /logs/verifier/reward.txt")
      let result = try await shop.run(task, .oracle)
      #expect(result.score == 1)
      #expect(result.text("artifacts/app/snapshot") == "right\n")
    }
  }

  @Test(.enabled(if: ProcessIdentity.isRoot, "needs root: else inode numbers change"))
  func aHardLinkToAFileOfTheTaskIsTheSameFileInBothPhases() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(
        test: """
          ln data again && [ data -ef again ] && [ first -ef second ] && r=1 || r=0
          echo $r > /logs/verifier/reward.txt
          """, solve: "ln first second && [ first -ef second ] || rm -f second",
        files: ["environment/data": "x", "environment/first": "y"],
        dockerfile: "FROM debian\nWORKDIR /app\nCOPY data first ./\n")
      let result = try await shop.run(task, .oracle)
      #expect(result.score == 1, "\(result.text("verifier/test-stdout.txt") ?? "")")
    }
  }

  @Test func whatAHostDoesNotGiveIsToldBeforeARun() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(
        toml: """
          [environment.env]
          A = "${GREETING}"
          B = "${OTHER:-x}"
          C = "${WORDS}"
          [verifier.env]
          D = "${JUDGE_API_KEY}"
          """, test: "true")
      #expect(
        Preparation.unmet(task, host: ["GREETING": "hello", "JUDGE_API_KEY": "k"]) == [
          "asks for JUDGE_API_KEY: keys never enter a sandbox",
          "needs the variable WORDS, which is not set",
        ])
    }
  }

  @Test func namedUsersAreSeenAndKeysNeverReachASandbox() async throws {
    try await Workshop.with { shop in
      let task = try shop.task(
        toml: "[agent]\nuser = \"dev\"\n",
        test: "[ \"$(cat answer)\" = 'dev /home/dev dev' ] && echo 1 > /logs/verifier/reward.txt",
        solve: "echo $USER $HOME $(whoami) > answer")
      #expect(try await shop.run(task, .oracle).score == 1)
      let greedy = try shop.task(
        toml: "[verifier.env]\nJUDGE = \"${OPENAI_API_KEY}\"\n", test: "true")
      let error = await #expect(throws: BelayError.self) { try await shop.run(greedy, .nop) }
      #expect(error?.message.contains("keys never enter a sandbox") == true)
    }
  }
}
