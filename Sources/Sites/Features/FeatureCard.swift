import Base
import Web

/// The switches on a website's page.
struct FeatureCard: Sendable {
  struct Switch: Sendable {
    let value: String
    let label: String
    let hint: String
    let isOn: Bool
  }

  let actionURL: SafeURL?
  let switches: [Switch]

  init(of site: SiteID, on: Set<Feature>, _ texts: Texts) {
    actionURL = SafeURL("/admin/sites/\(site)/features")
    switches = Feature.allCases.map {
      Switch(
        value: $0.rawValue, label: texts["sites.features.name.\($0.rawValue)"], hint: texts["sites.features.hint.\($0.rawValue)"],
        isOn: on.contains($0))
    }
  }
}
