import Accounts
import Base
import Foundation
import Sites
import Store
import TestKit
import Testing

/// Clara answers Ada on a website; each has everything that the house keeps about people.
struct Scene: Sendable {
  let house: House
  let site: Site
  let clara: House.Person
  let ada: Talker
  let desk: Talker

  init(_ house: House) async throws {
    self.house = house
    site = try await house.site()
    clara = try await house.person("Clara", at: [site])
    desk = try await house.console(of: clara)
    ada = try await house.visitor(of: site)
    _ = try await ada.subscribe()
    _ = try await ada.sendForm()
    _ = try await ada.say("Good morning")
    _ = try await desk.subscribe(ada.topic)
    _ = try await desk.ask("join", on: ada.topic)
    _ = try await desk.say("Good morning, Ada", on: ada.topic)
  }

  var conversation: String { String(ada.topic.dropFirst("chat.".count)) }

  /// Sends a PDF with a word in it, as Ada.
  func sendsFile(_ word: String) async throws {
    let bytes = try Samples.bytes("letter.pdf") + Data("\n% \(word)\n".utf8)
    let answer = try await WebAnswer.of(
      "POST", "/api/v1/chats/\(conversation)/files?name=letter.pdf", port: house.port,
      ["Authorization": "Visitor \(site.key):\(ada.key?.text ?? "")", "Origin": House.siteOrigin], body: bytes)
    let file = try #require(answer.json?["file"]?.string, "\(answer.text)")
    let sent = try await ada.ask("send", ["client": .string(Secret().text), "file": .string(file)])
    #expect(sent.name == "Acknowledged", "\(sent)")
  }

