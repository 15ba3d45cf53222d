// How a Word file begins, read in the browser before anything of it travels (E41f). Only the packed kind, DOCX, can be looked into.
// Nothing here lays a page out: what is shown is the text alone, and it is called that.

export interface WordFile {
  /** As the program counted that saved it; null when it did not say. */
  readonly pages: number | null;
  readonly opening: string;
}

/** Of the text that is shown. */
const openingCharacters = 1_500;
/** Of what is unpacked for it: a small file may hold a very large one. */
const unpackedBytes = 512 * 1024;
const directoryBytes = 1024 * 1024;

/** Null when it is no such file, or a damaged one. */
export async function readWord(file: Blob): Promise<WordFile | null> {
  try {
    const parts = await partsOf(file);
    const body = parts.get("word/document.xml");
    if (body === undefined) return null;
    const facts = parts.get("docProps/app.xml");
    const pages = facts === undefined ? null : /<Pages>(\d{1,6})<\/Pages>/.exec(await unpack(file, facts))?.[1];
    return { pages: pages ? Number(pages) : null, opening: openingOf(await unpack(file, body)) };
  } catch {
    return null;
  }
}

/** The words of the first paragraphs. What was struck out while changes were tracked stands in other marks and stays out. */
export function openingOf(xml: string): string {
  let text = "";
  for (const [mark, words] of xml.matchAll(/<w:t(?:\s[^>]*)?>([^<]*)<\/w:t>|<\/w:p>|<w:(?:tab|br)(?:\s[^>]*)?\/>/g)) {
    text += words !== undefined ? plain(words) : mark.startsWith("<w:tab") ? "\t" : "\n";
    if (text.length > openingCharacters) return `${text.slice(0, openingCharacters).trim()}…`;
  }
  return text.trim();
}

const names: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function plain(words: string): string {
  return words.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (name !== undefined) return names[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? parseInt(hexadecimal, 16) : Number(decimal));
  });
}

interface Part {
  readonly isPacked: boolean;
  readonly bytes: number;
  readonly at: number;
}

/** The directory of a ZIP file, which stands at its end; APPNOTE.TXT names the places. */
async function partsOf(file: Blob): Promise<Map<string, Part>> {
  const tail = await view(file, Math.max(0, file.size - 65_557), file.size);
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error("no ZIP file");
  const start = tail.getUint32(end + 16, true);
  const directory = await view(file, start, start + Math.min(tail.getUint32(end + 12, true), directoryBytes));
  const parts = new Map<string, Part>();
  for (let at = 0; at + 46 <= directory.byteLength && directory.getUint32(at, true) === 0x02014b50;) {
    const nameBytes = directory.getUint16(at + 28, true);
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameBytes));
    parts.set(name, {
      isPacked: directory.getUint16(at + 10, true) === 8,
      bytes: directory.getUint32(at + 20, true),
      at: directory.getUint32(at + 42, true),
    });
    at += 46 + nameBytes + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  }
  return parts;
}

/** No more of it than is needed. */
async function unpack(file: Blob, { isPacked, bytes, at }: Part): Promise<string> {
  const head = await view(file, at, at + 30);
  const start = at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const content = file.slice(start, start + bytes).stream();
  const reader = (isPacked ? content.pipeThrough(new DecompressionStream("deflate-raw")) : content).getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let read = 0; read < unpackedBytes;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    read += value.length;
  }
  void reader.cancel();
  return text;
}

async function view(file: Blob, from: number, to: number): Promise<DataView<ArrayBuffer>> {
  return new DataView(await file.slice(from, to).arrayBuffer());
}
