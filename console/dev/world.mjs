// A made-up gateway with 10,000 devices: what dev/mock.mjs answers with. The same each time, but for the clock.

let seed = 18;
const random = () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
const pick = (list) => list[Math.floor(random() * list.length)];
const hex = (n) => n.toString(16).padStart(2, "0");
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();

const names = ["Johns-iPhone", "DESKTOP-7F3K2", "Galaxy-S24", "living-room-tv", "HP-LaserJet", "PLC-press-1", "macbook-anna", "Pixel-9", "cam-lobby", "<script>alert(1)</script>", "‮nohp‬", "café-π"];
const vendors = ["Apple", "Samsung", "Siemens", "Hewlett Packard", "Intel", "Espressif", null];

function device(i) {
  const mac = ["02", "1b", hex((i >> 16) & 255), hex((i >> 8) & 255), hex(i & 255), "0a"].join(":");
  const state = i % 97 === 3 ? "held" : i % 211 === 7 ? "blocked" : "admitted";
  const seen = Math.floor(random() ** 4 * 86_400 * 3);
  const isNamed = random() < 0.3;
  const [bytesIn, bytesOut] = [Math.floor(random() ** 6 * 4e9), Math.floor(random() ** 6 * 4e8)];
  const own = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
  const hasEnded = state === "held" && i % 2 === 0;
  return {
    mac, vlan: i % 3 === 0 ? 200 + (i % 40) : 0, vendor: pick(vendors), randomised: random() < 0.2, state, first_seen: ago(seen + 86_400), last_seen: ago(seen), is_seen: true,
    bindings: state === "admitted" && random() < 0.9
      ? [{ claimed: own, legal: `137.118.${199 + ((i >> 8) & 3)}.${i & 255}`, inside: "247.64.0.9", gateway: "10.0.0.1", state: "active", first_seen: ago(seen + 3600), last_seen: ago(seen), packets_out: bytesOut >> 9, bytes_out: bytesOut, packets_in: bytesIn >> 10, bytes_in: bytesIn, dns_servers: ["8.8.8.8"], shared: i % 5 === 0 ? { address: "137.118.199.2", tcp: 12, udp: 4, icmp: 0, other: 0 } : null }]
      : [],
    packets_out: bytesOut >> 9, bytes_out: bytesOut, packets_in: bytesIn >> 10, bytes_in: bytesIn, name: null, profile: i % 4 === 0 ? "guests" : "default",
    given_name: isNamed ? `Room ${100 + (i % 400)} ${pick(["laptop", "TV", "phone"])}` : null, host_name: random() < 0.6 ? pick(names) : null, tags: i % 9 === 0 ? ["vip"] : [], uses_dhcp: random() < 0.6,
    standing: { state, ended: hasEnded ? "time" : null, reason: hasEnded ? "its admission has expired" : state === "held" ? "its profile asks the administrator (rule 2)" : "", by: state === "admitted" ? "administrator root" : "profile guests", since: ago(seen), until: state === "admitted" && i % 3 === 0 ? ago(-3600 * (1 + (i % 30))) : null },
    pinned_profile: null, pinned_legal: i % 50 === 0 ? `10.20.0.${i % 250}` : null, pinned_problem: null, etag: `${i}`,
    cause: hasEnded ? "expired" : state !== "admitted" ? state : i % 1999 === 5 ? "pool-exhausted" : null,
  };
}

export const devices = Array.from({ length: 10_000 }, (_, i) => device(i));

const kinds = ["device-approve", "devices-held", "gateway-up", "gateway-down", "pool-low", "dns-limit", "device-block", "configuration"];
const texts = ["root approved Room 112 laptop until 18:41", "2 devices wait for you: “Johns-iPhone” and one more", "the router 137.118.199.1 answers again", "the router 137.118.199.1 does not answer", "38 of 50 outside addresses are taken", "a device asks for more names than it may", "desk blocked 02:1b:00:00:07:0a", "new settings are in force"];

export const events = Array.from({ length: 260 }, (_, i) => ({ time: ago((260 - i) * 340), kind: kinds[i % 8], text: texts[i % 8], sequence: i + 1, severity: i % 8 === 3 ? "error" : i % 8 === 4 ? "warning" : "info", ...(i % 4 < 2 ? { mac: devices[i].mac } : {}), ...(i % 8 === 0 ? { actor: "root" } : {}) }));

export const audit = Array.from({ length: 130 }, (_, i) => ({ number: 130 - i, time: ago(i * 900), actor: pick(["root", "desk", "anna"]), kind: pick(["local_user", "person", "token"]), from: pick(["socket", "192.168.1.20"]), what: pick(["device-approve", "device-name", "configuration-apply"]), subject: devices[i].mac, text: "approved until 18:41", before: { state: "held" }, after: { state: "admitted", until: ago(-3600) } }));

