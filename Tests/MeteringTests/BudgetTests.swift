import Base
import Dialect
import Model
import Seeded
import Testing

@testable import Metering

@Suite struct BudgetTests {
  static func purpose(_ trial: Int = 1, _ role: Purpose.Role = .task) -> Purpose {
    Purpose(role, run: RunID(1), candidate: CandidateID(trial % 3 + 1), trial: TrialID(trial))
  }

  static func ceiling(_ input: Int, _ output: Int? = 100, perInput: Double? = 1e-6) -> CallCeiling {
    CallCeiling(
      inputTokens: input, askedOutput: output, modelOutput: 1000, usdPerInput: perInput,
      usdPerOutput: perInput.map { $0 * 5 })
  }

  private func fault(_ body: () async throws -> Void) async -> ModelFault? {
    do { try await body() } catch { return error as? ModelFault }
    return nil
  }

  @Test(arguments: [1, 2, 3])
  func `a thousand calls at once never pass a cap, whatever they settle at`(seed: Int) async throws
  {
    let limits = BudgetLimits(
      run: Caps(usd: 0.5, tokens: 150_000), candidate: Caps(usd: 0.2),
      trial: Caps(usd: 0.05, tokens: 20_000), roles: [.judge: Caps(tokens: 30_000)])
    let budget = Budget(limits)
    let books = Locked<[BudgetScope: (usd: Double, tokens: Int)]>([:])
    let made = Locked(0)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<1000 {
        group.addTask {
          var random = SplitMix(UInt64(seed * 10_000 + number))
          let purpose = Self.purpose(number % 20 + 1, number % 5 == 0 ? .judge : .task)
          let input = Int(random.next() % 2000) + 1
          let ceiling = Self.ceiling(input, random.next() % 3 == 0 ? nil : 200)
          guard let held = try? await budget.reserve(purpose, ceiling) else { return }
          for _ in 0..<random.next() % 5 { await Task.yield() }
          guard random.next() % 4 != 0 else { return budget.release(held) }
          let share = Double(random.next() % 101) / 100
          let usd = (held.ceilingUSD ?? 0) * share
          let tokens = Int(Double(held.ceilingTokens) * share)
          // Booked before it is settled: the sum of the books is never less than what the budget knows.
          books.withLock { books in
            for (scope, caps) in limits.scopes(of: purpose) {
              let sum = books[scope] ?? (0, 0)
              books[scope] = (sum.usd + usd, sum.tokens + tokens)
              #expect(sum.usd + usd <= (caps.usd ?? .infinity) + 1e-12, "\(scope)")
              #expect(sum.tokens + tokens <= caps.tokens ?? .max, "\(scope)")
            }
          }
          made.withLock { $0 += 1 }
          budget.settle(held, usd: usd, tokens: tokens)
        }
      }
    }
    #expect(made.withLock { $0 } > 50)
    let run = budget.spent(.run)
    #expect(run.open == 0 && run.usd <= 0.5 && run.usd > 0.1)
    let booked = books.withLock { $0[.run]?.tokens }
    #expect(run.tokens == booked)
  }

  @Test func `a call that fits only when others settle lower waits for them`() async throws {
    let budget = Budget(BudgetLimits(run: Caps(tokens: 1000)))
    let first = try await budget.reserve(Self.purpose(), Self.ceiling(800))
    #expect(first.outputTokens == 100)
    async let second = budget.reserve(Self.purpose(2), Self.ceiling(800))
    while budget.spent(.run).open == 0 { await Task.yield() }
    budget.settle(first, usd: nil, tokens: 50)
    let held = try await second
    #expect(held.outputTokens == 100)
    budget.release(held)
    #expect(budget.spent(.run).tokens == 50)
  }

  @Test func `an answer is made as short as what is left, and refused below what is worth a call`()
    async throws
  {
    let budget = Budget(BudgetLimits(trial: Caps(usd: 0.001)))
    // 500 tokens of input leave 500 millionths of a dollar: 100 tokens at 5 each, less the rounding.
    let held = try await budget.reserve(Self.purpose(), Self.ceiling(500, nil))
    #expect(held.outputTokens == 99)
    budget.settle(held, usd: 0.0009, tokens: 600)
    let fault = await fault { _ = try await budget.reserve(Self.purpose(), Self.ceiling(1)) }
    #expect(fault?.kind == .budget && fault?.message.contains("trial t1") == true)
    #expect(fault?.spent == .trial)
    _ = try await budget.reserve(Self.purpose(2), Self.ceiling(1))
  }

  @Test func `under a money cap a model without a price is refused; under a token cap it is not`()
    async throws
  {
    let money = Budget(BudgetLimits(run: Caps(usd: 1)))
    let unpriced = Self.ceiling(1, perInput: nil)
    let fault = await fault { _ = try await money.reserve(Self.purpose(), unpriced) }
    #expect(fault?.message.contains("estimate in models.toml") == true)
    let tokens = Budget(BudgetLimits(run: Caps(tokens: 1000)))
    #expect(try await tokens.reserve(Self.purpose(), unpriced).ceilingUSD == nil)
  }

  @Test func `without a cap of money or tokens the answer gets no limit`() async throws {
    let budget = Budget(BudgetLimits())
    #expect(try await budget.reserve(Self.purpose(), Self.ceiling(1, nil)).outputTokens == nil)
  }

  @Test func `a role pays out of its own purse and out of the run's`() async throws {
    let budget = Budget(BudgetLimits(run: Caps(tokens: 5000), roles: [.judge: Caps(tokens: 300)]))
    let judge = Self.purpose(1, .judge)
    let held = try await budget.reserve(judge, Self.ceiling(200))
    budget.settle(held, usd: nil, tokens: 290)
    #expect(await fault { _ = try await budget.reserve(judge, Self.ceiling(200)) }?.kind == .budget)
    #expect(try await budget.reserve(Self.purpose(), Self.ceiling(200)).outputTokens == 100)
    #expect(budget.spent(.run).tokens == 290 && budget.spent(.role(.judge)).tokens == 290)
  }

  @Test func `time runs from the first call, and what is left of it goes with the call`()
    async throws
  {
    let start = ContinuousClock.now
    let now = Locked(start)
    let budget = Budget(BudgetLimits(trial: Caps(wall: .seconds(10)))) { now.withLock { $0 } }
    #expect(try await budget.reserve(Self.purpose(), Self.ceiling(1)).timeLeft == .seconds(10))
    now.withLock { $0 = start + .seconds(4) }
    #expect(try await budget.reserve(Self.purpose(), Self.ceiling(1)).timeLeft == .seconds(6))
    now.withLock { $0 = start + .seconds(10) }
    let late = await fault { _ = try await budget.reserve(Self.purpose(), Self.ceiling(1)) }
    #expect(late?.kind == .budget)
    #expect(try await budget.reserve(Self.purpose(2), Self.ceiling(1)).timeLeft == .seconds(10))
  }

  @Test func `what was spent before a restart counts`() async throws {
    let budget = Budget(BudgetLimits(run: Caps(usd: 1), trial: Caps(wall: .seconds(5))))
    budget.restore(Self.purpose(), usd: 0.9999, tokens: 10, elapsed: .seconds(5))
    let fault = await fault { _ = try await budget.reserve(Self.purpose(2), Self.ceiling(100)) }
    #expect(fault?.message.contains("the run") == true)
    #expect(
      await self.fault { _ = try await budget.reserve(Self.purpose(1), Self.ceiling(1)) } != nil)
  }

  @Test func `another cap of the run holds at once, and what was spent counts against it`()
    async throws
  {
    let budget = Budget(BudgetLimits())
    let first = try await budget.reserve(Self.purpose(), Self.ceiling(100_000, 100_000))
    budget.settle(first, usd: 0.2, tokens: 200_000)
    budget.limit(run: Caps(usd: 0.3))
    let fault = await fault {
      _ = try await budget.reserve(Self.purpose(), Self.ceiling(200_000, 100))
    }
    #expect(fault?.kind == .budget)
    budget.limit(run: Caps(usd: 1))
    _ = try await budget.reserve(Self.purpose(), Self.ceiling(200_000, 100))
  }

  @Test func `who is cancelled while waiting leaves at once and takes nothing`() async throws {
    let budget = Budget(BudgetLimits(run: Caps(tokens: 1000)))
    let first = try await budget.reserve(Self.purpose(), Self.ceiling(800))
    let waiting = Task { try await budget.reserve(Self.purpose(2), Self.ceiling(800)) }
    await Task.yield()
    waiting.cancel()
    await #expect(throws: ModelFault.self) { try await waiting.value }
    budget.release(first)
    #expect(budget.spent(.run) == Budget(BudgetLimits()).spent(.run))
  }
}
