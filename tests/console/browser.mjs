// A real browser on the console of a docket.
import { createHash, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const program = [process.env.KLAIM_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));

// It overlooks that a docket's certificate is its own; or, for one docket, believes it as it would a public one, and keeps its files.
export async function openBrowser(docket) {
  const spki = docket && createHash("sha256").update(new X509Certificate(readFileSync(`${docket.folder}/server.crt`)).publicKey.export({ type: "spki", format: "der" })).digest("base64");
  return chromium.launch({ executablePath: program, args: ["--no-sandbox", spki ? `--ignore-certificate-errors-spki-list=${spki}` : "--ignore-certificate-errors", "--lang=id"], env: { ...process.env, LANGUAGE: "id", LANG: "id_ID.UTF-8" } });
}

export class Page {
  static async open(browser, docket, { width = 1280, height = 900, language = "id", colorScheme = "light", ...rest } = {}) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width, height }, locale: language === "id" ? "id-ID" : "en-GB", timezoneId: "Asia/Jakarta", colorScheme, acceptDownloads: true, ...rest });
    await context.addInitScript((to) => { if (!localStorage.getItem("language")) localStorage.setItem("language", to); }, language);
    const page = new Page();
    page.docket = docket;
    page.context = context;
    page.page = await context.newPage();
    page.page.setDefaultTimeout(15_000);
    page.errors = [];
    page.page.on("pageerror", (error) => page.errors.push(String(error.stack ?? error)));
    page.page.on("console", (message) => { if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text())) page.errors.push(message.text()); });
    return page;
  }
  async goto(hash = "#/") {
    await this.page.goto(`${this.docket.url}/${hash}`);
  }
  // With a session that the person has: a second factor's code is good once, and the next one comes half a minute later.
  async signIn(person, hash = "#/") {
    person.session ??= await this.docket.token(person);
    await this.context.addCookies([{ name: "__Host-klaim", value: person.session, url: this.docket.url, secure: true, httpOnly: true, sameSite: "Strict" }]);
    await this.goto(hash);
    await this.page.locator("main h1").first().waitFor();
  }
  async fillSignIn(person, password = person.password) {
    const { page } = this;
    await page.locator("form input[autocomplete=username]").waitFor();
    const again = await page.locator("form input[autocomplete=username]").getAttribute("readonly");
    if (again === null) {
      await page.locator("form input[autocomplete=organization]").fill(String(person.organisation));
      await page.locator("form input[autocomplete=username]").fill(person.name);
    }
    await page.locator("form input[autocomplete=current-password]").fill(password);
    await page.locator("form input[autocomplete=one-time-code]").fill(this.docket.code(person));
    await page.locator("form:has(input[autocomplete=username]) button.main").click();
  }
  async close() {
    await this.context.close();
  }
}
