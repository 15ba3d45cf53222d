import catalogue from "../../Locales/en/widget.json" with { type: "json" };
import { assertEquals } from "../live/asserting.ts";
import { accepted, faultOf, fitted, sayBytes } from "./file-checks.ts";
import { Texts } from "./texts.ts";

const texts = new Texts(catalogue, "en");
const megabyte = 1024 * 1024;

Deno.test("E41a: PDF, Word, JPG and PNG may be chosen, however their ending is written", () => {
  assertEquals(accepted, ".pdf,.doc,.docx,.jpg,.jpeg,.png");
  for (const name of ["a.pdf", "A.PDF", "thesis.v2.docx", "old.doc", "p.jpg", "p.jpeg", "p.Png"]) {
    assertEquals(faultOf({ name, size: 1 }, texts), null, name);
  }
  for (const name of ["page.html", "drawing.svg", "run.pdf.exe", "pdf", "archive.zip"]) {
    assertEquals(faultOf({ name, size: 1 }, texts), texts.say("files.wrongType", { name }), name);
  }
});

Deno.test("E41b: ten megabytes may be sent, one byte more not, and nothing is no file", () => {
  const name = "a.pdf";
  assertEquals(faultOf({ name, size: 10 * megabyte }, texts), null);
  assertEquals(faultOf({ name, size: 10 * megabyte + 1 }, texts), texts.say("files.tooLarge", { name }));
  assertEquals(faultOf({ name, size: 0 }, texts), texts.say("files.empty", { name }));
});

Deno.test("E41d: sizes are said in the words of the language", () => {
  const said = (bytes: number, language = "en"): string =>
    sayBytes(bytes, language).replaceAll(/[\u2068\u2069]/g, "").replaceAll(/\s/g, " ");
  assertEquals([1, 48_213, 1_048_000, 10 * megabyte].map((bytes) => said(bytes)), [
    "1 kB",
    "47 kB",
    "1,023 kB",
    "10 MB",
  ]);
  assertEquals(said(2.5 * megabyte, "fr"), "2,5 Mo");
});

Deno.test("E41d: a picture is made to fit and never made larger", () => {
  assertEquals(fitted(2560, 1280, 256), { width: 256, height: 128 });
  assertEquals(fitted(100, 40, 256), { width: 100, height: 40 });
  assertEquals(fitted(1, 9000, 256), { width: 1, height: 256 });
});
