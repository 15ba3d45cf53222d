import Access
import Accounts
import Base
import Conversations
import Crypto
import Deals
import Sites
import Store
import Web

/// Hosts: marketplaces that embed Parley in a frame and hand over whom they have signed in.
///
/// - `Tokens/` says what the server of such a website signs, and checks it: `HostToken`, `HostSecrets`.
/// - `HandOver` makes a session of it, which acts at that website alone; `Door` leads from there to a page of the person's own.
/// - `Pages/`: the page in the frame, the door, and where an administrator makes the secrets.
///
/// What a website has to do stands in docs/embedding.md.
public final class Hosts: Sendable {
  let store: any Store
  let ids: IDMaker
  let clock: WallClock
  let web: WebFront
  let accounts: Accounts
  let sites: Sites
  let conversations: Conversations
  let deals: Deals
  /// Seals secrets and codes.
  let key: @Sendable () throws -> SymmetricKey

  /// - Parameter key: must not lie in the database; the same on all nodes.
  public init(
    store: any Store, ids: IDMaker, clock: WallClock, web: WebFront, accounts: Accounts, sites: Sites, conversations: Conversations,
    deals: Deals, key: @escaping @Sendable () throws -> SymmetricKey
  ) {
    self.store = store
    self.ids = ids
    self.clock = clock
    self.web = web
    self.accounts = accounts
    self.sites = sites
    self.conversations = conversations
    self.deals = deals
    self.key = key
  }

  /// What a token must name as whom it is for.
  public var audience: String { web.settings.baseAddress }

  public func site(key: String) async throws -> Site? { try await sites.site(key: key) }

  public func register(on routes: Routes) {
    FrameRoutes(hosts: self).register(on: routes)
    DoorRoutes(hosts: self).register(on: routes)
    HostSecretRoutes(hosts: self).register(on: routes)
  }
}
