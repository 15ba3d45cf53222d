/// One message of the server: a JSON object that begins with its event.
public protocol Frame: JSONWritable, Equatable, Sendable {
  var event: String { get }
  func writeFields(to json: inout JSONWriter)
}

extension Frame {
  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("event", event)
      writeFields(to: &object)
    }
  }
}
