import Base
import Glibc
import Platform

/// One measured promise.
struct BenchRow: Sendable {
  let what: String
  let measured: String
  let target: String
  let isMet: Bool
}

/// A named group of rows that is measured together.
struct Benchmark: Sendable {
  let name: String
  let measure: @Sendable () async throws -> [BenchRow]
}

/// How long things took, in one unit, in order.
struct Delays {
  private let sorted: [Double]

  init(_ delays: [Double]) { sorted = delays.sorted() }

  var count: Int { sorted.count }

  func quantile(_ share: Double) -> Double {
    sorted.isEmpty ? .infinity : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }
}

/// The bytes of memory that a process holds; its own without a number.
func resident(_ pid: Int32? = nil) throws -> Int {
  let words = try Files.readText("/proc/\(pid.map { "\($0)" } ?? "self")/statm").split(
    separator: " ")
  return (words.count > 1 ? Int(words[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// All benchmarks; names on the command line choose some of them.
enum Benchmarks {
  static let all: [Benchmark] = [
    EvalBench.start, EvalBench.eval, SandboxBench.trials, SandboxBench.sleepers,
    LedgerBench.recording, LedgerBench.reading, NightBench.screens, WireBench.streams,
    ClimbBench.deciding,
    SlotsBench.slots,
    BrainBench.turn, BrainBench.waiting, GatewayBench.latency,
    CallsBench.calling, EvalBench.long, WebBench.pages,
  ]

  /// Each in a process of its own: what one leaves in memory is not the next one's peak.
  static func runAll() async {
    for benchmark in all {
      do {
        let own = try Files.real("/proc/self/exe")
        _ = try await Child.spawn(own, [own, benchmark.name]).wait()
      } catch {
        print(pad(benchmark.name, 58), "failed: \(error)")
      }
    }
  }

  static func run(_ names: [String]) async {
    for benchmark in all where names.contains(benchmark.name) {
      do {
        for row in try await benchmark.measure() {
          print(
            pad(row.what, 58), pad(row.measured, 26), pad(row.target, 18),
            row.isMet ? "ok" : "MISSED")
        }
      } catch {
        print(pad(benchmark.name, 58), "failed: \(error)")
      }
    }
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
