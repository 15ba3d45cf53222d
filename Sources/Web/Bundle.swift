import CEmbedded
import FoundationEssentials
import NIOCore

/// The files that belong to the program: built assets, texts, templates and schema.
///
/// They are packed into the program itself, so that a copied program is complete. In development they are read from the source folder
/// instead, at every use, so that a changed text or template shows at the next request.
public struct Bundle: Sendable {
  public struct File: Sendable {
    public let bytes: ByteBuffer
    public let contentType: String

    public var text: String { String(buffer: bytes) }
  }

  private enum Origin: Sendable {
    case packed([String: File])
    case folder(SourceFolder)
  }

  private let origin: Origin
  /// Whether it is what was packed into this program, which is the same for as long as it runs.
  private(set) var isEmbedded = false

  /// What `bin/assets` packed into this program.
  public static func embedded() throws -> Bundle { try own.get() }

  private static let own = Result {
    let bytes = UnsafeRawBufferPointer(start: parley_bundle(), count: parley_bundle_length())
    var bundle = try Bundle(packed: Array(bytes))
    bundle.isEmbedded = true
    return bundle
  }

  /// Files as they lie in a checkout.
  public init(sourceFolder: String) { origin = .folder(SourceFolder(path: sourceFolder)) }

  /// Reads the archive: the length of a JSON index as eight bytes, little-endian, the index, then the files.
  public init(packed archive: [UInt8]) throws {
    guard archive.count >= 8 else { throw BundleError.noArchive }
    let length = archive.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= archive.count - 8 else { throw BundleError.noArchive }
    let start = 8 + Int(length)
    let index = try JSONDecoder().decode([String: Place].self, from: Data(archive[8..<start]))
    origin = .packed(
      try index.mapValues { place in
        guard place.offset >= 0, place.length >= 0, start + place.offset + place.length <= archive.count else {
          throw BundleError.noArchive
        }
        let bytes = archive[(start + place.offset)..<(start + place.offset + place.length)]
        return File(bytes: ByteBuffer(bytes: bytes), contentType: place.contentType)
      })
  }

  /// The files as they are now, kept in memory and read no more.
  public func frozen() -> Bundle {
    guard case .folder = origin else { return self }
    let paths = ["Locales/", "Schema/", "templates/", "assets/"].flatMap(paths) + ["widget.js", "quiet.js", "sw.js", "manifest.json"]
    return Bundle(.packed(Dictionary(uniqueKeysWithValues: paths.compactMap { path in self[path].map { (path, $0) } })))
  }

  private init(_ origin: Origin) { self.origin = origin }

  /// Whether files may change while the program runs.
  public var isReloaded: Bool { if case .folder = origin { true } else { false } }

  public subscript(path: String) -> File? {
    switch origin {
    case .packed(let files): files[path]
    case .folder(let folder): folder.file(path)
    }
  }

  /// The paths of all files below a folder that ends with a slash, sorted.
  public func paths(under folder: String) -> [String] {
    switch origin {
    case .packed(let files): files.keys.filter { $0.hasPrefix(folder) }.sorted()
    case .folder(let source): source.paths(under: folder).sorted()
    }
  }

  /// The address of a built asset by its plain name: `app.css` is `/assets/app-1f3c….css`.
  ///
  /// Nil for a name that was never built, which a page then leaves out.
  public func assetAddress(_ name: String) -> String? { manifest[name] }

  /// Plain names of assets and the addresses at which they are served.
  public var manifest: [String: String] {
    guard let file = self["manifest.json"], let names = try? JSONDecoder().decode([String: String].self, from: Data(file.text.utf8)) else {
      return [:]
    }
    return names.mapValues { $0.hasPrefix("/") ? $0 : "/" + $0 }
  }
}

public enum BundleError: Error {
  /// The program was built without `bin/assets`.
  case noArchive
}

/// Where a file lies in the archive, written as [offset, length, type] to keep the index small.
private struct Place: Decodable {
  let offset: Int
  let length: Int
  let contentType: String

  init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    offset = try list.decode(Int.self)
    length = try list.decode(Int.self)
    contentType = try list.decode(String.self)
  }
}
