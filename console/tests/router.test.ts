import { expect, it } from "vitest";
import { href, parseRoute } from "../src/router";

it("reads what it writes", () => {
  const route = parseRoute(href(["devices", "02:00:00:00:00:01"], { text: "Room 1 & 2/ü", none: "", not: undefined }));
  expect(route.path).toEqual(["devices", "02:00:00:00:00:01"]);
  expect([...route.query]).toEqual([["text", "Room 1 & 2/ü"]]);
});

it("keeps a MAC readable", () => expect(href(["devices", "02:00:00:00:00:01"])).toBe("#/devices/02:00:00:00:00:01"));
it("survives what no one could mean", () => expect(parseRoute("#/%zz//a?x=%").path).toEqual(["%zz", "a"]));
it("takes the code of a set-up link", () => expect(parseRoute("#/setup?code=abc").query.get("code")).toBe("abc"));
