import Accounts
import Base
import Conversations
import Hosts
import Ledger
import Sites
import Store
import Texting
import Web

/// Village: three small websites and the people who answer for them. The demo, the tests, the pictures and the docs all show it.
///
/// - `Cast/` says who and what there is, as values: `Website`, `Villager`, `EarlierConversation`.
/// - `settle()` puts them into an empty database, through the front doors of the slices, so that the village obeys every rule.
/// - `Doors` are the pages: the front page, signing in as one of the villagers, `/dev`, and the websites on names of their own.
public struct Village: Sendable {
  let store: any Store
  let ids: IDMaker
  let clock: WallClock
  let accounts: Accounts
  let sites: Sites
  let ledger: Ledger
  /// Nil where nobody embeds.
  let hosts: Hosts?
  /// Nil where nobody is reached by telephone.
  let texting: Texting?
  let addresses: Addresses

  /// - Parameter baseAddress: where the program is reached, with the port that it really has: the websites have the same one.
  public init(
    store: any Store, ids: IDMaker, clock: WallClock, accounts: Accounts, sites: Sites, ledger: Ledger, hosts: Hosts? = nil,
    texting: Texting? = nil, baseAddress: String
  ) {
    self.store = store
    self.ids = ids
    self.clock = clock
    self.accounts = accounts
    self.sites = sites
    self.ledger = ledger
    self.hosts = hosts
    self.texting = texting
    addresses = Addresses(base: baseAddress)
  }
}

/// Why the village cannot move in.
public enum VillageError: Error, CustomStringConvertible {
  case inhabited

  public var description: String {
    switch self {
    case .inhabited:
      "This database has accounts that are not the demo village's. Start without --demo, or with another data folder."
    }
  }
}
