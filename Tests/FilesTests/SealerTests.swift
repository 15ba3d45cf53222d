import Base
import Foundation
import TestKit
import Testing

@testable import Files

@Suite("Sealed copies")
struct SealerTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sealed-\(UInt64.random(in: 0 ... .max))").path

  @Test("E84c: a copy is sealed under a key of the person, opens with it, and with no other")
  func seal() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let sealer = Sealer(folder: folder + "/copies", keys: KeyFolder(folder + "/keys"))
    let (ada, ben) = (VisitorID(rawValue: 71), VisitorID(rawValue: 72))
    let place = FilePlace(folder: "5")
    let file = try #require(try DiskFile(Samples.path("letter.pdf")))
    try await sealer.seal(file, at: place, of: ada)
    try await sealer.seal(file, at: place, of: ada)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/copies/5")
    #expect(names == ["\(place.name).sealed"])
    let stored = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/copies/5/\(names[0])"))
    #expect(stored.range(of: Data("%PDF".utf8)) == nil)
    #expect(try await sealer.open(place, of: ada) == Samples.bytes("letter.pdf"))
    await #expect(throws: (any Error).self) { try await sealer.open(place, of: ben) }
    #expect(try await sealer.open(FilePlace(folder: "5"), of: ada) == nil)
    // Without the key nobody opens it again: that is what erasing means.
    try FileManager.default.removeItem(atPath: folder + "/keys/visitor-71")
    await #expect(throws: (any Error).self) { try await sealer.open(place, of: ada) }
  }

  @Test("E84c: a key is made once, whoever asks at the same time, and only its owner may read it")
  func keys() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let keys = KeyFolder(folder)
    let made = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<20 { group.addTask { try keys.key("seal").withUnsafeBytes { Array($0) } } }
      return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
    }
    #expect(made.count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["seal"])
    let rights = try FileManager.default.attributesOfItem(atPath: folder + "/seal")[.posixPermissions] as? NSNumber
    #expect(rights?.intValue == 0o600)
  }
}
