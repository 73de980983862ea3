/// Measures what Belay promises, one row a promise, and prints them as a table.
@main enum Bench {
  static func main() async { await Benchmarks.run(Array(CommandLine.arguments.dropFirst())) }
}
