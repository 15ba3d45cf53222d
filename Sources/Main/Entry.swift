import Parley

@main
enum Entry {
  static func main() async { await ParleyCommand.main() }
}
