import Access
import Base

/// What somebody must be allowed before a route's handler runs.
public enum Need: Hashable, Sendable {
  /// Asked at the door before the handler.
  case to(Deed, Thing)
  /// Any signed-in account, at its own desk.
  case ownDesk
  /// The thing is known only after something was read: the handler asks the door itself, in the function that is named here.
  case decidedInside(String)

  func isMet(by actor: Access.Actor) -> Bool {
    switch self {
    case .to(let deed, let thing): actor.may(deed, thing)
    case .ownDesk: if case .account(let member) = actor { actor.may(.write, .desk(member.id)) } else { false }
    case .decidedInside: true
    }
  }
}

/// Whether a program with a token may ask for a route. Said beside the route; what the program then sees, the door decides as for everybody.
public enum Programs: Hashable, Sendable {
  /// Pages, and everything that changes how an account is reached.
  case refused
  /// With any token.
  case welcome
  case with(Scope)
}

/// Whose pages may ask for a route that changes something.
public enum AllowedOrigin: Hashable, Sendable {
  /// Only this program's own.
  case own
  /// Pages of websites with the widget: the handler compares with the site's list, in the function that is named here.
  case decidedInside(String)
}
