import Commands

@main enum Belay {
  static func main() {}
}
