internal import Sandbox
internal import Suite

/// The images of a task, where the provider makes its places of images.
struct TaskImages: Sendable {
  /// Where the agent works.
  let place: SandboxImage?
  /// Where a separate verifier works, by the step's place in the task.
  let verifiers: [Int: SandboxImage]

  var isEmpty: Bool { place == nil }

  init(_ task: Task, from provider: any SandboxProvider) async throws {
    place = try await Self.image(task.environment, "\(task.name): environment", provider)
    var verifiers: [Int: SandboxImage] = [:]
    for (index, step) in task.steps.enumerated() where place != nil {
      guard let environment = step.verifier.environment else { continue }
      verifiers[index] = try await Self.image(environment, "\(task.name): verifier", provider)
    }
    self.verifiers = verifiers
  }

  private static func image(
    _ environment: TaskEnvironment, _ name: String, _ provider: any SandboxProvider
  ) async throws -> SandboxImage? {
    try await provider.image(
      SandboxImageSource(
        reference: environment.image, context: environment.folder, wall: environment.buildTimeout,
        place: name))
  }
}
