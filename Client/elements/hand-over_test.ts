import { assertEquals } from "../live/asserting.ts";
import { messengerAddress } from "./hand-over.ts";

const nobody = { visitor: null, agent: null, site: null, page: null, email: null, service: null };

Deno.test("E91b: the address names the number of the website and the words to begin with, filled with what is known", () => {
  const handOver = { number: "35315550100", text: "Hello, {visitor} here, about {service} & more" };
  assertEquals(
    messengerAddress(handOver, { ...nobody, visitor: "Ada", service: "Thesis" }),
    "https://wa.me/35315550100?text=Hello%2C%20Ada%20here%2C%20about%20Thesis%20%26%20more",
  );
  assertEquals(messengerAddress({ number: "1", text: "{visitor}" }, nobody), "https://wa.me/1", "no gap is left");
});
