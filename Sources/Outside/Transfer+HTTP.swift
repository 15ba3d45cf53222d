import CCurl

extension Transfer {
  convenience init(_ question: HTTPQuestion, certificates: String?) throws {
    try self.init(
      url: question.url, reach: question.reach, upload: [], answerLimitBytes: question.answerLimitBytes)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
    set(CURLOPT_CONNECTTIMEOUT, question.connectSeconds)
    set(CURLOPT_TIMEOUT, question.totalSeconds)
    // A path is sent as it was written: signatures are made over it.
    set(CURLOPT_PATH_AS_IS, 1)
    set(CURLOPT_USERAGENT, "Parley")
    if let certificates { set(CURLOPT_CAINFO, certificates) }
    if question.reach == .publicNetwork, question.redirectLimit > 0 {
      set(CURLOPT_FOLLOWLOCATION, 1)
      set(CURLOPT_MAXREDIRS, question.redirectLimit)
    }
    set(CURLOPT_HTTPHEADER, try Self.lines(of: question.headers))
    try say(question.method, question.body)
  }

  func answer(status: Int) -> HTTPAnswer { HTTPAnswer(status: status, headers: headers, body: body) }

  private func say(_ method: String, _ body: [UInt8]?) throws {
    guard !method.isEmpty, method.utf8.allSatisfy({ (65...90).contains($0) }) else {
      throw OutsideFailure.notSendable("a method is a word")
    }
    if let body {
      parley_curl_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
      body.withUnsafeBytes { bytes in
        if let start = bytes.baseAddress, !bytes.isEmpty {
          // libcurl copies the bytes.
          parley_curl_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: start))
        } else {
          set(CURLOPT_COPYPOSTFIELDS, "")
        }
      }
    } else if method == "HEAD" {
      set(CURLOPT_NOBODY, 1)
    }
    if method != "GET" || body != nil { set(CURLOPT_CUSTOMREQUEST, method) }
  }

  private static func lines(of headers: [(name: String, value: String)]) throws -> [String] {
    // Nobody waits for "100 Continue".
    try ["Expect:"]
      + headers.map { name, value in
        let isName = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        let isValue = !value.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }
        guard isName, isValue else { throw OutsideFailure.notSendable("a header has one line") }
        // An empty value would take a header of libcurl's own away; this form sends it empty.
        return value.isEmpty ? "\(name);" : "\(name): \(value)"
      }
  }
}
