import Base
import CGMime

/// A letter as mail carries it: headers and a plain and an HTML part, made by GMime.
struct Message {
  let id: String
  let from: MailSettings.Sender
  let to: MailAddress
  let toName: String?
  let replyTo: MailAddress?
  let date: Moment
  let language: String
  let unsubscribe: String?
  let paper: LetterPaper

  /// The bytes with CRLF at the end of each line.
  var bytes: [UInt8] {
    GMime.begin()
    guard let message = g_mime_message_new(1) else { fatalError("GMime has no memory") }
    defer { g_object_unref(message) }
    add(GMIME_ADDRESS_TYPE_FROM, from.name, from.address, to: message)
    add(GMIME_ADDRESS_TYPE_TO, toName, to, to: message)
    if let replyTo { add(GMIME_ADDRESS_TYPE_REPLY_TO, nil, replyTo, to: message) }
    g_mime_message_set_subject(message, paper.subject, "utf-8")
    g_mime_message_set_message_id(message, id)
    if let date = g_date_time_new_from_unix_utc(gint64(date.milliseconds / 1000)) {
      g_mime_message_set_date(message, date)
      g_date_time_unref(date)
    }
    // Nobody's holiday answers a machine (RFC 3834).
    set("Auto-Submitted", "auto-generated", on: message)
    set("Content-Language", language, on: message)
    if let unsubscribe {
      setWhole("List-Unsubscribe", "<\(unsubscribe)>", on: message)
      set("List-Unsubscribe-Post", "List-Unsubscribe=One-Click", on: message)
    }
    guard let both = g_mime_multipart_new_with_subtype("alternative") else { fatalError("GMime has no memory") }
    defer { g_object_unref(both) }
    // What a reader shows is the last part that it understands.
    add(paper.plain, "plain", to: both)
    add(paper.html, "html", to: both)
    g_mime_message_set_mime_part(message, GMime.object(both))
    return written(message)
  }

  private func add(
    _ place: GMimeAddressType, _ name: String?, _ address: MailAddress, to message: UnsafeMutablePointer<GMimeMessage>
  ) {
    guard let mailbox = internet_address_mailbox_new(name, address.text) else { fatalError("GMime has no memory") }
    defer { g_object_unref(mailbox) }
    internet_address_set_charset(mailbox, "utf-8")
    internet_address_list_add(g_mime_message_get_addresses(message, place), mailbox)
  }

  private func set(_ name: String, _ value: String, on message: UnsafeMutablePointer<GMimeMessage>) {
    g_mime_object_set_header(GMime.object(message), name, value, "utf-8")
  }

  /// A value that is an address stands on one line as it is: GMime would encode a long one as if it were words.
  private func setWhole(_ name: String, _ value: String, on message: UnsafeMutablePointer<GMimeMessage>) {
    set(name, "-", on: message)
    guard let header = g_mime_header_list_get_header(g_mime_object_get_header_list(GMime.object(message)), name) else { return }
    g_mime_header_set_raw_value(header, " \(value)\n")
  }

  private func add(_ text: String, _ subtype: String, to both: UnsafeMutablePointer<GMimeMultipart>) {
    guard let part = g_mime_text_part_new_with_subtype(subtype) else { fatalError("GMime has no memory") }
    g_mime_text_part_set_charset(part, "utf-8")
    g_mime_text_part_set_text(part, text)
    // Lines of any length and bytes of any kind pass every server this way.
    let isMostlyASCII = text.utf8.count { $0 >= 0x80 } * 4 < text.utf8.count
    let encoding = isMostlyASCII ? GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE : GMIME_CONTENT_ENCODING_BASE64
    g_mime_part_set_content_encoding(GMime.cast(part), encoding)
    g_mime_multipart_add(both, GMime.object(part))
    g_object_unref(part)
  }

  private func written(_ message: UnsafeMutablePointer<GMimeMessage>) -> [UInt8] {
    let (options, stream) = (g_mime_format_options_new(), g_mime_stream_mem_new())
    defer {
      g_mime_format_options_free(options)
      g_object_unref(stream)
    }
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS)
    g_mime_object_write_to_stream(GMime.object(message), options, stream)
    guard let stream, let array = g_mime_stream_mem_get_byte_array(GMime.cast(stream)) else { return [] }
    return Array(UnsafeBufferPointer(start: array.pointee.data, count: Int(array.pointee.len)))
  }
}

/// GMime's classes are C structs that begin with the struct of the class above, so a pointer to one is a pointer to the other.
enum GMime {
  private static let isReady: Void = g_mime_init()

  static func begin() { isReady }

  static func object<Kind>(_ pointer: UnsafeMutablePointer<Kind>) -> UnsafeMutablePointer<GMimeObject> { cast(pointer) }

  static func cast<Kind, Other>(_ pointer: UnsafeMutablePointer<Kind>) -> UnsafeMutablePointer<Other> {
    UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Other.self)
  }
}
