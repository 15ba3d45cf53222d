import Base
import Hummingbird
import Texting
import Web

/// `/dev/texts`: the text messages in the folder, and the telephones that answer them.
struct DevTexts: Sendable {
  let web: WebFront
  let texting: Texting?

  func register(on routes: Routes) {
    routes.get("/dev/texts", .to(.read, .development)) { request, context in
      try request.mustComeFromHere(context)
      let page = DevTextsPage(
        web.texts(context.language), found: texting?.folder?.texts() ?? [], isSent: texting?.isOn == true && texting?.folder == nil)
      return web.page(page, request, context)
    }
    routes.form("/dev/texts", .to(.write, .development)) { form, request, context in
      try request.mustComeFromHere(context)
      guard let texting, let id = TextMessageID(form["text"]), let text = texting.folder?.text(id) else { throw Refusal(.notFound) }
      try await texting.receive(InboundText(sid: "dev.\(Secret().text)", from: text.to, to: text.from, text: form["answer"]))
      return .redirect("/dev/texts")
    }
  }
}

struct DevTextsPage: Page {
  struct Line: Sendable {
    let id: TextMessageID
    let from: String
    let to: String
    let time: String
    let timeExactly: String
    let text: String
  }

  static let template = "dev-texts"
  let title: String
  let found: [Line]
  let isEmpty: Bool
  /// They go to telephones, and none stays here.
  let isSent: Bool

  init(_ texts: Texts, found: [TextFolder.Found], isSent: Bool) {
    title = texts["demo.dev.texts.title"]
    self.found = found.map {
      Line(id: $0.id, from: $0.from, to: $0.to, time: $0.at.dayText, timeExactly: $0.at.exactText, text: $0.text)
    }
    isEmpty = found.isEmpty && !isSent
    self.isSent = isSent
  }
}
