import Glibc
import Testing

@testable import Outside

@Suite struct GuardTests {
  @Test(
    "Addresses that are reachable only from here are private",
    arguments: [
      [0, 0, 0, 0], [10, 1, 2, 3], [100, 64, 0, 1], [100, 127, 255, 255], [127, 0, 0, 1], [127, 9, 9, 9], [169, 254, 169, 254],
      [172, 16, 0, 1], [172, 31, 255, 255], [192, 0, 0, 8], [192, 0, 2, 1], [192, 168, 1, 1], [198, 18, 0, 1], [198, 51, 100, 7],
      [203, 0, 113, 7], [224, 0, 0, 1], [240, 0, 0, 1], [255, 255, 255, 255], [1, 2, 3], [],
    ] as [[UInt8]])
  func privateFour(bytes: [UInt8]) { #expect(PrivateNetwork.contains(bytes)) }

  @Test(
    "Other addresses are public",
    arguments: [
      [1, 1, 1, 1], [8, 8, 8, 8], [100, 63, 255, 255], [100, 128, 0, 0], [172, 15, 0, 1], [172, 32, 0, 1], [192, 0, 1, 1],
      [198, 20, 0, 1], [223, 255, 255, 255],
    ] as [[UInt8]])
  func publicFour(bytes: [UInt8]) { #expect(!PrivateNetwork.contains(bytes)) }

  @Test(
    "IPv6 that is local, or carries a private IPv4 address, is private",
    arguments: [
      "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::192.168.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "fe80::1", "fc00::1",
      "fd12:3456::1", "fec0::1", "ff02::1", "2002:7f00:1::", "2002:c0a8:101::1", "2001::1", "2001:db8::1", "3fff::1", "100::1",
    ])
  func privateSix(text: String) throws { #expect(PrivateNetwork.contains(try #require(bytes(text)))) }

  @Test(
    "IPv6 of the public network is public",
    arguments: ["2606:4700:4700::1111", "2a00:1450:4001::200e", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2400:cb00::1"])
  func publicSix(text: String) throws { #expect(!PrivateNetwork.contains(try #require(bytes(text)))) }

  private func bytes(_ text: String) -> [UInt8]? {
    var address = in6_addr()
    guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
    return withUnsafeBytes(of: &address) { Array($0) }
  }
}
