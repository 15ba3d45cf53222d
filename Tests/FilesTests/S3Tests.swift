import Base
import Foundation
import NIOCore
import Outside
import TestKit
import Testing

@testable import Files

@Suite("Files in a store of objects")
struct S3Tests {
  @Test("E42a: a request is signed as Amazon's own example is")
  func vector() {
    let signature = AWSSignature(
      keyID: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", region: "us-east-1", service: "service")
    let request = AWSSignature.Request(
      method: "GET", path: "/", headers: ["host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"],
      bodyDigest: AWSSignature.digest([]))
    #expect(
      signature.authorization(of: request, at: "20150830T123600Z")
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    )
    #expect(AWSSignature.date(Moment(milliseconds: 1_440_938_160_000)) == "20150830T123600Z")
  }

  @Test("E42a: files are kept, read in parts and removed, by who signs rightly and nobody else", .enabled(if: Weed.isInstalled))
  func real() async throws {
    let weed = try await Weed()
    defer { weed.end() }
    let outside = Outside()
    defer { outside.close() }
    let storage = try #require(S3Storage(weed.address, account: Weed.account, outside: outside))
    try await storage.makeBucket()
    let place = FilePlace(folder: "5")
    #expect(try await storage.open(place) == nil)
    let large = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("s3-\(UInt32.random(in: 0 ... .max))")
    try large.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try await storage.keep(file.path, at: place)
    let stored = try #require(try await storage.open(place))
    #expect(stored.bytes == 3_000_000)
    var read = Data()
    while read.count < large.count {
      let piece = try await stored.read(at: Int64(read.count), count: 65_536)
      read += Data(piece.readableBytesView)
    }
    #expect(read == large)
    #expect(try await Data(stored.read(at: 2_999_990, count: 100).readableBytesView) == large.suffix(10))

    let stranger = S3Storage.Account(keyID: "parley", secret: "guessed", region: "eu-south-1")
    let foreign = try #require(S3Storage(weed.address, account: stranger, outside: outside))
    await #expect(throws: StorageFailure.self) { try await foreign.open(place) }
    await #expect(throws: StorageFailure.self) { try await foreign.remove(place) }
    try await storage.remove(place)
    try await storage.remove(place)
    #expect(try await storage.open(place) == nil)
    weed.end()
    await #expect(throws: StorageFailure.self) { try await storage.open(place) }
  }

  @Test(
    "E42a: an address of a store names a bucket", arguments: ["", "s3://bucket", "https://s3.example.com", "https://s3.example.com/a?b=c"])
  func addresses(_ text: String) {
    let outside = Outside()
    defer { outside.close() }
    #expect(S3Storage(text, account: Weed.account, outside: outside) == nil)
    #expect(S3Storage("https://s3.example.com/bucket/parley", account: Weed.account, outside: outside) != nil)
  }
}
