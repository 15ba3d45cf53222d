/// The one registry of what is kept about people. Export, erasure, retention and backup know no other list. What is done with the rows of a
/// table, and how long they are kept, stands in `Personal.tables`.
public struct PersonalColumn: Hashable, Sendable {
  /// Whose it is: who may ask for it, and with whom it goes.
  public enum Subject: Sendable {
    case account
    case visitor
    /// The visitor whose conversation it is.
    case asker
  }

  public let table: String
  public let column: String
  public let subject: Subject
}

public enum Personal {
  public static let columns: [PersonalColumn] =
    of(
      .account,
      [
        "accounts": [
          "email", "email_key", "name", "name_key", "first_name", "surname", "bio", "interests", "time_zone", "privacy", "password_hash",
          "pseudonym", "avatar", "language", "status",
        ],
        "sessions": ["token_digest", "address", "browser"],
        "invitations": ["token_digest"],
        // Who asks for an account is nobody's yet: it goes within a day.
        "sign_ups": [
          "token_digest", "browser_digest", "email", "email_key", "first_name", "surname", "bio", "password_hash", "language", "subject",
        ],
        "account_links": ["token_digest", "email"],
        "second_factors": ["sealed_secret"],
        "recovery_codes": ["code_digest"],
        "sign_in_challenges": ["token_digest"],
        "known_browsers": ["browser_digest"],
        "external_identities": ["subject"],
        "host_people": ["subject"],
        "personal_tokens": ["token_digest", "name"],
        "photos": ["picture", "hash"],
        "passkeys": ["credential_id", "public_key", "name"],
        "assignments": ["pseudonym", "avatar"],
        "entries": ["by_name", "by_avatar"],
        "participants": ["name", "avatar"],
        "audit_lines": ["address", "detail"],
        // What a letter says goes when it has left; the line itself after a month.
        "letters": ["address", "content", "reply"],
        "push_subscriptions": ["session_digest", "endpoint", "public_key", "secret"],
        "undeliverable_addresses": ["address_key", "reply"],
        // By which a provider knows the buyer's page and payment.
        "purchases": ["session_id", "session_address", "payment_id", "language"],
        "saved_cards": ["customer_id", "method_id", "brand", "last_digits"],
        // Why somebody was given something, and the code of their link.
        "gifts": ["reason"],
        "free_minutes": ["reason"],
        "referral_codes": ["code"],
        // What somebody holds themselves to is told to nobody.
        "spending_caps": ["unit", "span"],
        "self_exclusions": ["span"],
        "recharges": ["unit", "currency", "provider", "stop"],
        "display_currencies": ["currency"],
        "accepted_channels": ["channels"],
        "availability_reports": ["source"],
        "alert_wishes": ["event"],
        "saved_views": ["name", "query"],
        "drafts": ["text"],
        "replies": ["name", "text", "text_en", "text_fr", "text_it", "text_ar"],
        // Whose telephone it is lies sealed, and under a digest. What a text says goes when it has left.
        "phones": ["number_digest", "sealed", "hint"],
        "phone_proofs": ["number_digest", "sealed", "hint", "code_digest"],
        "texts": ["number_digest", "content", "sid"],
        "text_pairs": ["number_digest"],
        "text_answers": ["sid"],
        // Where an expert is paid. The words themselves lie sealed.
        "payout_data": ["hint", "sealed"],
        "payouts": ["hint", "sealed", "reason"],
        // In somebody's words.
        "disputes": ["reason", "answer"],
      ])
    + of(
      .visitor,
      [
        "visitors": [
          "key_digest", "name", "email", "phone", "service", "address", "country", "city", "language", "device", "browser", "system",
        ],
        "visits": [
          "referrer", "landing_page", "current_page", "current_title", "source_name", "medium", "campaign", "term", "content",
        ],
        "page_views": ["url", "title"],
        "visit_actions": ["label", "value"],
        // With their name in it, where the website put that.
        "invitation_showings": ["text"],
        "reached_goals": ["source_name", "campaign"],
        // From where somebody may not write, and why.
        "bans": ["network", "reason"],
        // The address that tried too often; it goes with its window.
        "tries": ["key"],
      ])
    + of(
      .asker,
      [
        "conversations": ["last_name", "last_text"], "entries": ["body", "client_id"], "files": ["name", "client_id"],
        // What can be found of all that.
        "search_texts": ["words"],
      ])

