/// The identity of a file that somebody sent: 32 hexadecimal digits, so that none can be found by counting.
public struct FileID: Hashable, Sendable, CustomStringConvertible, Codable {
  private let secret: Secret

  public init() { secret = Secret() }

  public init?(_ text: String) {
    guard let secret = Secret(text) else { return nil }
    self.secret = secret
  }

  public var description: String { secret.text }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let id = FileID(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "A file has 32 hexadecimal digits.")
    }
    self = id
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// What everybody in a conversation is told about a file that was sent.
public struct AttachedFile: Hashable, Sendable {
  public let id: FileID
  public let name: String
  public let type: String
  public let bytes: Int64
  /// Nil for what is no picture.
  public let size: PictureSize?

  public init(id: FileID, name: String, type: String, bytes: Int64, size: PictureSize?) {
    self.id = id
    self.name = name
    self.type = type
    self.bytes = bytes
    self.size = size
  }
}
