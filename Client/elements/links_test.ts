import { assertEquals } from "../live/asserting.ts";
import { linked } from "./links.ts";

/** Each part as it is read; a link with where it leads. */
function read(text: string): string[] {
  const parts = linked(text);
  assertEquals(parts.map((part) => typeof part === "string" ? part : part.text).join(""), text);
  return parts.map((part) => typeof part === "string" ? part : `<${part.text} ${part.href}>`);
}

Deno.test("E14a: addresses of the web and of mail become links, and the text around them stays", () => {
  assertEquals(read("See https://example.com/a?b=c#d now"), [
    "See ",
    "<https://example.com/a?b=c#d https://example.com/a?b=c#d>",
    " now",
  ]);
  assertEquals(read("HTTP://EXAMPLE.com"), ["<HTTP://EXAMPLE.com http://example.com/>"]);
  assertEquals(read("ada@example.com or mailto:ben@example.co.uk"), [
    "<ada@example.com mailto:ada@example.com>",
    " or ",
    "<mailto:ben@example.co.uk mailto:ben@example.co.uk>",
  ]);
  assertEquals(read("nothing here"), ["nothing here"]);
  assertEquals(read(""), []);
});

Deno.test("E14a: what ends the sentence is no part of an address, and brackets only where the address opened them", () => {
  const home = "<https://example.com https://example.com/>";
  for (const end of [".", ",", "!", "?", "...", ")", "]", "؟", "،", "”", "’."]) {
    assertEquals(read(`https://example.com${end}`), [home, end]);
  }
  assertEquals(read("(https://example.com/a_(b))"), [
    "(",
    "<https://example.com/a_(b) https://example.com/a_(b)>",
    ")",
  ]);
  assertEquals(read("write to ada@example.com."), ["write to ", "<ada@example.com mailto:ada@example.com>", "."]);
});

Deno.test("E77: nothing leads anywhere but to the web and to mail, and no link shows another place than its own", () => {
  const hostile = [
    "javascript:alert(1)",
    "JaVaScRiPt://example.com/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "javascript:alert('a@b.c')",
    "https://",
    "http://[",
    "mailto:",
    "mailto:?subject=x",
    "https://bank.example@evil.example/",
    "xhttps://example.com",
    "a@b",
  ];
  for (const text of hostile) assertEquals(read(text).filter((part) => /^<\S+ (?!mailto:)/.test(part)), [], text);
  assertEquals(read("https://example.com/\u202egpj.exe"), [
    "<https://example.com/ https://example.com/>",
    "\u202egpj.exe",
  ]);
  assertEquals(read('<a href="https://example.com">'), [
    '<a href="',
    "<https://example.com https://example.com/>",
    '">',
  ]);
  assertEquals(read("انظر https://example.com/ا الآن"), [
    "انظر ",
    "<https://example.com/ا https://example.com/%D8%A7>",
    " الآن",
  ]);
});

Deno.test("E77: a text that is nothing but signs is read, however long it is", () => {
  // With a pattern that goes back over what it read this would take longer than the test run is given.
  for (const sign of ["a.", "@", ")", "https://", ".", "a@", "()"]) {
    assertEquals(linked(`https://a${sign.repeat(8_000 / sign.length)}`).length > 0, true);
    assertEquals(linked(sign.repeat(8_000 / sign.length)).length > 0, true);
  }
});
