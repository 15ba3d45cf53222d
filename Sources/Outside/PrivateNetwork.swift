/// Which addresses are reachable only from here, and so may hold what is meant for nobody else: the special-purpose registries of IANA
/// (RFC 6890 and its updates), and IPv6 forms that carry an IPv4 address.
public enum PrivateNetwork {
  /// - Parameter bytes: four of IPv4 or sixteen of IPv6, in the order of the network. Anything else counts as private.
  public static func contains(_ bytes: [UInt8]) -> Bool {
    switch bytes.count {
    case 4: ranges4.contains { $0.holds(bytes) }
    case 16: containsSix(bytes)
    default: true
    }
  }

  private static func containsSix(_ bytes: [UInt8]) -> Bool {
    // Mapped (::ffff:0:0/96), compatible (::/96), translated (64:ff9b::/96) and 6to4 (2002::/16) addresses lead to an IPv4 one.
    if mapped.contains(where: { $0.holds(bytes) }) { return contains(Array(bytes[12..<16])) }
    if sixToFour.holds(bytes) { return contains(Array(bytes[2..<6])) }
    // Outside of 2000::/3 nothing is the public network: loopback, unique local, link-local, multicast.
    return !global.holds(bytes) || ranges6.contains { $0.holds(bytes) }
  }

  private struct Range {
    let prefix: [UInt8]
    let bits: Int

    init(_ prefix: [UInt8], _ bits: Int) {
      self.prefix = prefix
      self.bits = bits
    }

    func holds(_ bytes: [UInt8]) -> Bool {
      for bit in 0..<bits {
        let (byte, mask) = (bit / 8, UInt8(0x80) >> UInt8(bit % 8))
        if bytes[byte] & mask != (byte < prefix.count ? prefix[byte] : 0) & mask { return false }
      }
      return true
    }
  }

  private static let ranges4 = [
    Range([0], 8), Range([10], 8), Range([100, 64], 10), Range([127], 8), Range([169, 254], 16), Range([172, 16], 12),
    Range([192, 0, 0], 24), Range([192, 0, 2], 24), Range([192, 88, 99], 24), Range([192, 168], 16), Range([198, 18], 15),
    Range([198, 51, 100], 24), Range([203, 0, 113], 24),
    // Multicast, reserved and broadcast.
    Range([224], 3),
  ]
  private static let mapped = [
    Range([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96), Range([], 96), Range([0, 0x64, 0xFF, 0x9B], 96),
  ]
  private static let sixToFour = Range([0x20, 0x02], 16)
  private static let global = Range([0x20], 3)
  /// IETF protocols with Teredo, ORCHID and benchmarks; documentation.
  private static let ranges6 = [
    Range([0x20, 0x01, 0x00], 23), Range([0x20, 0x01, 0x0D, 0xB8], 32), Range([0x3F, 0xFF, 0x00], 20),
  ]
}
