/// The parameters of an address, each as it stands there first.
struct Parameters {
  private var values: [String: String] = [:]

  init(_ address: String) {
    guard let start = address.firstIndex(of: "?") else { return }
    for pair in address[start...].dropFirst().prefix(while: { $0 != "#" }).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      let name = parts.first.map { $0.lowercased() } ?? ""
      guard values[name] == nil else { continue }
      values[name] = parts.count > 1 ? Self.read(parts[1]) : ""
    }
  }

  subscript(name: String) -> String { values[name] ?? "" }
  func has(_ name: String) -> Bool { !self[name].isEmpty }

  /// The address without those by which advertisements and letters are told apart.
  static func withoutCampaign(_ address: String) -> String {
    guard let start = address.firstIndex(of: "?") else { return address }
    let rest = address[start...].dropFirst()
    let end = rest.firstIndex(of: "#") ?? rest.endIndex
    let kept = rest[..<end].split(separator: "&").filter { pair in
      let name = pair.prefix { $0 != "=" }.lowercased()
      return !name.hasPrefix("utm_") && !presses.contains(name)
    }
    return address[..<start] + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&")) + rest[end...]
  }

  /// By which networks know the press that led somewhere.
  private static let presses: Set = ["gclid", "gbraid", "wbraid", "msclkid", "fbclid"]

  private static func read(_ text: Substring) -> String {
    let spaced = String(text.replacing("+", with: " "))
    return (spaced.removingPercentEncoding ?? spaced).oneLine(to: VisitSource.wordLimit)
  }
}
