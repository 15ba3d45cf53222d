import catalogue from "../../Locales/en/widget.json" with { type: "json" };
import { assertEquals } from "../live/asserting.ts";
import { faultOf, fitted, sayBytes, usual } from "./file-checks.ts";
import { Texts } from "./texts.ts";

const texts = new Texts(catalogue, "en");
const megabyte = 1024 * 1024;

Deno.test("E41a: PDF, Word, JPG and PNG may be chosen, however their ending is written", () => {
  assertEquals(usual.endings, ["pdf", "doc", "docx", "jpg", "jpeg", "png"]);
  const kinds = usual.endings;
  for (const name of ["a.pdf", "A.PDF", "thesis.v2.docx", "old.doc", "p.jpg", "p.jpeg", "p.Png"]) {
    assertEquals(faultOf({ name, size: 1 }, texts, usual), null, name);
  }
  for (const name of ["page.html", "drawing.svg", "run.pdf.exe", "pdf", "archive.zip"]) {
    assertEquals(faultOf({ name, size: 1 }, texts, usual), texts.say("files.wrongType", { name, kinds }), name);
  }
});

Deno.test("E41b: ten megabytes may be sent, one byte more not, and nothing is no file", () => {
  const name = "a.pdf";
  const faultAt = (size: number, taking = usual): string | null => faultOf({ name, size }, texts, taking);
  assertEquals(faultAt(10 * megabyte), null);
  assertEquals(faultAt(10 * megabyte + 1), texts.say("files.tooLarge", { name, limit: 10 }));
  assertEquals(faultAt(0), texts.say("files.empty", { name }));
});

Deno.test("X7: a website that takes fewer kinds and smaller files says which", () => {
  const taking = { endings: ["pdf"], megabytes: 2 };
  assertEquals(
    faultOf({ name: "a.png", size: 1 }, texts, taking),
    texts.say("files.wrongType", { name: "a.png", kinds: ["pdf"] }),
  );
  assertEquals(
    faultOf({ name: "a.pdf", size: 2 * megabyte + 1 }, texts, taking),
    texts.say("files.tooLarge", { name: "a.pdf", limit: 2 }),
  );
  assertEquals(faultOf({ name: "a.pdf", size: 2 * megabyte }, texts, taking), null);
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
