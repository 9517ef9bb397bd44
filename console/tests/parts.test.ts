import { describe, expect, it } from "vitest";
import { csv, readCsv } from "../src/csv";
import { entriesOf } from "../src/pages/Machines";
import { needsYou, shownState, wayBackOfMany } from "../src/api/orders";
import { session } from "../src/api/session";
import type { Device, OrderReport } from "../src/api/types";
import { curlOf, exampleOf, fill, operationsOf } from "../src/components/openapi";
import type { Document } from "../src/components/openapi";
import { rulesOf } from "../src/components/rules";
import { placeOf, suggest } from "../src/components/tomlCompletion";
import type { Schema } from "../src/components/tomlCompletion";

describe("CSV", () => {
  it.each([
    ["a,b\nc,d\n", [["a", "b"], ["c", "d"]]],
    ["\ufeffa;b\r\n\r\nc;\"d;e\"", [["a", "b"], ["c", "d;e"]]],
    ['"say ""hi""",x', [['say "hi"', "x"]]],
    ['"two\nlines",x\ny,', [["two\nlines", "x"], ["y", ""]]],
    ["'=1,b", [["=1", "b"]]],
    ["", []],
  ])("reads %j", (text, rows) => expect(readCsv(text)).toEqual(rows));
  it("reads machines by their columns' names", () =>
    expect(entriesOf(readCsv("Name;VLAN;Address\npress-1;;192.168.0.10\ncell-7;7;\n"))).toEqual([{ name: "press-1", address: "192.168.0.10" }, { name: "cell-7", vlan: 7 }]));
  it.each(["", "name", "mac,vlan\n1,2", "name,colour\na,red"])("takes %j for no list of machines", (text) => expect(entriesOf(readCsv(text))).toBeUndefined());
  it("quotes what needs it", () => expect(csv([["a,b", 'say "x"', "line\nbreak", 1, null]])).toBe('"a,b","say ""x""","line\nbreak",1,\r\n'));
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1"])("makes no formula of %j", (text) => expect(csv([[text]])).toMatch(/^"?'/));
});

describe("completion of the configuration file", () => {
  const schema: Schema = {
    type: "object",
    properties: {
      pool: { type: "object", properties: { routed: { type: "boolean" }, addresses: { type: "array", items: { type: "string" } } } },
      profiles: { type: "object", properties: { default: { type: "object", properties: { admission: { enum: ["auto", "approve"] } } } }, additionalProperties: { type: "object", properties: { admission: { enum: ["auto", "approve"] } } } },
      rules: { type: "array", items: { type: "object", properties: { vlan: { type: "integer" } } } },
    },
  };
  const at = (text: string) => {
    const place = placeOf(text);
    return place === null ? null : suggest(schema, place).map((s) => s.label);
  };
  it("knows tables", () => expect(at("[po")).toEqual(["pool", "profiles.default", "profiles.NAME", "rules"]));
  it("knows a table's settings", () => expect(at("[pool]\n# x\nro")).toEqual(["routed", "addresses"]));
  it("knows a named table's settings", () => expect(at("[pool]\n[profiles.guests]\n")).toEqual(["admission"]));
  it("knows the settings of a rule", () => expect(at("[[rules]]\nv")).toEqual(["vlan"]));
  it("knows values", () => expect([at('[profiles.guests]\nadmission = "a'), at("[pool]\nrouted = ")]).toEqual([['"auto"', '"approve"'], ["true", "false"]]));
  it("is silent in comments and unknown tables", () => expect([at("[pool]\n# ro"), at("[nothing]\nx")]).toEqual([null, []]));
});

describe("rules", () => {
  it("are put together from their settings", () =>
    expect(rulesOf([{ key: "rules[2].profile", value: '"b"', origin: "" }, { key: "rules[10].vlan", value: "3", origin: "" }, { key: "rules[2].host", value: '"x-*"', origin: "" }, { key: "pool.idle", value: '"1h"', origin: "" }])).toEqual([
      { number: 2, profile: "b", conditions: [["host", '"x-*"']] },
      { number: 10, profile: "", conditions: [["vlan", "3"]] },
    ]));
});

