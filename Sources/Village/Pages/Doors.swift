import Accounts
import Base
import Hummingbird
import Mail
import Store
import Texting
import Web

/// The pages around the village. Which of them exist depends on how the program was started:
/// the front page always; signing in as a villager and the websites with `--demo`; `/dev` with `--dev` or `--demo`.
public struct Doors: Sendable {
  let web: WebFront
  let store: any Store
  let accounts: Accounts
  let events: DevEvents
  let letters: MailFolder?
  let texting: Texting?
  let isDemo: Bool
  let isDev: Bool
  let trials: Trials?
  let marketplace: Marketplace?

  /// - Parameter trials: who tries the demo without an account.
  public init(
    web: WebFront, store: any Store, accounts: Accounts, events: DevEvents, letters: MailFolder?, texting: Texting? = nil,
    isDemo: Bool, isDev: Bool, trials: Trials? = nil, marketplace: Marketplace? = nil
  ) {
    self.trials = trials
    self.marketplace = marketplace
    self.web = web
    self.store = store
    self.accounts = accounts
    self.events = events
    self.letters = letters
    self.texting = texting
    self.isDemo = isDemo
    self.isDev = isDev
  }

  public func register(on routes: Routes) {
    let hasDev = isDemo || isDev
    let hasSignUp: @Sendable () async throws -> Bool = { [accounts] in try await accounts.isOpen() }
    FrontRoutes(web: web, addresses: addresses, isDemo: isDemo, hasDev: hasDev, hasSignUp: hasSignUp).register(on: routes)
    if isDemo, let trials { TrialRoutes(trials: trials, web: web).register(on: routes) }
    if isDemo { DemoSignIn(web: web, store: store, accounts: accounts).register(on: routes) }
    if hasDev { DevRoutes(web: web, events: events, letters: letters, texting: texting, store: store).register(on: routes) }
  }

  /// The program with the websites before it. Without `--demo` there are none.
  public func around<Program: HTTPResponder>(_ program: Program) -> any HTTPResponder<WebContext> where Program.Context == WebContext {
    isDemo ? WebsiteHosts(program: program, bundle: web.bundle, addresses: addresses, marketplace: marketplace) : program
  }

  /// Whether a host name belongs to one of the websites: what upgrades to a WebSocket there is not for us.
  public func isWebsite(host: String?) -> Bool { isDemo && (Website.at(host: host) != nil || Marketplace.stands(at: host)) }

  private var addresses: Addresses { Addresses(base: web.settings.baseAddress) }
}
