/// Measures what Belay promises, one row a promise, and prints them as a table.
@main enum Bench {
  static func main() async {
    let names = Array(CommandLine.arguments.dropFirst())
    if names == ["gateway-provider"] {
      await GatewayBench.serve()
    } else if names.first == NightBench.screenWord {
      NightBench.show(Array(names.dropFirst()))
    } else if names.first == NightWriter.word {
      await NightWriter.serve(Array(names.dropFirst()))
    } else if names.isEmpty {
      await Benchmarks.runAll()
    } else {
      await Benchmarks.run(names)
    }
  }
}
