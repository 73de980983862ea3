import Base
import Platform
import Testing

@testable import Containers
@testable import Sandbox

/// Everything that needs an engine; one after the other, since all share one and look for what is left.
@Suite(
  .serialized, .enabled(ContainerFixture.missing) { await ContainerFixture.isAvailable() },
  .timeLimit(.minutes(1)))
struct ContainerTests {}

/// An engine that answers and a small image of this machine's own programs; no registry is needed.
struct ContainerFixture {
  let sandbox: ContainerSandbox
  let image: SandboxImage
  let scratch: String

  static let missing: Comment =
    "needs podman or docker (apt-get install podman runc), and containers that start here"

  /// Whether there is anything to test with; found out once.
  static func isAvailable() async -> Bool { await Shared.only.sandbox() != nil }

  @discardableResult
  static func with<Result>(_ body: (ContainerFixture) async throws -> Result) async throws -> Result
  {
    let sandbox = try #require(await Shared.only.sandbox())
    let scratch = "/tmp/belay-container-\(Files.randomName())"
    try Files.makeDirectory(scratch)
    defer { try? Files.removeTree(scratch) }
    let image = try await Shared.only.image(in: sandbox)
    return try await body(ContainerFixture(sandbox: sandbox, image: image, scratch: scratch))
  }

  /// A place of the image, stopped when the body is done.
  func box<Result>(
    layers: [String] = [], _ adjust: (inout SandboxLimits) -> Void = { _ in },
    _ body: (any SandboxBox) async throws -> Result
  ) async throws -> Result {
    var limits = SandboxLimits()
    limits.memoryBytes = 256 << 20
    adjust(&limits)
    let box = try await sandbox.start(
      SandboxSpec(
        slot: 0, layers: layers, image: image, folders: ["/app", "/logs/agent"], limits: limits))
    do {
      let result = try await body(box)
      await box.stop()
      return result
    } catch {
      await box.stop()
      throw error
    }
  }

  /// A folder with these files.
  func folder(_ name: String, _ files: [String: String]) throws -> String {
    let folder = Path.join(scratch, name)
    try Files.makeDirectory(folder)
    for (path, text) in files {
      let file = Path.join(folder, path)
      try Files.makeDirectory(Path.parent(file))
      try Files.write(Array(text.utf8), to: file)
    }
    return folder
  }

  /// What the engine prints.
  func engine(_ arguments: [String]) async throws -> String {
    try await sandbox.maker.engine.must("do it", arguments)
  }

  /// The launcher that was built beside the tests.
  static let launcher: String? =
    ProcessIdentity.environment("BELAY_LAUNCH")
    ?? (try? Files.real("/proc/self/exe")).map { Path.join(Path.parent($0), "belay-launch") }

  static let tag = "localhost/belay-test:1"

  /// A phase whose writes are thrown away, as a judge's.
  static let judging = PhaseSpec(fresh: [FreshMount("/logs/verifier")], covers: ["/"])
}

private actor Shared {
  static let only = Shared()
  private var found: Task<ContainerSandbox?, Never>?
  private var image: Task<SandboxImage, any Error>?

  func sandbox() async -> ContainerSandbox? {
    let task =
      found
      ?? Task {
        var options = ContainerSandbox.Options()
        options.launcher = ContainerFixture.launcher
        return try? await ContainerSandbox(options: options)
      }
    found = task
    return await task.value
  }

  func image(in sandbox: ContainerSandbox) async throws -> SandboxImage {
    let task = image ?? Task { try await Self.addImage(to: sandbox) }
    image = task
    return try await task.value
  }

  private static func addImage(to sandbox: ContainerSandbox) async throws -> SandboxImage {
    let engine = sandbox.maker.engine
    let images = ContainerImages(engine: engine)
    if let known = try await images.inspect(ContainerFixture.tag) { return known }
    let tar = "/tmp/belay-image-\(Files.randomName()).tar"
    defer { try? Files.removeTree(tar) }
    let said = try await Child.capture(
      "/bin/sh", ["sh", "-c", script, "sh", tar],
      environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], wall: .seconds(60))
    #expect(said.exit.code == 0, "\(said.lastErrors(5))")
    let changes = ["--change", "ENV PLACE=image", "--change", "WORKDIR /app"]
    try await engine.must(
      "import the test's image", ["import"] + changes + [tar, ContainerFixture.tag])
    return try #require(try await images.inspect(ContainerFixture.tag))
  }

  /// Programs with their libraries, links followed, and two users.
  private static let script = """
    set -e
    out=$1; root=$(mktemp -d); trap 'rm -rf "$root"' EXIT
    mkdir -p "$root/etc" "$root/tmp" "$root/home/dev"; chmod 1777 "$root/tmp"
    printf 'root:x:0:0:root:/root:/bin/bash\\ndev:x:1000:1000::/home/dev:/bin/bash\\n' > "$root/etc/passwd"
    printf 'root:x:0:\\ndev:x:1000:\\nextra:x:77:dev\\n' > "$root/etc/group"
    set --
    for name in bash sh cat ls id mkdir rm mv ln sleep true find cp chmod chown mkfifo truncate \\
      head touch grep env setsid tr; do
      path=/usr/bin/$name
      set -- "$@" "${path#/}"
      for library in $(ldd "$path" | grep -o '/[^ )]*'); do set -- "$@" "${library#/}"; done
    done
    # Each path once, and no file as a second name of another: podman takes neither.
    tar -c -h --hard-dereference -f "$out" -C / $(printf '%s\\n' "$@" bin/bash bin/sh | sort -u) \\
      -C "$root" etc tmp home
    """
}

extension CommandSpec {
  /// A shell script with the environment that trials get.
  static func shell(
    _ script: String, wall: Duration = .seconds(20), atLimit: AtLimit = .endsCommand
  ) -> CommandSpec {
    CommandSpec(
      ["/bin/bash", "-c", script],
      environment: ["PATH": "/usr/bin:/bin", "HOME": "/root", "LANG": "C.UTF-8"], wall: wall,
      atLimit: atLimit)
  }
}

extension SandboxBox {
  /// What a script prints.
  func output(_ script: String, wall: Duration = .seconds(20)) async throws -> String {
    try await run(.shell(script, wall: wall)).output.text
  }
}
