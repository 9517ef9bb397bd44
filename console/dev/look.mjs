// Looks at every page of the built console in headless Chromium, in both themes, on desktop and phone: violations of the content security
// policy, errors, and what axe-core finds. `node dev/look.mjs [directory for screenshots] [page …]`.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { start } from "./mock.mjs";
import { devices } from "./world.mjs";

const [directory, ...wanted] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const held = devices.find((d) => d.state === "held").mac;
const pages = {
  overview: "#/", ill: "#/", devices: "#/devices", filtered: "#/devices?state=held", device: `#/devices/${held}`, events: "#/events", audit: "#/audit", mail: "#/mail", network: "#/network",
  settings: "#/settings", history: "#/settings/history", profiles: "#/settings/profiles", values: "#/settings/values", machines: "#/machines", users: "#/users", vouchers: "#/vouchers", rooms: "#/rooms", api: "#/api", signin: "#/", setup: "#/setup?code=abc",
};
// What a person does on a page before it is looked at: dialogs and menus are pages too.
const button = (name) => (page) => page.getByRole("button", { name }).first().click();
const acts = {
  account: ["#/", button("Account of anna")],
  drawer: ["#/", async (page) => ((await page.getByRole("button", { name: "Menu", exact: true }).isVisible()) ? button("Menu")(page) : undefined)],
  sessions: ["#/", async (page) => {
    await button("Account of anna")(page);
    await page.getByRole("menuitem", { name: "Your sessions" }).click();
    await page.getByText("192.168.1.31").waitFor();
  }],
  unknown: ["#/devices/02:ff:ff:ff:ff:ff", (page) => page.getByText("before it comes").waitFor()],
  approve: [`#/devices/${held}`, button("Let in…")],
  forget: [`#/devices/${held}`, button("Forget")],
  bulk: ["#/devices?state=held", async (page) => {
    await page.getByRole("checkbox", { name: "Select all rows read so far" }).check();
    await button("Let in…")(page);
    await page.getByText("This admits 104 devices.").waitFor();
  }],
  apply: ["#/settings", async (page) => {
    const editor = page.getByRole("textbox", { name: "Configuration file" });
    await editor.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# a remark");
    await page.getByText("No errors").waitFor();
    await button("Preview and apply…")(page);
    await page.getByText("2 devices online would be held").waitFor();
  }],
  wrong: ["#/settings", async (page) => {
    const editor = page.getByRole("textbox", { name: "Configuration file" });
    await editor.click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("bogus = 1\n[po");
    await page.keyboard.press("Control+Space");
    await page.getByText("there is no such setting").first().waitFor();
    await page.getByRole("option", { name: "pool" }).waitFor();
  }],
  compare: ["#/settings/history", button("Compare…: No. 2")],
  made: ["#/vouchers", async (page) => {
    await button("Create vouchers")(page);
    await page.getByRole("dialog").getByRole("button", { name: "Create vouchers" }).click();
    await page.getByText("They are not shown again").waitFor();
  }],
  room: ["#/rooms", button("Change…: 214")],
  token: ["#/users", async (page) => {
    await button("Create token")(page);
    await page.getByRole("dialog").getByLabel("Name").fill("grafana");
    await page.getByRole("dialog").getByRole("button", { name: "Create token" }).click();
    await page.getByText("It is not shown again").waitFor();
  }],
  operation: ["#/api", async (page) => {
    await page.getByRole("button", { name: /approve/ }).first().click();
    await page.getByRole("textbox", { name: /^device/ }).fill("x");
  }],
  firstRun: ["#/", (page) => page.getByText("14 devices heard").waitFor()],
  firstRunUplink: ["#/", (page) => walk(page, 1)],
  firstRunAddresses: ["#/", async (page) => {
    await walk(page, 2);
    await page.getByLabel("Devices that are online at once").fill("3000");
    await button("Find free addresses")(page);
    await page.getByText("3,000 devices need 3 shared addresses").waitFor();
  }],
  firstRunMail: ["#/", async (page) => {
    await walk(page, 4);
    await page.getByLabel("Send me mail").check();
    await button("Send a test mail")(page);
    await page.getByText("taken: 250 ok").waitFor();
  }],
  firstRunSummary: ["#/", (page) => walk(page, 5)],
  firstRunTrial: ["#/", async (page) => {
    await walk(page, 5);
    await button("Apply for")(page);
    await page.getByText("The gateway is starting").waitFor();
    mock.state.isFirstRun = false;
    mock.state.pending = { until: new Date(Date.now() + 42_000).toISOString(), by: "anna", is_first: true };
    await page.getByRole("button", { name: "Confirm" }).waitFor();
  }],
  viewer: [`#/devices/${held}`, async (page) => {
    if ((await page.getByRole("button", { name: /Let in|Block|Forget/ }).count()) > 0) {
      throw new Error("a viewer sees buttons");
    }
  }],
};
async function walk(page, steps) {
  for (let i = 0; i < steps; i++) {
    await button("Next")(page);
    await page.getByText(`Step ${i + 2} of 6`).waitFor();
  }
}

const windows = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

const mock = await start(0);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const faults = [];
if (directory) {
  mkdirSync(directory, { recursive: true });
}

for (const [size, viewport] of Object.entries(windows)) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ viewport, colorScheme, locale: process.env.LOOK_LOCALE ?? "en-GB", timezoneId: "Europe/London", reducedMotion: "reduce" });
    for (const [name, [hash, act]] of [...Object.entries(pages).map(([name, hash]) => [name, [hash]]), ...Object.entries(acts)].filter(([name]) => wanted.length === 0 || wanted.includes(name))) {
      await look(context, `${name}-${size}-${colorScheme}`, name, hash, act);
    }

    await context.close();
  }
}

await browser.close();
mock.close();
console.log(faults.length === 0 ? "nothing found" : faults.join("\n"));
process.exit(faults.length === 0 ? 0 : 1);

async function look(context, label, name, hash, act) {
  Object.assign(mock.state, { role: name === "viewer" ? "viewer" : "admin", isSignedIn: name !== "signin" && name !== "setup", needsSetup: name === "setup", isFirstRun: name.startsWith("firstRun"), isIll: name === "ill", pending: name === "ill" ? { until: new Date(Date.now() + 42_000).toISOString(), by: "anna" } : null });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && !(name === "unknown" && message.text().includes("404")) && faults.push(`${label}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`${label}: ${error}`));
  await page.addInitScript({ content: axe });
  await page.goto(`http://127.0.0.1:${mock.port}/${hash}`);
  await page.waitForFunction(() => document.querySelector("h1") !== null && document.querySelector(".loading") === null);
  try {
    await act?.(page);
  } catch (error) {
    faults.push(`${label}: ${error}`);
  }

  await page.waitForTimeout(150);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of found.violations.filter((v) => ["serious", "critical", "moderate"].includes(v.impact))) {
    faults.push(`${label}: axe ${violation.impact} ${violation.id}: ${violation.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary?.split("\n")[1]?.trim() ?? ""}`).join(" | ")}`);
  }

  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) {
    faults.push(`${label}: the page is ${wide} px wider than the window`);
  }

  if (directory) {
    await page.screenshot({ path: join(directory, `${label}.png`), fullPage: process.env.LOOK_FULL === "1" });
  }

  await page.close();
}
