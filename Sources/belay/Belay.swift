import Commands
import Glibc

@main enum Belay {
  static func main() async { exit(await BelayProgram.main(CommandLine.arguments)) }
}
