import Base
import Foundation
import NIOCore
import TestKit
import Testing

@testable import Files

/// Pictures and documents as strangers send them, through a real child.
@Suite("What a file is")
struct ExaminerTests {
  private func examine(_ sample: String, _ picture: Examiner.Picture = Examiner.Picture(side: 256)) async throws
    -> (finding: Examiner.Finding, picture: Data?)
  {
    let landing = Children.landing()
    let bytes = try Samples.bytes(sample)
    let found = try await landing.receive(Upload(bytes), upTo: 1 << 20) { landed in
      try await landing.examine(landed, picture: picture) { finding, path in
        (finding, try path.map { try Data(contentsOf: URL(fileURLWithPath: $0)) })
      }
    }
    // Nothing stays behind, neither what came in nor what was made of it.
    #expect(try FileManager.default.contentsOfDirectory(atPath: landing.folder).isEmpty)
    await landing.examiner.close()
    return found
  }

  @Test(
    "E46: the type is what is in the file, whatever it is called",
    arguments: [
      ("letter.pdf", "application/pdf"), ("letter.doc", "application/msword"),
      ("letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
      ("reordered.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
      ("macro.docx", "application/vnd.ms-word.document.macroenabled.12"),
      ("picture.svg", "image/svg+xml"), ("page.html", "text/html"), ("logo.png", "image/png"), ("turned.jpg", "image/jpeg"),
    ])
  func types(_ sample: String, _ type: String) async throws {
    #expect(try await examine(sample).finding.type == type)
  }

  @Test("E48: a photograph is turned upright, shrunk, and tells nothing about who took it")
  func photograph() async throws {
    let before = try Samples.bytes("turned.jpg")
    #expect(before.contains("SecretCamera") && before.contains("hidden comment"))
    let (finding, made) = try await examine("turned.jpg")
    let picture = try #require(made)
    // 640 × 480 with "turn by 90°" is 480 × 640.
    #expect(finding.size == PictureSize(width: 192, height: 256))
    for word in ["SecretCamera", "Ada Moreau", "hidden comment", "Exif"] { #expect(!picture.contains(word), "\(word)") }
    #expect(picture.starts(with: [0xFF, 0xD8, 0xFF]))
  }

  @Test("E48: a picture that is small already is not made larger")
  func small() async throws {
    let (finding, made) = try await examine("logo.png", Examiner.Picture(side: 2560))
    #expect(finding.size == PictureSize(width: 300, height: 300))
    #expect(made?.contains("Ada Moreau") == false)
  }

  @Test("E3: a logo of any of the four formats becomes a PNG", arguments: ["turned.jpg", "logo.png", "logo.webp", "two.gif"])
  func logo(_ sample: String) async throws {
    let (finding, made) = try await examine(sample, Examiner.Picture(side: 64, isPNG: true, isDemanded: true))
    #expect(finding.type == "image/png")
    #expect(max(finding.size?.width ?? 0, finding.size?.height ?? 0) == 64)
    #expect(made?.starts(with: [0x89, 0x50, 0x4E, 0x47]) == true)
  }

  @Test(
    "E46: what is no picture is refused where a picture is wanted",
    arguments: ["picture.svg", "page.html", "letter.pdf", "letter.docx"])
  func noPicture(_ sample: String) async throws {
    await #expect(throws: Refusal(.pictureTypeNotAllowed)) {
      try await examine(sample, Examiner.Picture(side: 64, isDemanded: true))
    }
  }

  @Test("E46: a picture bomb of 48 kB and 400 million pixels is refused before it is unpacked")
  func bomb() async throws {
    let start = ContinuousClock.now
    await #expect(throws: Refusal(.pictureTooLarge, arguments: ["limit": "64"])) { try await examine("bomb.png") }
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test("E46: a damaged picture is said to be damaged")
  func damaged() async throws {
    await #expect(throws: Refusal(.pictureUnreadable)) { try await examine("damaged.png") }
  }

  @Test("E46: a child that ends badly refuses the file and takes nobody with it")
  func badChild() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("landing-\(UInt64.random(in: 0 ... .max))").path
    for (program, expected) in [("/bin/false", Refusal(.pictureUnreadable)), ("/bin/true", Refusal(.pictureUnreadable))] {
      let landing = Landing(folder: folder, examiner: Examiner(program: program))
      await #expect(throws: expected) {
        try await landing.receive(Upload(Data([1])), upTo: 10) { landed in
          try await landing.examine(landed, picture: Examiner.Picture(side: 64)) { _, _ in }
        }
      }
      await landing.examiner.close()
    }
    let missing = Landing(folder: folder, examiner: Examiner(program: "/nowhere"))
    await #expect(throws: ExaminerFailure.notStarted) {
      try await missing.receive(Upload(Data([1])), upTo: 10) { landed in
        try await missing.examine(landed, picture: Examiner.Picture(side: 64)) { _, _ in }
      }
    }
    await missing.examiner.close()
  }

  @Test("E46: what waits for a child is bounded, and the rest is told to come back")
  func crowd() async throws {
    let examiner = Examiner(program: Children.program)
    let folder = FileManager.default.temporaryDirectory.path
    let refusals = await withTaskGroup(of: Refusal?.self) { group in
      for number in 0..<60 {
        group.addTask {
          let made = "\(folder)/crowd-\(number)-\(UInt32.random(in: 0 ... .max))"
          defer { unlink(made) }
          do {
            _ = try await examiner.examine(Samples.path("logo.png"), picture: Examiner.Picture(side: 16), into: made)
            return nil
          } catch { return error as? Refusal ?? Refusal(.notFound) }
        }
      }
      return await group.reduce(into: [Refusal?]()) { $0.append($1) }
    }
    await examiner.close()
    #expect(refusals.contains(nil))
    #expect(refusals.contains(Refusal(.unavailable, retryAfterSeconds: 2)))
    #expect(refusals.allSatisfy { $0 == nil || $0?.reason == .unavailable })
  }
}

extension Data {
  fileprivate func contains(_ word: String) -> Bool { range(of: Data(word.utf8)) != nil }
}
