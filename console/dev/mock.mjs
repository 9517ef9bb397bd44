// The console's built files and the API of a made-up gateway: `node dev/mock.mjs [port] [role]`. For work on pages and for dev/look.mjs.
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import * as world from "./world.mjs";

export const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const dist = join(import.meta.dirname, "../dist");
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const openapi = join(import.meta.dirname, "../../src/Innkeeper/Api/openapi.json");
const schemaFile = process.env.INNKEEPER_SCHEMA;

export function start(port, options = {}) {
  const state = { role: "admin", isSignedIn: true, isIll: false, needsSetup: false, isFirstRun: false, pending: null, streams: new Set(), sequence: 1000, delay: 0, ...options };
  const server = createServer((request, response) => {
    const address = new URL(request.url, "http://mock");
    let text = "";
    request.on("data", (part) => (text += part));
    request.on("end", () => setTimeout(() => answer(state, request, response, address, text), state.delay));
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve({ server, state, port: server.address().port, close: () => { for (const s of state.streams) s.end(); server.close(); server.closeAllConnections(); } })));
}

function answer(state, request, response, address, text) {
  if (!address.pathname.startsWith("/api/v1/")) {
    return serveFile(response, address.pathname);
  }

  const route = decodeURIComponent(address.pathname.slice("/api/v1".length));
  if (route === "/events/stream") {
    return stream(state, request, response);
  }

  const body = text === "" ? {} : JSON.parse(text);
  const result = api(state, request.method, route, address.searchParams, body) ?? problem(404, "not_found", `there is no ${route}`);
  response.writeHead(result.status ?? 200, { "Content-Type": result.problem ? "application/problem+json" : "application/json", "Cache-Control": "no-store", ...(result.etag ? { ETag: result.etag } : {}) });
  response.end(JSON.stringify(result.problem ?? result.data ?? {}));
}

function serveFile(response, path) {
  const file = join(dist, normalize(path === "/" ? "/index.html" : path));
  if (!file.startsWith(dist) || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }

  response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream", "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff" });
  createReadStream(file).pipe(response);
}

function stream(state, request, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(": here\n\n");
  state.streams.add(response);
  request.on("close", () => state.streams.delete(response));
}

export function emit(state, event) {
  const full = { time: new Date().toISOString(), sequence: ++state.sequence, ...event };
  world.events.push(full);
  for (const s of state.streams) {
    s.write(`id: ${full.sequence}\nevent: event\ndata: ${JSON.stringify(full)}\n\n`);
  }
}

const problem = (status, error, detail) => ({ status, problem: { error, type: `urn:innkeeper:problem:${error}`, title: error, status, detail } });
const data = (value, etag) => ({ data: value, etag });

function select(query) {
  const [state, cause, text, vlan, tag, profile] = ["state", "cause", "text", "vlan", "tag", "profile"].map((name) => query.get(name));
  const found = world.devices.filter((d) => (!state || d.state === state) && (!cause || cause.split(",").includes(d.cause)) && (query.get("online") !== "true" || d.bindings.length > 0) && (!vlan || d.vlan === Number(vlan)) && (!tag || d.tags.includes(tag)) && (!profile || d.profile === profile) && (!text || `${d.mac} ${d.given_name} ${d.host_name} ${d.bindings[0]?.claimed}`.toLowerCase().includes(text.toLowerCase())));
  const key = { name: (d) => d.given_name ?? d.host_name ?? "~", seen: (d) => -new Date(d.last_seen), vlan: (d) => d.vlan, traffic: (d) => -(d.bytes_in + d.bytes_out), mac: (d) => d.mac }[query.get("sort")];
  if (key) {
    found.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  }

  return query.get("reverse") === "true" ? found.reverse() : found;
}

