import Wire

// The wire and the slices use the same words for the two ends of one thing; in here the wire's carry its name.

typealias WireCommand = Command
typealias WireMessage = Message
typealias WireParty = Party
typealias WireForm = LeadForm

extension LeadForm {
  /// What was typed, by the names of the fields.
  var typed: [String: String] {
    var typed: [String: String] = [:]
    typed["name"] = name
    typed["email"] = email
    typed["phone"] = phone
    typed["service"] = service
    return typed
  }
}
