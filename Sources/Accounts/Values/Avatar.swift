/// One of the drawn portraits that stand for people; the drawings are in `Client/elements/avatars.ts`, under the same names.
public enum Avatar: String, CaseIterable, Codable, Sendable {
  case fern, clover, poppy, tulip, maple, cedar, willow, olive, iris, lotus
}
