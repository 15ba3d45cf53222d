import Foundation

/// Whether every element that was opened is closed again, in its order, and every id stands once.
struct Markup {
  private(set) var faults: [String] = []

  private static let empty: Set<String> = ["meta", "link", "img", "input", "br", "hr"]

  init(_ html: String) {
    guard let tags = try? NSRegularExpression(pattern: #"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*?)?)(/?)>"#) else {
      preconditionFailure("The pattern of a tag can be read")
    }
    var open: [String] = []
    var names: Set<String> = []
    func part(_ match: NSTextCheckingResult, _ index: Int) -> String {
      Range(match.range(at: index), in: html).map { String(html[$0]) } ?? ""
    }
    if !html.hasPrefix("<!doctype html>") { faults.append("no doctype") }
    for match in tags.matches(in: html, range: NSRange(html.startIndex..., in: html)) {
      let name = part(match, 2)
      if let id = part(match, 3).firstMatch(of: /\sid="([^"]*)"/)?.1, !names.insert(String(id)).inserted {
        faults.append("\(id) stands twice")
      }
      if part(match, 1) == "/" {
        if open.popLast() != name { faults.append("</\(name)> closes something else") }
      } else if part(match, 4) != "/", !Self.empty.contains(name) {
        open.append(name)
      }
    }
    faults += open.map { "<\($0)> is never closed" }
    let pieces = html.replacing(/<[^<>]*>/, with: "")
    if pieces.contains("<") || pieces.contains(">") { faults.append("a stray bracket") }
  }
}
