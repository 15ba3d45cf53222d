/// Names like `harbour.localhost` on the port of the program: browsers send all of them to this machine, and treat each as a website of
/// its own.
struct Addresses: Sendable {
  /// Where the program itself is reached.
  let base: String
  private let scheme: String
  private let port: String

  init(base: String) {
    self.base = base
    let parts = base.split(separator: "/", omittingEmptySubsequences: true)
    precondition(parts.count >= 2, "A base address has a scheme and a host")
    scheme = String(parts[0])
    let host = String(parts[1])
    port = String(host.dropFirst(Self.name(inHost: host).count))
  }

  func of(_ host: String) -> String { "\(scheme)//\(host)\(port)" }

  /// Host and port as people read them.
  func label(of host: String) -> String { host + port }

  /// For the sources of a policy: where the program's WebSocket is.
  var socket: String { (base.hasPrefix("https:") ? "wss:" : "ws:") + base.drop { $0 != ":" }.dropFirst() }

  /// `harbour.localhost` of `harbour.localhost:8080`, in lower case; an IPv6 address keeps its brackets.
  static func name(inHost host: String) -> String {
    let lower = host.lowercased()
    if lower.hasPrefix("[") { return String(lower.prefix { $0 != "]" }) + "]" }
    return String(lower.prefix { $0 != ":" })
  }
}
