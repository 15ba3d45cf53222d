import Foundation
import Places
import Synchronization
import Testing

/// Files that an independent writer made: Tests/Samples/places.py.
@Suite struct PlacesTests {
  private static let samples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Samples")

  /// What was noted. A class, because the reader and the test share it.
  private final class Notes: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var count: Int { lines.withLock { $0.count } }
  }

  private static func inFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  /// As `geoipupdate` does it: the new file takes the place of the old one.
  private static func put(_ sample: String, at file: URL) throws {
    let draft = file.appendingPathExtension("draft")
    try FileManager.default.copyItem(at: samples.appending(path: sample), to: draft)
    if rename(draft.path, file.path) != 0 { throw CocoaError(.fileWriteUnknown) }
  }

  @Test("E49: an address of either kind has a country and, where that is known, a city; anything else has none")
  func known() async {
    let places = Places(file: Self.samples.appending(path: "places.mmdb").path) { _ in }
    #expect(await places.place(of: "203.0.113.9") == Place(country: "TN", city: "Sfax"))
    #expect(await places.place(of: "2001:db8:7::1") == Place(country: "FR", city: "Lyon"))
    #expect(await places.place(of: "198.51.100.1") == Place(country: "IT", city: nil))
    for unknown in ["192.0.2.1", "2a00::1", "", "nonsense"] {
      #expect(await places.place(of: unknown) == nil, "\(unknown)")
    }
  }

  @Test("E49: a file that takes the place of another is read from then on, and one that is damaged or gone changes nothing")
  func changes() async throws {
    try await Self.inFolder { folder in
      let (file, notes) = (folder.appending(path: "places.mmdb"), Notes())
      let places = Places(file: file.path) { notes.add($0) }
      for _ in 0..<3 { #expect(await places.place(of: "203.0.113.9") == nil) }
      #expect(notes.count == 1, "it is noted once")
      try Self.put("places.mmdb", at: file)
      #expect(await places.place(of: "203.0.113.9")?.city == "Sfax")
      try Self.put("places-later.mmdb", at: file)
      #expect(await places.place(of: "203.0.113.9")?.city == "Sousse")
      try Self.put("places.py", at: file)
      for _ in 0..<3 { #expect(await places.place(of: "203.0.113.9")?.city == "Sousse") }
      #expect(notes.count == 2, "it is noted once")
      try FileManager.default.removeItem(at: file)
      #expect(await places.place(of: "203.0.113.9")?.city == "Sousse" && notes.count == 3)
      try Self.put("places.mmdb", at: file)
      #expect(await places.place(of: "203.0.113.9")?.city == "Sfax")
    }
  }

  @Test("E49: many ask at once while the file is changed")
  func atOnce() async throws {
    try await Self.inFolder { folder in
      let file = folder.appending(path: "places.mmdb")
      try Self.put("places.mmdb", at: file)
      let places = Places(file: file.path) { _ in }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask { for _ in 0..<200 { #expect(await places.place(of: "2001:db8::1")?.city == "Lyon") } }
        }
        group.addTask { for number in 0..<50 { try Self.put(number % 2 == 0 ? "places-later.mmdb" : "places.mmdb", at: file) } }
        try await group.waitForAll()
      }
    }
  }
}
