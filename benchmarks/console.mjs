// The console in headless Chromium, for console.sh and nat.sh. It runs in the gateway's network namespace, with console/'s playwright-core.
//   console.mjs measure URL PASSWORD …          times on the list of 10,000 devices; rows of a table
//   console.mjs cold URL PASSWORD               octets and time of the first visit; a row
//   console.mjs watch URL PASSWORD COUNT        so many viewers' open pages, until it is ended; "ready PID" tells that they are open, and the
//                                               process group of the browser
import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { chromium } = createRequire(new URL("../console/package.json", import.meta.url))("playwright-core");
const [mode, url, password, ...rest] = process.argv.slice(2);
const rounds = Number(process.env.VISITS ?? 7);
const server = await chromium.launchServer({
  handleSIGTERM: false,
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const browser = await chromium.connect(server.wsEndpoint());

/** A viewer of their own: a session, and an empty cache. */
async function viewer() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", timezoneId: "Europe/London" });
  context.setDefaultTimeout(30_000);
  const answer = await context.request.post(`${url}/api/v1/session`, { data: { name: "anna", password } });
  if (!answer.ok()) {
    throw new Error(`signing in: ${answer.status()} ${await answer.text()}`);
  }

  return context;
}

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[Math.floor(values.length / 2)];
const verdict = (value, aim) => (aim === undefined ? "-" : `${aim}: ${value <= aim ? "met" : "MISSED"}`);
const row = (title, values, aim) => console.log(`| ${title} | ${Math.round(median(values))} ms | ${Math.round(Math.max(...values))} ms | ${verdict(Math.round(median(values)), aim)} |`);

/**
 * Until a condition holds in the page, looked at after each change of it, and drawn: milliseconds since the navigation. Some changes are none of the
 * document (the address in the bar): it is looked at every 50 ms too.
 */
const watch = () => {
  window.when = (isSo) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`30 s went by, and it is not so: ${isSo}`)), 30_000);
      const look = () => {
        if (isSo()) {
          clearTimeout(late);
          clearInterval(poll);
          follow.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
        }
      };
      const follow = new MutationObserver(look);
      follow.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      const poll = setInterval(look, 50);
      look();
    });
  window.drawn = () => [...document.querySelectorAll(".grid-body [data-index]")];
  window.isWhole = () => window.drawn().length > 0 && document.querySelector(".grid-body .ghost") === null;
  window.shown = window.when(window.isWhole);
};

async function open(hash, prepare) {
  const context = await viewer();
  const page = await context.newPage();
  await prepare?.(page);
  await page.goto(`${url}/${hash}`);
  return page;
}

async function list() {
  const page = await open("#/devices", (page) => page.addInitScript(watch));
  const took = await page.evaluate(() => window.shown);
  await page.getByRole("status").getByText(/^[\d,]+ devices/).waitFor();
  await page.context().close();
  return took;
}

/** All but the last letter is typed, and the rows for it are there: then the last letter, until its own rows are. */
async function search(page, text) {
  const prepared = await page.evaluate((text) => {
    window.found = (text) => window.when(() => window.isWhole() && location.hash.includes(String(new URLSearchParams({ text }))) && window.drawn().every((r) => r.textContent.includes(text)));
    window.press = new Promise((resolve) => document.addEventListener("keydown", () => resolve(performance.now()), { once: true, capture: true }));
    return text.slice(0, -1);
  }, text);
  const found = (page, text, since) => page.evaluate(async ([text, since]) => (await window.found(text)) - (since ? await window.press : 0), [text, since]).catch(async (error) => {
    throw new Error(`${text} at ${page.url()}: ${error.message}\n${await page.evaluate(() => window.drawn().map((r) => r.textContent).join("\n"))}`);
  });
  await page.locator("#finder").fill(prepared);
  await found(page, prepared, false);
  await page.locator("#finder").press(text.at(-1));
  return found(page, text, true);
}

/** As a person drags the bar: 400 px each frame, through all rows. */
const scroll = async () => {
  const tasks = [];
  const follow = new PerformanceObserver((entries) => tasks.push(...entries.getEntries().map((e) => e.duration)));
  follow.observe({ type: "longtask" });
  const box = document.querySelector(".grid");
  const frames = [];
  let ghosts = 0;
  let last = performance.now();
  for (box.scrollTop = 0; box.scrollTop + box.clientHeight < box.scrollHeight - 1; box.scrollTop += 400) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
    ghosts += document.querySelector(".grid-body .ghost") === null ? 0 : 1;
  }

  await window.when(window.isWhole);
  tasks.push(...follow.takeRecords().map((e) => e.duration));
  return { frames, tasks, ghosts };
};

