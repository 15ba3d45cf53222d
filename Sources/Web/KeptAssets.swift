import Base
import Foundation
import NIOCore

/// The assets of earlier versions, in a folder of the data: a page that was open during an upgrade still finds what it was built with.
///
/// Their names carry their hashes, so a file of one name is the same for ever.
public struct KeptAssets: Sendable {
  /// Counted from the last start of a version that had the file.
  static let keptSeconds: Int64 = 30 * 86_400

  private let folder: String

  /// Puts this version's assets beside the earlier ones, and deletes what no version of the last thirty days had.
  public init(folder: String, adding bundle: Bundle, at now: Moment) throws {
    self.folder = folder
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let time = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)
    for path in bundle.paths(under: "assets/") {
      let place = "\(folder)/\(path.dropFirst("assets/".count))"
      if let file = bundle[path], !files.fileExists(atPath: place) {
        // Whole or not at all: a start that is cut off leaves no half file behind.
        try Data(file.bytes.readableBytesView).write(to: URL(fileURLWithPath: place), options: .atomic)
      }
      try files.setAttributes([.modificationDate: time], ofItemAtPath: place)
    }
    let oldest = time.addingTimeInterval(-Double(Self.keptSeconds))
    for name in try files.contentsOfDirectory(atPath: folder) {
      let used = try files.attributesOfItem(atPath: "\(folder)/\(name)")[.modificationDate] as? Date
      if let used, used < oldest { try files.removeItem(atPath: "\(folder)/\(name)") }
    }
  }

  /// - Parameter name: one part of an address.
  public subscript(name: String) -> Bundle.File? {
    guard !name.contains("/"), !name.hasPrefix("."), !name.utf8.contains(0) else { return nil }
    return FileManager.default.contents(atPath: "\(folder)/\(name)").map {
      Bundle.File(bytes: ByteBuffer(bytes: $0), contentType: SourceFolder.contentType(of: name))
    }
  }
}
