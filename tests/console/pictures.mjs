// Draws the pictures of docs/console.md and docs/paralegal.md: the console's main pages on a made-up docket, as each of its people
// sees them. Every one is to be looked at before it is kept. Runs with tools/pictures.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Docket } from "./docket.mjs";
import { openBrowser, Page } from "./browser.mjs";

const into = process.argv[2] ?? new URL("../../docs/pictures/", import.meta.url).pathname;
mkdirSync(into, { recursive: true });
const wide = { width: 1280, height: 860 };
const phone = { width: 360, height: 740, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

// Claims of two programmes by the national body, of a third by a partner.
function fill(docket, partner) {
  const sample = join(docket.folder, "sample");
  docket.klaim("generate", "--claims", "900", "--seed", "3", "--duplicates", "15", "--out", sample);
  docket.klaim("programme", "open", join(sample, "programmes.json"));
  docket.klaim("respondent", "import", join(sample, "respondents.csv"), "--links", join(sample, "links.csv"));
  for (const code of ["HK-FEES-2025", "TW-WAGES-2025"]) docket.klaim("import", join(sample, `claims-${code}.csv`), "--programme", code);
  docket.klaim("organisation", "certificate", "issue", "--docket", docket.folder, "--organisation", String(partner.organisation), "--name", partner.name);
  docket.klaim("--as", partner.name, "import", join(sample, "claims-FISH-CREW-2025.csv"), "--programme", "FISH-CREW-2025");
}

// A day so many days from now, day first.
function day(ahead) {
  const then = new Date(Date.now() + ahead * 86_400_000);
  return [then.getDate(), then.getMonth() + 1, then.getFullYear()].map((part) => String(part).padStart(2, "0")).join("-");
}

// A programme on its way: a group certified, valued and settled, an instalment received and paid out, the next one received.
function advance(docket, paralegal) {
  const proposal = docket.json("groups", "proposals", "--size", "1").proposals[0];
  const group = docket.json("groups", "certify", proposal.proposal_id, "--name", "Jawa Tengah ke Hong Kong").group_id;
  docket.klaim("claim", "determine", "--group", group);
  const settlement = docket.json("settlement", "record", "--programme", proposal.programme_id, "--group", group, "--respondent", proposal.network_id, "--currency", "HKD",
    "--instalment", "31-01-2026=9.000", "--instalment", "30-04-2026=8.000", "--instalment", "31-01-2027=8.000", "--forum", "Labour Tribunal Hong Kong").settlement_id;
  docket.klaim("settlement", "receive", settlement, "--amount", "9.000", "--booked-on", "31-01-2026", "--bank-reference", "HSBC-77");
  const allocation = docket.json("settlement", "allocate", settlement).allocation_id;
  docket.klaim("--as", "approver", "settlement", "approve", settlement, allocation);
  const trust = docket.json("treasury", "trust-account", "--holder", "SBMI Titipan", "--number", "00123456", "--bic", "HSBCHKHH", "--currency", "HKD").trust_account_id;
  const batch = docket.json("payment", "propose", settlement).payment_batch_id;
  docket.klaim("--as", "approver", "payment", "approve", batch);
  docket.klaim("payment", "send", batch, "--trust-account", trust);
  docket.klaim("payment", "confirm", batch, "--booked-on", "05-02-2026");
  docket.klaim("payment", "return", batch, "--payment", "3", "--reason-code", "AC04");
  docket.klaim("settlement", "receive", settlement, "--instalment", "2", "--amount", "8.000", "--booked-on", "12-05-2026", "--bank-reference", "HSBC-91");
  const claim = docket.json("groups", "members", "--group", group, "--size", "1").claim_ids[0];
  const caseId = docket.json("claim", "show", claim).claim.filed.case_id;
  const slip = join(docket.folder, "slip-gaji.pdf");
  writeFileSync(slip, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n");
  const document = docket.json("evidence", "add", slip, "--case", caseId).document_id;
  docket.klaim("evidence", "link", document, "--claim", claim);
  const others = docket.json("claim", "list", "--size", "9").claims.filter((each) => each.claim_id !== claim && each.status === "CLAIM_STATUS_FILED");
  docket.klaim("claim", "deficiency", others[0].claim_id, "--missing", "Kuitansi biaya perekrutan", "--answer-by", day(3));
  docket.klaim("claim", "deficiency", others[1].claim_id, "--missing", "Salinan perjanjian kerja", "--answer-by", day(6));
  docket.klaim("case", "meeting", others[2].filed.case_id, "--kind", "mediation", "--on", day(5), "--forum", "Disnaker Cilacap");
  for (const each of others.slice(0, 4)) docket.klaim("case", "assign", each.filed.case_id, paralegal.accountId);
  return { settlement, batch, group, claim, caseId };
}

const docket = await Docket.make({ claims: 0 });
const browser = await openBrowser();
try {
  const organisation = docket.json("--as", "administrator", "organisation", "register", "--name", "Rumah Pekerja Migran Cilacap", "--country", "ID").organisation_id;
  const people = {
    lawyer: await docket.person("sari", "lawyer+valuer"),
    paralegal: await docket.person("wati", "paralegal"),
    treasurer: await docket.person("bendahara", "treasurer"),
    approver: await docket.person("penyetuju", "approver"),
    auditor: await docket.person("pemeriksa", "auditor"),
    administrator: await docket.person("admin2", "administrator"),
    partner: await docket.person("mitra", "partner", organisation),
  };
  fill(docket, people.partner);
  const made = advance(docket, people.paralegal);
  const members = (respondent) => docket.json("network", "show", respondent).members.length;
  const network = docket.json("respondent", "list").respondents.slice(0, 30).map((each) => each.respondent_id).sort((one, other) => members(other) - members(one))[0];

  async function draw(name, person, hash, { ready = async () => {}, ...how } = {}) {
    const page = await Page.open(browser, docket, { ...wide, ...how });
    if (person) {
      await page.signIn(people[person], hash);
      await page.page.waitForLoadState("networkidle");
    } else {
      await page.goto(hash);
      await page.page.locator("form").first().waitFor();
    }
    await ready(page.page);
    await page.page.waitForLoadState("networkidle");
    await page.page.screenshot({ path: join(into, `${name}.png`), animations: "disabled" });
    const beyond = await page.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (beyond > 0) throw new Error(`${name} is ${beyond} px wider than its window`);
    await page.close();
    console.log(name);
  }

  // The purpose under which personal data is opened.
  const purpose = async (page) => {
    await page.locator(".who button").click();
    await page.locator("dialog input, dialog textarea").first().fill("Menyiapkan sidang");
    await page.locator("dialog button.main").click();
    await page.waitForLoadState("networkidle");
  };
  const fillIntake = async (page) => {
    await page.getByLabel("Nama", { exact: true }).fill("Siti Aminah");
    await page.getByLabel("NIK").fill("3326045505900002");
    await page.getByLabel("Kabupaten atau kota").fill("Kabupaten Pekalongan");
    await page.waitForLoadState("networkidle");
    await page.getByRole("combobox", { name: "Desa" }).fill("Pakisputih (Kec. Kedungwuni)");
  };

  await draw("sign-in", null, "#/");
  await draw("overview", "lawyer", "#/", { ready: async (page) => page.locator("svg").first().waitFor() });
  await draw("overview-dark", "lawyer", "#/", { colorScheme: "dark", ready: async (page) => page.locator("svg").first().waitFor() });
  await draw("overview-english", "lawyer", "#/", { language: "en", ready: async (page) => page.locator("svg").first().waitFor() });
  await draw("claims", "lawyer", "#/claims");
  await draw("case-file", "lawyer", `#/cases/${made.caseId}?claim=${made.claim}`, { ready: purpose });
  await draw("duplicates", "lawyer", "#/duplicates", { ready: purpose });
  await draw("groups", "lawyer", "#/groups");
  await draw("network", "lawyer", `#/networks/${network}`, { ready: async (page) => page.locator("main svg").first().waitFor() });
  await draw("settlement", "treasurer", `#/settlements/${made.settlement}`, { ready: async (page) => page.getByText("Bagian terkecil").waitFor() });
  await draw("plans", "treasurer", `#/settlements/${made.settlement}`, {
    ready: async (page) => {
      await page.getByRole("button", { name: "Bandingkan dengan rencana lain" }).click();
      const other = page.locator("fieldset").last();
      await other.getByLabel("Biaya (%)").fill("3");
      await other.getByLabel("Dasar biaya").fill("Keputusan 4/2026");
      await other.getByLabel("Aturan").selectOption({ label: "Sama rata" });
      await other.getByLabel("Paling banyak seklaim").fill("300");
      await other.getByRole("button", { name: "Tambah langkah" }).click();
      await page.locator("th").filter({ hasText: "Rencana lain" }).nth(1).waitFor();
      await page.getByRole("button", { name: "Satu rencana saja" }).scrollIntoViewIfNeeded();
      await page.getByText("Median bagian").scrollIntoViewIfNeeded();
    },
  });
  docket.klaim("settlement", "allocate", made.settlement);
  await draw("approval", "approver", `#/settlements/${made.settlement}`, { ready: async (page) => page.getByRole("button", { name: "Setujui alokasi" }).scrollIntoViewIfNeeded() });
  await draw("payments", "treasurer", `#/payments/${made.batch}`);
  await draw("ledger", "treasurer", "#/ledger");
  await draw("audit", "auditor", "#/audit");
  await draw("audit-check", "auditor", "#/audit/record/60", {
    ready: async (page) => {
      await page.getByLabel("Kunci publik log").fill(readFileSync(join(docket.folder, "log.vkey"), "utf8").trim());
      await page.getByRole("button", { name: "Periksa" }).click();
      await page.locator("li.note.good").first().waitFor();
    },
  });
  await draw("administration", "administrator", "#/administration");
  await draw("partner", "partner", "#/");
  await draw("phone-sign-in", null, "#/", phone);
  await draw("phone-overview", "paralegal", "#/", phone);
  await draw("phone-intake", "paralegal", "#/intake", { ...phone, ready: fillIntake });
  await draw("phone-claims", "paralegal", "#/claims", phone);
  await draw("phone-case-file", "paralegal", `#/cases/${made.caseId}?claim=${made.claim}`, { ...phone, ready: purpose });
  await draw("phone-work", "paralegal", "#/work", phone);
} finally {
  await browser.close();
  await docket.end();
}
