import { beforeEach, describe, expect, it } from "vitest";
import { amount, bitRate, duration, gatewayTime, octets, relative, safe, setFormatLanguage, setGatewayZone } from "../src/format";

beforeEach(() => setFormatLanguage("en"));

describe("numbers with units", () => {
  it.each([
    [0, "0 B"],
    [1023, "1,023 B"],
    [1024, "1 KiB"],
    [1_048_575, "1 MiB"],
    [9_876_543, "9.42 MiB"],
    [123 * 1024 ** 3, "123 GiB"],
  ])("%d octets are %s", (value, text) => expect(octets(value)).toBe(text));

  it.each([
    [1_500_000_000, "1.5G"],
    [2_000_000, "2M"],
    [1_000, "1k"],
    [1_000_000_000_000_000, "1000T"],
    [123_456_789_000, "123456789k"],
  ])("%d octets are written %s in a form", (value, text) => expect(amount(value)).toBe(text));

  it("has three digits that matter in bit rates", () => expect([999, 1000, 240_400_000].map(bitRate)).toEqual(["999 bit/s", "1 kbit/s", "240 Mbit/s"]));

  it("follows the language", () => {
    setFormatLanguage("de");
    expect(octets(9_876_543)).toBe("9,42 MiB");
  });
});

describe("times", () => {
  const now = Date.UTC(2026, 10, 30, 12);
  it("are relative in the largest unit", () => expect([12, 119, 3600 * 5, 86_400 * 3].map((s) => relative(new Date(now - s * 1000), now))).toEqual(["12s ago", "1m ago", "5h ago", "3d ago"].map((text) => expect.stringMatching(new RegExp(text.replace(/(\d+)(.) /, "^$1 ?$2\\w* "))))));
  it("are now where the other clock is a little ahead", () => expect(relative(new Date(now + 1500), now)).toMatch(/^0 ?s\w* ago$/));
  it("may lie ahead", () => expect(relative(new Date(now + 90_000), now)).toMatch(/^in 1 ?m/));
  it("have a length", () => expect([1, 60, 5 * 3600, 86_400 * 7].map(duration)).toEqual(["1 sec", "1 min", "5 hr", "7 days"]));

  it("show the gateway's clock only where it differs", () => {
    setGatewayZone("UTC");
    expect(gatewayTime(new Date(now))).toBeNull();
    setGatewayZone("Asia/Tokyo");
    expect(gatewayTime(new Date(now))).toBe("9:00 PM (Asia/Tokyo)");
    expect(gatewayTime(new Date(now + 4 * 3_600_000))).toBe("Dec 1, 2026, 1:00 AM (Asia/Tokyo)");
    setGatewayZone("No/Such");
    expect(gatewayTime(new Date(now))).toBeNull();
  });
});

describe("hostile text", () => {
  it("loses what turns or hides the text beside it", () => expect(safe("a\u202eb\u200bc\u0000d\u2066e\ufefff")).toBe("a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf"));
  it("is shortened between characters", () => expect(safe("😀".repeat(70), 8)).toBe(`${"😀".repeat(7)}…`));
  it("stays as it is where it is harmless", () => expect(safe("<b>café-π</b>")).toBe("<b>café-π</b>"));
  it("takes no time where it is long", () => expect(safe("x".repeat(5_000_000), 10)).toBe("xxxxxxxxx…"));
});
