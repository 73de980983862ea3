internal import Base
internal import Facts
internal import Harness
public import Sandbox
internal import Suite

/// Conducts one trial from an empty sandbox to a verdict: the same life for every harness.
///
/// Set up, agent, death of all that the agent started, collection, judging in a fresh sandbox; every
/// phase is timed, and whatever goes wrong is put down to whoever caused it.
public struct Conduct: Sendable {
  private let provider: any SandboxProvider
  private let rules: TrialRules
  private let brain: (any NativeAgent)?
  private let gateway: (any TrialGateway)?
  private let hands: HandsGate?
  private let solutions = SolutionChecks()

  /// Conducts trials in this provider's sandboxes under these rules; `brain` runs native harnesses,
  /// `gateway` leads programs to their models and phases to the hosts that they may reach. Of trials with
  /// a brain no more than `handsAtOnce` have a sandbox at a time; the others think, or wait for one.
  public init(
    provider: any SandboxProvider, rules: TrialRules, brain: (any NativeAgent)? = nil,
    gateway: (any TrialGateway)? = nil, handsAtOnce: Int? = nil
  ) {
    self.provider = provider
    hands = handsAtOnce.map { HandsGate(width: $0) }
    self.rules = rules
    self.brain = brain
    self.gateway = gateway
  }

  /// Runs one attempt; what goes wrong is in the result, never thrown.
  public func run(_ assignment: Assignment) async -> TrialResult {
    var course = Course(
      assignment, provider: provider, rules: rules, brain: brain, gateway: gateway,
      hands: hands)
    let result = await course.run()
    guard let doubt = course.brokenVerdict, result.outcome == .verifierFailed else { return result }
    return await settle(doubt, result, assignment)
  }

  /// A verifier that failed twice on what the agent left is the agent's doing exactly when it judges
  /// the task's own solution well.
  private func settle(_ reason: String, _ result: TrialResult, _ assignment: Assignment) async
    -> TrialResult
  {
    guard assignment.harness.harness.kind != .oracle, assignment.task.task.hasSolution else {
      return result
    }
    let judgesWell = await solutions.judgesWell(assignment.task.task.digest) {
      var course = Course(
        Assignment(
          task: assignment.task, harness: .oracle, index: 0, seed: assignment.seed,
          slot: assignment.slot), provider: provider, rules: rules, gateway: gateway)
      return await course.run().score == 1
    }
    var settled = result
    guard judgesWell else {
      settled.detail += "; it fails on the task's own solution too"
      return settled
    }
    settled.outcome = .brokeJudge
    settled.detail = "the agent broke its judge (\(reason)), which judges the own solution well"
    settled.reward = rules.reward.min
    settled.score = 0
    settled.flags.append("broke_judge")
    return settled
  }
}

/// Remembers for the length of a run whether a task's verifier judges its own solution well.
private actor SolutionChecks {
  private var known: [Digest: Bool] = [:]

  func judgesWell(_ task: Digest, _ check: () async -> Bool) async -> Bool {
    if let answer = known[task] { return answer }
    let answer = await check()
    known[task] = answer
    return answer
  }
}
