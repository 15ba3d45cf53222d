import Base
import Testing

@testable import Sites

@Suite struct LeadTests {
  let form = LeadForm(services: ["Thesis", "Editing"])
  let good = ["name": " Ada Moreau ", "email": "ada@example.com", "phone": "+33 6 12 34 56 78", "service": "Thesis"]

  private func problems(_ change: [String: String], of form: LeadForm? = nil) -> [String: Refusal.Reason] {
    do {
      _ = try (form ?? self.form).check(good.merging(change) { $1 })
      return [:]
    } catch {
      #expect(error.reason == .formInvalid)
      return error.fields
    }
  }

  @Test("E12: a filled form becomes a lead, without the blanks around what was typed")
  func filled() throws {
    let lead = try form.check(good)
    #expect(lead == Lead(name: "Ada Moreau", email: "ada@example.com", phone: "+33 6 12 34 56 78", service: "Thesis"))
  }

  @Test("E12: name, email and phone are required, the service is not, and everything that is missing is told at once")
  func required() throws {
    #expect(problems(["name": " ", "email": "", "phone": ""]) == ["name": .fieldMissing, "email": .fieldMissing, "phone": .fieldMissing])
    #expect(try form.check(good.filter { $0.key != "service" }).service == nil)
  }

  @Test(
    "E12: an address of mail has a name, an at sign and a domain",
    arguments: [
      ("ada@example.com", true), ("ada+post@mail.example.co.uk", true), ("zoë@example.com", true), ("ada", false), ("ada@", false),
      ("@example.com", false), ("ada@example", false), ("ada@@example.com", false), ("ada@exa mple.com", false), ("ada@example.", false),
      ("ada@example.com\nBcc: x@y.z", false), ("<ada@example.com>", false), ("ada@.com", false),
    ])
  func email(text: String, isGood: Bool) {
    #expect(problems(["email": text]) == (isGood ? [:] : ["email": .emailInvalid]))
  }

  @Test(
    "E12: a telephone number has digits and the signs between them",
    arguments: [
      ("0612345678", true), ("+33 (0)6 12-34.56/78", true), ("٠٦١٢٣٤٥٦", true), ("12", false), ("call me", false), ("+33 6 x2 34", false),
      ("123456789012345678901", false),
    ])
  func phone(text: String, isGood: Bool) {
    #expect(problems(["phone": text]) == (isGood ? [:] : ["phone": .phoneInvalid]))
  }

  @Test("E12: what is too long, holds U+0000 or is not in the list is refused")
  func limits() {
    #expect(problems(["name": String(repeating: "a", count: 101)]) == ["name": .fieldTooLong])
    #expect(problems(["name": String(repeating: "a", count: 100)]) == [:])
    #expect(problems(["email": String(repeating: "a", count: 250) + "@b.de"]) == ["email": .fieldTooLong])
    #expect(problems(["phone": String(repeating: "1 ", count: 21)]) == ["phone": .fieldTooLong])
    #expect(problems(["name": "A\0da"]) == ["name": .textHasNull])
    #expect((try? form.check(good.merging(["name": "Ada\r\nBcc: \u{202E}moc"]) { $1 }))?.name == "Ada Bcc: moc")
    #expect(problems(["service": "Cleaning"]) == ["service": .optionUnknown])
  }

  @Test("E12: a site decides what its form asks, and what it does not ask is not kept")
  func settings() throws {
    let short = LeadForm(name: .required, email: .optional, phone: .absent, service: .required)
    #expect(try short.check(good) == Lead(name: "Ada Moreau", email: "ada@example.com", phone: nil, service: nil))
    #expect(try short.check(["name": "Ada"]) == Lead(name: "Ada", email: nil, phone: nil, service: nil))
    #expect(short.service == .absent && short.serviceSetting == .required)
    #expect(problems(["service": ""], of: LeadForm(service: .required, services: ["Thesis"])) == ["service": .fieldMissing])
  }
}
