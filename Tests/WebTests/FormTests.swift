import Base
import HTTPTypes
import Hummingbird
import NIOCore
import Testing
import Web

@Suite struct FormTests {
  func form(_ body: String, type: String = "application/x-www-form-urlencoded") async throws -> Form {
    let head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/", headerFields: [.contentType: type])
    return try await Form(of: Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body))))
  }

  @Test("E77: a form is read as it was typed, in every script, with blanks around a value cut off")
  func decoding() async throws {
    let form = try await form("name=+Zo%C3%AB+&roles=agent&roles=manager&text=a%0D%0Ab&empty=&flag&password=+x+")
    #expect(form["name"] == "Zoë")
    #expect(form.all("roles") == ["agent", "manager"])
    #expect(form["text"] == "a\nb")
    #expect(form["empty"].isEmpty && form["absent"].isEmpty && form.has("flag") && !form.has("absent"))
    #expect(form.exact("password") == " x ")
  }

  @Test(
    "E77: a form that is broken, too long or holds NUL is refused",
    arguments: [
      ("name=%C3", Refusal.Reason.notUnderstood), ("name=%zz", .notUnderstood), ("name=a%00b", .textHasNull),
      (String(repeating: "a=1&", count: 1001), .tooLarge),
    ])
  func refused(body: String, reason: Refusal.Reason) async throws {
    let error = await #expect(throws: Refusal.self) { try await form(body) }
    #expect(error?.reason == reason)
  }

  @Test("E77: only forms are read as forms, and none above 64 KiB")
  func type() async throws {
    await #expect(throws: Refusal(.notUnderstood)) { try await form("a=1", type: "text/plain") }
    await #expect(throws: NIOTooManyBytesError.self) { try await form(String(repeating: "a", count: Form.byteLimit + 1)) }
  }
}
