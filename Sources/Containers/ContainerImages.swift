internal import Base
internal import Platform
internal import Sandbox

/// Gets images: each is built or pulled once, and known by what it was made of.
struct ContainerImages: Sendable {
  let engine: ContainerEngine

  /// Whoever changes how images are made changes this, and old ones are not used any more.
  private static let version = "belay.image/1"

  func image(_ source: SandboxImageSource) async throws -> SandboxImage {
    if let reference = source.reference {
      if let known = try await inspect(reference) { return known }
      try await pull(reference, source)
      if let pulled = try await inspect(reference) { return pulled }
      throw BelayError(.sandbox, "the image is gone again: \(reference)", place: source.place)
    }
    let context = source.context.map { Path.absolute($0, from: Files.workingDirectory()) }
    guard let context, Files.isFile(Path.join(context, "Dockerfile")) else {
      throw BelayError(
        .sandbox, "neither docker_image nor a Dockerfile: there is nothing to make a container of",
        place: source.place, hint: "--sandbox process")
    }
    let tag = "localhost/belay-task:\(try await BlockingWork.run { try Self.key(context) })"
    if let known = try await inspect(tag) { return known }
    try await build(context, as: tag, source)
    if let built = try await inspect(tag) { return built }
    throw BelayError(.sandbox, "the image was built and is not there", place: source.place)
  }

  /// An image that the engine has; nil when it has none of that name.
  func inspect(_ name: String) async throws -> SandboxImage? {
    let done = try await engine.call(["image", "inspect", name])
    if done.exit.code != 0 { return nil }
    let json = try JSON.parse(done.output)[0]
    guard let id = json["Id"].string else { return nil }
    let config = json["Config"]
    var variables: [String: String] = [:]
    for entry in (config["Env"].array ?? []).compactMap(\.string) {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
    }
    func text(_ key: String) -> String? {
      config[key].string.flatMap { $0.isEmpty ? nil : $0 }
    }
    return SandboxImage(
      id: id, user: text("User"), folder: text("WorkingDir"), variables: variables)
  }

  private func pull(_ reference: String, _ source: SandboxImageSource) async throws {
    let full = engine.kind == .podman ? Self.qualified(reference) : reference
    let done = try await engine.call(
      ["pull", "--quiet", full], wall: source.wall, isCancellable: true)
    if full != reference, done.exit.code == 0 {
      try await engine.must("name \(full)", ["tag", full, reference])
    }
    try check(done, "pull \(reference)", source)
  }

  private func build(_ context: String, as tag: String, _ source: SandboxImageSource) async throws {
    // Docker keeps the container of a step that failed unless it is told not to.
    let arguments = [
      "--force-rm", "--tag", tag, "--label", "belay.task=\(source.place.fileSafe)", "--file",
      Path.join(context, "Dockerfile"), context,
    ]
    var done = try await engine.call(
      ["build"] + arguments, wall: source.wall, isCancellable: true, asOne: true)
    // An engine that cannot make a network at all can still build what needs none.
    if done.exit.code != 0, Self.isAboutNetwork(done) {
      let again = try await engine.call(
        ["build", "--network", "none"] + arguments, wall: source.wall, isCancellable: true,
        asOne: true)
      if again.exit.code == 0 { done = again }
    }
    try check(done, "build the image", source)
  }

  private func check(_ done: ChildOutput, _ what: String, _ source: SandboxImageSource) throws {
    if done.exit.code == 0 { return }
    try Task.checkCancellation()
    let seconds = source.wall.components.seconds
    let reason =
      done.exit.signal == 9
      ? "not done after \(seconds) s (build_timeout_sec)" : engine.reason(done, lines: 12)
    throw BelayError(
      .sandbox, "\(engine.kind.rawValue) cannot \(what): \(reason)", place: source.place,
      hint: "the same by hand: \(engine.kind.rawValue) "
        + (source.reference.map { "pull \($0.printable())" }
          ?? "build \(source.context?.printable() ?? "")"))
  }

  /// Docker's meaning of a short name, which podman asks its configuration about.
  static func qualified(_ reference: String) -> String {
    let parts = reference.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return "docker.io/library/\(reference)" }
    let first = parts[0]
    let isHost = first.contains(".") || first.contains(":") || first == "localhost"
    return isHost ? reference : "docker.io/\(reference)"
  }

  private static func isAboutNetwork(_ done: ChildOutput) -> Bool {
    let text = String(decoding: done.errors, as: UTF8.self).lowercased()
    return ["netavark", "cni plugin", "slirp4netns", "pasta", "iptables", "setup network"]
      .contains { text.contains($0) }
  }

  /// All that a build could depend on but the images it starts from.
  private static func key(_ context: String) throws -> String {
    var lines = [version]
    for entry in try Files.walk(context) {
      let path = Path.join(context, entry.path)
      let content: String =
        switch entry.kind {
        case .regular: try Files.digest(path).hex
        case .link: try Files.linkTarget(path)
        case .directory, .special: ""
        }
      lines.append("\(entry.path)\u{0}\(entry.kind)\u{0}\(entry.mode)\u{0}\(content)")
    }
    return Digest.of(lines.joined(separator: "\n")).hex
  }
}

extension String {
  /// The text with everything but letters, digits, dot, dash and underscore replaced.
  var fileSafe: String {
    String(map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
  }
}
