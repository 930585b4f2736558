// Opens reports in headless Chromium and holds them to what the page promises.
//
//     node tests/browser/check.mjs CHROMIUM FOLDER_OF_PAGES [FOLDER_FOR_SCREENSHOTS]
//
// Needs playwright-core. FOLDER_OF_PAGES has hostile.html, story.html and large.html.
import { chromium } from "playwright-core";
import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [, , executablePath, pages, shots] = process.argv;
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
});
const desk = { viewport: { width: 1280, height: 900 } };
const looks = {
  light: desk,
  dark: { ...desk, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 } },
  print: desk,
  "no-script": { ...desk, javaScriptEnabled: false },
};

/** A page whose every complaint, request and dialog is noted. */
async function open(name, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = [];
  const url = pathToFileURL(path.join(pages, name + ".html")).href;
  page.on("console", m => complaints.push("console: " + m.text()));
  page.on("pageerror", e => complaints.push("error: " + e.message));
  page.on("dialog", d => { complaints.push("dialog: " + d.message()); d.dismiss(); });
  page.on("popup", () => complaints.push("popup"));
  page.on("request", r => { if (r.url() !== url) complaints.push("request: " + r.url()); });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

async function screenshot(page, name) {
  if (!shots) return;
  // Parts outside the view are not laid out; a view as high as the page lays out everything.
  const { width } = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight).catch(() => 6000);
  await page.setViewportSize({ width, height: Math.min(height, 8000) });
  await page.screenshot({ path: path.join(shots, name + ".png") });
}

/** Every look of a page: silent, no wider than the screen, colours apart. */
async function looksRight(name) {
  for (const [look, options] of Object.entries(looks)) {
    const { page, complaints, close } = await open(name, options);
    if (look === "print") await page.emulateMedia({ media: "print" });
    assert.deepEqual(complaints, [], `${name} ${look}`);
    if (look !== "no-script") {
      const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= screen, `${name} ${look}: ${wide} wide on a screen of ${screen}`);
      const pale = await page.evaluate(contrasts);
      assert.deepEqual(pale, [], `${name} ${look}: too little contrast`);
    } else {
      assert.equal(await page.locator("form.filter:visible").count(), 0, "filters that do nothing are not shown");
      assert.ok(await page.locator("article").first().isVisible());
    }
    await screenshot(page, `${name}-${look}`);
    await close();
  }
}

/** Text whose contrast with what lies behind it is below 4.5 (WCAG AA); runs in the page. */
function contrasts() {
  const numbers = colour => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = numbers(getComputedStyle(e).backgroundColor);
      if (c.length && c[3] !== 0) return c;
    }
    return [255, 255, 255];
  };
  const pale = new Set();
  for (const e of document.querySelectorAll("h1,h2,h3,h4,p,li,td,th,a,b,i,dt,dd,summary,pre,caption,figcaption,svg text")) {
    const style = getComputedStyle(e);
    const [a, b] = [light(numbers(e instanceof SVGElement ? style.fill : style.color)), light(behind(e))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) pale.add(`${e.tagName}.${e.getAttribute("class")} ${contrast.toFixed(2)}`);
  }
  return [...pale];
}

async function filtersWork() {
  const { page, complaints, close } = await open("story", desk);
  const shown = selector => page.locator(selector).evaluateAll(all => all.filter(e => !e.hidden).length);
  const articles = page.locator('form[data-for="articles"]');
  const all = await shown("#articles > article");
  await articles.locator("select").selectOption("high");
  const high = await shown("#articles > article");
  assert.ok(high > 0 && high < all, `${high} of ${all}`);
  assert.equal(await articles.locator("output").textContent(), `${high} of ${all}`);
  await articles.locator("input").fill("no such words");
  assert.equal(await shown("#articles > article"), 0);
  // A link to a token that the filter hides shows it all the same.
  await page.locator("ol.week a").first().click();
  assert.equal(await shown("#articles > article"), 1);

  const tokens = page.locator('form[data-for="tokens"]');
  const rows = await shown("#tokens > tr");
  await tokens.locator("select[name=verdict]").selectOption("lost");
  const losing = await shown("#tokens > tr");
  assert.ok(losing > 0 && losing < rows);
  await tokens.locator("select[name=verdict]").selectOption("");
  await tokens.locator("input").fill("QUARTER close");
  assert.ok((await shown("#tokens > tr")) >= 1 && (await shown("#tokens > tr")) < rows);
  await tokens.locator("input").fill("");

  const head = page.locator(".queue th", { hasText: "Last used" });
  const column = () => page.locator("#tokens > tr td:nth-child(6)").allTextContents();
  await head.locator("button").focus();
  await page.keyboard.press("Enter");
  assert.deepEqual(await column(), [...(await column())].sort());
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  await page.keyboard.press("Enter");
  assert.deepEqual(await column(), [...(await column())].sort().reverse());
  assert.deepEqual(complaints, []);
  await close();
}