const counts = () => devices.reduce((sum, d) => ({ ...sum, [d.state]: (sum[d.state] ?? 0) + 1 }), {});

export function status(isIll) {
  return {
    schema: 1, version: "0.2.0", state: "serving", started: ago(90_000), access: "eth1", uplink: "eth0", uplink_address: "137.118.199.2/24", gateway: "137.118.199.1",
    pool: { total: 50, ready: 6, bound: 38, probing: 1, quarantined: 2 }, devices: devices.length, bindings: 8712, adopted: { bindings: 0, source: "none" }, storage_failure: null,
    drops: { denied: 18234, held: 2210, ports_exhausted: 41, ipv6: 120_331, no_mapping: 5120, blocked: 77, malformed: 0 }, counters: { punts: 10291, arp_answered: 41231, bindings_made: 8800 }, events: [],
    dns: { counters: {}, cached: 1200, cached_bytes: 81_000, pending: 3, pending_max: 4096, upstreams: [{ server: "9.9.9.9", state: "alive", latency_ms: 12.4, queries: 81_231, answers: 81_200, timeouts: 31, failures: 0 }, { server: "1.1.1.1", state: "dead", latency_ms: 0, queries: 400, answers: 10, timeouts: 390, failures: 0 }] },
    napt: { addresses: [{ address: "137.118.199.2", state: "usable", devices: 1743 }], mappings: 41_230, resting: 310, capacity: 262_144, blocks: 120, blocks_total: 352, ports: 64_512, ports_free: 42_333, addresses_needed: 1, refused: isIll ? 41 : 0 },
    mode: "two-armed", peer: null, portal: { counters: {}, connections: 2 }, dhcp: { server: "10.0.0.1", network: "10.0.0.0/16", addresses: "private", total: 65_000, leased: 5410, offered: 2, quarantined: 0 },
    mail: { waiting: 1, sent: 41, dead: 0, last_answer: "451 4.3.0 try again later", last_time: ago(400), last_taken: false }, webhook: null, settings: { number: 4, failure: null }, memory: { used: 61_000_000, limit: 268_435_456, is_low: false }, firewall: [], problems: [], known: counts(),
    health: isIll ? "degraded" : "healthy",
    faults: isIll ? [{ kind: "dns-down", severity: "broken", text: "No DNS server answers, so that names do not resolve; check the servers of [dns] upstreams." }, { kind: "ports-exhausted", severity: "degraded", text: "No port of the shared addresses is left; add addresses to [napt]." }] : [],
  };
}

export function series(names, range) {
  const [step, count] = { "1h": [10, 360], "2d": [60, 2880], "90d": [900, 8640], "1d": [600, 144] }[range] ?? [10, 360];
  const now = Math.floor(Date.now() / 1000 / step) * step;
  const wave = (i, k) => 1 + Math.sin((now / step - count + i) / (17 + k * 3)) * 0.4 + Math.sin((now / step - count + i) / 5) * 0.15;
  const height = { octets_in: 28e6, octets_out: 4e6, devices_online: 118, devices_held: 3, packets_in: 30_000, packets_out: 21_000, dns_questions: 41, dns_cached: 28, dns_failed: 0.4 };
  return { schema: 1, start: new Date((now - count * step) * 1000).toISOString(), step_s: step, series: names.map((name, k) => ({ name, unit: "octets/s", values: Array.from({ length: count }, (_, i) => (i < count / 10 ? null : (height[name] ?? 12) * wave(i, k))) })) };
}

export const profiles = {
  schema: 1,
  profiles: [
    { name: "default", admission: "auto", legal: "own", inbound: true, isolate: false, addresses: 4, denied: ["137.118.199.0/24"], allowed: [], rate_out: null, rate_in: null, lifetime: null, gateway: "main", fallback: null, devices: { admitted: 7300, held: 20 } },
    { name: "guests", admission: "approve", legal: "shared", inbound: false, isolate: true, addresses: 2, denied: ["10.0.0.0/8", "192.168.0.0/16"], allowed: ["137.118.199.9/32"], rate_out: 5e6, rate_in: 20e6, lifetime: 86_400, gateway: "guest-line", fallback: "main", devices: { admitted: 2400, held: 80, blocked: 40 } },
  ],
  gateways: [{ name: "main", interface: "eth0", next_hop: "137.118.199.1", state: "up", since: ago(81_000) }, { name: "guest-line", interface: "eth2", next_hop: "192.168.9.1", state: "down", since: ago(300) }],
};

