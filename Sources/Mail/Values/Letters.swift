import Base
import Web

extension LetterKind {
  public static let confirm = LetterKind("confirm")
  public static let recovery = LetterKind("recovery")
  public static let addressChange = LetterKind("addressChange")
  public static let addressChanged = LetterKind("addressChanged")
  public static let invitation = LetterKind("invitation")
  public static let alreadyRegistered = LetterKind("alreadyRegistered")
  public static let newSignIn = LetterKind("newSignIn")
  public static let passwordChanged = LetterKind("passwordChanged")
  public static let secondFactorOn = LetterKind("secondFactorOn")
  public static let secondFactorOff = LetterKind("secondFactorOff")
  public static let secondFactorCodes = LetterKind("secondFactorCodes")
  public static let providerConnected = LetterKind("providerConnected")
  public static let passkeyAdded = LetterKind("passkeyAdded")
  public static let passkeyRemoved = LetterKind("passkeyRemoved")
  public static let tokenMade = LetterKind("tokenMade")
  public static let accountDeleted = LetterKind("accountDeleted")
  public static let trial = LetterKind("trial")
}

public enum SecondFactorChange: String, Sendable, CaseIterable {
  case on, off, codesRenewed

  var kind: LetterKind {
    switch self {
    case .on: .secondFactorOn
    case .off: .secondFactorOff
    case .codesRenewed: .secondFactorCodes
    }
  }
}

public enum PasskeyChange: Sendable, CaseIterable {
  case added, removed

  var kind: LetterKind { self == .added ? .passkeyAdded : .passkeyRemoved }
}

/// The letters about accounts.
extension Letter {
  /// Does mail work?
  public static func trial(to recipient: Recipient, key: String) -> Letter { Letter(.trial, to: recipient, key: key) }

  /// Is this your address?
  public static func confirm(to recipient: Recipient, link: String, expires: LinkLife, key: String) -> Letter {
    Letter(.confirm, to: recipient, button: link, life: expires, key: key)
  }

  /// Set a new password.
  public static func recovery(to recipient: Recipient, link: String, expires: LinkLife, key: String) -> Letter {
    Letter(.recovery, to: recipient, button: link, life: expires, key: key)
  }

  /// To the new address: is it yours?
  public static func addressChange(to recipient: Recipient, link: String, expires: LinkLife, key: String) -> Letter {
    Letter(.addressChange, to: recipient, button: link, life: expires, key: key)
  }

  /// To the old address: it is no longer used.
  public static func addressChanged(to recipient: Recipient, newAddress: String, at: Moment, key: String) -> Letter {
    Letter(.addressChanged, to: recipient, arguments: ["address": newAddress, "time": at.universalText], key: key)
  }

  public static func invitation(
    to recipient: Recipient, by inviter: String, house: String, link: String, expires: LinkLife, key: String
  ) -> Letter {
    Letter(.invitation, to: recipient, arguments: ["name": inviter, "house": house], button: link, life: expires, key: key)
  }

  /// Somebody tried to sign up with an address that has an account.
  public static func alreadyRegistered(to recipient: Recipient, signIn: String, recover: String, key: String) -> Letter {
    Letter(.alreadyRegistered, to: recipient, button: signIn, second: recover, key: key)
  }

  /// - Parameters:
  ///   - browser: as people call it, e.g. "Firefox on Linux".
  ///   - address: of the net.
  ///   - link: to the page where sessions can be ended.
  public static func newSignIn(
    to recipient: Recipient, browser: String, address: String, at: Moment, link: String, key: String
  ) -> Letter {
    Letter(
      .newSignIn, to: recipient, arguments: ["browser": browser, "address": address, "time": at.universalText], button: link, key: key)
  }

  /// - Parameter link: to the page where a new password can be asked for.
  public static func passwordChanged(to recipient: Recipient, at: Moment, link: String, key: String) -> Letter {
    Letter(.passwordChanged, to: recipient, arguments: ["time": at.universalText], button: link, key: key)
  }

  /// - Parameter provider: as people call it, e.g. "Google".
  public static func providerConnected(to recipient: Recipient, provider: String, at: Moment, link: String, key: String) -> Letter {
    Letter(.providerConnected, to: recipient, arguments: ["provider": provider, "time": at.universalText], button: link, key: key)
  }

  /// - Parameter link: to the page about the account's security.
  public static func secondFactorChanged(
    to recipient: Recipient, change: SecondFactorChange, at: Moment, link: String, key: String
  ) -> Letter {
    Letter(change.kind, to: recipient, arguments: ["time": at.universalText], button: link, key: key)
  }

  /// - Parameters:
  ///   - name: as its owner calls it, e.g. "Firefox on Linux".
  ///   - link: to the page about the account's security.
  public static func passkeyChanged(
    to recipient: Recipient, change: PasskeyChange, name: String, at: Moment, link: String, key: String
  ) -> Letter {
    Letter(change.kind, to: recipient, arguments: ["passkey": name, "time": at.universalText], button: link, key: key)
  }

  /// The last one to an address: somebody who may has deleted the account.
  public static func accountDeleted(to recipient: Recipient, at: Moment, key: String) -> Letter {
    Letter(.accountDeleted, to: recipient, arguments: ["time": at.universalText], key: key)
  }

  /// - Parameters:
  ///   - name: as its owner calls it.
  ///   - link: to the page where it can be revoked.
  public static func tokenMade(to recipient: Recipient, name: String, at: Moment, link: String, key: String) -> Letter {
    Letter(.tokenMade, to: recipient, arguments: ["token": name, "time": at.universalText], button: link, key: key)
  }
}
