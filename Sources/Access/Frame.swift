import Base

extension Actor {
  /// Whether somebody whom a website handed over reaches so far: to paid threads of that website, and to what pays for them. Everything else
  /// of theirs is behind a session of a browser's own.
  func isWithinFrame(_ deed: Deed, _ thing: Thing) -> Bool {
    guard case .account(let member) = self, let home = member.embeddedAt else { return true }
    return switch thing {
    case .chat(let site, _, let expert): site == home && expert != nil
    case .threads(_, let site): site == home
    case .publicPage: true
    case .desk, .wallet: deed == .read
    case .notes, .visitors, .siteStatus, .widget, .notices, .profilePiece, .console, .administration, .deals, .figures, .availability,
      .development:
      false
    }
  }
}
