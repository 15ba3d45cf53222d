extension Personal {
  /// Every table with a personal column, in the order in which erasing goes through them: what others are found by goes last.
  public static let tables: [PersonalTable] = ofAccounts + ofVisitors

  private static let own = "account_id = $1"
  private static let emailKey = "(SELECT a.email_key FROM accounts AS a WHERE a.id = $1)"
  private static let house =
    "(SELECT s.name FROM conversations AS c JOIN sites AS s ON s.id = c.site_id WHERE c.id = conversation_id)"

  /// The line that asked this account to take a chat over.
  private static let namedByTransfer = """
    kind IN ('ChatTransferred', 'ChatOffered') AND CAST(body AS TEXT) LIKE (SELECT '{"to":"' || a.id || '",%' FROM accounts AS a WHERE a.id = $1)
    """

  private static let ofAccounts: [PersonalTable] = [
    PersonalTable(
      "sign_ups", of: .account, rows: "email_key = \(emailKey)", key: ["token_digest"], kept: .days(1, after: "created_at"),
      withheld: ["token_digest", "browser_digest", "password_hash"]),
    PersonalTable(
      "tries", of: .account, rows: "SUBSTR(key, LENGTH(key) - LENGTH(\(emailKey)) + 1) = \(emailKey)", key: ["key"],
      kept: .days(1, after: "window_ends_at")),
    // What a letter says goes when it has left. It may hold a link that opens something.
    PersonalTable(
      "letters", of: .account, rows: "LOWER(address) = \(emailKey)", kept: .days(30, after: "posted_at"),
      withheld: ["content"]),
    PersonalTable(
      "undeliverable_addresses", of: .account, rows: "address_key = \(emailKey)", key: ["address_key"],
      kept: .days(400, after: "at")),
    PersonalTable(
      "push_subscriptions", of: .account, rows: own, kept: .asItsParent("sessions"),
      withheld: ["session_digest", "public_key", "secret"]),
    PersonalTable(
      "sessions", of: .account, rows: own, key: ["token_digest"], kept: .days(90, after: "created_at"),
      withheld: ["token_digest"]),
    PersonalTable(
      "invitations", of: .account, rows: own, key: ["token_digest"], kept: .days(7, after: "created_at"),
      withheld: ["token_digest"]),
    PersonalTable(
      "account_links", of: .account, rows: own, key: ["token_digest"], kept: .days(1, after: "created_at"),
      withheld: ["token_digest"]),
    PersonalTable("second_factors", of: .account, rows: own, key: ["account_id"], kept: .untilErased, withheld: ["sealed_secret"]),
    PersonalTable(
      "recovery_codes", of: .account, rows: own, key: ["account_id", "code_digest"], kept: .untilErased,
      withheld: ["code_digest"]),
    PersonalTable(
      "sign_in_challenges", of: .account, rows: own, key: ["token_digest"], kept: .days(1, after: "created_at"),
      withheld: ["token_digest"]),
    PersonalTable(
      "known_browsers", of: .account, rows: own, key: ["account_id", "browser_digest"], kept: .days(365, after: "seen_at"),
      withheld: ["browser_digest"]),
    // The picture itself lies beside the data in a copy.
    PersonalTable("photos", of: .account, rows: own, key: ["account_id"], kept: .untilErased),
    PersonalTable(
      "passkeys", of: .account, rows: own, kept: .untilErased, withheld: ["credential_id", "public_key"]),
    PersonalTable(
      "personal_tokens", of: .account, rows: own, kept: .days(30, after: "expires_at"), withheld: ["token_digest"]),
    PersonalTable(
      "saved_cards", of: .account, rows: own, key: ["account_id", "provider"], kept: .untilErased, withheld: ["customer_id", "method_id"]),
    PersonalTable(
      "text_answers", of: .account, rows: own, key: ["sid"], kept: .days(30, after: "at"), withheld: ["sid"]),
    PersonalTable(
      "text_pairs", of: .account, rows: own, key: ["number_digest", "ours"], kept: .days(90, after: "used_at"),
      withheld: ["number_digest"]),
    PersonalTable(
      "texts", of: .account, rows: own, kept: .days(30, after: "posted_at"), withheld: ["number_digest", "content", "sid"]),
    PersonalTable(
      "phone_proofs", of: .account, rows: own, key: ["account_id"], kept: .days(1, after: "expires_at"),
      withheld: ["number_digest", "sealed", "code_digest"]),
    PersonalTable(
      "phones", of: .account, rows: own, key: ["account_id"], kept: .untilErased, withheld: ["number_digest", "sealed"]),
    PersonalTable("recharges", of: .account, rows: own, kept: .untilErased),
    PersonalTable("spending_caps", of: .account, rows: own, kept: .untilErased),
    PersonalTable("self_exclusions", of: .account, rows: own, kept: .untilErased),
    PersonalTable("display_currencies", of: .account, rows: own, key: ["account_id"], kept: .untilErased),
    PersonalTable("accepted_channels", of: .account, rows: own, key: ["account_id"], kept: .untilErased),
    PersonalTable(
      "availability_reports", of: .account, rows: own, key: ["account_id", "source"], kept: .days(1, after: "expires_at")),
    PersonalTable("alert_wishes", of: .account, rows: own, key: ["account_id", "event"], kept: .untilErased),
    PersonalTable("replies", of: .account, rows: own, kept: .untilErased),
    PersonalTable("saved_views", of: .account, rows: own, key: ["account_id", "name"], kept: .untilErased),
    PersonalTable("drafts", of: .account, rows: own, key: ["account_id", "conversation_id"], kept: .days(30, after: "at")),
    // What was bought stays in the books; the ways back to the buyer at the provider go.
    PersonalTable(
      "purchases", of: .account, rows: own, kept: .untilErased,
      erasing: .blanks([
        "session_id": "NULL", "session_address": "NULL", "payment_id": "NULL", "language": "'en'",
      ])),
    PersonalTable("payout_data", of: .account, rows: own, key: ["account_id"], kept: .untilErased, withheld: ["sealed"]),
    PersonalTable(
      "payouts", of: .account, rows: own, kept: .untilErased, erasing: .blanks(["hint": "''", "sealed": "NULL", "reason": "''"]),
      withheld: ["sealed"]),
    PersonalTable(
      "disputes", of: .account, rows: "opened_by = $1", kept: .untilErased, erasing: .blanks(["reason": "''", "answer": "''"])),
    // That something was given stays in the books, without its words.
    PersonalTable("gifts", of: .account, rows: own, kept: .untilErased, erasing: .blanks(["reason": "''"])),
    PersonalTable("free_minutes", of: .account, rows: own, kept: .untilErased, erasing: .blanks(["reason": "''"])),
    PersonalTable("referral_codes", of: .account, rows: own, key: ["account_id"], kept: .untilErased),
    PersonalTable("external_identities", of: .account, rows: own, key: ["provider", "subject"], kept: .untilErased),
    PersonalTable("host_people", of: .account, rows: own, key: ["site_id", "subject"], kept: .untilErased),
    PersonalTable("assignments", of: .account, rows: own, key: ["site_id", "account_id"], kept: .untilErased),
    // What was said stays with whom it was said to, under the name of the website.
    PersonalTable(
      "conversations", of: .account,
      rows: """
        last_n IS NOT NULL AND EXISTS (
          SELECT 1 FROM entries AS e WHERE e.conversation_id = conversations.id AND e.n = conversations.last_n AND e.by_account = $1)
        """, kept: .untilErased,
      erasing: .blanks(["last_name": "(SELECT s.name FROM sites AS s WHERE s.id = conversations.site_id)"]), readable: "FALSE"),
    PersonalTable(
      "entries", of: .account, rows: "(by_account = $1 OR \(namedByTransfer))", key: ["conversation_id", "n"],
      kept: .asItsParent("conversations"),
      erasing: .blanks([
        "by_name": "CASE WHEN by_account = $1 THEN \(house) ELSE by_name END",
        "by_avatar": "CASE WHEN by_account = $1 THEN 'fern' ELSE by_avatar END",
        "body": "CASE WHEN \(namedByTransfer) THEN '{\"name\":\"\"}' ELSE body END",
      ])),
    PersonalTable(
      "participants", of: .account, rows: own, key: ["conversation_id", "account_id"], kept: .asItsParent("conversations"),
      erasing: .blanks(["name": house, "avatar": "'fern'"])),
    PersonalTable("files", of: .account, rows: "by_account = $1", kept: .siteDays, erasing: .stays, withheld: ["path"]),
    // The line says that something was done; from where, and with which words, goes with the person.
    PersonalTable(
      "audit_lines", of: .account, rows: "(account_id = $1 OR thing = (SELECT 'account.' || a.id FROM accounts AS a WHERE a.id = $1))",
      kept: .days(180, after: "at"), swept: ["address": "''"],
      erasing: .blanks(["address": "CASE WHEN account_id = $1 THEN '' ELSE address END", "detail": "'{}'"]), readable: own),
    // `.invalid` is reserved (RFC 2606, section 2): no letter ever goes there.
    PersonalTable(
      "accounts", of: .account, rows: "id = $1", kept: .untilErased,
      erasing: .blanks([
        "email": "'deleted-' || id || '@accounts.invalid'", "email_key": "'deleted-' || id || '@accounts.invalid'", "name": "''",
        "name_key": "''", "first_name": "''", "surname": "''", "bio": "''", "interests": "'{\"list\":[]}'", "time_zone": "''",
        "privacy": "'{}'", "password_hash": "NULL", "pseudonym": "''", "avatar": "'fern'", "language": "'en'", "status": "'offline'",
      ]), withheld: ["password_hash"]),
  ]

  private static let ownThread = "conversation_id IN (SELECT c.id FROM conversations AS c WHERE c.visitor_id = $1)"
  private static let email = "(SELECT LOWER(v.email) FROM visitors AS v WHERE v.id = $1)"

  private static let ofVisitors: [PersonalTable] = [
    // The address of the net that tried too often.
    PersonalTable(
      "tries", of: .visitor, rows: "EXISTS (SELECT 1 FROM visitors AS v WHERE v.id = $1 AND v.address <> '' AND key LIKE '%' || v.address)",
      key: ["key"], kept: .days(1, after: "window_ends_at")),
    PersonalTable("bans", of: .visitor, rows: "visitor_id = $1", kept: .days(1, after: "ends_at")),
    // A chat may have gone to an address that was given for that alone.
    PersonalTable(
      "letters", of: .visitor,
      rows: """
        (LOWER(address) = \(email) OR kind = 'transcript' AND EXISTS (SELECT 1 FROM conversations AS c WHERE c.visitor_id = $1
          AND letter_key LIKE CAST(c.id AS TEXT) || '.%'))
        """, kept: .days(30, after: "posted_at"), withheld: ["content"]),
    PersonalTable(
      "undeliverable_addresses", of: .visitor, rows: "address_key = \(email)", key: ["address_key"],
      kept: .days(400, after: "at")),
    PersonalTable(
      "visit_actions", of: .visitor, rows: "visit_id IN (SELECT w.id FROM visits AS w WHERE w.visitor_id = $1)", key: ["view_id", "n"],
      kept: .visitDays),
    PersonalTable(
      "page_views", of: .visitor, rows: "visit_id IN (SELECT w.id FROM visits AS w WHERE w.visitor_id = $1)",
      kept: .visitDays),
    PersonalTable("invitation_showings", of: .visitor, rows: "visitor_id = $1", kept: .visitDays),
    PersonalTable("visits", of: .visitor, rows: "visitor_id = $1", kept: .visitDays),
    // That somebody reached it stays, as a figure; by which letter or page they came goes.
    PersonalTable(
      "reached_goals", of: .visitor, rows: "visitor_id = $1", key: ["visit_id", "goal_id"], kept: .untilErased,
      erasing: .blanks(["source_name": "''", "campaign": "''"])),
    // What it says stands in the log already, and notes of the team among it.
    PersonalTable("search_texts", of: .asker, rows: ownThread, kept: .asItsParent("conversations"), readable: "FALSE"),
    // What the team calls them by is the team's to read, and theirs to have erased.
    PersonalTable(
      "chat_tags", of: .asker, rows: ownThread, key: ["conversation_id", "tag_id"], kept: .asItsParent("conversations"), readable: "FALSE"),
    // What somebody was about to answer them is the writer's to read, and theirs to have erased.
    PersonalTable(
      "drafts", of: .asker, rows: ownThread, key: ["account_id", "conversation_id"], kept: .days(30, after: "at"), readable: "FALSE"),
    // The log keeps its numbers, and the program its count of what was asked.
    PersonalTable(
      "entries", of: .asker, rows: ownThread, key: ["conversation_id", "n"], kept: .asItsParent("conversations"),
      erasing: .blanks([
        "body": """
        CASE
          WHEN kind = 'MessageSent' THEN '{"kind":"erased"}'
          WHEN kind = 'FormSent' THEN '{"name":""}'
          WHEN kind IN ('MessageEdited', 'MessageDeleted') THEN '{"of":0,"text":""}'
          WHEN kind = 'NoteAdded' THEN '{"text":"","mentions":[]}'
          WHEN kind = 'ChatTagged' THEN '{"added":[],"removed":[]}'
          WHEN kind = 'ChatTransferred' THEN '{"name":""}'
          WHEN kind IN ('ChatOpened', 'AgentJoinedChat', 'AgentLeftChat', 'TransferEnded', 'ChatOffered', 'OfferEnded', 'WaitOverdue', 'RuleFollowed',
            'ChatEntrusted', 'ChatHandedOver', 'ChatWon', 'ChatUnwon', 'ContactsMasked', 'ChatClosed', 'FileExpired', 'AnswerEmailed',
            'AnswerOpened', 'AnswerReturned', 'AnswerLate', 'QuestionReleased', 'QuestionAccepted',
            'QuestionDeclined', 'TipGiven', 'MinuteChat') THEN body
          -- That an answer was rated stays; which one, how, and in which words goes.
          WHEN kind = 'AnswerRated' THEN '{"of":0,"stars":0,"text":""}'
          ELSE '{}'
        END
        """,
        "client_id": "NULL", "by_name": "CASE WHEN by_kind = 'visitor' THEN '' ELSE by_name END",
      ]),
      // Why a colleague was asked is the team's alone, though everybody reads that one was.
      readable: "audience = 'everybody' AND kind <> 'ChatTransferred'"),
    PersonalTable(
      "files", of: .asker, rows: ownThread, kept: .siteDays, erasing: .blanks(["name": "''", "client_id": "NULL", "path": "NULL"]),
      withheld: ["path"]),
    PersonalTable(
      "conversations", of: .asker, rows: "visitor_id = $1", kept: .untilErased,
      erasing: .blanks(["last_name": "NULL", "last_text": "NULL", "last_kind": "CASE WHEN last_n IS NULL THEN NULL ELSE 'erased' END"])),
    PersonalTable(
      "visitors", of: .visitor, rows: "id = $1", kept: .untilErased,
      erasing: .blanks([
        // Whoever comes back with the old key is somebody new.
        "key_digest": "$2", "name": "NULL", "email": "NULL", "phone": "NULL", "service": "NULL", "address": "''", "country": "NULL",
        "city": "NULL", "language": "''", "device": "'desktop'", "browser": "''", "system": "''",
      ]), withheld: ["key_digest"]),
  ]
}
