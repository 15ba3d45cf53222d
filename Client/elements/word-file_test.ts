import { assertEquals } from "../live/asserting.ts";
import { openingOf, readWord } from "./word-file.ts";

async function sample(name: string): Promise<Blob> {
  return new Blob([await Deno.readFile(new URL(`../../Tests/Samples/${name}`, import.meta.url))]);
}

/** A ZIP file of parts that are not packed, but for those that are. */
async function zip(parts: Readonly<Record<string, string>>, isPacked = false): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const plain = new Blob([text]).stream();
    const stream = isPacked ? plain.pipeThrough(new CompressionStream("deflate-raw")) : plain;
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const called = new TextEncoder().encode(name);
    const local = new DataView(new ArrayBuffer(30));
    local.setUint16(26, called.length, true);
    const central = new DataView(new ArrayBuffer(46));
    central.setUint32(0, 0x02014b50, true);
    central.setUint16(10, isPacked ? 8 : 0, true);
    central.setUint32(20, bytes.length, true);
    central.setUint16(28, called.length, true);
    central.setUint32(42, at, true);
    pieces.push(new Uint8Array(local.buffer), called, bytes);
    directory.push(new Uint8Array(central.buffer), called);
    at += 30 + called.length + bytes.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint32(12, directory.reduce((sum, piece) => sum + piece.length, 0), true);
  end.setUint32(16, at, true);
  return new Blob([...pieces, ...directory, new Uint8Array(end.buffer)]);
}

Deno.test("E41f: how a Word file begins is read before it is sent, in whatever order its parts stand", async () => {
  for (const name of ["letter.docx", "reordered.docx"]) {
    assertEquals((await readWord(await sample(name)))?.opening, "Dear Ada", name);
  }
});

Deno.test("E41f: its pages are those that the program counted that saved it", async () => {
  const body =
    "<w:p><w:r><w:t>Chapter one</w:t></w:r></w:p><w:p><w:t xml:space='preserve'>It was &amp; is &#233;t&#xE9;</w:t></w:p>";
  for (const isPacked of [false, true]) {
    const file = await zip({ "docProps/app.xml": "<Pages>48</Pages>", "word/document.xml": body }, isPacked);
    assertEquals(await readWord(file), { pages: 48, opening: "Chapter one\nIt was & is été" });
  }
});

Deno.test("E41f: what is no Word file, or a cut one, is said to be none", async () => {
  const whole = await sample("letter.docx");
  for (
    const file of [
      new Blob([]),
      await sample("letter.pdf"),
      await sample("letter.doc"),
      whole.slice(0, 300),
      whole.slice(300),
    ]
  ) {
    assertEquals(await readWord(file), null);
  }
  assertEquals(await readWord(await zip({ "xl/workbook.xml": "<a/>" })), null);
});

Deno.test("E41f: of a very large Word file only the beginning is unpacked", async () => {
  const line = `<w:p><w:t>${"long ".repeat(20)}</w:t></w:p>`;
  const file = await zip({ "word/document.xml": line.repeat(400_000) }, true);
  const opening = (await readWord(file))?.opening ?? "";
  assertEquals([opening.length <= 1_501, opening.endsWith("…")], [true, true]);
});

Deno.test("E41f: what was struck out is not shown, and a tab stays a tab", () => {
  assertEquals(
    openingOf("<w:p><w:delText>never</w:delText><w:t>a</w:t><w:tab/><w:t>b &unknown; c</w:t></w:p>"),
    "a\tb &unknown; c",
  );
});
