import Base
import Web

/// By which an administrator gives back what was paid for a service, whole or in part.
struct RefundForm: Sendable {
  let refundURL: SafeURL?
  let key: String
  /// Nil where there is only one unit: it has no parts.
  let units: Field?
  let mayPayOut: Bool

  /// - Parameter path: where it leads.
  init(of returnable: Int64, path: String, mayPayOut: Bool, _ texts: Texts) {
    refundURL = SafeURL(path)
    key = Secret().text
    units =
      returnable > 1
      ? Field("units", label: texts["deals.after.refund.units"], type: "number", value: "\(returnable)", autocomplete: "off") : nil
    self.mayPayOut = mayPayOut
  }
}