function decide(state, device, order, body) {
  const next = { approve: "admitted", block: "blocked", hold: "held" }[order];
  device.state = next;
  device.cause = { approve: null, block: "blocked", hold: "held-by-order" }[order];
  const hours = /^(\d+)([smhd])$/.exec(body.for ?? "");
  const until = order === "approve" && hours ? new Date(Date.now() + Number(hours[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[hours[2]] * 1000).toISOString() : null;
  device.standing = { state: next, reason: body.reason ?? "", by: "administrator anna", since: new Date().toISOString(), until };
  emit(state, { kind: `device-${order}`, text: `anna: ${order} ${device.mac}`, mac: device.mac, actor: "anna" });
}

function api(state, method, route, query, body) {
  const session = { schema: 1, is_signed_in: state.isSignedIn, needs_setup: state.needsSetup, is_first_run: state.isFirstRun, gateway: "hotel-gw", time_zone: "Europe/Berlin", version: state.isSignedIn ? "0.2.0" : "", ...(state.isSignedIn ? { name: "anna", role: state.role, csrf: "x" } : {}) };
  if (route === "/session" || route === "/setup") {
    if (method === "POST" && body.password === "wrong") return problem(401, "unauthenticated", "name or password is wrong");
    state.isSignedIn = method === "POST" ? true : method === "DELETE" ? false : state.isSignedIn;
    return data({ ...session, is_signed_in: state.isSignedIn, ...(state.isSignedIn ? { name: "anna", role: state.role, csrf: "x", version: "0.2.0" } : {}) });
  }

  if (!state.isSignedIn) return problem(401, "unauthenticated", "sign in");
  const one = /^\/devices\/([^/]+)(?:\/(.*))?$/.exec(route);
  if (one) return ofDevice(state, method, world.devices.find((d) => d.mac === one[1]), one[1], one[2], query, body);
  const found = fixed(state, method, route, query, body);
  return found === undefined ? undefined : found.status || found.etag ? found : data(found.data ?? found, found.etag);
}

function ofDevice(state, method, device, mac, rest, query, body) {
  if (!device) return problem(404, "not_found", `there is no device ${mac}`);
  if (rest === undefined && method === "GET") return data({ schema: 2, devices: [device], total: 1, next: null });
  if (rest === "diagnosis") return data(world.diagnosis(mac));
  if (rest === "series") return data(world.series(["octets_in", "octets_out"], "1d"));
  if (rest === "ping") return data({ schema: 1, mac, answers: [{ vlan: 0, address: "10.0.0.9", from: "10.0.0.1", arp_ms: 1.234, echo_ms: null }] });
  if (["approve", "block", "hold"].includes(rest)) decide(state, device, rest, body);
  if (rest === "name") device.given_name = body.value || null;
  return data({ mac, text: "done" });
}

function fixed(state, method, route, query, body) {
  const last = Number(query.get("last") ?? 100);
  const before = Number(query.get("before") ?? Infinity);
  switch (route) {
    case "/first-run": return world.firstRun;
    case "/first-run/plan": return { schema: 1, devices: body.devices, needed: 3, ranges: ["192.0.2.250-192.0.2.252"], found: 3, asked: 32, in_use: 1 };
    case "/first-run/file": return { schema: 1, file: "/etc/innkeeper/innkeeper.toml", text: "[access]\ninterface = \"eth1\"\n", errors: [] };
    case "/first-run/mail": return { schema: 1, is_taken: true, text: "taken: 250 ok", transcript: [] };
    case "/first-run/apply": return { schema: 1, confirm_within: 60 };
    case "/status": return world.status(state.isIll);
    case "/devices": {
      const [all, at, limit] = [select(query), Number(query.get("cursor") ?? 0), Number(query.get("limit") ?? 1e6)];
      return { schema: 2, devices: all.slice(at, at + limit), total: all.length, next: at + limit < all.length ? String(at + limit) : null };
    }
    case "/orders": {
      const touched = body.devices ? world.devices.filter((d) => body.devices.includes(d.mac)) : select(query);
      if (query.get("dry_run") !== "true") touched.forEach((d) => decide(state, d, body.order, body));
      return { schema: 1, order: body.order, dry_run: query.get("dry_run") === "true", touched_count: touched.length, refused_count: 0, touched: touched.slice(0, 200).map((d) => ({ mac: d.mac, name: d.given_name, text: "would be admitted" })), refused: [], more: Math.max(0, touched.length - 200) };
    }
    case "/profiles": return world.profiles;
    case "/leases": return { schema: 1, leases: [] };
    case "/series": return world.series((query.get("names") ?? "").split(","), query.get("range"));
    case "/events": {
      const all = world.events.filter((e) => e.sequence < before && ["kind", "severity", "actor"].every((n) => !query.get(n) || e[n] === query.get(n)) && (!query.get("device") || e.mac === query.get("device")) && (!query.get("text") || e.text.includes(query.get("text"))));
      return { schema: 1, events: all.slice(-last), next: all.length > last ? all.at(-last).sequence : null };
    }
    case "/audit": {
      const all = world.audit.filter((e) => e.number < before && (!query.get("device") || e.subject === query.get("device")));
      return { schema: 1, entries: all.slice(0, last), next: all.length > last ? all[last - 1].number : null };
    }
    case "/network": return world.network();
    case "/sessions": return { schema: 1, sessions: [{ number: "1", since: new Date(Date.now() - 36e5).toISOString(), last_seen: new Date().toISOString(), from: "192.168.1.20", is_this: true }, { number: "2", since: new Date(Date.now() - 9e6).toISOString(), last_seen: new Date(Date.now() - 8e6).toISOString(), from: "192.168.1.31", is_this: false }] };
    case "/outbox": return { schema: 1, messages: [{ id: "mail-7", channel: "mail", kind: "arrival", state: "waiting", subject: "2 devices wait: Room 112", created: new Date(Date.now() - 4e5).toISOString(), attempts: 2, next_try: new Date(Date.now() + 6e4).toISOString(), answer: "451 4.3.0 try again later" }] };
    case "/mail/test": return { schema: 1, is_taken: true, text: "250 2.0.0 queued", transcript: ["S: 220 mail.example ESMTP", "C: EHLO hotel-gw", "S: 250 2.0.0 queued"] };
    case "/machines": return { schema: 1, machines: [{ name: "press-1", mac: "00:1b:63:84:45:01", vlan: 0, address: "192.168.0.10", outside: "137.118.199.60", gateway: null, appear: "local", description: "hall 2", line: 12, device: "00:1b:63:84:45:01", state: "admitted", reaches: "137.118.199.60", dns_name: "press-1.plant.lan", last_seen: new Date().toISOString() }, { name: "cell-7", mac: null, vlan: 7, address: "192.168.0.10", outside: "137.118.199.61", gateway: null, appear: null, description: null, line: 20, device: null, state: "missing", reaches: null, dns_name: null, last_seen: null }] };
    case "/vouchers": return method === "POST"
      ? { schema: 1, batch: 3, text: "made", vouchers: [{ voucher: "3-1", code: "7KM-Q2X-9RW", url: "http://192.88.99.99/?code=7KMQ2X9RW" }, { voucher: "3-2", code: "8KM-Q2X-9RT", url: "http://192.88.99.99/?code=8KMQ2X9RT" }], sheet: "<html></html>" }
      : { schema: 1, total: 2, next: null, vouchers: [
        { voucher: "2-1", batch: 2, label: "Conference <b>", profile: "guests", state: "used", created: "2026-11-02T10:00:00Z", created_by: "anna", devices: 3, for: 28800, from: null, until: "2026-12-02T10:00:00Z", first_use: "2026-11-02T11:00:00Z", revoked: null, data: 2000000000, data_used: 1200000000, uses: [{ mac: "02:00:00:00:00:01", vlan: 214, first: "2026-11-02T11:00:00Z", last: "2026-11-02T11:00:00Z", name: null }] },
        { voucher: "2-2", batch: 2, label: "Conference <b>", profile: "guests", state: "unused", created: "2026-11-02T10:00:00Z", created_by: "anna", devices: 3, for: 28800, from: null, until: null, first_use: null, revoked: null, data: null, data_used: 0, uses: [] }] };
    case "/vouchers/2-1/extend": case "/vouchers/2-1/revoke": return { voucher: "2-1", text: "done", vouchers: 1, devices: 1 };
    case "/rooms": return { schema: 1, rooms: [{ room: "214", state: "open", since: "2026-11-02T10:00:00Z", until: "2026-12-05T11:00:00Z", set_by: "pms", devices: 5, vlan: 214, tag: null, profile: "guests", ended: null, data: 20_000_000_000, data_used: 3_200_000_000, uses: [{ mac: "02:00:00:00:00:01", vlan: 214, first: "2026-11-02T11:00:00Z", last: "2026-11-02T11:00:00Z", name: "phone" }] }] };
    case "/rooms/214": return { room: "214", text: "done", code: method === "PUT" ? "7KM-Q2X-9RW" : undefined, devices: 1 };
    case "/users": return { schema: 1, users: [{ name: "anna", role: "admin", created: "2026-11-01T10:00:00Z", last_sign_in: new Date().toISOString(), disabled: false }, { name: "desk", role: "operator", created: "2026-11-02T10:00:00Z", last_sign_in: null, disabled: false }] };
    case "/tokens": return method === "POST" ? { name: body.name, text: "made", token: "ik_7fH3kz0pQx9WbR2nYc5LdT8vMg1JsA4eUo6iKh" } : { schema: 1, tokens: [{ name: "prometheus", role: "viewer", created: "2026-11-02T10:00:00Z", created_by: "root", expires: "2027-11-02T10:00:00Z", last_use: new Date().toISOString(), last_from: "192.168.1.5" }] };
    case "/configuration": return { schema: 1, file: "/etc/innkeeper/innkeeper.toml", in_force: true, values: [{ key: "access.interface", value: '"eth1"', origin: "file:2" }, { key: "rules[1].profile", value: '"guests"', origin: "file:14" }, { key: "rules[1].host", value: '"iphone-*"', origin: "file:15" }] };
    case "/configuration/file": return data({ schema: 1, path: "/etc/innkeeper/innkeeper.toml", text: world.file.text, writable: true, note: null, etag: '"1"' }, '"1"');
    case "/configuration/schema": return schemaFile ? JSON.parse(readFileSync(schemaFile, "utf8")) : { type: "object", properties: { access: { type: "object", properties: { interface: { type: "string", description: "The LAN where devices with arbitrary addresses appear." } } }, pool: { type: "object", properties: { routed: { type: "boolean" } } } } };
    case "/configuration/check": return { schema: 1, errors: body.text.split("\n").flatMap((line, i) => (/bogus/.test(line) ? [{ line: i + 1, column: 1, key: "bogus", message: "there is no such setting; did you mean pool?" }] : [])) };
    case "/configuration/preview": return { changed: ["profiles.guests.lifetime"], replaces: true, held: ["Room 112 laptop", "Room 113 TV"], cut: [], admitted: [] };
    case "/configuration/apply":
      world.file.text = body.text;
      state.pending = { until: new Date(Date.now() + 60_000).toISOString(), by: "anna" };
      return { changed: ["profiles.guests.lifetime"], replaces: true, number: 5 };
    case "/configuration/pending": return state.pending ?? { until: null, by: null };
    case "/configuration/confirm":
    case "/configuration/rollback":
      state.pending = null;
      return { text: "done", replaces: false };
    case "/configuration/history": return { schema: 1, in_force: 3, directory: "/var/lib/innkeeper/history", entries: world.history.map(({ text, ...row }) => row) };
    case "/openapi.json": return existsSync(openapi) ? JSON.parse(readFileSync(openapi, "utf8")) : { info: { title: "Innkeeper", version: "1" }, paths: {} };
    default: {
      const number = /^\/configuration\/history\/(\d+)$/.exec(route);
      return number ? world.history.find((h) => h.number === Number(number[1])) : method === "GET" ? undefined : { text: "done" };
    }
  }
}

if (process.argv[1] === import.meta.filename) {
  const { port } = await start(Number(process.argv[2] ?? 7089), { role: process.argv[3] ?? "admin" });
  console.log(`http://127.0.0.1:${port}/`);
}
