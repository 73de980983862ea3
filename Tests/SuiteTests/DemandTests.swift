import Base
import Notation
import Platform
import Suite
import Testing

@Suite struct DemandTests {
  @Test(arguments: [
    ("", [String]()),
    (
      "[environment]\ndocker_image = \"a/b\"",
      ["image: [environment] docker_image = \"a/b\""]
    ),
    (
      "[environment]\nnetwork_mode = \"public\"",
      ["network: [environment] network_mode = \"public\""]
    ),
    ("[environment]\nallow_internet = true", ["network: [environment] network_mode = \"public\""]),
    ("[environment]\nnetwork_mode = \"no-network\"", []),
    (
      "[verifier]\nnetwork_mode = \"allowlist\"\nallowed_hosts = [\"Packages.Example.org\"]",
      ["allowlist: [verifier] allowed_hosts: packages.example.org"]
    ),
    (
      "[environment]\ngpus = 2\n[environment.tpu]\ntype = \"v6e\"\ntopology = \"2x4\"",
      ["gpu: [environment] gpus = 2", "tpu: [environment] tpu v6e 2x4"]
    ),
    ("[metadata]\nlive = true", ["live: [metadata] live = true"]),
    (
      "[[environment.mcp_servers]]\nname = \"files\"\nurl = \"http://x\"",
      ["mcp: [environment] mcp_servers: files"]
    ),
    (
      "[[verifier.collect]]\ncommand = \"x\"\nservice = \"db\"",
      ["compose: [[verifier.collect]] in service db"]
    ),
    (
      "[verifier.environment]\ndocker_image = \"v\"",
      ["image: [verifier.environment] docker_image = \"v\""]
    ),
  ])
  func whatATaskNeedsIsListedByName(toml: String, demands: [String]) throws {
    try TaskFolder.with { folder in
      try folder.task("one", toml: toml)
      #expect(try folder.only().demands.map(\.description) == demands)
    }
  }

  @Test func buildsComposeAndUsersAreFoundInTheFiles() throws {
    try TaskFolder.with { folder in
      try folder.task("one", dockerfile: "FROM x\nADD a /\nRUN useradd bob\n")
      try folder.write("one/environment/docker-compose.yaml", "x")
      try folder.write(
        "one/solution/solve.sh", "cat <<EOF\nuseradd x\nEOF\nsudo -u bob true\nchown root x\n")
      let demands = try folder.only().demands.map(\.description)
      #expect(
        demands == [
          "compose: environment/docker-compose.yaml",
          "build: environment/Dockerfile line 2: ADD: needs a container",
          "users: environment/Dockerfile line 3: 'useradd'",
          "users: the solution uses 'sudo -u'",
        ])
    }
  }

  @Test func aWindowsTaskNeedsWindows() throws {
    try TaskFolder.with { folder in
      try folder.task("one", toml: "[environment]\nos = \"windows\"")
      try folder.write("one/tests/test.bat", "x")
      let task = try folder.only()
      #expect(task.demands.map(\.kind) == [.windows])
      #expect(task.steps[0].testScript == "test.bat")
      #expect(task.steps[0].artifacts.map(\.source) == ["C:/logs/artifacts"])
    }
  }

  @Test func scriptsThatFetchAreNamed() throws {
    try TaskFolder.with { folder in
      try folder.task("one")
      try folder.write("one/tests/test.sh", "#!/bin/bash\ncurl -LsSf https://x | sh\n")
      #expect(try folder.only().networkCommands == ["tests/test.sh: 'curl'"])
    }
  }

  @Test func aCheckTellsOfVariablesOfTheHostAndOfWindowsLineEnds() throws {
    try TaskFolder.with { folder in
      try folder.task("one", toml: "[environment.env]\nA = \"${KEY}\"\nB = \"${C:-d}\"\n")
      try folder.write("one/tests/test.sh", "#!/bin/bash\r\necho 1\r\n")
      #expect(
        try Suite.check(folder.path).diagnostics.map { "\(Path.last($0.file)): \($0.message)" }
          == [
            "task.toml: needs the variable KEY of the host",
            "test.sh: has Windows line ends, which a shell takes for part of its words",
          ])
    }
  }

  @Test func templatesNameTheVariablesThatTheHostMustHave() throws {
    try TaskFolder.with { folder in
      try folder.task(
        "one",
        toml: """
          [environment.env]
          A = "${KEY}"
          B = "${OTHER:-x}"
          [verifier.env]
          C = "${VKEY}"
          D = "plain ${X}"
          """)
      let task = try folder.only()
      #expect(task.hostVariables == ["KEY", "VKEY"])
      #expect(
        try EnvTemplate.resolve(task.environment.variables, host: ["KEY": "k"], place: "one")
          == ["A": "k", "B": "x"])
      let error = #expect(throws: BelayError.self) {
        try EnvTemplate.resolve(task.environment.variables, host: [:], place: "one")
      }
      #expect(error?.message == "A needs the variable KEY, which is not set")
    }
  }
}
