/// The parts of header values that are lists with commas, without the blanks between them.
func listed(_ values: [String]) -> [String] {
  values.flatMap { value -> [String] in
    value.split(separator: ",").map { part in String(part.filter { $0 != " " }) }
  }
}
