import Foundation

/// docs/openapi.json, so that tests can hold it against what the program really answers.
///
/// It understands what the document uses of JSON Schema and stops at any other word, so that nothing stays unchecked.
public struct APIDescription {
  public typealias Object = [String: Any]
  private let document: Object

  public init(_ data: Data) throws {
    guard let document = try JSONSerialization.jsonObject(with: data) as? Object else { throw NotAnObject() }
    self.document = document
  }

  /// Such as `POST /api/v1/widget/{key}/views`.
  public var operations: Set<String> {
    Set(paths.flatMap { path, item in (item as? Object ?? [:]).keys.map { "\($0.uppercased()) \(path)" } })
  }

  /// What is wrong with an answer to an operation; empty when it is as described.
  ///
  /// - Parameter body: the text of the answer, empty for none.
  public func problems(of body: String, status: Int, to operation: String) -> [String] {
    let parts = operation.split(separator: " ")
    let item = (paths[String(parts[1])] as? Object)?[parts[0].lowercased()] as? Object
    guard let response = (item?["responses"] as? Object)?["\(status)"] as? Object else {
      return ["\(operation) answers \(status): not described"]
    }
    guard let content = (response["content"] as? Object)?["application/json"] as? Object else {
      return body.isEmpty ? [] : ["\(operation) answers \(status) with a body: not described"]
    }
    guard let value = try? JSONSerialization.jsonObject(with: Data(body.utf8)) else { return ["\(operation) answers no JSON"] }
    return problems(of: value, by: content["schema"] as? Object ?? [:], at: operation)
  }

  private struct NotAnObject: Error {}

  private var paths: Object { document["paths"] as? Object ?? [:] }

  private func problems(of value: Any, by schema: Object, at place: String) -> [String] {
    schema.flatMap { word, rule -> [String] in
      switch word {
      case "description", "default": []
      case "$ref": problems(of: value, by: resolved(rule), at: place)
      case "type": types(rule).contains { Self.is(value, $0) } ? [] : ["\(place) is no \(rule)"]
      case "enum": (rule as? [String])?.contains(value as? String ?? "") == true ? [] : ["\(place) is none of \(rule)"]
      case "const": rule as? String == value as? String ? [] : ["\(place) is not \(rule)"]
      case "pattern": matches(value, rule) ? [] : ["\(place) does not match \(rule)"]
      case "minimum": compare(value, rule) { $0 >= $1 } ? [] : ["\(place) is below \(rule)"]
      case "maximum": compare(value, rule) { $0 <= $1 } ? [] : ["\(place) is above \(rule)"]
      case "required": (rule as? [String] ?? []).filter { (value as? Object)?[$0] == nil }.map { "\(place) has no \($0)" }
      case "properties": properties(value, rule as? Object ?? [:], place)
      case "additionalProperties": more(value, rule, of: schema, place)
      case "items":
        (value as? [Any] ?? []).enumerated().flatMap { problems(of: $1, by: rule as? Object ?? [:], at: "\(place)[\($0)]") }
      default: ["\(place): the word \(word) is not understood here"]
      }
    }
  }

  private func properties(_ value: Any, _ rules: Object, _ place: String) -> [String] {
    rules.flatMap { name, rule in
      (value as? Object)?[name].map { problems(of: $0, by: rule as? Object ?? [:], at: "\(place).\(name)") } ?? []
    }
  }

  private func more(_ value: Any, _ rule: Any, of schema: Object, _ place: String) -> [String] {
    let known = schema["properties"] as? Object ?? [:]
    let others = (value as? Object ?? [:]).filter { known[$0.key] == nil }
    if let rule = rule as? Object { return others.flatMap { problems(of: $0.value, by: rule, at: "\(place).\($0.key)") } }
    return rule as? Bool == false ? others.keys.map { "\(place) has \($0), which is not described" } : []
  }

  private func resolved(_ reference: Any) -> Object {
    let steps = (reference as? String ?? "").split(separator: "/").dropFirst().map(String.init)
    return steps.reduce(document) { $0[$1] as? Object ?? [:] }
  }

  private func types(_ rule: Any) -> [String] { rule as? [String] ?? [rule as? String ?? ""] }

  private func matches(_ value: Any, _ rule: Any) -> Bool {
    guard let text = value as? String, let pattern = rule as? String else { return false }
    return text.range(of: pattern, options: .regularExpression) != nil
  }

  private func compare(_ value: Any, _ rule: Any, _ holds: (Double, Double) -> Bool) -> Bool {
    guard let value = value as? NSNumber, let rule = rule as? NSNumber else { return false }
    return holds(value.doubleValue, rule.doubleValue)
  }

  private static func `is`(_ value: Any, _ type: String) -> Bool {
    switch type {
    case "null": value is NSNull
    case "string": value is String
    case "array": value is [Any]
    case "object": value is Object
    case "boolean": isBoolean(value)
    case "integer": !isBoolean(value) && (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } == true
    default: false
    }
  }

  /// JSONSerialization reads true as a number too; only the type of that number tells them apart.
  private static func isBoolean(_ value: Any) -> Bool { (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false }
}
