import Base
import Mail
import Outside
import Store
import Web

extension Mail {
  /// Mail of a test: letters are put down and stay where they are, because nobody does the jobs.
  public static func kept(in store: any Store, clock: WallClock, web: WebFront, isOn: Bool = true) -> Mail {
    guard let sender = MailSettings.Sender("Harbour <house@harbour.example>") else { preconditionFailure("An address") }
    let ids = IDMaker(node: 9)
    return Mail(
      settings: MailSettings(way: isOn ? .folder("/nowhere") : .off, from: sender), store: store, jobs: Jobs(ids: ids, clock: clock),
      ids: ids, clock: clock, web: web, outside: Outside())
  }
}
