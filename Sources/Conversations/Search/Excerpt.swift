import Wire

/// Some words around what was found. Every second piece is what was looked for.
struct Excerpt: Hashable, Sendable {
  let pieces: [String]

  private static let charactersBefore = 40
  private static let charactersAtMost = 160

  init(_ text: String, _ terms: SearchTerms) {
    let characters = Array(text)
    let marks = Self.marks(characters, terms)
    let first = marks.firstIndex(of: true) ?? 0
    let start = first > Self.charactersBefore ? first - Self.charactersBefore : 0
    let end = min(characters.count, start + Self.charactersAtMost)
    var pieces = [start > 0 ? "…" : ""]
    for index in start..<end {
      // An even place is plain, an odd one marked.
      if marks[index] != pieces.count.isMultiple(of: 2) { pieces.append("") }
      pieces[pieces.count - 1].append(characters[index].isNewline ? " " : characters[index])
    }
    if end < characters.count {
      if pieces.count.isMultiple(of: 2) { pieces.append("") }
      pieces[pieces.count - 1] += "…"
    }
    self.pieces = pieces
  }

  /// Which characters belong to what was looked for.
  private static func marks(_ characters: [Character], _ terms: SearchTerms) -> [Bool] {
    var folded: [Character] = []
    var origin: [Int] = []
    for (index, character) in characters.enumerated() {
      for part in SearchWords.folded(String(character)) {
        folded.append(part)
        origin.append(index)
      }
    }
    var marks = Array(repeating: false, count: characters.count)
    for term in terms.all.joined().map(Array.init) where term.count <= folded.count {
      for start in 0...(folded.count - term.count) where folded[start..<start + term.count].elementsEqual(term) {
        for index in start..<start + term.count { marks[origin[index]] = true }
      }
    }
    return marks
  }
}
