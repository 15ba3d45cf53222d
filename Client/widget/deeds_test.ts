import { assertEquals } from "../live/asserting.ts";
import { cartWords, cut, downloadName, isCommand } from "./deeds.ts";

const link = (address: string, download?: string) => ({
  pathname: new URL(address).pathname,
  download: download ?? "",
  hasAttribute: () => download !== undefined,
});

Deno.test("E51: a link to a file is a download, whatever its parameters; a link to a page is none", () => {
  assertEquals(downloadName(link("https://a.example/files/price%20list.pdf?v=2")), "price list.pdf");
  assertEquals(downloadName(link("https://a.example/files/100%.PDF")), "100%.PDF");
  assertEquals(downloadName(link("https://a.example/prices")), "");
  assertEquals(downloadName(link("https://a.example/make", "")), "make");
  assertEquals(downloadName(link("https://a.example/make", "card.vcf")), "card.vcf");
});

Deno.test("E51: a cart says what was put into it and how much it is; what the website left out is left out", () => {
  assertEquals(cartWords({ product: "Blue kettle", quantity: 2, total: "39.00", currency: "EUR" }), [
    "Blue kettle",
    "2 × 39.00 EUR",
  ]);
  assertEquals(cartWords({ product: "Blue kettle" }), ["Blue kettle", ""]);
  assertEquals(cartWords(undefined), ["", ""]);
});

Deno.test("E51: what is no command of the script interface is not taken for one", () => {
  assertEquals([["event", "sign-up"], [], [5], ["cart"]].map(isCommand), [true, false, false, true]);
});

Deno.test("E51: what is too long is cut, never through a sign, and what nobody can read is nothing", () => {
  assertEquals(cut("  Ask for a call ", 7), "Ask for");
  assertEquals(cut("Ask 🙂", 5), "Ask ");
  assertEquals(cut("Ask 🙂", 6), "Ask 🙂");
  assertEquals(cut(" \n\t ", 120), "");
});