  /// Columns that could hold anything and hold nothing about a person. A new column stands in one of both lists, or a test fails.
  public static let impersonal: [String: [String]] = [
    "sites": [
      "widget_key", "name", "domain", "logo_type", "logo", "logo_hash", "position", "ours", "welcome", "language", "time_zone",
      "form_fields",
      "service_types", "hours",
    ],
    // The books name people by their identity alone: they stay as the law asks.
    "transfers": ["key", "kind", "phase", "unit", "debit", "credit", "about"],
    "wallets": ["unit"],
    "terms": ["kind", "unit", "minute_increment"],
    // Who paid whom, when and how much, by identities alone.
    "minute_sessions": ["unit", "agreed", "state", "why", "said"],
    "minute_events": ["kind", "side", "why"],
    "minute_presences": ["side"],
    "availability_reports": ["state"],
    "site_features": ["feature"],
    "site_policies": ["off_platform", "whatsapp_number", "whatsapp_text", "file_kinds", "cookie_domain", "visitor_key"],
    // What became of a chat, by identities alone: a figure.
    "conversions": ["kind", "local_day"],
    "tags": ["name", "name_key", "tone"],
    "goals": ["name", "kind", "pattern"],
    // That a visit reached what a website hopes for: a figure.
    "reached_goals": ["name", "source", "local_day"],
    "daily_figures": ["day", "figure"],
    "rules": ["name", "occasion", "words", "page", "service", "language"],
    "site_invitations": ["name", "page", "source", "campaign", "language", "text", "text_en", "text_fr", "text_it", "text_ar"],
    "invitation_showings": ["local_day"],
    "lots": ["unit", "origin", "about", "currency"],
    "holds": ["unit", "kind", "quote"],
    "offline_messages": ["way"],
    "service_refunds": ["currency", "way", "reason", "form_key"],
    "subscriptions": ["provider", "serves", "unit", "currency"],
    "seals": ["digest"],
    // Identities and figures, as the books have them.
    "alerts": ["kind", "subject", "detail"],
    // Who is connected now is named by their identity, and goes when they do.
    "node_presences": ["key"],
    "site_origins": ["origin"],
    // Of which kind something was, among a few.
    "visits": ["source"],
    "visit_actions": ["kind"],
    "conversations": ["state", "last_by", "last_kind"],
    // The place of a file is made of its conversation and chance.
    "files": ["id", "by_kind", "type", "path", "scan"],
    "chats": ["state", "form", "closed_by"],
    "entries": ["kind", "audience", "by_kind"],
    // A job names rows by their identity and never repeats what is in them.
    "jobs": ["kind", "unique_key", "payload", "state", "last_error"],
    // What a line is about is named by its identity.
    "audit_lines": ["deed", "thing"],
    // A key of a letter is an identity or a digest.
    "letters": ["kind", "letter_key", "fate"],
    // A notice names rows by their identity, too.
    "notices": ["kind", "subject", "data"],
    "notice_wishes": ["kind", "channel"],
    "account_links": ["purpose"],
    // Kind, key and fate name rows; our own numbers are the house's.
    "texts": ["kind", "text_key", "ours", "fate"],
    "text_pairs": ["ours"],
    "text_answers": ["outcome"],
    "sign_ups": ["provider"],
    "external_identities": ["provider"],
    // The places of an archive are made of its identity and chance.
    "archives": ["subject_kind", "state", "pieces"],
    "erasure_journal": ["subject_kind"],
    "personal_tokens": ["scopes"],
    // The digest of a random number that nobody holds.
    "used_challenges": ["challenge_digest"],
    // What a website signs with.
    "host_secrets": ["sealed"],
    "house_settings": ["name", "value"],
    // What is for sale.
    "price_lists": ["name", "unit"],
    "packs": ["currency"],
    "payment_providers": ["name"],
    "exchange_rates": ["currency"],
    // The books stay as the law asks; whose they are is an identity.
    "purchases": ["form_key", "reference", "unit", "currency", "provider", "stage", "state", "attention"],
    "payment_events": ["provider", "event_id", "kind", "payment_id", "fact"],
    "purchase_refunds": ["refund_id", "state"],
    "purchase_disputes": ["dispute_id", "state"],
    "saved_cards": ["provider"],
    // Whom an offer is for is a condition and no list of names.
    "offers": ["name", "currency", "bought", "balance"],
    "gifts": ["occasion", "unit", "currency"],
    "promotion_codes": ["code", "kind", "unit"],
    // The books of payouts stay as the law asks; where they went goes with the person.
    "payouts": ["currency", "method", "state"],
    "payout_batches": ["currency", "form_key"],
    // The house's own account.
    "payout_terms": ["steps", "holder", "iban", "bic"],
    "payout_data": ["method"],
    "disputes": ["outcome"],
    "schema_migrations": ["name"],
  ]

  private static func of(_ subject: PersonalColumn.Subject, _ tables: [String: [String]]) -> [PersonalColumn] {
    tables.sorted { $0.key < $1.key }.flatMap { table, columns in
      columns.map { PersonalColumn(table: table, column: $0, subject: subject) }
    }
  }
}