describe("the API's document", () => {
  const document: Document = {
    info: { title: "", version: "1" },
    paths: { "/devices/{device}/name": { put: { operationId: "setName", tags: ["devices"], summary: "Names.", "x-role": "operator", parameters: [{ name: "device", in: "path" }, { name: "dry_run", in: "query" }], requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Setting" } } } } } } },
    components: { schemas: { Setting: { type: "object", properties: { value: { type: ["string", "null"] }, self: { $ref: "#/components/schemas/Setting" } } } } },
  };
  const [operation] = operationsOf(document);
  it("gives operations", () => expect(operation).toMatchObject({ id: "setName", method: "PUT", tag: "devices", role: "operator" }));
  it("fills paths", () => expect(fill(operation!, { device: "a/b", dry_run: "true" })).toBe("/devices/a%2Fb/name?dry_run=true"));
  it("makes an example, also of a type that has itself in it", () => expect(exampleOf(operation!.body, document)).toMatchObject({ value: null, self: { value: null } }));
  it("writes a command that a shell cannot take apart", () => expect(curlOf("PUT", "http://x/a'b", `{"value":"it's"}`)).toContain(String.raw`-d '{"value":"it'\''s"}'`));
});

describe("the state of a device", () => {
  const now = Date.parse("2026-11-30T12:00:00Z");
  const device = (state: Device["state"], cause: Device["cause"], more: Partial<Device> = {}) => ({ state, cause, is_seen: true, last_seen: "2026-11-30T11:59:00Z", bindings: [{}], ...more }) as Device;
  it.each([
    ["held", "held", "waits"],
    ["held", "held-closed", "waits"],
    ["held", "held-by-order", "waits"],
    ["held", "expired", "ended"],
    ["blocked", "blocked", "blocked"],
    ["admitted", "pool-exhausted", "refused"],
    ["admitted", "a cause of a later version", "refused"],
    ["admitted", null, "online"],
    ["new", null, "new"],
  ])("%s by %s is %s", (state, cause, shown) => expect(shownState(device(state as Device["state"], cause as Device["cause"]), now)).toBe(shown));
  it("is silent after five minutes", () => expect(shownState(device("admitted", null, { last_seen: "2026-11-30T11:54:59Z" }), now)).toBe("silent"));
  it("needs a person unless it is blocked or its profile is closed", () => expect(needsYou.split(",")).toEqual(["held", "held-by-order", "expired", "device-limit", "pool-exhausted", "table-full", "leases-exhausted", "volume-used"]));
});

describe("the way back of an order for many", () => {
  const now = Date.now();
  const device = (mac: string, state: string, more: Partial<Device> = {}) => ({ mac, state, vlan: 0, randomised: false, first_seen: "", last_seen: "", bindings: [], packets_out: 0, bytes_out: 0, packets_in: 0, bytes_in: 0, is_seen: true, ...more }) as Device;
  const report = (macs: string[], more = 0): OrderReport => ({ schema: 1, order: "", dry_run: false, touched_count: macs.length + more, touched: macs.map((mac) => ({ mac, name: null, text: "" })), refused_count: 0, refused: [], more, not_durable: null });
  const as = (role: "admin" | "operator") => session.set({ schema: 1, is_signed_in: true, name: "anna", role, csrf: "x", needs_setup: false, gateway: "", time_zone: "", version: "", is_first_run: false });
  const until = new Date(now + 3_600_500).toISOString();
  const devices = [device("a", "held"), device("b", "blocked"), device("c", "admitted", { standing: { state: "admitted", reason: "", by: "", since: "", until, ended: null } })];

  it("groups devices by what they were", () => {
    as("admin");
    expect(wayBackOfMany({ order: "approve" }, report(["a", "b", "c"]), devices, now)).toEqual([{ order: "hold", devices: ["a"] }, { order: "block", devices: ["b"] }, { order: "approve", for: "3600s", devices: ["c"] }]);
  });
  it("is not offered where the person may not go it, or devices are not known", () => {
    as("operator");
    expect(wayBackOfMany({ order: "approve" }, report(["a"]), devices, now)).toBeNull();
    as("admin");
    expect(wayBackOfMany({ order: "approve" }, report(["z"]), devices, now)).toBeNull();
    expect(wayBackOfMany({ order: "approve" }, report(["a"], 1), devices, now)).toBeNull();
    expect(wayBackOfMany({ order: "forget" }, report(["a"]), devices, now)).toBeNull();
  });
  it("leaves a tag that was there before", () => {
    as("admin");
    expect(wayBackOfMany({ order: "tag", value: "vip" }, report(["a", "d"]), [...devices, device("d", "held", { tags: ["vip"] })], now)).toEqual([{ order: "untag", value: "vip", devices: ["a"] }]);
  });
});
