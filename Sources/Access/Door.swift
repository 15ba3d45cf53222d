import Base

/// What somebody may want to see or do.
public enum Thing: Hashable, Sendable {
  /// A conversation: its log, its people, its marks. One with an expert is between the two alone.
  case chat(site: SiteID, asker: VisitorID, expert: AccountID? = nil)
  /// The notes of the team in a chat.
  case notes(site: SiteID)
  /// The live lists of a site: its chats, its visitors, the pages they look at.
  case visitors(site: SiteID)
  /// Whether a site's agents are there: said to its visitors.
  case siteStatus(SiteID)
  /// The widget's configuration, page views and beats: open to every browser on an allowed origin.
  case widget(SiteID)
  /// An account's own desk: status, sites, sign-out.
  case desk(AccountID)
  /// An account's own notices.
  case notices(AccountID)
  /// The list of an expert's own threads; where a website is named, of those there.
  case threads(of: AccountID, at: SiteID? = nil)
  /// By what somebody can be reached, and why: what they and other systems say of it.
  case availability(AccountID)
  /// What an account has.
  case wallet(AccountID)
  /// A piece of somebody's profile, and whom it was opened to.
  case profilePiece(of: AccountID, for: ProfileAudience)
  /// The console's page.
  case console
  /// Sites, agents, assignments and their settings.
  case administration
  /// Who paid whom when and how much; nothing of what was said.
  case deals
  /// What happened on the websites, of everybody together.
  case figures
  /// Pages for everybody: sign-in, invitation, front page, assets, health, the API's description.
  case publicPage
  /// `/dev`, which exists only in development, on loopback.
  case development
}

public enum Deed: Hashable, Sendable, CaseIterable {
  case read
  /// Write into it: messages, forms, typing, marks, closing.
  case write
  /// Come in as an answerer.
  case join
}

extension Actor {
  /// The one door: may this actor do this to that? Every route and every subscription asks here.
  ///
  /// The table is the one in ARCHITECTURE.md, "Who may see what".
  public func may(_ deed: Deed, _ thing: Thing) -> Bool {
    guard isWithinScopes(deed, thing), isWithinFrame(deed, thing) else { return false }
    return switch thing {
    case .publicPage, .widget, .development: true
    case .siteStatus(let site): maySeeStatus(of: site)
    case .chat(let site, let asker, let expert):
      expert.map { may(deed, threadOf: asker, at: site, with: $0) } ?? may(deed, chatOf: asker, at: site)
    case .notes(let site): deed == .read ? readsAll || serves(site) : serves(site)
    case .visitors(let site): deed == .read && (readsAll || serves(site))
    case .threads(let owner, _): isMember(owner) && has(.expert)
    case .desk(let owner), .notices(let owner), .wallet(let owner): isMember(owner)
    case .availability(let owner): isMember(owner) || (deed == .read ? readsAll : has(.administrator))
    case .profilePiece(let owner, let audience): deed == .read && maySeePiece(of: owner, openedTo: audience)
    case .console: if case .account(let member) = self { member.isTeam || member.roles.contains(.expert) } else { false }
    case .administration: has(.administrator)
    case .figures: deed == .read && readsAll
    case .deals: deed == .read ? readsAll : has(.administrator)
    }
  }

  private func may(_ deed: Deed, chatOf asker: VisitorID, at site: SiteID) -> Bool {
    switch (self, deed) {
    case (.visitor(let id, let home), .read), (.visitor(let id, let home), .write): id == asker && home == site
    case (.account, .read): readsAll || serves(site)
    case (.account, .write), (.account, .join): serves(site)
    default: false
    }
  }

  /// A paid thread is closed to everybody but the two who are in it.
  private func may(_ deed: Deed, threadOf asker: VisitorID, at site: SiteID, with expert: AccountID) -> Bool {
    switch self {
    case .visitor(let id, let home): deed != .join && id == asker && home == site
    case .account: isMember(expert) && has(.expert)
    case .signedOut: false
    }
  }

  private func isMember(_ owner: AccountID) -> Bool { if case .account(let member) = self { member.id == owner } else { false } }

  private func maySeeStatus(of site: SiteID) -> Bool {
    if case .visitor(_, site) = self { return true }
    return readsAll || serves(site)
  }

  private func maySeePiece(of owner: AccountID, openedTo audience: ProfileAudience) -> Bool {
    guard case .account(let member) = self else { return audience == .everybody }
    return audience != .nobody || member.id == owner || has(.administrator)
  }

  private var readsAll: Bool { has(.manager) || has(.administrator) }

  /// The team of a site: the agents assigned to it, and administrators, who may do everything but are not counted as present.
  private func serves(_ site: SiteID) -> Bool {
    guard case .account(let member) = self else { return false }
    return member.roles.contains(.administrator) || member.roles.contains(.agent) && member.sites.contains(site)
  }

  private func has(_ role: Role) -> Bool {
    if case .account(let member) = self { member.roles.contains(role) } else { false }
  }
}

/// To whom somebody opens a piece of their profile. Administrators, who run the house, see all of it.
public enum ProfileAudience: String, CaseIterable, Codable, Sendable {
  case everybody, signedIn, nobody
}
