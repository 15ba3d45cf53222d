import Base
import Ledger
import Web

/// What the page about a charge says of a dispute, and what its reader may do about it.
struct DisputePart: Sendable {
  struct Form: Sendable {
    let sendURL: SafeURL?
    let until: ShownMoment?
    let text: String
  }

  /// What was sent with a form that was refused.
  struct Typed: Sendable {
    var words = ""
    var outcome = ""
    var units = "1"
  }

  struct DecisionForm: Sendable {
    let decideURL: SafeURL?
    let answer: String
    let isWhole: Bool
    let isPart: Bool
    let isNothing: Bool
    /// Nil where there is only one unit: it has no parts.
    let units: Field?
  }

  /// How it stands; nil where nobody disputes anything.
  let state: String?
  let tone: String
  let opened: ShownMoment?
  let reason: String?
  let decided: ShownMoment?
  let answer: String?
  let open: Form?
  let decide: DecisionForm?

  /// - Parameters:
  ///   - openPath: where its form leads.
  ///   - decidePath: where the administrator's leads.
  init?(
    _ charge: Charge, as reader: DealPage.Reader, openPath: String, decidePath: String, typed: Typed, at now: Moment, _ texts: Texts
  ) {
    let (dispute, unit) = (charge.dispute, charge.holds[0].units.unit)
    let isOpen = dispute != nil && dispute?.decision == nil
    state = dispute.map { dispute in
      guard let decision = dispute.decision else { return texts["deals.dispute.open"] }
      let units = texts.counted("deals.price.\(unit.rawValue)", Int(decision.units))
      return texts["deals.dispute.decided.\(decision.outcome.rawValue)", ["units": units]]
    }
    tone = isOpen ? "wait" : "plain"
    opened = dispute.map { ShownMoment($0.openedAt) }
    // Managers read times and money, and nothing that anybody said.
    let reads = reader != .manager
    reason = reads ? dispute.flatMap { $0.reason.isEmpty ? nil : $0.reason } : nil
    decided = dispute?.decision.map { ShownMoment($0.at) }
    answer = reads ? dispute?.decision.flatMap { $0.answer.isEmpty ? nil : $0.answer } : nil
    let mayOpen = reader == .customer && dispute == nil && charge.returnable > 0 && (charge.disputableUntil.map { now <= $0 } ?? false)
    open = mayOpen ? Form(sendURL: SafeURL(openPath), until: charge.disputableUntil.map { ShownMoment($0) }, text: typed.words) : nil
    decide =
      isOpen && reader == .administrator
      ? DecisionForm(
        decideURL: SafeURL(decidePath), answer: typed.words, isWhole: typed.outcome == "whole", isPart: typed.outcome == "part",
        isNothing: typed.outcome == "nothing",
        units: charge.returnable > 1
          ? Field("units", label: texts["deals.dispute.units"], type: "number", value: typed.units, isRequired: false, autocomplete: "off")
          : nil)
      : nil
    if dispute == nil, open == nil { return nil }
  }
}
