import Access
import Base
import Hummingbird
import Web

/// `/admin/sign-up`: who may open an account, and what the form asks.
struct SignUpRulesRoutes: Sendable {
  private static let path = "/admin/sign-up"

  let accounts: Accounts
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .administration)) { request, context in
      let saved = try Form(query: request).has("saved")
      let texts = web.texts(context.language)
      let page = SignUpRulesPage(try await accounts.signUpRules(), mailIsOn: accounts.mail.isOn, isSaved: saved, texts)
      return web.page(page, request, context)
    }
    routes.form(Self.path, .to(.write, .administration)) { form, request, context in
      guard let me = context.signedIn?.member.id else { throw Refusal(.signInNeeded) }
      try await accounts.setSignUpRules(Self.rules(form), by: me, from: Whereabouts(request, context))
      return .redirect("\(Self.path)?saved=yes")
    }
  }

  private static func rules(_ form: Form) -> SignUpRules {
    var rules = SignUpRules.standard
    for kind in SignUpRules.Kind.allCases {
      rules.isOpen[kind] = form.has("open-\(kind.rawValue)")
      func demand(_ name: String) -> SignUpRules.Demand { SignUpRules.Demand(rawValue: form["\(kind.rawValue)-\(name)"]) ?? .optional }
      rules.fields[kind] = SignUpRules.Fields(firstName: demand("firstName"), surname: demand("surname"), bio: demand("bio"))
    }
    return rules
  }
}

struct SignUpRulesPage: Page {
  struct Group: Sendable {
    let name: String
    let label: String
    let isOpen: Bool
    let fields: [Choices]
  }

  struct Choices: Sendable {
    let name: String
    let label: String
    let choices: [Choice]
  }

  static let template = "sign-up-rules"
  let title: String
  let notice: String?
  let mailIsOff: Bool
  let groups: [Group]

  init(_ rules: SignUpRules, mailIsOn: Bool, isSaved: Bool, _ texts: Texts) {
    title = texts["pages.signUpRules.title"]
    notice = isSaved ? texts["pages.form.saved"] : nil
    mailIsOff = !mailIsOn
    groups = SignUpRules.Kind.allCases.map { kind in
      let asked = rules.fields(of: kind)
      let fields = [("firstName", asked.firstName), ("surname", asked.surname), ("bio", asked.bio)].map { name, demand in
        Choices(
          name: "\(kind.rawValue)-\(name)", label: texts["pages.field.\(name)"],
          choices: SignUpRules.Demand.allCases.map {
            Choice(value: $0.rawValue, label: texts["pages.signUpRules.demand.\($0.rawValue)"], isChosen: $0 == demand)
          })
      }
      return Group(
        name: "open-\(kind.rawValue)", label: texts["pages.signUpRules.open.\(kind.rawValue)"], isOpen: rules.isOpen(to: kind),
        fields: fields)
    }
  }
}
