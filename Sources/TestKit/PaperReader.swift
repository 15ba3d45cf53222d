import Foundation

/// Reads PDF files back with poppler, which had no part in making them.
public enum PaperReader {
  /// The text of all pages, with plain spaces and without the marks of direction that poppler adds.
  ///
  /// In Arabic poppler turns the letters of a ligature around (لا), so words with one are not found.
  public static func text(_ bytes: some DataProtocol) throws -> String {
    let read = try run("pdftotext", ["-layout"], bytes, ["-"])
    let plain = read.unicodeScalars.compactMap { scalar -> Unicode.Scalar? in
      switch scalar.value {
      case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: nil
      case 0xA0, 0x202F: " "
      default: scalar
      }
    }
    return String(String.UnicodeScalarView(plain))
  }

  /// What `pdfinfo` says: "Pages: 1" and more.
  public static func facts(_ bytes: some DataProtocol) throws -> [String: String] {
    let lines = try run("pdfinfo", ["-isodates"], bytes, []).split(separator: "\n").map { $0.split(separator: ":", maxSplits: 1) }
    let pairs = lines.compactMap { $0.count == 2 ? (String($0[0]), $0[1].trimmingCharacters(in: .whitespaces)) : nil }
    return Dictionary(pairs) { first, _ in first }
  }

  private static func run(_ program: String, _ before: [String], _ bytes: some DataProtocol, _ after: [String]) throws -> String {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("paper-\(UInt64.random(in: 0 ... .max)).pdf")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let (process, out) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/\(program)")
    process.arguments = before + [file.path] + after
    process.standardOutput = out
    try process.run()
    let read = out.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Unreadable() }
    return String(decoding: read, as: UTF8.self)
  }

  public struct Unreadable: Error {}
}
