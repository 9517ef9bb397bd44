import { number } from "../format";
import { drops } from "./drops/en";

function plural(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

const devices = (n: number) => plural(n, "device", "devices");

/** English; the other languages have the same keys, and a missing one fails the build. */
export const en = {
  common: {
    actions: "Actions", again: "Try again", cancel: "Cancel", clear: "Clear", close: "Close", dismiss: "Dismiss", loading: "Loading…", messages: "Messages",
    remove: "Delete", save: "Save", undo: "Undo",
  },
  nav: {
    label: "Pages", menu: "Menu", skip: "Skip to the content", find: "Find a device: room, MAC, IP, name", overview: "Overview", devices: "Devices", events: "Events", network: "Network",
    machines: "Machines",
    audit: "Audit trail", mail: "Mail and webhook", settings: "Settings", profiles: "Profiles", users: "Users and tokens", vouchers: "Vouchers", rooms: "Rooms", api: "API",
  },
  account: {
    menu: (name: string) => `Account of ${name}`, you: "You", theme: "Colours", language: "Language", themes: { system: "As the system", light: "Light", dark: "Dark" },
    changePassword: "Change password", signOut: "Sign out", oldPassword: "Present password", newPassword: "New password", passwordChanged: "Your password is changed.",
    sessions: "Your sessions", thisOne: "this one", end: "End",
    passwordHint: "At least 10 characters. A few words that only you put together are good.",
  },
  roles: { viewer: "Viewer", operator: "Operator", admin: "Administrator" },
  front: {
    signIn: "Sign in", name: "Name", password: "Password", ended: "Your session has ended. Please sign in again.", wrong: "Name or password is wrong.",
    throttled: (time: string) => `Too many tries. Wait ${time}, then try again.`, setUp: "Set up the console",
    needsLink: "This gateway has no administrator yet. Open the set-up link that it printed when it started. For a new link, run this command on the gateway:",
    isSetUp: "This gateway is set up already. The link works only once.", setUpText: "Choose the name and password of the first administrator.", again: "Password again",
    differs: "The two passwords differ.", create: "Create administrator",
  },
  firstRun: {
    title: "First run", step: (n: number, all: number) => `Step ${n} of ${all}`, next: "Next", back: "Back", look: "Look again",
    steps: { devices: "Where are the devices?", uplink: "Which interface leads out?", addresses: "How many devices?", admission: "Which devices are let in?", mail: "Mail to you", summary: "Summary" },
    takenBack: "The last trial was taken back", devicesText: "Plug the devices in and let them send something. The list follows what is heard.", uplinkText: "The router of the right interface answers. For one arm, take the interface of the devices again.",
    noCable: "no cable", off: "down", noAddress: "no address", heard: (n: number) => `${plural(n, "device", "devices")} heard`, andMore: (n: number) => `and ${number(n)} more`, router: (address: string) => `router ${address}`, answers: "answers", silent: "does not answer", asked: "is being asked",
    sameInterface: "the devices' interface: one arm", oneArm: (name: string) => `One arm: the gateway is on the LAN of ${name}, and serves the devices there that do not belong to it.`, twoArms: (access: string, uplink: string) => `Two arms: devices on ${access}, the Internet by ${uplink}.`,
    noRouter: "No router answers on this interface. Devices will have no Internet until one does.", noUplinkAddress: "This interface has no address yet.", howMany: "Devices that are online at once", howManyHint: "From 1 to 16,384. Devices share addresses by ports, about 1,000 devices an address.", find: "Find free addresses", finding: "Asking for free addresses…",
    enough: (n: number) => `${plural(n, "device needs", "devices need")} no more than the address that the gateway has.`, needs: (n: number, addresses: number) => `${plural(n, "device needs", "devices need")} ${plural(addresses, "shared address", "shared addresses")} of the uplink's network.`,
    found: (n: number, asked: number, used: number) => `${plural(n, "free address", "free addresses")} found: ${number(asked)} asked for, ${number(used)} in use.`, tooFew: "There are too few. With fewer, each device has fewer ports.", ranges: "Shared addresses", rangesHint: "Addresses or ranges, separated by commas. No other host and no DHCP server may use them. Empty: the gateway's own address.",
    everyone: "Every device has access at once", approve: "I let each device in", limit: "Access ends after", noLimit: "Access has no end", limitHint: "Such as 8h or 7d. Then the device asks you again.", mailText: "Mails about new devices and failures. You can leave this out.", wantsMail: "Send me mail", server: "Mail server", serverHint: "Such as mail.example.net or mail.example.net:587.",
    tls: "Encryption", tlsKinds: { starttls: "STARTTLS", implicit: "TLS from the start", none: "none" }, user: "User name", password: "Password", passwordHint: "It is kept in a file that the gateway alone may read.", sender: "Sender", recipients: "Recipients", recipientsHint: "Separate several by commas.", test: "Send a test mail",
    file: (name: string) => `This is written to ${name}:`, replaces: "The file that is there is kept with the ending .bak.", errors: "These choices cannot be applied", apply: (time: string) => `Apply for ${time}`, trialText: (time: string) => `The gateway starts with this file. If you do not confirm within ${time}, it is stopped and the file is removed.`,
    starting: "The gateway is starting", startingText: "This page goes on when it answers. If you lose contact, all is taken back by itself.", running: "The gateway runs on trial", runningText: "Look whether a device is online, and then confirm.", left: (time: string) => `${time} left`, confirm: "Confirm", undo: "Undo now", undoing: "The gateway is being stopped",
    online: (n: number) => `${plural(n, "device", "devices")} online`, confirmed: "The gateway is set up.", needsLink: "Open the link that this command printed. For a new link, run it again:", pendingText: "This is the first configuration. Without a confirmation the gateway is stopped, and its file removed.",
  },
  errors: {
    unknown: "Something went wrong.", http: (status: number) => `The gateway answered with HTTP status ${status}.`,
    codes: {
      unreachable: "The gateway does not answer.", unauthenticated: "Please sign in.", forbidden: "Your role does not allow this.", not_found: "There is no such thing.",
      changed: "It was changed meanwhile. Look at it again.", throttled: "Too many requests. Wait a moment.", unreadable: "The gateway's answer cannot be read.",
    },
    noPage: "There is no such page.", notYours: "Your role does not have this page.", pageFailed: "This page cannot be shown.",
    pageFailedText: "The gateway may run another version now. Load the page again.", loadAgain: "Load again", outdated: "The gateway runs a new version. Load the page again to use it.",
  },
  stale: {
    title: (time: string) => `No contact with the gateway since ${time}`, text: "What you see may be old. The console keeps trying, and goes on by itself.", back: "The gateway answers again.",
  },
  pending: {
    label: "New settings on trial", title: "New settings are on trial", text: "If all works, confirm them. Otherwise the previous settings come back by themselves.",
    left: (time: string) => `${time} left until they are undone`, confirm: "Confirm", undo: "Undo now", confirmed: "The new settings are confirmed.", undone: "The previous settings are coming back.",
  },
  times: { "10m": "10 min", "1h": "1 h", "8h": "8 h", "24h": "24 h", "7d": "7 days", "30d": "30 days" },
  states: { online: "Online", silent: "Silent", waits: "Waits", ended: "Access ended", blocked: "Blocked", refused: "Refused", new: "New" },
  causes: {
    held: "It waits for you to let it in.", "held-closed": "Its profile is closed to new devices.", "held-by-order": "Somebody made it wait.", expired: "Its time is over.", blocked: "It is blocked.",
    "device-limit": "It uses as many addresses as its profile allows, and wants one more.", "pool-exhausted": "No outside address is left for it.", "table-full": "The gateway’s table of devices is full.", "leases-exhausted": "DHCP has no address left for it.", "volume-used": "The data that it may use, with its group, is used up.",
  },
  overview: {
    allWell: "All is well", broken: "Devices have no service", degraded: "Something needs attention", internet: "Internet", up: "Up", down: "Down",
    way: (uplink: string, router: string) => `${uplink} → ${router}`, noRouter: (uplink: string) => `${uplink}, no router`, dns: "DNS", off: "Off", answers: "Answers",
    someAnswer: (some: number, all: number) => `${number(some)} of ${number(all)} answer`, addresses: "Outside addresses", ports: "Port blocks",
    of: (part: string, whole: string) => `${part} of ${whole}`, quarantined: (n: number) => `${number(n)} in use by other hosts`,
    refused: (n: number) => `${plural(n, "packet", "packets")} refused: no port was left`, shared: (n: number) => plural(n, "shared address", "shared addresses"),
    admitted: (n: number) => `${number(n)} admitted`, waiting: (n: number) => `${number(n)} waiting`, blocked: (n: number) => `${number(n)} blocked`,
    needsYou: "Needs you", nothing: "No device waits for you.", allWaiting: "Show all", why: "Why…", more: (n: number) => `${number(n)} more`, latest: "Latest events", allEvents: "All events",
  },
  chart: {
    title: "Over time", range: "Time range", hour: "Last hour", twoDays: "2 days", ninetyDays: "90 days", throughput: "Throughput", in: "To devices", out: "To the Internet", online: "Online",
    waiting: "Waiting", highest: (value: string) => `(highest ${value})`, empty: "Nothing was recorded yet.",
  },
  devices: {
    count: (n: number) => devices(n), filters: "Filters", columnsTitle: "Columns", export: "Export CSV", exported: (n: string) => `${n} devices exported.`, profile: "Profile", seen: "Seen", tag: "Tag",
    any: "Any", within: (time: string) => `in the last ${time}`, clear: "Clear filters", none: "No device was seen yet.", noneFits: "No device fits the filters.", showAll: "Show all devices",
    openMac: (mac: string) => `Decide about ${mac} before it comes`, notYet: "You can decide about this device before it comes.",
    back: "All devices", left: (time: string) => `${time} left`, untagged: "untagged", inVlan: (n: number) => `VLAN ${n}`, selectShown: "Select all rows read so far",
    selectOne: (name: string) => `Select ${name}`, rowLoads: (n: string) => `Row ${n} is loading`,
    states: { all: "All", online: "Online", admitted: "Admitted", held: "Waiting", blocked: "Blocked", new: "New" },
    columns: {
      name: "Name", state: "State", vlan: "VLAN", own: "Own address", outside: "Outside", profile: "Profile", seen: "Seen", traffic: "Traffic", mac: "MAC", vendor: "Vendor", tags: "Tags", first: "First seen",
    },
  },
  orders: {
    letIn: (time: string) => `Let in ${time}`,
    approve: "Let in…", extend: "Extend…", block: "Block", rename: "Name…", hold: "Hold", tags: "Tags", profile: "Profile…", pin: "Keep address…", forget: "Forget",
    approveTitle: (name: string) => `Let in ${name}`, howLong: "How long", asProfile: "As its profile says", otherTime: "Another time", timeHint: "Such as 90m, 8h or 7d.",
    withProfile: "Profile", byRules: "As the rules decide", reason: "Reason", reasonHint: "Optional. It stands in the events and in the audit trail.",
    blockTitle: (name: string) => `Block ${name}`, blockText: "The gateway no longer answers this device, and drops all its packets.", holdTitle: (name: string) => `Hold ${name}`,
    holdText: "The device gets only the portal's page until you let it in.", nameTitle: (name: string) => `Name of ${name}`, name: "Name", nameHint: "Empty: the device has no name of yours.",
    pinTitle: (name: string) => `Outside address of ${name}`, address: "Outside address", pinHint: "An address of the pool that is kept for this device. Empty: any.",
    profileTitle: (name: string) => `Profile of ${name}`, profileHint: "Your choice counts more than the rules.", tagsTitle: (name: string) => `Tags of ${name}`, tagsHint: "Separate tags by commas.",
    forgetTitle: (name: string) => `Forget ${name}?`, forgetText: "The gateway forgets this device and every decision about it. If it comes again, it is new. You cannot undo this.",
    forgetWhat: "Delete", forgetRecord: "The device and the decisions about it", forgetAll: "Everything that the gateway keeps about it",
    eraseHint: "Events, messages, series, leases and the fields of the audit trail are deleted too. The audit trail still says who acted on this MAC, and the mapping log stays.",
    erase: "Erase", erased: (name: string, stays: string) => `${name} is erased. These stay: ${stays}.`,
    notErased: (parts: string) => `It is not erased everywhere: ${parts}. Try again.`,
    done: { approve: (name: string) => `${name} is let in.`, block: (name: string) => `${name} is blocked.`, hold: (name: string) => `${name} is held.` },
    changed: (name: string) => `${name} is changed.`, forgotten: (name: string) => `${name} is forgotten.`, undone: "Undone.", notUndone: "It could not be undone. Look at the device again.",
  },
  bulk: {
    label: "Selected devices", selected: (n: number) => `${number(n)} selected`, all: (n: number) => `All ${devices(n)} of the filter`, selectAll: (n: string) => `Select all ${n} of the filter`, clear: "Clear selection",
    orders: { approve: "Let in…", block: "Block…", hold: "Hold…", tag: "Add tag…", untag: "Remove tag…", profile: "Profile…", forget: "Forget…" },
    titles: { approve: "Let devices in", block: "Block devices", hold: "Hold devices", tag: "Add a tag", untag: "Remove a tag", profile: "Choose a profile", forget: "Forget devices" },
    preview: {
      approve: (n: number) => `This admits ${devices(n)}.`, block: (n: number) => `This blocks ${devices(n)}.`, hold: (n: number) => `This holds ${devices(n)}.`, tag: (n: number) => `This adds the tag to ${devices(n)}.`,
      untag: (n: number) => `This removes the tag from ${devices(n)}.`, profile: (n: number) => `This sets the profile of ${devices(n)}.`, forget: (n: number) => `This forgets ${devices(n)}. You cannot undo it.`,
    },
    done: {
      approve: (n: number) => `Let in ${devices(n)}.`, block: (n: number) => `Blocked ${devices(n)}.`, hold: (n: number) => `Held ${devices(n)}.`, tag: (n: number) => `Tagged ${devices(n)}.`,
      untag: (n: number) => `Removed the tag from ${devices(n)}.`, profile: (n: number) => `Changed ${devices(n)}.`, forget: (n: number) => `Forgot ${devices(n)}.`,
    },
    andMore: (n: string) => `and ${n} more`, refused: (n: number) => `Refused for ${devices(n)}.`,
  },
  why: {
    title: "Why is it or is it not online?", again: "Look again", nothing: "Nothing here keeps the device offline.", to: "To which host?", follow: "Follow its packets",
    verdicts: { ok: "in order", warning: "warning", fault: "fault", open: "not known" },
    steps: {
      access: "Access side", frames: "Frames", "own-address": "Own address", "its-gateway": "Its gateway", admission: "Admission", "outside-address": "Outside address", ports: "Ports", profile: "Profile",
      uplink: "Internet", dns: "DNS", firewall: "Firewall", inbound: "From outside", drops: "Drops",
    },
  },
  device: {
    limitsWith: "Rates and data together with", volume: "Data used", volumePer: { day: "a day", week: "a week", month: "a month" }, volumeBegins: "begins again",
    groups: { voucher: (name: string) => `all devices of voucher ${name}`, room: (name: string) => `all devices of room ${name}`, tag: (name: string) => `all devices with the tag ${name}`, VLAN: (name: string) => `all devices of VLAN ${name}` },
    fits: "Settings that would fit", fitsDhcp: (network: string, server: string) => `DHCP, or an address of ${network} with ${server} as gateway and DNS server`,
    addresses: "Addresses", noAddress: "It uses no address at present.", own: "Its own address", outside: "Outside address", noneFree: "None is free", shared: "Ports in use",
    sharedPorts: (address: string, tcp: string, udp: string) => `${tcp} TCP, ${udp} UDP of ${address}`, pinned: "Kept for it", gateway: "Its gateway", unknown: "Not known yet",
    answered: (address: string) => `${address}: Innkeeper answers in its place`, dnsServers: "DNS servers it asks", dnsAnswered: (servers: string) => `${servers}: Innkeeper answers in their place`,
    transferred: "Traffic", both: (received: string, sent: string) => `${received} received, ${sent} sent`, about: "About this device", cause: "Why it has no access", decided: "Decision", until: "Until", profile: "Profile", chosen: "chosen by hand",
    hostName: "Its host name", vendor: "Vendor", randomised: "Random MAC: no vendor, and it may change", addressBy: "Address by", byDhcp: "DHCP", byItself: "its own settings", lease: "DHCP lease",
    firstSeen: "First seen", lastSeen: "Last seen", never: "Never", traffic: "Traffic of the last day", inspect: "Look at it", ping: "Ping", wake: "Wake it", woken: "Frames that wake it (Wake-on-LAN) were sent.", capture: "Capture 30 s",
    captureHint: "The capture is a pcapng file; Wireshark opens it.", arp: (time: string) => `ARP reply after ${time}`, noArp: "no ARP reply", echo: (time: string) => `echo reply after ${time}`,
    noEcho: "no echo reply", from: (address: string) => `asked from ${address}`, decisions: "Decisions",
  },
  events: {
    none: "There are no events.", live: "Live", earlier: "Show earlier", text: "Text", device: "Device", kind: "Kind", actor: "By", severity: "Severity", severities: { error: "Error", warning: "Warning", info: "Notice" },
    show: "Show", time: "Time", what: "Event",
  },
  audit: {
    intro: "Every change by a person, a token or a user of the gateway's machine.", none: "There are no entries.", time: "Time", who: "Who", what: "What", subject: "Device, user or file", change: "Change",
    from: (address: string) => `from ${address}`, kinds: { local_user: "local user", process: "gateway", person: "person", token: "token", unknown: "unknown" },
  },
  mail: {
    mail: "Mail", webhook: "Webhook", mailOff: "Off. Set [mail] in the settings to get mail.", webhookOff: "Off. Set [webhook] in the settings to use one.", waiting: "Waiting", sent: "Sent", dead: "Given up",
    lastAnswer: "Last answer", test: "Send a test mail", tested: "The mail server took the test mail.", notTaken: "The mail server did not take the test mail.", outbox: "Outbox", none: "No message waits.", created: "Written", channel: "Channel", subject: "Subject", state: "State",
    states: { waiting: "Waits", dead: "Given up", sent: "Sent" }, tries: (n: number) => plural(n, "try", "tries"), retry: "Send now", retried: "The message is being sent.", deleted: "The message is deleted.",
  },
  network: {
    stageTexts: {
      frames: "A frame arrives from a device, and the gateway serves its kind.",
      decision: "A source that is not known yet gets an address.",
      policy: "The device is admitted, and its profile allows the destination and the rate.",
      translation: "The source becomes the outside address, with a port where devices share one.",
      "way-out": "The packet leaves by the uplink to the gateway of the profile.",
      return: "An answer comes from the uplink and goes to the device.",
    },
    stages: { frames: "Frames", decision: "Decision", policy: "Policy", translation: "Translation", "way-out": "Way out", return: "Way back" }, stagesTitle: "Stages of the path", droppedHere: (n: number) => plural(n, "packet dropped", "packets dropped"), mac: "MAC", mtu: "MTU", role: "Side", lan: "LAN", noCarrier: "No cable", missing: "Missing", inside: "Inside network",
    way: "The packets' way", toInternet: "to the Internet", toDevices: "to devices", packets: (n: string) => `${n} packets/s`, bindings: (n: number) => plural(n, "address served", "addresses served"),
    dropped: (n: number) => `${plural(n, "packet", "packets")} dropped`, oneArm: "One arm: one interface", twoArms: "Two arms", router: "Router", interfaces: "Interfaces", access: "Devices", uplink: "Uplink",
    address: "Address", none: "none", mode: "Mode", peer: "Other gateway", peerIs: (mac: string, serves: boolean) => `${mac}: ${serves ? "it serves, this one stands by" : "it stands by, this one serves"}`,
    dhcp: "DHCP", leased: (some: string, all: string, network: string) => `${some} of ${all} leased in ${network}`, memory: "Memory", firewall: (path: string, name: string) => `A firewall of this machine closes ${path} on ${name}. This opens it:`,
    gateways: "Gateways", name: "Name", interface: "Interface", nextHop: "Router", state: "State", up: "Up", down: "Down", unknown: "Not known", poolUsed: (some: string, all: string) => `${some} of ${all} addresses in use`,
    poolRest: (ready: string, probing: string, quarantined: string) => `${ready} ready, ${probing} being tested, ${quarantined} in use by other hosts`, portsUsed: (share: string, n: string) => `${share} of all ports given out, ${n} connections`,
    dns: "DNS servers", server: "Server", latency: "Latency", timeouts: "Timeouts", ofQueries: (some: string, all: string) => `${some} of ${all}`, dnsQuestions: "DNS questions each second", questions: "Questions", cached: "From the cache", failed: "Failed",
    dropRates: "Drops each second", dropsPolicy: "Not allowed", dropsInvalid: "Invalid", dropsLimits: "Limits", dropsFaults: "Faults",
    counters: (n: number) => `${plural(n, "counter", "counters")} of the control plane`,
  },
  settings: {
    // Of the editor, by its own English words.
    phrases: {
      Find: "Find", Replace: "Replace", next: "next", previous: "previous", all: "all", "match case": "match case", regexp: "regexp", "by word": "by word", close: "close", replace: "replace", "replace all": "replace all",
      Completions: "Completions", Diagnostics: "Diagnostics", "No diagnostics": "No diagnostics", "Go to line": "Go to line", go: "go", "current match": "current match", "on line": "on line", "replaced $ matches": "replaced $ matches", "replaced match on line $": "replaced match on line $",
    },
    parts: { file: "File", history: "History", profiles: "Profiles and rules", values: "Values in force" }, editor: "Configuration file", keys: "Ctrl+Space completes, Ctrl+F finds, Tab leaves the editor.",
    checking: "Checking…", errors: (n: number) => (n === 0 ? "No errors" : plural(n, "error", "errors")), line: (line: number, column: number) => (line === 0 ? "File" : `Line ${line}, column ${column}`),
    preview: "Preview and apply…", discard: "Discard changes", notWritable: "You can look at the file here, but not change it.", notWritableText: "The gateway may not write its file.",
    changedMeanwhile: "The file was changed meanwhile", changedMeanwhileText: "What you wrote is based on an older text. Take the new text, or copy your lines first.", takeNew: "Take the new text",
    applyTitle: "What these settings would do", apply: "Apply for 60 s", comment: "Comment", commentHint: "Optional. It stands in the history.", applied: "The new settings are applied. Confirm them within 60 s.",
    trial: "The new settings come in force at once. Confirm them within 60 s; otherwise the previous ones come back by themselves, also if you lose contact.", difference: "Differences", same: "The texts are the same.",
    fromLine: (n: number) => `Line ${n}`, added: "Added:", removed: "Removed:", cut: (n: number) => `${devices(n)} online would lose service`, held: (n: number) => `${devices(n)} online would be held`,
    admitted: (n: number) => `${devices(n)} that wait would be admitted`, noDevices: "No device's access changes.", nothingChanges: "No setting changes.", changes: (n: number) => `${plural(n, "setting changes", "settings change")}:`,
    noHistory: "There is no history yet.", number: "No.", time: "Since", by: "By", byHand: "by hand", inForce: "in force", outcome: "Outcome",
    outcomes: { applied: "Applied", waiting: "On trial", confirmed: "Confirmed", undone: "Undone", failed: "Failed", unused: "Not used" }, compare: "Compare…", compareNumber: (n: number) => `Settings no. ${n}`, with: "Compare with",
    present: "The present file", numbered: (n: number) => `No. ${n}`, restore: "Take into the editor", find: "Find a setting", key: "Setting", value: "Value", origin: "From", notSet: "not set",
  },
  profiles: {
    title: "Profiles", name: "Name", devices: "Devices", admission: "New devices", admissions: { auto: "are let in", approve: "wait for you", closed: "stay out" }, lifetime: (time: string) => `for ${time}`, address: "Outside address",
    legals: { own: "of its own, otherwise shared", shared: "shared", "own-only": "of its own only" }, limits: "Limits", unlimited: "any speed", addresses: (n: number) => plural(n, "own address", "own addresses"), reach: "Reach", isolated: "devices apart",
    per: { code: "per voucher or room", tag: "per tag", vlan: "per VLAN" },
    together: "devices reach each other", inbound: "open from outside", noInbound: "closed from outside", denied: (list: string) => `not to ${list}`, allowed: (list: string) => `but to ${list}`, gateway: "Gateway", rules: "Rules",
    noRules: "There are no rules. Every device has the profile default.", conditions: "If", gives: "Profile", rulesHint: "The first rule that fits decides. Change profiles and rules in the file.",
  },
  machines: {
    intro: "Devices that hosts outside must reach at once, though they never speak first. They are in the configuration file.", none: "No machines. Add one, or import a list from a spreadsheet.",
    add: "Add machine", change: "Change…", import: "Import CSV…", export: "Export CSV", name: "Name", state: "State", mac: "MAC address", vlan: "VLAN", address: "Own address", outside: "Outside address", gateway: "Gateway", appear: "Hosts outside appear as",
    description: "Description", device: "Device", lastSeen: "Last seen", never: "never", any: "not found yet", done: "The gateway takes the change.",
    states: { admitted: "admitted", held: "held", blocked: "blocked", new: "new", missing: "not found" },
    hints: {
      name: "Small letters, digits and hyphens; it is the name in DNS too.", mac: "Empty: whichever device is in the VLAN.", vlan: "Empty: untagged.", address: "The address that is set in the machine.",
      outside: "An address of the pool. Empty: any.", gateway: "The gateway that is set in the machine, if you know it.", appear: "“local”: the machine has no gateway set, so hosts outside appear to it as addresses of its own subnet. Empty: as its profile says.", description: "Your own words.",
    },
    changeOf: (name: string) => `Change ${name}`, removeOf: (name: string) => `Remove ${name}?`, removeText: "The device stays. From then on it is a device as any other.",
    importOf: (count: number) => `Import ${count} machines?`, importFault: (columns: string) => `This is no list of machines. The first line needs the columns' names: ${columns}.`,
  },
  users: {
    disabled: "disabled", disable: "Disable", enable: "Enable", disableOf: (name: string) => `Disable user ${name}?`, enableOf: (name: string) => `Enable user ${name}?`, disableText: "The user is signed out everywhere and cannot sign in until you enable them again.", enableText: "The user can sign in again.",
    users: "Users", add: "Add user", name: "Name", nameHint: "1 to 32 letters, digits, dots, hyphens or underscores.", role: "Role", created: "Created", lastSignIn: "Last sign-in", never: "never", you: "you", changeRole: "Role…", setPassword: "Password…",
    roleOf: (name: string) => `Role of ${name}`, passwordOf: (name: string) => `Password of ${name}`, removeOf: (name: string) => `Delete user ${name}?`, removeText: "The user is signed out everywhere and cannot sign in any more.",
    added: (name: string) => `User ${name} is added.`, changed: (name: string) => `User ${name} is changed.`, removed: (name: string) => `${name} is deleted.`, tokens: "API tokens", addToken: "Create token", noTokens: "There are no tokens.", expires: "Expires",
    noEnd: "never", lastUse: "Last use", removeTokenOf: (name: string) => `Delete token ${name}?`, removeTokenText: "Programs that use this token get no access any more.", valid: "Valid for",
    times: { "30d": "30 days", "90d": "90 days", "365d": "1 year", never: "Without end" }, tokenMade: "Your new token", tokenOnce: "Copy it now. It is not shown again.", copy: "Copy", copied: "Copied.", roles: "What each role may do",
    roleTexts: {
      viewer: "Sees devices, events, the network and profiles. Changes nothing.", operator: "For the front desk: sees what a viewer sees, lets devices in for a time, extends, names and blocks them.",
      admin: "Everything: settings, users, tokens, mail, audit trail, captures.",
    },
  },
  vouchers: {
    title: "Vouchers", create: "Create vouchers", find: "Find by voucher, label or profile", state: "State", none: "There are no such vouchers.", voucher: "Voucher", label: "Label", until: "Until", uses: "Devices…", extend: "Extend…", revoke: "Revoke",
    more: (n: number) => `${plural(n, "more voucher", "more vouchers")}; narrow the search to see them.`,
    states: { unused: "Not used", used: "In use", over: "Over", revoked: "Revoked", used_up: "Data used up", not_yet: "Not valid yet" },
    count: "How many", countHint: "1 to 1000.", time: "Valid from the first use", timeHint: "Such as 8h or 7d. Empty: until the date below.", latest: "Valid until", dateHint: "Such as 2026-12-05T11:00, by the gateway's clock.",
    devicesEach: "Devices for each voucher", data: "Data for each voucher", dataHint: "Such as 500M or 2G. Empty: any amount.", labelHint: "Optional: your words for them, such as the event.", network: "Name of the network",
    networkHint: "Optional: it stands on the print sheet.", paper: "Print sheet", noPaper: "None", made: "Your new codes", once: "Print or keep them now. They are not shown again.", sheet: "Print sheet (HTML)",
    usesOf: (name: string) => `Devices of voucher ${name}`, extendOf: (name: string) => `Extend voucher ${name}`, longer: "Longer by", longerHint: "Such as 2h or 1d. Devices whose time is over are let in again.",
    extended: (name: string) => `Voucher ${name} is extended.`, revokeOf: (name: string) => `Revoke voucher ${name}?`, revokeText: "Its code is void, and the access of its devices ends at once. You cannot undo this.", revoked: (name: string) => `Voucher ${name} is revoked.`,
  },
  rooms: {
    title: "Rooms", set: "Set a room", none: "There are no rooms.", room: "Room", where: "Where the code works", checkOut: "Check-out", open: "Open", over: "Over", change: "Change…", checkIn: "Check in…", end: "Check out",
    withTag: (tag: string) => `Tag ${tag}`, usesOf: (name: string) => `Devices of room ${name}`, setOf: (name: string) => `Room ${name}`, codeOf: (name: string) => `Code of room ${name}`, nameHint: "Up to 32 letters, digits, dots, hyphens or underscores.",
    code: "Code", codeHint: "6 to 32 letters and digits. Empty: one is made, or the present one stays.", saved: (name: string) => `Room ${name} is set.`, endOf: (name: string) => `Check out room ${name}?`,
    data: "Data for the whole stay",
    endText: "Its code is void, and the access of its devices ends at once.", ended: (name: string) => `The stay in room ${name} has ended.`,
  },
  api: {
    intro: "Everything that this console does, programs can do by the API. Try an operation here with your own rights; the curl command does the same with a token.", document: "OpenAPI document", find: "Find an operation", other: "Other",
    anyone: "Anyone", body: "Body (JSON)", send: "Send", sendChange: "Send: it changes things", changes: "This is the real gateway.", stream: "This operation answers with a stream or a file. Use the curl command.",
    licences: "Licences of the libraries", noJson: "The body is no valid JSON.", answer: (status: number) => `Answer (${status})`,
  },
  drops,
};

export type Texts = typeof en;
