import Base

/// A name as somebody sent it, made harmless: no path, nothing invisible, nothing that turns the direction of reading, not too long.
public struct FileName: Hashable, Sendable {
  public static let scalarLimit = 100
  /// Most file systems hold no more in one name.
  static let byteLimit = 200

  public let text: String

  /// - Parameter kind: what is in the file, which the ending must fit. A name without an ending is given one.
  /// - Throws: `fileTypeNotAllowed` for an ending that may not be sent at all, `fileNameUnfit` for one that fits another kind.
  public init(_ sent: String, of kind: FileKind) throws(Refusal) {
    let name = Self.cleaned(sent)
    var (stem, ending) = Self.split(name)
    if let typed = ending {
      guard FileKind.allEndings.contains(typed.lowercased()) else { throw Refusal(.fileTypeNotAllowed) }
      guard kind.endings.contains(typed.lowercased()) else { throw Refusal(.fileNameUnfit) }
    }
    stem = Self.cut(stem.isEmpty ? "file" : stem)
    text = "\(stem).\(ending ?? kind.endings[0])"
  }

  /// The last part of a path of either kind of system, of characters that can be seen.
  private static func cleaned(_ sent: String) -> String {
    let last = sent.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
    var name = ""
    for scalar in last.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: continue
      case .spaceSeparator: name.unicodeScalars.append(" ")
      default: name.unicodeScalars.append(#"<>:"|?*"#.unicodeScalars.contains(scalar) ? "_" : scalar)
      }
    }
    // A dot in front hides a file, one at the end is forgotten by some systems.
    return String(name.drop { $0 == "." || $0 == " " }.reversed().drop { $0 == "." || $0 == " " }.reversed())
  }

  /// An ending is short and of ASCII letters and digits; anything else after a dot belongs to the name.
  private static func split(_ name: String) -> (stem: String, ending: String?) {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return (name, nil) }
    let ending = name[name.index(after: dot)...]
    guard (1...5).contains(ending.utf8.count), ending.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else { return (name, nil) }
    return (String(name[..<dot]), String(ending))
  }

  private static func cut(_ stem: String) -> String {
    var short = String(stem.prefix(scalarLimit))
    while short.utf8.count > byteLimit || short.unicodeScalars.count > scalarLimit { short.removeLast() }
    return short
  }
}