  /// A row in every table that has none by itself.
  func furnish() async throws {
    let (account, visitor, conversation) = (clara.id.rawValue, try #require(VisitorID(ada.id)).rawValue, conversation)
    let email = try #require(try await house.text("SELECT email_key FROM accounts WHERE id = \(account)"))
    let now = house.program.clock.now.milliseconds
    let later = now + 3_600_000
    let digest = SQLValue.bytes(Array(repeating: 9, count: 32))
    try await house.program.store.write { session in
      func insert(_ table: String, _ values: [(String, any SQLEncodable)]) throws {
        let places = values.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        try session.run(
          "INSERT INTO \(table) (\(values.map(\.0).joined(separator: ", "))) VALUES (\(places)) ON CONFLICT DO NOTHING",
          values.map { $0.1.sqlValue })
      }
      let owned: [(String, any SQLEncodable)] = [
        ("token_digest", digest), ("account_id", account), ("created_at", now), ("expires_at", later),
      ]
      try insert(
        "sign_ups",
        [
          ("token_digest", digest), ("browser_digest", digest), ("email", email), ("email_key", email), ("first_name", "C"),
          ("surname", "L"),
          ("bio", "b"), ("is_expert", false), ("password_hash", "h"), ("language", "en"), ("created_at", now), ("expires_at", later),
          ("provider", ""), ("subject", "s"),
        ])
      try insert("tries", [("key", "mail.\(email)"), ("count", 1), ("window_ends_at", later)])
      for (id, address) in [(1, email), (2, "ada@example.com")] {
        try insert(
          "letters",
          [
            ("id", id), ("kind", "trial"), ("letter_key", "\(id)"), ("address", address), ("content", "{}"), ("fate", "abandoned"),
            ("posted_at", now), ("reply", "no"),
          ])
        try insert("undeliverable_addresses", [("address_key", address), ("code", 550), ("reply", "no"), ("at", now)])
      }
      try insert(
        "audit_lines",
        [
          ("id", 1), ("at", now), ("account_id", account), ("deed", "account.signedIn"), ("thing", "account.\(account)"),
          ("address", "192.0.2.9"), ("detail", "{}"),
        ])
      try insert("invitations", owned)
      try insert("account_links", owned + [("purpose", "address"), ("email", email)])
      try insert("sign_in_challenges", owned)
      try insert("photos", [("account_id", account), ("picture", digest), ("hash", "h"), ("set_at", now)])
      try insert("second_factors", [("account_id", account), ("sealed_secret", digest), ("created_at", now), ("last_step", 0)])
      try insert("recovery_codes", [("account_id", account), ("code_digest", digest)])
      try insert("known_browsers", [("account_id", account), ("browser_digest", digest), ("seen_at", now)])
      try insert("external_identities", [("provider", "google"), ("subject", "g"), ("account_id", account), ("created_at", now)])
      let site: Int64 = try session.row("SELECT id FROM sites ORDER BY id LIMIT 1")?[0] ?? 0
      try insert("host_people", [("site_id", site), ("subject", "p-4"), ("account_id", account), ("created_at", now)])
      try insert(
        "passkeys",
        [
          ("id", 1), ("account_id", account), ("credential_id", digest), ("public_key", digest), ("sign_count", 0), ("name", "key"),
          ("created_at", now),
        ])
      try insert(
        "personal_tokens",
        [
          ("id", 1), ("account_id", account), ("token_digest", digest), ("name", "script"), ("scopes", "chats.read"), ("created_at", now),
          ("expires_at", later),
        ])
      try insert(
        "saved_cards",
        [
          ("account_id", account), ("provider", "test"), ("customer_id", "c"), ("method_id", "m"), ("brand", "Visa"),
          ("last_digits", "4242"), ("saved_at", now),
        ])
      try insert(
        "spending_caps",
        [("id", 1), ("account_id", account), ("unit", "credits"), ("span", "day"), ("units", 5), ("set_at", now)])
      try insert(
        "self_exclusions", [("id", 1), ("account_id", account), ("span", "day"), ("starts_at", now), ("ends_at", later)])
      try insert("display_currencies", [("account_id", account), ("currency", "CHF")])
      try insert(
        "accepted_channels",
        [("account_id", account), ("channels", "chat call"), ("chosen_at", now)])
      try insert(
        "availability_reports",
        [
          ("account_id", account), ("source", "phone"), ("state", "busy"), ("at", now), ("expires_at", later), ("reported_by", account),
        ])
      try insert("alert_wishes", [("account_id", account), ("event", "message"), ("sound", true), ("light", true)])
      try insert(
        "replies",
        [
          ("id", 1), ("account_id", account), ("name", "greeting"), ("text", "Hello {visitor}"), ("text_en", ""), ("text_fr", "Bonjour"),
          ("text_it", ""), ("text_ar", ""), ("closes", false), ("created_at", now),
        ])
      try insert(
        "bans",
        [
          ("id", 1), ("site_id", site), ("visitor_id", visitor), ("network", "192.0.2.7"), ("reason", "rude"),
          ("ends_at", now - 1), ("banned_by", account), ("banned_at", now - 3_600_000),
        ])
      try insert(
        "drafts",
        [("account_id", account), ("conversation_id", Int64(conversation) ?? 0), ("text", "Dear Ada"), ("at", now)])
      try insert("saved_views", [("account_id", account), ("name", "mine"), ("query", "agent=mine"), ("saved_at", now)])
      let pack: Int64 = try session.row("SELECT id FROM packs ORDER BY id LIMIT 1")?[0] ?? 0
      try insert(
        "recharges",
        [
          ("id", 1), ("account_id", account), ("unit", "credits"), ("pack_id", pack), ("units", 3), ("bonus", 0), ("price_minor", 1000),
          ("currency", "EUR"), ("provider", "test"), ("below", 2), ("most", 1), ("under_way", false), ("set_at", now),
        ])
      try insert(
        "purchases",
        [
          ("id", 1), ("account_id", account), ("form_key", "f"), ("reference", "ABCD-EFGH"), ("pack_id", pack), ("unit", "credits"),
          ("units", 3), ("bonus", 0), ("price_minor", 1000), ("currency", "EUR"), ("provider", "test"), ("keeps_card", false),
          ("by_card", false), ("stage", "pending"), ("state", "pending"), ("attempt", 1), ("session_id", "s"), ("session_address", "/s"),
          ("payment_id", "p"), ("language", "en"), ("created_at", now), ("changed_at", now),
        ])
      try insert(
        "gifts",
        [
          ("id", 1), ("account_id", account), ("occasion", "reason"), ("reason", "thanks"), ("unit", "credits"), ("units", 1),
          ("worth_minor", 1), ("currency", "EUR"), ("at", now),
        ])
      try insert(
        "free_minutes", [("id", 1), ("account_id", account), ("reason", "thanks"), ("seconds", 60), ("used", 0), ("at", now)])
      try insert(
        "phones",
        [
          ("account_id", account), ("number_digest", digest), ("sealed", digest), ("hint", "12"), ("proved_at", now), ("used_at", now),
        ])
      try insert(
        "phone_proofs",
        [
          ("account_id", account), ("number_digest", digest), ("sealed", digest), ("hint", "12"), ("code_digest", digest), ("text_id", 1),
          ("tries", 0), ("sent_at", now), ("expires_at", later),
        ])
      try insert(
        "texts",
        [
          ("id", 1), ("account_id", account), ("kind", "code"), ("text_key", "1"), ("number_digest", digest), ("ours", "+12025550100"),
          ("content", "code"), ("fate", "posted"), ("sid", "SM1"), ("posted_at", now),
        ])
      try insert(
        "text_pairs",
        [
          ("number_digest", digest), ("ours", "+12025550100"), ("account_id", account), ("conversation_id", Int64(conversation) ?? 0),
          ("used_at", now),
        ])
      try insert("text_answers", [("sid", "SM2"), ("account_id", account), ("outcome", "dropped"), ("at", now)])
      try insert(
        "payout_data",
        [
          ("account_id", account), ("method", "whole"), ("charges_vat", true), ("hint", "TN 1234"), ("sealed", digest), ("changed_at", now),
        ])
      try insert(
        "payout_batches",
        [("id", 1), ("currency", "EUR"), ("form_key", "k"), ("until", now), ("created_at", now), ("created_by", account)])
      try insert(
        "payouts",
        [
          ("id", 1), ("batch_id", 1), ("account_id", account), ("currency", "EUR"), ("gross_minor", 10), ("commission_minor", 2),
          ("method", "whole"), ("charges_vat", true), ("net_minor", 8), ("hint", "TN 1234"), ("sealed", digest), ("state", "failed"),
          ("reason", "account of Clara closed"), ("created_at", now), ("settled_at", now),
        ])
      try insert(
        "holds",
        [
          ("id", 1), ("payer_id", account), ("payee_id", account), ("unit", "credits"), ("units", 1), ("captured", 0), ("released", 1),
          ("commission", 0), ("held_at", now), ("deadline_at", now), ("settled_at", now),
        ])
      try insert(
        "disputes", [("id", 1), ("hold_id", 1), ("opened_by", account), ("reason", "too short"), ("opened_at", now)])
      try insert("referral_codes", [("account_id", account), ("code", "ABCD2345"), ("created_at", now)])
      try session.run("UPDATE assignments SET pseudonym = 'Clara' WHERE account_id = $1", account)
      let token: [UInt8] = try session.row("SELECT token_digest FROM sessions WHERE account_id = $1", account)?[0] ?? []
      try insert(
        "push_subscriptions",
        [
          ("id", 1), ("account_id", account), ("session_digest", token), ("endpoint", "https://push.example/1"), ("public_key", digest),
          ("secret", digest), ("created_at", now),
        ])
      try insert("files", Self.file("a", conversation, now, later) + [("by_kind", "agent"), ("by_account", account)])
      try insert("files", Self.file("b", conversation, now, later) + [("by_kind", "visitor")])
      try session.run("UPDATE visitors SET address = '192.0.2.44' WHERE id = $1", visitor)
      try insert("tries", [("key", "sign-in.address.192.0.2.44"), ("count", 1), ("window_ends_at", later)])
      try insert(
        "visits",
        [
          ("id", 1), ("visitor_id", visitor), ("referrer", "r"), ("landing_page", "l"), ("current_page", "c"), ("current_title", "t"),
          ("started_at", now), ("active_at", now),
        ])
      try insert(
        "invitation_showings",
        [
          ("id", 1), ("invitation_id", 1), ("site_id", site), ("visitor_id", visitor), ("visit_id", 1), ("text", "Hello Ada"),
          ("shown_at", now), ("local_day", "2026-11-22"),
        ])
      try insert("page_views", [("id", 1), ("visit_id", 1), ("url", "u"), ("title", "t"), ("seconds", 1), ("at", now)])
      try insert(
        "visit_actions",
        [("view_id", 1), ("n", 1), ("visit_id", 1), ("kind", "download"), ("label", "l.pdf"), ("value", "v"), ("at", now)])
      try insert(
        "reached_goals",
        [
          ("visit_id", 1), ("goal_id", 1), ("visitor_id", visitor), ("site_id", site), ("name", "Order"), ("source", "campaign"),
          ("source_name", "s"), ("campaign", "c"), ("began_at", now), ("at", now), ("local_day", "2026-11-22"), ("local_hour", 3),
        ])
    }
  }

  private static func file(_ digit: String, _ conversation: String, _ now: Int64, _ later: Int64) -> [(String, any SQLEncodable)] {
    [
      ("id", String(repeating: digit, count: 32)), ("conversation_id", Int64(conversation) ?? 0), ("name", "note.pdf"),
      ("type", "application/pdf"), ("bytes", 1), ("scan", "none"), ("n", 99), ("created_at", now), ("expires_at", later),
      ("client_id", "client-\(digit)"),
    ]
  }
}
