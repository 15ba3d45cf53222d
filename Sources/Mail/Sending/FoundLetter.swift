import Base
import CGMime

/// A letter as it is read back from its file.
public struct FoundLetter: Sendable {
  public let id: LetterID
  public let subject: String
  public let from: String
  public let to: String
  public let date: Moment
  public let plain: String
  public let html: String

  init?(id: LetterID, message bytes: [UInt8]) {
    GMime.begin()
    guard let stream = g_mime_stream_mem_new_with_buffer(bytes, bytes.count) else { return nil }
    defer { g_object_unref(stream) }
    guard let parser = g_mime_parser_new_with_stream(stream) else { return nil }
    defer { g_object_unref(parser) }
    guard let message = g_mime_parser_construct_message(parser, nil) else { return nil }
    defer { g_object_unref(message) }
    self.id = id
    subject = g_mime_message_get_subject(message).map { String(cString: $0) } ?? ""
    from = Self.addresses(message, GMIME_ADDRESS_TYPE_FROM)
    to = Self.addresses(message, GMIME_ADDRESS_TYPE_TO)
    date = Moment(milliseconds: g_mime_message_get_date(message).map { Int64(g_date_time_to_unix($0)) * 1000 } ?? 0)
    (plain, html) = (Self.text(of: message, 0), Self.text(of: message, 1))
  }

  private static func addresses(_ message: UnsafeMutablePointer<GMimeMessage>, _ kind: GMimeAddressType) -> String {
    guard let list = g_mime_message_get_addresses(message, kind), let text = internet_address_list_to_string(list, nil, 0) else {
      return ""
    }
    defer { g_free(text) }
    return String(cString: text)
  }

  private static func text(of message: UnsafeMutablePointer<GMimeMessage>, _ index: Int32) -> String {
    guard let both = g_mime_message_get_mime_part(message), let part = g_mime_multipart_get_part(GMime.cast(both), index),
      let text = g_mime_text_part_get_text(GMime.cast(part))
    else {
      return ""
    }
    defer { g_free(text) }
    return String(cString: text)
  }
}
