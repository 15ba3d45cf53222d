import CCurl

extension Transfer {
  convenience init(_ delivery: SMTPDelivery, certificates: String?) throws {
    guard Self.isPlain(delivery.sender), Self.isPlain(delivery.recipient), !delivery.recipient.isEmpty,
      !(delivery.sender + delivery.recipient).contains(where: { "<>".contains($0) })
    else {
      throw OutsideFailure.notSendable("an address of mail has no white space and no brackets")
    }
    let hello = delivery.server.hello.map { "/" + $0 } ?? ""
    try self.init(url: delivery.server.url + hello, reach: .anywhere, upload: delivery.message, answerLimitBytes: 0)
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    set(CURLOPT_CONNECTTIMEOUT, delivery.connectSeconds)
    set(CURLOPT_TIMEOUT, delivery.totalSeconds)
    set(CURLOPT_USE_SSL, Int(delivery.server.needsTLS ? CURLUSESSL_ALL.rawValue : CURLUSESSL_NONE.rawValue))
    if let certificates { set(CURLOPT_CAINFO, certificates) }
    if let user = delivery.server.user {
      set(CURLOPT_USERNAME, user)
      set(CURLOPT_PASSWORD, delivery.server.password ?? "")
    }
    set(CURLOPT_MAIL_FROM, "<\(delivery.sender)>")
    set(CURLOPT_MAIL_RCPT, ["<\(delivery.recipient)>"])
    set(CURLOPT_UPLOAD, 1)
    parley_curl_size(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(delivery.message.count))
    sendUpload()
    followCommands()
  }
}

extension SMTPRefusal.Step {
  /// - Parameter command: what the server answered; what follows `DATA` is the letter.
  init(_ command: String) {
    switch command {
    case "RCPT": self = .recipient
    case "DATA": self = .letter
    default: self = .us
    }
  }
}