/** Headings go down one level at a time, ids are unique, links lead somewhere, pictures and inputs have names. */
async function isAccessible(name) {
  const { page, close } = await open(name, desk);
  const wrong = await page.evaluate(() => {
    const wrong = [];
    let level = 0;
    for (const h of document.querySelectorAll("h1,h2,h3,h4,h5")) {
      const now = Number(h.tagName[1]);
      if (now > level + 1) wrong.push("heading jumps: " + h.textContent);
      level = now;
    }
    const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
    if (new Set(ids).size !== ids.length) wrong.push("an id is used twice");
    for (const a of document.querySelectorAll("a")) {
      if (!a.getAttribute("href").startsWith("#")) wrong.push("a link leaves the page: " + a.href);
      else if (!document.getElementById(a.getAttribute("href").slice(1))) wrong.push("a link leads nowhere: " + a.href);
    }
    for (const svg of document.querySelectorAll("svg[role=img]")) if (!svg.querySelector("title")?.textContent) wrong.push("a picture without words");
    for (const field of document.querySelectorAll("input,select")) if (!field.labels.length) wrong.push("a field without a name");
    for (const th of document.querySelectorAll("th")) if (!th.scope) wrong.push("a table head without scope");
    if (document.documentElement.lang !== "en") wrong.push("no language");
    return wrong;
  });
  assert.deepEqual(wrong, [], name);
  await close();
}

async function foreignTextIsInert() {
  const { page, close } = await open("hostile", desk);
  const found = await page.evaluate(() => ({
    scripts: document.scripts.length,
    handlers: [...document.querySelectorAll("*")].flatMap(e => [...e.attributes]).filter(a => /^on/i.test(a.name)).length,
    foreign: document.querySelectorAll("img,iframe,object,embed,link,base,script[src],[style]").length,
    policy: document.querySelector("meta[http-equiv]").content,
    text: document.body.textContent,
  }));
  assert.deepEqual([found.scripts, found.handlers, found.foreign], [1, 0, 0]);
  assert.match(found.policy, /^default-src 'none'; style-src 'sha256-[^' ]+'; script-src 'sha256-[^' ]+'; base-uri 'none'; form-action 'none'$/);
  assert.ok(found.text.includes("<script>alert('x')</script>"), "the hostile text is there, as text");
  assert.doesNotMatch(found.text, /[\u0000-\u0008\u000b\u000e-\u001f\u202a-\u202e\u2066-\u2069]/);
  // The policy holds: what a foreign text would need to do is refused.
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    return window.ran === true;
  });
  assert.equal(ran, false);
  await close();
}

/** A large page: how long until it is painted and a filter has answered. */
async function largeIsQuick() {
  const { page, complaints, close } = await open("large", desk);
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  const filter = await page.evaluate(() => {
    const input = document.querySelector('form[data-for="tokens"] input');
    const start = performance.now();
    input.value = "job number 7";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    return performance.now() - start;
  });
  assert.deepEqual(complaints, []);
  assert.ok((await page.locator("#tokens > tr").count()) === 2000);
  console.log(`tests/browser: 2,000 tokens: first paint after ${Math.round(paint)} ms, search after ${Math.round(filter)} ms`);
  await close();
}

await looksRight("story");
await looksRight("hostile");
await filtersWork();
for (const name of ["story", "hostile"]) await isAccessible(name);
await foreignTextIsInert();
await largeIsQuick();
await browser.close();
console.log("tests/browser: all pages hold");