async function measure([innkeeper, socket, device, mac]) {
  const visits = [];
  for (let i = 0; i < rounds; i++) {
    visits.push(await list());
  }

  row("list of 10,000 devices, from the navigation to its rows", visits, 1000);
  const page = await open("#/devices", (page) => page.addInitScript(watch));
  await page.evaluate(() => window.shown);
  const texts = ["00:1f", "11.0.17", "00:0a:b", "10.200.31.", "27:10", "11.1.16.", "00:23:1"].slice(0, rounds);
  const found = [];
  for (const text of texts) {
    found.push(await search(page, text));
  }

  row("search, from the last key to its rows", found, 200);
  await page.evaluate(() => {
    location.hash = "#/devices";
    return window.when(() => window.isWhole() && document.querySelector(".grid-body").offsetHeight > 100_000);
  });
  const far = [];
  for (let i = 0; i < Math.min(3, rounds); i++) {
    const fresh = await open("#/devices", (page) => page.addInitScript(watch));
    await fresh.evaluate(() => window.shown);
    await fresh.locator('[data-index="0"] a').first().focus();
    const begun = await fresh.evaluate(() => performance.now());
    await fresh.keyboard.press("End");
    far.push((await fresh.evaluate(() => window.when(() => window.isWhole() && window.drawn().at(-1).ariaRowIndex === document.querySelector(".grid").ariaRowCount))) - begun);
    await fresh.context().close();
  }

  row("from the first row to the last by the key End", far);
  const { frames, tasks, ghosts } = await page.evaluate(scroll);
  row(`a frame while ${frames.length} frames scroll through all rows`, frames, 17);
  console.log(`| frames of these that were late (more than 25 ms) | ${frames.filter((f) => f > 25).length} | - | - |`);
  console.log(`| frames of these with rows that were not read yet | ${ghosts} | - | - |`);
  console.log(`| the longest task while it scrolls | ${Math.round(Math.max(0, ...tasks))} ms | - | - |`);
  await page.context().close();
  await approve(innkeeper, socket, device, mac);
}

/** A device that waits, whose first octet from the server comes after one press. */
async function approve(innkeeper, socket, device, mac) {
  const page = await open("#/");
  await page.getByText("Needs you").first().waitFor();
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const held = spawnSync(innkeeper, ["devices", "hold", mac, "--socket", socket], { encoding: "utf8" });
    if (held.status !== 0) {
      throw new Error(held.stderr);
    }

    const letIn = page.getByRole("button", { name: /^Let in 8 h/ });
    await letIn.waitFor();
    await page.evaluate(() => {
      window.pressed = new Promise((resolve) => document.addEventListener("pointerdown", () => resolve(Date.now()), { once: true, capture: true }));
    });
    const client = spawn("nsenter", [`--net=/run/netns/${device}`, "/usr/bin/python3", "-u", "-c", firstOctet], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
    if ((await lines.next()).value !== "waits") {
      throw new Error("the device was online before it was let in");
    }

    await letIn.click();
    const octet = Number((await lines.next()).value);
    times.push(octet - (await page.evaluate(() => window.pressed)));
    await letIn.waitFor({ state: "detached" });
  }

  row("from the press that lets a device in to its first octet from the server", times, 1000);
  await page.context().close();
}

// A new connection every 20 ms, until one has an answer. Not to port 80: there is the portal.
const firstOctet = `
import socket, time
tries = 0
while True:
    with socket.socket() as s:
        s.settimeout(0.02)
        try:
            s.connect(("203.0.113.10", 8080))
            s.settimeout(5)
            s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            if s.recv(1):
                print(round(time.time() * 1000))
                break
        except OSError:
            time.sleep(0.001)
    tries += 1
    if tries == 5:
        print("waits")
`;

/** The first visit of the overview, with nothing in the cache. */
async function cold() {
  const context = await viewer();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let octets = 0;
  session.on("Network.loadingFinished", (e) => (octets += e.encodedDataLength));
  await page.goto(`${url}/#/`);
  await page.getByText("Needs you").first().waitFor();
  await page.locator("canvas").first().waitFor();
  await page.waitForFunction(() => document.querySelector(".loading") === null);
  await page.waitForTimeout(500); // the measurement itself: what is asked for beside
  console.log(`| first visit of the overview, over the wire | ${Math.round(octets / 1000)} kB | ${verdict(Math.round(octets / 1000), 300)} |`);
}

async function watchFor(count) {
  const hashes = ["#/", "#/devices", "#/events", "#/network", "#/devices?sort=traffic"];
  for (let i = 0; i < count; i++) {
    const page = await (await viewer()).newPage();
    await page.goto(`${url}/${hashes[i % hashes.length]}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForFunction(() => document.querySelector(".loading") === null);
  }

  console.log(`ready ${server.process().pid}`);
  await new Promise((resolve) => process.once("SIGTERM", resolve));
}

await { measure: () => measure(rest), cold, watch: () => watchFor(Number(rest[0])) }[mode]();
await browser.close();
await server.close();
