import Base

/// What an account has in one unit. One with a `revision` not above the held one is dropped.
public struct WalletView: Hashable, Sendable, JSONWritable {
  public let unit: CreditUnit
  public let units: Int64
  /// Of that, set aside.
  public let held: Int64
  public let revision: Int64

  public init(unit: CreditUnit, units: Int64, held: Int64, revision: Int64) {
    self.unit = unit
    self.units = units
    self.held = held
    self.revision = revision
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("unit", unit.rawValue)
      object.field("units", units)
      object.field("held", held)
      object.field("free", units - held)
      object.field("revision", revision)
    }
  }
}

/// The whole state of `wallet.{account}`.
public struct WalletSnapshot: Frame {
  public let id: String?
  public let account: AccountID
  public let wallets: [WalletView]

  public init(id: String? = nil, account: AccountID, wallets: [WalletView]) {
    self.id = id
    self.account = account
    self.wallets = wallets
  }

  public var event: String { "Snapshot" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("id", ifAny: id)
    json.field("topic", Topic.wallet(account))
    json.field("wallets", wallets)
  }
}

/// One wallet changed.
public struct WalletChanged: Frame {
  public let account: AccountID
  public let wallet: WalletView

  public init(account: AccountID, wallet: WalletView) {
    self.account = account
    self.wallet = wallet
  }

  public var event: String { "WalletChanged" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", Topic.wallet(account))
    json.field("wallet", wallet)
  }
}
