import Base
import Web

/// `/admin`: what there is, and what to do first.
struct AdminPage: Page {
  static let template = "admin"
  let title: String
  let sites: String
  let sitesActive: String
  let agents: String
  /// Nil while there is room for files.
  let filesWarning: String?

  init(sites: [Site], agents: Int, files: FileUse, _ texts: Texts) {
    title = texts["sites.overview.title"]
    self.sites = texts.counted("sites.overview.siteCount", sites.count)
    sitesActive = texts.counted("sites.overview.activeCount", sites.count(where: \.active))
    filesWarning = files.isNearlyFull ? texts["sites.overview.filesNearlyFull", ["percent": String(files.percent)]] : nil
    self.agents = texts.counted("sites.overview.agentCount", agents)
  }
}

/// `/admin/sites`: all websites.
struct SitesPage: Page {
  struct Line: Sendable {
    let siteURL: SafeURL?
    let name: String
    let domain: String
    let agents: Int
    let tone: String
    let state: String
  }

  static let template = "sites"
  let title: String
  let notice: String?
  let hasSites: Bool
  let sites: [Line]

  init(_ sites: [Site], teamSizes: [SiteID: Int], notice: String?, _ texts: Texts) {
    title = texts["sites.list.title"]
    self.notice = notice
    hasSites = !sites.isEmpty
    self.sites = sites.map { site in
      Line(
        siteURL: SafeURL("/admin/sites/\(site.id)"), name: site.name, domain: site.domain, agents: teamSizes[site.id] ?? 0,
        tone: site.active ? "good" : "wait", state: texts[site.active ? "sites.list.active" : "sites.list.off"])
    }
  }
}

/// `/admin/sites/new` and `/admin/sites/{site}`: one website.
struct SitePage: Page {
  struct Snippet: Sendable {
    let code: String
    let policy: String
  }

  struct Removal: Sendable {
    let removeURL: SafeURL?
  }

  struct LogoCard: Sendable {
    let pictureURL: SafeURL?
    let uploadURL: SafeURL?
    let removeURL: SafeURL?
    let hasLogo: Bool
    let initial: String
    let megabytes: Int

    init(of site: Site) {
      pictureURL = site.logo.flatMap(SafeURL.init)
      uploadURL = SafeURL("/admin/sites/\(site.id)/logo")
      removeURL = SafeURL("/admin/sites/\(site.id)/logo/remove")
      hasLogo = site.logo != nil
      initial = site.name.first.map { String($0).uppercased() } ?? ""
      megabytes = Sites.logoByteLimit >> 20
    }
  }

  static let template = "site"
  let title: String
  let heading: String
  let intro: String
  let notice: String?
  let problem: String?
  let snippet: Snippet?
  /// Its other pages.
  let ways: [Way]
  let hasWays: Bool
  let previewURL: SafeURL?
  let actionURL: SafeURL?
  let form: SiteFields
  let zones: [String]
  let logo: LogoCard?
  let save: String
  let team: TeamCard?
  let features: FeatureCard?
  let removal: Removal?

  /// A website that is about to be added.
  init(adding typed: [String: String], _ refusal: Refusal?, _ texts: Texts) {
    title = texts["sites.add"]
    heading = title
    intro = texts["sites.form.introNew"]
    notice = nil
    problem = refusal.map { texts[$0] }
    snippet = nil
    (ways, hasWays) = ([], false)
    previewURL = nil
    actionURL = SafeURL(path: "/admin/sites/new")
    form = SiteFields(typed, refusal, texts)
    zones = timeZoneNames
    logo = nil
    save = texts["sites.form.add"]
    team = nil
    features = nil
    removal = nil
  }

  /// A website that there is.
  ///
  /// - Parameter typed: what somebody typed that was refused; what is stored otherwise.
  init(
    _ site: Site, typed: [String: String]?, refusal: Refusal?, notice: String?, baseAddress: String, team: TeamCard,
    features: FeatureCard, policy: SitePolicy, mayGo: Bool, _ texts: Texts
  ) {
    title = site.name
    heading = site.name
    intro = site.domain
    self.notice = notice
    problem = refusal.map { texts[$0] }
    (ways, hasWays) = (Way.all(of: site.id, texts), true)
    previewURL = SafeURL("/admin/sites/\(site.id)/preview")
    snippet = Snippet(
      code: Embedding.snippet(of: site, under: policy, label: texts["sites.launcher"], from: baseAddress),
      policy: Embedding.policy(from: baseAddress))
    actionURL = SafeURL("/admin/sites/\(site.id)")
    form = SiteFields(typed ?? SiteForm.typed(of: site), typed == nil ? nil : refusal, texts)
    zones = timeZoneNames
    logo = LogoCard(of: site)
    save = texts["pages.form.save"]
    self.team = team
    self.features = features
    removal = mayGo ? Removal(removeURL: SafeURL("/admin/sites/\(site.id)/remove")) : nil
  }
}
