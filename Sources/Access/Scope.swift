/// What a program may do in somebody's name: of what they may themselves, the part that its token names.
public enum Scope: String, CaseIterable, Codable, Sendable, Comparable {
  case chatsRead = "chats.read"
  case chatsWrite = "chats.write"
  case noticesRead = "notices.read"
  case availabilityRead = "availability.read"
  case availabilityWrite = "availability.write"

  public static func < (left: Scope, right: Scope) -> Bool { left.rawValue < right.rawValue }
}

extension Actor {
  /// Whether a program's token reaches so far. Somebody at a browser has no such bounds.
  func isWithinScopes(_ deed: Deed, _ thing: Thing) -> Bool {
    guard case .account(let member) = self, let scopes = member.scopes else { return true }
    switch thing {
    case .chat, .notes: return scopes.contains(deed == .read ? .chatsRead : .chatsWrite)
    // Where a program learns which chats there are.
    case .visitors, .siteStatus, .desk, .threads: return deed == .read && scopes.contains(.chatsRead)
    case .notices: return deed == .read && scopes.contains(.noticesRead)
    case .availability: return scopes.contains(deed == .read ? .availabilityRead : .availabilityWrite)
    case .publicPage, .widget: return deed == .read
    case .profilePiece, .wallet, .console, .administration, .deals, .figures, .development: return false
    }
  }
}
