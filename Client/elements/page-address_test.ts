import { assertEquals } from "../live/asserting.ts";
import { addressOf, shortAddress } from "./page-address.ts";

Deno.test("E77: only addresses of the web become links", () => {
  assertEquals(addressOf("https://harbour.example/pricing?a=1"), "https://harbour.example/pricing?a=1");
  assertEquals(["javascript:alert(1)", "data:text/html,x", "/pricing", ""].map(addressOf), [null, null, null, null]);
});

Deno.test("E22c: the visitor's page is said as short as one says it", () => {
  const pages = ["https://harbour.example/pricing?a=1", "https://harbour.example/", "not an address"];
  assertEquals(pages.map(shortAddress), ["/pricing", "harbour.example", "not an address"]);
});
