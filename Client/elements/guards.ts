// What is looked at before a message leaves: whether it was meant for somebody else. It warns, and never holds back what is wanted.

import { gapIn } from "./replies.ts";

export type Warning =
  /** A place of a canned reply that nothing was put into. */
  | { readonly kind: "gap"; readonly name: string }
  /** It names another website. */
  | { readonly kind: "brand"; readonly name: string }
  /** It greets somebody else. */
  | { readonly kind: "name"; readonly name: string }
  /** It leads past the website. */
  | { readonly kind: "contact" }
  /** The same where the website hides it. */
  | { readonly kind: "hidden" }
  /** It calls a colleague, where the visitor reads it. */
  | { readonly kind: "colleague" };

export interface Circumstances {
  /** Names and hosts of one's other websites. */
  readonly otherBrands: readonly string[];
  /** Null before the form. */
  readonly visitor: string | null;
  /** What is said here is paid for, and shall stay here. */
  readonly isPaid: boolean;
  /** What the website does about contact details. */
  readonly offPlatform: "allow" | "warn" | "mask";
}

/** How a message begins that is addressed to somebody, in the languages of the product. Arabic knows no capitals to tell a name by. */
const greeting =
  /^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|bonjour|bonsoir|salut|chère?|ciao|salve|buongiorno|buonasera|gentile|car[oa])[\s,]+(\p{Lu}[\p{L}\p{M}'’-]+)/iu;
const nobody = new Set([
  "sir",
  "madam",
  "all",
  "there",
  "team",
  "everyone",
  "everybody",
  "again",
  "monsieur",
  "madame",
]);
const address = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/u;
const telephone = /(?:\+|\b)\d(?:[\s().-]?\d){7,14}\b/u;
const messenger = /\b(?:wa\.me|whatsapp\.com|t\.me|telegram\.me|m\.me|signal\.me)\/\S/iu;
const call = /(?:^|[^\p{L}\p{N}._+-])@\p{L}{2,}/u;

/** The first thing that looks wrong, or null. */
export function warningOf(text: string, circumstances: Circumstances): Warning | null {
  const { otherBrands, visitor, isPaid, offPlatform } = circumstances;
  const gap = gapIn(text);
  if (gap !== null) return { kind: "gap", name: gap.gap };
  const brand = otherBrands.find((name) => isNamed(name, text));
  if (brand !== undefined) return { kind: "brand", name: brand };
  const greeted = greetedIn(text);
  if (greeted !== null && visitor !== null && !wordsOf(visitor).includes(plain(greeted))) {
    return { kind: "name", name: greeted };
  }
  const leads = address.test(text) || telephone.test(text) || messenger.test(text);
  if (leads && offPlatform === "mask") return { kind: "hidden" };
  if (leads && (isPaid || offPlatform === "warn")) return { kind: "contact" };
  return call.test(text) ? { kind: "colleague" } : null;
}

function greetedIn(text: string): string | null {
  const name = greeting.exec(text.trim())?.[1] ?? null;
  // The expression takes capitals and small letters alike, but a name begins with a capital.
  return name === null || !/^\p{Lu}/u.test(name) || nobody.has(plain(name)) ? null : name;
}

function isNamed(name: string, text: string): boolean {
  const at = name.length < 3 ? -1 : text.toLowerCase().indexOf(name.toLowerCase());
  const isInside = /[\p{L}\p{N}]/u;
  return at !== -1 && !isInside.test(text[at - 1] ?? "") && !isInside.test(text[at + name.length] ?? "");
}

function wordsOf(name: string): readonly string[] {
  return plain(name).split(/[\s-]+/);
}

function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
