import Base
import Climb

/// The promise of the climb: what folding a fact in and deciding costs, refits of the pooled model included,
/// and that it stays the same as the night grows.
enum ClimbBench {
  static let deciding = Benchmark(name: "climb") {
    let trials = 100_000
    var night = BenchNight(trials: trials)
    let early = night.run(until: trials / 10)
    let late = night.run(until: trials)
    let mean = (early.cpu + late.cpu) / Double(early.facts + late.facts)
    let last = late.cpu / Double(late.facts)
    return [
      BenchRow(
        what: "own CPU of fold and decide per fact, \(trials) trials",
        measured:
          "\(Int(mean)) us, \(Int(last)) us late, \(night.world.candidates.count) candidates",
        target: "<= 1000 us, flat", isMet: mean <= 1000 && last <= 1000)
    ]
  }
}
