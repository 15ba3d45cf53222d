import Base
import Hummingbird
import Mail
import Store
import Texting
import Web

/// `/dev`: what happens, every element, the clock. Registered with `--dev` or `--demo` only, and answered to this machine only.
struct DevRoutes: Sendable {
  /// How far the clock goes at once.
  static let stepLimitSeconds: Int64 = 366 * 86_400

  let web: WebFront
  let events: DevEvents
  let letters: MailFolder?
  let texting: Texting?
  let store: any Store

  func register(on routes: Routes) {
    routes.get("/dev", .to(.read, .development)) { request, context in
      try request.mustComeFromHere(context)
      return web.page(DevPage(web.texts(context.language), events: events.newest, now: web.clock.now), request, context)
    }
    routes.get("/dev/gallery", .to(.read, .development)) { request, context in
      try request.mustComeFromHere(context)
      return web.page(GalleryPage(web.texts(context.language)), request, context)
    }
    DevMail(web: web, letters: letters).register(on: routes)
    DevTexts(web: web, texting: texting).register(on: routes)
    DevLedger(web: web, store: store).register(on: routes)
    routes.form("/dev/clock", .to(.write, .development)) { form, request, context in
      try request.mustComeFromHere(context)
      guard let seconds = Int64(typed: form["seconds"]), (1...Self.stepLimitSeconds).contains(seconds) else {
        throw Refusal(.notUnderstood)
      }
      web.clock.advance(milliseconds: seconds * 1000)
      events.note("ClockMoved", #"{"seconds":\#(seconds)}"#)
      return .redirect("/dev")
    }
  }
}