export function diagnosis(mac) {
  const step = (id, verdict, text, seconds) => ({ id, verdict, text, time: seconds === undefined ? null : ago(seconds) });
  return {
    schema: 1, device: mac, to: "the Internet", time: ago(1), more: 0,
    devices: [{ mac, vlan: 214, name: null, verdict: "fault", cause: { id: "ports_exhausted", text: "All ports of 137.118.199.2 are taken.", remedy: "Add addresses to [napt], and run `innkeeper config reload`." }, steps: [step("access", "ok", "eth1 is up"), step("frames", "ok", "it was heard", 1), step("own-address", "ok", "10.203.110.124 by DHCP until 18:59"), step("its-gateway", "ok", "it uses 10.203.0.1, and the gateway answers in its place", 8), step("admission", "ok", "admitted until 22:00 by root"), step("outside-address", "warning", "137.118.199.2, shared with other devices"), step("ports", "fault", "none left: 352 of 352 blocks are taken"), step("uplink", "ok", "the router answers"), step("dns", "open", "it has asked nothing yet")] }],
  };
}

export const file = { text: '[access]\ninterface = "eth1"\n\n[uplink]\ninterface = "eth0"\n\n[pool]\naddresses = ["137.118.199.50-137.118.199.99"]\n\n# Guests wait for you.\n[profiles.guests]\nadmission = "approve"\nlifetime = "24h"\n' };

export const history = [3, 2, 1].map((number) => ({ number, time: ago(90_000 * (4 - number)), by: number === 1 ? null : "anna", from: number === 1 ? null : "192.168.1.20", comment: number === 2 ? "guests for 24 h" : null, how: number === 1 ? "start" : "apply", outcome: ["applied", "undone", "confirmed"][number - 1], octets: 310, file: `000${number}.toml`, text: number === 3 ? file.text : file.text.replace("24h", "8h") }));

export function network() {
  const { pool, napt, dns, drops } = status(false);
  const stage = (name, text, ...reasons) => ({ name, text, counters: {}, drops: reasons.map((reason) => ({ reason, text: reason, packets: drops[reason] ?? 0 })) });
  return {
    schema: 1, mode: "two-armed", uplink_address: "137.118.199.2/24", inside: "247.64.0.0/10", gateways: profiles.gateways, pool, napt, dns_servers: dns.upstreams, peer: null, firewall: [],
    interfaces: [{ role: "access", name: "eth1", mac: "02:00:00:00:00:11", mtu: 1500, state: "up", addresses: ["192.168.77.1/24"] }, { role: "uplink", name: "eth0", mac: "02:00:00:00:00:01", mtu: 1500, state: "up", addresses: ["137.118.199.2/24"] }, { role: "uplink", name: "eth2", mac: "02:00:00:00:00:02", mtu: 1500, state: "no-carrier", addresses: [] }],
    path: [stage("frames", "A device's frame arrives, and is one that the gateway serves.", "ipv6", "malformed"), stage("decision", "An unknown source gets an address and a binding."), stage("policy", "The device may send this packet: it is admitted, and its profile allows the destination and the rate.", "denied", "held", "blocked"), stage("translation", "The source becomes the device's outside address, and a port of it where devices share one.", "ports_exhausted"), stage("way-out", "The packet leaves by the uplink to the gateway of the device's profile."), stage("return", "An answer comes from the uplink, and goes to the device.", "no_mapping")],
  };
}

/** A machine without a configuration. */
const port = (name, more) => ({ name, mac: "00:1b:21:00:00:01", is_up: true, has_carrier: true, address: null, router: null, router_answers: null, hardware: "Intel Corporation (e1000e)", heard: 0, stations: [], ...more });
export const firstRun = {
  schema: 1, access: "eth1", uplink: "eth0", file: "/etc/innkeeper/innkeeper.toml", replaces: false, confirm_within: 60, outcome: null, trials: 0,
  ports: [
    port("eth0", { address: "192.0.2.2/24", router: "192.0.2.1", router_answers: true, heard: 3, stations: [{ mac: "00:1b:21:aa:00:01", vlan: 0, address: "192.0.2.1", vendor: "Cisco Systems, Inc" }] }),
    port("eth1", { heard: 14, stations: [1, 2, 3, 4, 5].map((n) => ({ mac: `06:1a:5e:00:00:0${n}`, vlan: n === 2 ? 12 : 0, address: `10.203.110.12${n}`, vendor: n === 3 ? "<b>Apple, Inc.</b>" : null })) }),
    port("eth2", { has_carrier: false }),
  ],
};
