// What the console does when something happens: live rows, a gateway that goes away and comes back, the end of a session, keys, many rows.
// `node dev/behave.mjs`: against the mock, in headless Chromium.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { emit, start } from "./mock.mjs";
import { devices } from "./world.mjs";

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
let mock = await start(0);
const { port } = mock;
let failures = 0;

async function check(name, act, options = {}) {
  Object.assign(mock.state, { role: "admin", isSignedIn: true, pending: null, ...options });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", timezoneId: "Europe/London" });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  const begin = performance.now();
  try {
    await act(page, (hash) => page.goto(`http://127.0.0.1:${port}/${hash}`));
    assert.deepEqual(errors, []);
    console.log(`passed ${name} (${Math.round(performance.now() - begin)} ms)`);
  } catch (error) {
    failures++;
    console.log(`FAILED ${name}: ${error}`);
  } finally {
    await context.close();
  }
}

const held = () => devices.find((d) => d.state === "held");

await check("a device that begins to wait appears without reload, and one press lets it in", async (page, open) => {
  await open("#/");
  await page.getByText("Needs you").waitFor();
  const device = devices.find((d) => d.state === "admitted" && d.given_name === null && d.host_name === null);
  Object.assign(device, { state: "held", cause: "held", given_name: "Room 999 robot", last_seen: new Date(Date.now() + 60_000).toISOString(), standing: { state: "held", reason: "", by: "profile guests", since: new Date().toISOString() } });
  emit(mock.state, { kind: "devices-held", text: "Room 999 robot waits", mac: device.mac });
  await page.getByRole("link", { name: "Room 999 robot" }).waitFor();
  await page.getByRole("button", { name: "Let in 8 h: Room 999 robot" }).click();
  await page.getByRole("status").getByText("Room 999 robot is let in.").waitFor();
  assert.equal(device.state, "admitted");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Undone.").first().waitFor();
  assert.equal(device.state, "held");
});

await check("a device that gets no address is in what needs you, with the cause and a way to it", async (page, open) => {
  const device = devices.find((d) => d.cause === "pool-exhausted");
  Object.assign(device, { given_name: "Room 998 TV", last_seen: new Date(Date.now() + 120_000).toISOString() });
  await open("#/");
  const row = page.getByRole("listitem").filter({ hasText: "Room 998 TV" });
  await row.getByText("No outside address is left for it.").waitFor();
  await row.getByRole("link", { name: "Why…: Room 998 TV" }).click();
  await page.getByText("Why it has no access").waitFor();
  await open("#/devices?cause=pool-exhausted");
  await page.getByRole("status").getByText(`${devices.filter((d) => d.cause === "pool-exhausted").length} devices`).waitFor();
  device.cause = null;
});

await check("a gateway that is away is said, and the page recovers by itself", async (page, open) => {
  await open("#/");
  await page.getByText("All is well").waitFor();
  mock.close();
  await page.getByText("No contact with the gateway since").waitFor();
  mock = await start(port);
  await page.getByText("No contact with the gateway since").waitFor({ state: "detached" });
  await page.waitForFunction(() => true);
  const since = devices.find((d) => d.state === "held");
  emit(mock.state, { kind: "device-hold", text: "after the return", mac: since.mac });
  await page.getByText("after the return").waitFor();
});

await check("the end of a session leads to the sign-in, and back to the same page", async (page, open) => {
  await open(`#/devices/${held().mac}`);
  await page.getByRole("heading", { name: "Why is it or is it not online?" }).waitFor();
  mock.state.isSignedIn = false;
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText("Your session has ended.").waitFor();
  await page.getByLabel("Name").fill("anna");
  await page.getByLabel("Password").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("Name or password is wrong.").waitFor();
  await page.getByLabel("Password").fill("right password");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Why is it or is it not online?" }).waitFor();
});

await check("10,000 devices: open, search, the last row, keys", async (page, open) => {
  const begin = performance.now();
  await open("#/devices");
  await page.getByText("10,000 devices").waitFor();
  await page.locator('[data-index="0"] a').waitFor();
  console.log(`       list after ${Math.round(performance.now() - begin)} ms`);
  assert.ok((await page.locator("[data-index]").count()) < 60, "too many rows exist");
  await page.locator('[data-index="0"] a').focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement?.closest("[data-index]")?.getAttribute("data-index")), "2");
  await page.keyboard.press(" ");
  await page.getByText("1 selected").waitFor();
  const far = performance.now();
  await page.keyboard.press("End");
  await page.waitForFunction(() => document.activeElement?.closest("[data-index]")?.getAttribute("data-index") === "9999");
  console.log(`       last row after ${Math.round(performance.now() - far)} ms`);
  await page.keyboard.press("Home");
  const frames = await page.evaluate(async () => {
    const box = document.querySelector("[role=grid]");
    const times = [];
    let last = performance.now();
    for (let i = 0; i < 120; i++) {
      box.scrollTop += 400;
      await new Promise(requestAnimationFrame);
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times.sort((a, b) => a - b);
  });
  console.log(`       scrolling: median frame ${frames[60].toFixed(1)} ms, 95th of 100 ${frames[113].toFixed(1)} ms`);
  await page.keyboard.press("/");
  const search = performance.now();
  await page.keyboard.type("Room 214");
  await page.waitForFunction(() => location.hash.includes("Room+214") && [...document.querySelectorAll("[data-index] a")].length > 0 && [...document.querySelectorAll("[data-index] a")].every((a) => a.textContent.includes("Room 214")));
  console.log(`       search after ${Math.round(performance.now() - search)} ms, typing included`);
});

await check("a person applies settings by keys alone, and confirms", async (page, open) => {
  await open("#/settings");
  await page.getByText("No errors").waitFor();
  const isIn = (name) => page.evaluate((n) => document.activeElement?.tagName === "BUTTON" && document.activeElement.textContent.includes(n), name);
  const tabTo = async (name, key = "Tab") => {
    for (let i = 0; i < 40; i++) {
      if (await isIn(name)) return;
      await page.keyboard.press(key);
    }
    throw new Error(`no way to ${name} by ${key}`);
  };
  for (let i = 0; i < 40 && !(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement !== undefined && document.activeElement?.shadowRoot !== null)); i++) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Control+End");
  await page.keyboard.type("# by keys");
  await page.getByText("No errors").waitFor();
  await tabTo("Preview and apply", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByText("2 devices online would be held").waitFor();
  await tabTo("Apply for 60 s");
  await page.keyboard.press("Enter");
  await page.getByText("New settings are on trial").waitFor();
  await tabTo("Confirm");
  await page.keyboard.press("Enter");
  await page.getByText("New settings are on trial").waitFor({ state: "detached" });
  assert.equal(mock.state.pending, null);
});

await check("an operator sees what is an operator's", async (page, open) => {
  await open(`#/devices/${held().mac}`);
  await page.getByRole("button", { name: "Let in…" }).waitFor();
  for (const name of ["Forget", "Tags", "Profile…", "Keep address…", "Ping", "Hold"]) {
    assert.equal(await page.getByRole("button", { name, exact: true }).count(), 0, name);
  }
  assert.equal(await page.getByRole("link", { name: /Audit|Mail|Users|^Settings/ }).count(), 0);
  await open("#/users");
  await page.getByText("Your role does not have this page.").waitFor();
}, { role: "operator" });

await browser.close();
mock.close();
process.exit(failures === 0 ? 0 : 1);
