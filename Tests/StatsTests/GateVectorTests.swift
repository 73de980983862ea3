import Base
import Platform
import Stats
import Testing

/// The conformance cases of the gate, group by group.
@Suite struct GateVectorTests {
  static let root: JSON = {
    let file = Path.parent(Path.parent(#filePath)) + "/Vectors/stats/vectors.json"
    return (try? JSON.parse(Files.read(file))) ?? .null
  }()

  static func cases(_ group: String) throws -> [JSON] {
    let cases = root[group].array ?? []
    try #require(!cases.isEmpty, "no cases of \(group)")
    return cases
  }

  static func numbers(_ json: JSON) -> [Double] { (json.array ?? []).compactMap(\.double) }

  static func isClose(_ left: Double?, _ right: Double?, _ tolerance: Double = 1e-9) -> Bool {
    guard let left, let right else { return false }
    return abs(left - right) <= tolerance * max(1, abs(right))
  }

  @Test func `e-values agree at every checked length`() throws {
    for item in try Self.cases("eprocess") {
      var evidence = EProcess(bound: try #require(item["m0"].double))
      var seen: [Int: Double] = [:]
      var first: Int?
      for (index, difference) in Self.numbers(item["d"]).enumerated() {
        evidence.add(difference)
        seen[index + 1] = evidence.logE
        if first == nil, evidence.logE >= 2.302585092994046 { first = index + 1 }
      }
      for expected in item["expected"].array ?? [] {
        #expect(Self.isClose(seen[try #require(expected["n"].int)], expected["log_e"].double))
      }
      #expect(first == item["first_n_with_e_ge_10"].int)
    }
    for item in try Self.cases("eprocess_from_counts") {
      var evidence = EProcess()
      evidence.add(
        wins: try #require(item["wins"].int), losses: try #require(item["losses"].int))
      #expect(Self.isClose(evidence.logE, item["log_e"].double))
    }
  }

  @Test func `thresholds, patience, shrinkage and audit levels agree`() throws {
    for item in try Self.cases("threshold_standard") {
      let bar = Thresholds.standard(
        dry: try #require(item["dry"].int), alpha: try #require(item["alpha"].double))
      #expect(Self.isClose(bar, item["threshold"].double))
    }
    for item in try Self.cases("threshold_strict") {
      let bar = Thresholds.strict(
        opened: try #require(item["t"].int), adoptions: try #require(item["promotions"].int),
        q: try #require(item["q"].double), evenly: try #require(item["H"].int))
      #expect(Self.isClose(bar, item["threshold"].double))
    }
    var adoptions = 0
    for step in Self.root["elond_run"]["steps"].array ?? [] {
      let bar = Thresholds.strict(opened: try #require(step["t"].int), adoptions: adoptions)
      #expect(Self.isClose(bar, step["threshold"].double))
      let adopts = try #require(step["e"].double) >= bar
      #expect(adopts == step["reject"].bool)
      adoptions += adopts ? 1 : 0
    }
    #expect(adoptions == 6)
    for item in try Self.cases("ebh") {
      let rejected = Thresholds.rejected(
        Self.numbers(item["e"]), alpha: try #require(item["alpha"].double))
      #expect(rejected == (item["rejected"].array ?? []).compactMap(\.int))
    }
    for item in try Self.cases("patience") {
      let patience = Thresholds.patience(
        rolloutsLeft: try #require(item["budget_left"].int),
        proposalsLeft: try #require(item["proposals_left"].int))
      #expect(Self.isClose(patience, item["z"].double))
    }
    for item in try Self.cases("shrink") {
      let shrunk = Shrinkage.shrunk(
        try #require(item["estimate"].double), standardError: try #require(item["stderr"].double),
        spread: try #require(item["tau"].double))
      #expect(Self.isClose(shrunk, item["shrunk"].double))
    }
    for item in try Self.cases("audit_alpha") {
      let level = Thresholds.auditLevel(
        try #require(item["j"].int), alpha: try #require(item["alpha"].double))
      #expect(Self.isClose(level, item["alpha_j"].double))
    }
  }

  @Test func `whole races agree at every look and in their decision`() throws {
    for item in try Self.cases("races") {
      var rules = Race.Rules(
        threshold: try #require(item["threshold"].double), patience: try #require(item["z"].double))
      rules.bound = try #require(item["m0"].double)
      rules.target = try #require(item["target"].double)
      rules.cap = try #require(item["cap"].int)
      rules.screening = try #require(item["screen"].int)
      var race = Race(rules)
      var bank = (item["initial_bank"].array ?? []).map(Self.numbers)
      var used = [Int](repeating: 0, count: bank.count)
      var looks: [Int: JSON] = [:]
      for look in item["trace"].array ?? [] { looks[look["n"].int ?? 0] = look }
      for step in item["steps"].array ?? [] {
        let numbers = Self.numbers(step)
        let task = Int(numbers[0])
        if numbers[3] == 1 { bank[task].append(numbers[2]) }
        #expect(bank[task][used[task]] == numbers[2])
        used[task] += 1
        let decision = race.add(
          candidate: numbers[1], control: numbers[2],
          controlMean: bank[task].reduce(0, +) / Double(bank[task].count))
        guard let look = looks[race.pairs] else { continue }
        #expect(Self.isClose(race.evidence.logE, look["log_e"].double))
        #expect(Self.isClose(race.estimate, look["estimate"].double))
        #expect(Self.isClose(race.standardError, look["stderr"].double))
        #expect(decision.rawValue == look["decision"].string)
      }
      #expect(race.decision.rawValue == item["decision"].string, "\(item["name"].string ?? "")")
      #expect(race.pairs == item["n"].int)
    }
  }

  @Test func `probation goes on with the evidence of the race`() throws {
    for item in try Self.cases("probation") {
      var evidence = EProcess()
      for difference in Self.numbers(item["race_d"]) { evidence.add(difference) }
      #expect(Self.isClose(evidence.logE, item["log_e_at_promotion"].double))
      var probation = Probation(evidence)
      for difference in Self.numbers(item["fresh_d"]) { probation.add(difference) }
      #expect(Self.isClose(probation.evidence.logE, item["log_e_after"].double))
      #expect(probation.isLost == item["rollback"].bool)
    }
  }

  @Test func `intervals agree within two steps of the grid`() throws {
    for item in try Self.cases("hedged_interval") {
      var settings = HedgedInterval.Settings()
      settings.truncation = try #require(item["truncation"].double)
      settings.priorMean = try #require(item["prior_mean"].double)
      settings.priorVariance = try #require(item["prior_variance"].double)
      settings.priorWeight = try #require(item["fake_obs"].double)
      let values = Self.numbers(item["x"])
      let alpha = try #require(item["alpha"].double)
      for (length, key) in [(nil, "cs"), (values.count, "ci_fixed_n")] {
        let found = HedgedInterval.interval(
          values, alpha: alpha, length: length, settings: settings)
        let expected = Self.numbers(item[key])
        #expect(abs(found.low - expected[0]) <= 0.0021)
        #expect(abs(found.high - expected[1]) <= 0.0021)
      }
    }
  }

  @Test func `clusters and classical tests agree`() throws {
    let clustered = Self.root["clustered_se"]
    let members = zip(
      Self.numbers(clustered["d"]), Self.numbers(clustered["cluster"]).map { Int($0) })
    let error = try #require(ClusteredError(members.map { (difference: $0, cluster: $1) }))
    #expect(Self.isClose(error.mean, clustered["mean"].double))
    #expect(Self.isClose(error.standardError, clustered["se"].double))
    for item in try Self.cases("task_clustered_t") {
      let difference = try #require(PairedDifference(Self.numbers(item["d"]))).difference
      #expect(Self.isClose(difference.mean, item["mean"].double))
      #expect(Self.isClose(difference.interval.low, Self.numbers(item["interval"])[0], 1e-7))
      #expect(Self.isClose(difference.interval.high, Self.numbers(item["interval"])[1], 1e-7))
    }
    for item in try Self.cases("mcnemar_exact_one_sided") {
      let p = Binomial.signTestOneSided(
        wins: try #require(item["wins"].int), losses: try #require(item["losses"].int))
      #expect(Self.isClose(p, item["p"].double))
    }
    for item in try Self.cases("cmh_one_sided") {
      let strata = (item["strata"].array ?? []).map { stratum -> Comparisons.Stratum in
        let n = Self.numbers(stratum).map { Int($0) }
        return Comparisons.Stratum(
          candidateSuccesses: n[0], candidateTrials: n[1], incumbentSuccesses: n[2],
          incumbentTrials: n[3])
      }
      let test = try #require(Comparisons.mantelHaenszel(strata))
      #expect(Self.isClose(test.excess, item["delta"].double))
      #expect(Self.isClose(test.pValue, item["p"].double))
    }
    for item in try Self.cases("beta_posterior_mean_difference_gt0") {
      let probability = Comparisons.posteriorBetter(
        candidate: (
          try #require(item["k_candidate"].int), try #require(item["n_candidate"].int)
        ),
        incumbent: (
          try #require(item["k_incumbent"].int), try #require(item["n_incumbent"].int)
        ))
      #expect(Self.isClose(probability, item["probability"].double))
    }
  }

  @Test func `leak screens raise the same flags`() throws {
    for item in try Self.cases("leak_screen") {
      let flags = LeakScreen.flags(
        added: try #require(item["added"].string), taskID: try #require(item["task_id"].string),
        taskText: try #require(item["task_text"].string),
        base: try #require(item["base_harness"].string), canary: item["canary"].string)
      #expect(flags.map(\.rawValue) == (item["flags"].array ?? []).compactMap(\.string))
    }
  }
}
