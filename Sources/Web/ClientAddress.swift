#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a request comes from, as limits and logs see it.
public struct ClientAddress: Hashable, Sendable {
  /// In its canonical form; `unknown` for what is no address, such as the peer of a local socket.
  public let text: String
  /// What limits count by: an IPv4 address, or the /64 network of an IPv6 one, because every home has a whole /64.
  public let network: String

  public init(_ text: String) {
    guard let address = IPAddress(text) else {
      self.text = "unknown"
      network = "unknown"
      return
    }
    self.text = address.description
    network = address.network
  }

  /// The client behind a chain of proxies: the last address that no trusted proxy vouches for.
  ///
  /// - Parameter forwarded: the values of `X-Forwarded-For`, which count only as far as trusted proxies wrote them.
  public init(peer: String, forwarded: [String], trusted: [AddressRange]) {
    var client = peer
    let hopLimit = 16
    let hops = listed(forwarded).suffix(hopLimit)
    for hop in hops.reversed() {
      guard let address = IPAddress(client), trusted.contains(where: { $0.contains(address) }), IPAddress(hop) != nil else { break }
      client = hop
    }
    self.init(client)
  }
}

/// Addresses that begin with the same bits, such as `10.0.0.0/8` or `::1`.
public struct AddressRange: Hashable, Sendable {
  private let start: IPAddress
  private let bits: Int

  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, parts.count <= 2, let start = IPAddress(String(first)) else { return nil }
    let width = start.bytes.count * 8
    guard let bits = parts.count == 2 ? Int(parts[1]) : width, (0...width).contains(bits) else { return nil }
    self.start = start
    self.bits = bits
  }

  func contains(_ address: IPAddress) -> Bool {
    guard address.bytes.count == start.bytes.count else { return false }
    return (0..<bits).allSatisfy { bit in
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      return address.bytes[bit / 8] & mask == start.bytes[bit / 8] & mask
    }
  }
}

/// Four or sixteen bytes. An IPv4 address inside IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
struct IPAddress: Hashable, CustomStringConvertible {
  let bytes: [UInt8]

  init(bytes: [UInt8]) {
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    self.bytes = bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
  }

  init?(_ text: String) {
    var four = [UInt8](repeating: 0, count: 4)
    var sixteen = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(bytes: four)
    } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
      self.init(bytes: sixteen)
    } else {
      return nil
    }
  }

  /// The address itself, or the /64 that an IPv6 address lies in.
  var network: String {
    guard bytes.count == 16 else { return description }
    return IPAddress(bytes: bytes.prefix(8) + [UInt8](repeating: 0, count: 8)).description + "/64"
  }

  var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
