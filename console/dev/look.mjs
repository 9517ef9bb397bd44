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
  settings: "#/settings", history: "#/settings/history", profiles: "#/settings/profiles", values: "#/settings/values", users: "#/users", api: "#/api", signin: "#/", setup: "#/setup?code=abc",
};
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
    for (const [name, hash] of Object.entries(pages).filter(([name]) => wanted.length === 0 || wanted.includes(name))) {
      await look(context, `${name}-${size}-${colorScheme}`, name, hash);
    }

    await context.close();
  }
}

await browser.close();
mock.close();
console.log(faults.length === 0 ? "nothing found" : faults.join("\n"));
process.exit(faults.length === 0 ? 0 : 1);

async function look(context, label, name, hash) {
  Object.assign(mock.state, { isSignedIn: name !== "signin" && name !== "setup", needsSetup: name === "setup", isIll: name === "ill", pending: name === "ill" ? { until: new Date(Date.now() + 42_000).toISOString(), by: "anna" } : null });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && faults.push(`${label}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`${label}: ${error}`));
  await page.addInitScript({ content: axe });
  await page.goto(`http://127.0.0.1:${mock.port}/${hash}`);
  await page.waitForFunction(() => document.querySelector("h1") !== null && document.querySelector(".loading") === null);
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
