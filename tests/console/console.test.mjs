// The console in a real browser against the real daemon: what each of its people does with it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, openSync, readFileSync, writeFileSync, writeSync, closeSync, ftruncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { minute, test } from "./bounded.mjs";
import { Docket } from "./docket.mjs";
import { openBrowser, Page } from "./browser.mjs";

let docket, browser, people;
const failures = new URL("../../build/console-failures/", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "klaim-files-"));

before(async () => {
  docket = await Docket.make({ claims: 600 });
  browser = await openBrowser();
  const partner = (name) => docket.json("--as", "administrator", "organisation", "register", "--name", name, "--country", "ID").organisation_id;
  people = {
    lawyer: await docket.person("sari", "lawyer+valuer"),
    other: await docket.person("tono", "lawyer"),
    paralegal: await docket.person("wati", "paralegal"),
    treasurer: await docket.person("bendahara", "treasurer"),
    approver: await docket.person("penyetuju", "approver"),
    auditor: await docket.person("pemeriksa", "auditor"),
    administrator: await docket.person("admin2", "administrator"),
    intake: await docket.person("siti", "intake"),
    partner: await docket.person("mitra", "partner", partner("Mitra Satu")),
  };
});
after(async () => {
  await browser?.close();
  await docket?.end();
});

// Signs in, runs the test, and holds the page to having thrown nothing.
async function as(person, hash, run, options = {}) {
  const page = await Page.open(browser, docket, options);
  try {
    await page.signIn(people[person], hash);
    await run(page.page, page).catch(async (error) => {
      // What was to be seen then, for who looks into the failure.
      await page.page.screenshot({ path: join(failures, `${Date.now()}.png`), fullPage: true }).catch(() => {});
      throw error;
    });
    if (!options.allowErrors) assert.deepEqual(page.errors, []);
  } finally {
    await page.close();
  }
}
const text = (locator) => locator.innerText();
async function until(check, what, tries = 100) {
  for (let i = 0; i < tries; i++) {
    if (await check()) return;
    await new Promise((again) => setTimeout(again, 100));
  }
  assert.fail(`not so in time: ${what}`);
}
const number = (text) => Number(text.replace(/[^\d]/g, ""));

describe("signing in", () => {
  test("a first sign-in changes the password and sets up the second factor before anything else", async () => {
    const opened = docket.json("--as", "administrator", "account", "open", "--organisation", "0", "--name", "baru", "--role", "treasurer");
    const { first_password, receipt } = docket.json("--as", "administrator", "account", "recover", opened.account_id, "--reason", "first");
    for (const proposal of [opened.account_id, receipt.sequence]) docket.klaim("account", "confirm", proposal);
    const page = await Page.open(browser, docket);
    await page.goto("#/ledger");
    await page.fillSignIn({ name: "baru", organisation: 0, password: first_password });
    const { page: p } = page;
    await p.getByText("Ganti dulu kata sandi").waitFor();
    assert.equal(await p.getByRole("heading", { name: "Buku besar" }).count(), 0, "nothing else is shown");
    await p.getByLabel("Kata sandi lama").fill(first_password);
    await p.getByLabel("Kata sandi baru").fill("kata sandi yang panjang sekali");
    await p.getByRole("button", { name: "Simpan" }).click();
    await p.getByText("Peran Anda memerlukan faktor kedua").waitFor();
    await p.getByRole("button", { name: "Pasang faktor kedua" }).click();
    const secret = (await text(p.locator("code.big"))).replace(/\s/g, "");
    const { totp } = await import("./docket.mjs");
    await p.locator("#factor-code").fill(totp(secret));
    await p.getByRole("button", { name: "Konfirmasi" }).click();
    await p.getByRole("heading", { name: "Buku besar" }).waitFor();
    await page.close();
  });

  test("an organisation's own provider signs its people in, and nobody else's code does", async () => {
    copyFileSync(join(docket.folder, "server.crt"), join(docket.folder, "provider.crt"));
    copyFileSync(join(docket.folder, "server.key"), join(docket.folder, "provider.key"));
    const script = new URL("../services/openid_provider.mjs", import.meta.url).pathname;
    const provider = spawn("node", [script, docket.folder, "ES256", `${docket.url}/signed-in`], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const issuer = await new Promise((said) => provider.stdout.once("data", (text) => said(String(text).trim())));
      writeFileSync(join(docket.folder, "secret"), "a-secret-of-the-client\n");
      writeFileSync(join(docket.folder, "providers.json"), JSON.stringify([{ organisation_id: 0, issuer, client_id: "klaim", client_secret_file: join(docket.folder, "secret"), redirect_uris: [`${docket.url}/signed-in`], account_claim: "sub", ca_file: join(docket.folder, "authority/ca.crt") }]));
      docket.klaim("account", "confirm", docket.json("--as", "administrator", "account", "open", "--organisation", "0", "--name", "dewi", "--role", "paralegal").account_id);
      await docket.stop();
      await docket.start();
      const page = await Page.open(browser, docket);
      const { page: p } = page;
      await page.goto("#/claims");
      await p.getByRole("button", { name: "Masuk lewat penyedia organisasi" }).click();
      await p.getByText("dewi").first().waitFor();
      assert.equal(new URL(p.url()).pathname, "/");
      // A link with another's code, sent to somebody who asked for nothing.
      await page.context.clearCookies();
      await p.goto(`${docket.url}/signed-in?state=another&code=another`);
      await p.getByText("bukan jendela ini yang memintanya").waitFor();
      await page.close();
    } finally {
      provider.kill("SIGKILL");
    }
  });

  test("a wrong password tells nothing, and the page says what to do", async () => {
    const page = await Page.open(browser, docket);
    await page.goto();
    await page.fillSignIn({ name: "tidakada", organisation: 0, password: "x" });
    assert.match(await text(page.page.getByRole("alert")), /coba lagi, atau tanyakan administrator/);
    await page.close();
  });

  test("in English as in Indonesian, and it is remembered", async () => {
    await as("lawyer", "#/", async (p) => {
      await p.locator("nav select").selectOption("en");
      await p.getByRole("heading", { name: "Overview" }).waitFor();
      await p.reload();
      await p.getByRole("heading", { name: "Overview" }).waitFor();
      assert.equal(await p.locator("html").getAttribute("lang"), "en");
    });
  });
});

describe("the overview", () => {
  test("every figure opens the list behind it, and a list is exported", async () => {
    await as("lawyer", "#/", async (p) => {
      const tile = p.locator(".states a").first();
      const shown = number((await text(tile)).split("\n")[0]);
      await tile.click();
      await p.getByRole("heading", { name: "Klaim", exact: true }).waitFor();
      await until(async () => number(await text(p.getByRole("status").filter({ hasText: "ditampilkan" }))) === Math.min(shown, 200), "as many claims as the figure said");
      await p.goBack();
      await p.locator(".figures").first().waitFor();
      assert.match(await text(p.locator(".figures").first()), /HKD/);
      const download = p.waitForEvent("download");
      await p.getByRole("button", { name: "Ekspor CSV" }).first().click();
      assert.match(readFileSync(await (await download).path(), "utf8"), /Diajukan/);
      const sheet = p.waitForEvent("download");
      await p.getByRole("button", { name: "Ekspor XLSX" }).first().click();
      assert.equal(readFileSync(await (await sheet).path()).subarray(0, 2).toString(), "PK");
    });
  });
});

describe("claims", () => {
  test("of a corridor are opened from its figure, and the newest come first when asked for", async () => {
    await as("lawyer", "#/", async (p) => {
      const row = p.locator("section[aria-labelledby=corridors] tbody tr").first();
      await until(async () => /[A-Za-z]{3}/.test(await text(row.locator("th"))), "areas are named, not numbered");
      const from = await text(row.locator("th"));
      const shown = await text(row.getByRole("link").first());
      await row.getByRole("link").first().click();
      await p.locator(".line").first().waitFor();
      await until(async () => number(await text(p.getByRole("status").filter({ hasText: "ditampilkan" }))) === number(shown), "as many claims as the figure said");
      assert.ok((await p.locator(".line").allInnerTexts()).every((line) => line.includes(from)));
      const first = async () => number((await text(p.locator(".line").first())).split("\n")[0]);
      const oldest = await first();
      await p.getByLabel("Urutan").selectOption({ label: "Terbaru dahulu" });
      await until(async () => (await first()) > oldest, "the newest claim stands first");
    });
  });

  test("are found by their village's name", async () => {
    const claims = docket.json("claim", "list", "--size", "1").claims;
    const claimant = docket.json("--purpose", "test", "claimant", "show", claims[0].filed.claimant_id).claimant;
    const code = claimant.person.village.clear;
    const areas = JSON.parse((await docket.http(`/areas/${code.slice(0, 5)}.json`)).body.toString());
    const village = areas.find(([each]) => each === code)[1];
    await as("lawyer", "#/", async (p) => {
      await p.getByRole("combobox", { name: "Cari" }).fill(`${claimant.person.name.clear.split(" ")[0]} ${village}`);
      await p.getByRole("option").filter({ hasText: `${village}, Kec.` }).first().waitFor();
    });
  });

  test("are found as one types, in any spelling, and opened by keyboard alone", async () => {
    const claims = docket.json("claim", "list", "--size", "1").claims;
    const claimant = docket.json("--purpose", "test", "claimant", "show", claims[0].filed.claimant_id);
    const name = claimant.claimant.person.name.clear;
    await as("lawyer", "#/", async (p) => {
      await p.locator("main h1").waitFor();
      await p.keyboard.press("/");
      await p.keyboard.type(name.split(" ").map((word) => word.slice(0, 4).toUpperCase()).join(" "));
      await p.getByRole("option").filter({ hasText: name }).first().waitFor();
      await p.keyboard.press("Escape");
      await p.getByRole("combobox", { name: "Cari" }).fill(String(claims[0].claim_id));
      await p.getByRole("option").filter({ hasText: name }).first().waitFor();
      await p.keyboard.press("ArrowDown");
      await p.keyboard.press("Enter");
      await p.getByRole("heading", { name, level: 1 }).waitFor();
      assert.ok((await text(p.locator(".timeline"))).includes("Klaim diajukan"));
    });
  });

  test("a list of any length is walked by keyboard, and more comes as one goes", async () => {
    await as("lawyer", "#/claims", async (p) => {
      const grid = p.getByRole("grid");
      await p.getByRole("row").nth(3).waitFor();
      const before = await p.getByRole("row").count();
      assert.ok(before < 80, "only rows in sight are drawn");
      await grid.focus();
      for (let i = 0; i < 4; i++) {
        await p.keyboard.press("End");
        await p.waitForTimeout(150);
      }
      await until(async () => number(await text(p.getByRole("status").filter({ hasText: "ditampilkan" }))) > 200, "a further page");
      await p.keyboard.press("Home");
      await p.keyboard.press("ArrowDown");
      await p.keyboard.press("Enter");
      await p.locator(".timeline").waitFor();
    });
  });

  test("saved views come back", async () => {
    await as("lawyer", "#/claims", async (p) => {
      await p.getByLabel("Keadaan").selectOption({ label: "Diajukan" });
      await p.getByPlaceholder("Nama tampilan").fill("Baru");
      await p.getByRole("button", { name: "Simpan tampilan" }).click();
      await p.goto(`${docket.url}/#/claims`);
      await p.getByLabel("Tampilan tersimpan").selectOption({ label: "Baru" });
      await until(async () => (await p.getByLabel("Keadaan").inputValue()) === "1", "the filter");
    });
  });

  test("a case file takes a note, and a review goes from filed to eligible", async () => {
    await as("lawyer", "#/claims?status=1", async (p) => {
      await p.locator(".line").first().click();
      await p.getByLabel("Tambah catatan").fill("Ditelepon, datang besok.");
      await p.getByRole("button", { name: "Simpan catatan" }).click();
      await p.locator(".timeline").getByText("Ditelepon, datang besok.").waitFor();
      await p.getByRole("button", { name: "Mulai pemeriksaan" }).click();
      await p.getByRole("button", { name: "Putuskan kelayakan" }).click();
      const dialog = p.getByRole("dialog");
      await dialog.getByLabel("Alasan", { exact: true }).fill("Semua syarat terpenuhi.");
      await dialog.getByRole("button", { name: "Putuskan kelayakan" }).click();
      await p.getByRole("button", { name: "Hitung nilai" }).waitFor();
    });
  });

  test("a case's tasks: who is responsible, when people meet, what is consented to, where money goes", async () => {
    await as("lawyer", "#/claims", async (p) => {
      await p.locator(".line").nth(5).click();
      await p.getByRole("button", { name: "Jadwalkan pertemuan" }).click();
      const dialog = p.getByRole("dialog");
      await dialog.getByLabel("Tanggal").fill("2027-03-01");
      await dialog.getByLabel("Di mana").fill("Disnaker Cilacap");
      await dialog.getByRole("button", { name: "Simpan" }).click();
      await p.getByRole("button", { name: "Catat hasil" }).click();
      await dialog.getByLabel("Hasil", { exact: true }).fill("Sepakat dibayar.");
      await dialog.getByRole("button", { name: "Simpan" }).click();
      await p.getByText("Selesai", { exact: true }).waitFor();
      await p.getByRole("button", { name: "Konfirmasi rekening" }).click();
      await dialog.getByLabel("Nama pemilik rekening").fill("Rohmah Maulana");
      await dialog.getByLabel("Nomor rekening").fill("1234567890");
      await dialog.getByLabel("BIC").fill("BRINIDJA");
      await dialog.getByRole("button", { name: "Simpan" }).click();
      // Some claims of the sample have had an account confirmed before: this one is the lawyer's.
      await p
        .locator(".timeline")
        .getByRole("listitem")
        .filter({ hasText: "Rekening pembayaran dikonfirmasi" })
        .filter({ hasText: "sari@0" })
        .waitFor();
      await p.getByRole("button", { name: "Tentukan penanggung jawab" }).click();
      await dialog.getByLabel("Penanggung jawab").selectOption({ index: 1 });
      await dialog.getByRole("button", { name: "Simpan" }).click();
      await p.getByText(/^Akun \d+$/).waitFor();
    });
  });

  test("two people at once: the one who comes second is told, and nothing is lost", async () => {
    const first = await Page.open(browser, docket);
    const second = await Page.open(browser, docket);
    await first.signIn(people.lawyer, "#/claims?status=1");
    await first.page.locator(".line").nth(3).click();
    await first.page.getByRole("button", { name: "Mulai pemeriksaan" }).waitFor();
    const hash = new URL(first.page.url()).hash;
    await second.signIn(people.other, hash);
    await second.page.getByRole("button", { name: "Mulai pemeriksaan" }).waitFor();
    await first.page.getByRole("button", { name: "Mulai pemeriksaan" }).click();
    await first.page.getByRole("button", { name: "Putuskan kelayakan" }).waitFor();
    await second.page.getByLabel("Tambah catatan").fill("Catatan kedua");
    await second.page.getByRole("button", { name: "Mulai pemeriksaan" }).click();
    assert.match(await text(second.page.getByRole("alert").first()), /klaim \d+ sekarang/i);
    assert.equal(await second.page.getByLabel("Tambah catatan").inputValue(), "Catatan kedua");
    await first.close();
    await second.close();
  });
});

const hostile = `<img src=x onerror="window.hit=1">"';--{{7*7}}</script><script>window.hit=1</script>`;

describe("intake", () => {
  async function fill(p, name = "Nurhayati binti Slamet", programme = "HK-FEES-2025") {
    await p.getByLabel("Program", { exact: true }).selectOption({ label: (await p.getByLabel("Program", { exact: true }).locator("option").allInnerTexts()).find((label) => label.startsWith(programme)) });
    await p.getByLabel("Nama", { exact: true }).fill(name);
    await p.getByLabel("Telepon").fill("0812-3456-7890");
    await p.getByLabel("Pemohon menyetujui").check();
    await p.getByLabel("Negara tujuan").fill("HK");
    const agency = (docket.agency ??= docket.json("respondent", "list").respondents[0].registered.name);
    await p.getByLabel("Termohon").fill(agency);
    await p.getByLabel("Termohon").press("Tab");
    await p.getByLabel("Pos tuntutan").selectOption({ index: 1 });
    await p.getByLabel(/^Jumlah/).fill("12.500,50");
  }

  test("a claim is taken in on the phone, checked field by field", async () => {
    await as("intake", "#/intake", async (p) => {
      await p.getByRole("button", { name: "Ajukan klaim" }).click();
      await p.getByText(/bagian perlu diperbaiki/).waitFor();
      assert.equal(await p.evaluate(() => document.activeElement?.closest("[data-field]")?.dataset.field), "name", "the first wrong field has the focus");
      await fill(p);
      await p.getByLabel("NIK").fill("123");
      await p.getByRole("button", { name: "Ajukan klaim" }).click();
      await p.getByText("NIK terdiri dari 16 angka").waitFor();
      await p.getByLabel("NIK").fill("");
      await p.getByLabel("Kabupaten atau kota").fill("Kabupaten Brebes");
      await p.locator("datalist option[value^='Bandungsari (Kec.']").waitFor({ state: "attached" });
      await p.getByRole("combobox", { name: "Desa" }).fill("Bandungsari (Kec. Banjarharjo)");
      await p.getByText("Bandungsari, Kec. Banjarharjo, Kab. Brebes · 33.29.").waitFor();
      await p.getByRole("button", { name: "Ajukan klaim" }).click();
      await p.getByText(/Klaim \d+ diajukan/).waitFor();
    });
  });

  test("every word is kept as it is typed, encrypted, and comes back after the page was closed", async () => {
    const page = await Page.open(browser, docket);
    await page.signIn(people.intake, "#/intake");
    await page.page.getByLabel("Nama", { exact: true }).fill("Rahasia Ningsih");
    await page.page.getByText("Tersimpan di perangkat ini, terenkripsi").waitFor();
    const kept = await page.page.evaluate(async () => {
      const db = await new Promise((open) => { const r = indexedDB.open("klaim"); r.onsuccess = () => open(r.result); });
      const rows = await new Promise((got) => { const r = db.transaction("drafts").objectStore("drafts").getAll(); r.onsuccess = () => got(r.result); });
      const key = await new Promise((got) => { const r = db.transaction("keys").objectStore("keys").get("drafts"); r.onsuccess = () => got(r.result); });
      return { text: rows.map((row) => new TextDecoder("latin1").decode(row.sealed)).join(), extractable: key.extractable, storage: JSON.stringify(localStorage) };
    });
    assert.ok(!kept.text.includes("Rahasia") && !kept.storage.includes("Rahasia"), "nobody reads it from the device");
    assert.equal(kept.extractable, false);
    await page.page.reload();
    await page.page.getByRole("button", { name: "Lanjutkan" }).click();
    assert.equal(await page.page.getByLabel("Nama", { exact: true }).inputValue(), "Rahasia Ningsih");
    await page.close();
  });

  test("without a network it waits, and is filed once when the network is back", async () => {
    await as("intake", "#/intake", async (p, page) => {
      const claims = () => Number(docket.json("status").claims ?? 0);
      const before = claims();
      await page.context.setOffline(true);
      await fill(p, "Tanpa Jaringan");
      await p.getByRole("button", { name: /Ajukan/ }).click();
      await p.getByText("Tidak ada jaringan: klaim diajukan sendiri").waitFor();
      await p.reload();
      await p.getByRole("listitem").filter({ hasText: "Tanpa Jaringan" }).waitFor();
      assert.equal(claims(), before, "nothing came yet");
      await page.context.setOffline(false);
      await p.evaluate(() => window.dispatchEvent(new Event("online")));
      await until(async () => claims() === before + 1, "it is filed");
      await p.evaluate(() => window.dispatchEvent(new Event("online")));
      await p.waitForTimeout(500);
      assert.equal(claims(), before + 1, "once");
    }, { allowErrors: true });
  });

  test("a session that ends in the middle of a form takes nothing with it", async () => {
    await as("intake", "#/intake", async (p, page) => {
      await fill(p, "Sesi Habis");
      await page.context.clearCookies();
      await p.getByRole("button", { name: "Ajukan klaim" }).click();
      await p.getByRole("dialog").getByText("Sesi Anda berakhir").waitFor();
      await page.fillSignIn(people.intake);
      await p.getByRole("dialog").waitFor({ state: "detached" });
      people.intake.session = undefined;
      // It was to be filed, and is, in the session that began anew.
      await p.evaluate(() => window.dispatchEvent(new Event("online")));
      await until(async () => {
        await p.getByRole("combobox", { name: "Cari" }).fill("");
        await p.getByRole("combobox", { name: "Cari" }).fill("Sesi Habis");
        await p.waitForTimeout(400);
        return (await p.getByRole("option").filter({ hasText: "Sesi Habis" }).count()) > 0;
      }, "the claim is filed", 30);
    });
  });

  test("what the daemon refuses stands at its field until it is mended", async () => {
    await as("intake", "#/intake", async (p) => {
      await fill(p, "Ditolak Ningsih");
      const nik = p.getByLabel("NIK");
      await nik.fill("3302014502850000");
      await p.getByLabel("Telepon").fill("0812");
      await p.getByRole("button", { name: "Ajukan klaim" }).click();
      await p.locator('[data-field="nationalId"] .error').filter({ hasText: "berakhir 0000" }).waitFor();
      await p.locator('[data-field="phone"] .error').filter({ hasText: "bukan nomor telepon" }).waitFor();
      assert.equal(await nik.evaluate((field) => document.activeElement === field), true, "whoever typed it is led there");
      await nik.fill("3302014502850007");
      assert.equal(await p.locator('[data-field="nationalId"] .error').count(), 0, "it was said of what stood there before");
      await p.getByLabel("Telepon").fill("0812-3456-7890");
      await p.getByRole("button", { name: "Ajukan klaim" }).click();
      await p.getByText(/Klaim \d+ diajukan/).waitFor();
    }, { allowErrors: true });
  });

  test("what is typed is text, whatever it looks like", async () => {
    await as("lawyer", "#/intake", async (p) => {
      await fill(p, `Aminah ${hostile}`.slice(0, 190));
      for (const label of ["Alamat", "Pekerjaan", "Kapal", "Cerita"]) await p.getByLabel(label, { exact: label !== "Cerita" }).fill(hostile.slice(0, 78));
      await p.getByRole("button", { name: "Ajukan klaim" }).click();
      await p.getByText(/Klaim \d+ diajukan/).waitFor();
      await p.getByRole("link", { name: "Buka" }).click();
      await p.getByLabel("Tambah catatan").fill(hostile);
      await p.getByRole("button", { name: "Simpan catatan" }).click();
      await p.locator(".timeline").getByText("onerror").first().waitFor();
      await p.getByRole("combobox", { name: "Cari" }).fill("Aminah");
      await p.getByRole("option").first().waitFor();
      await p.getByRole("combobox", { name: "Cari" }).fill(hostile.slice(0, 60));
      await p.waitForTimeout(400);
      await p.goto(`${docket.url}/#/claims?programme=${encodeURIComponent("<b>")}`).catch(() => {});
      assert.equal(await p.evaluate(() => window.hit), undefined);
      assert.equal(await p.locator("main img[src=x]").count(), 0);
    }, { allowErrors: true });
  });
});

describe("duplicates", () => {
  test("two records side by side are merged, and that is undone, by keyboard", async () => {
    await as("lawyer", "#/duplicates", async (p) => {
      await p.getByText(/^1 dari/).waitFor();
      const before = number((await text(p.getByText(/^1 dari/))).split("dari")[1]);
      assert.ok((await p.locator("mark").count()) > 0 || (await p.getByText("sama").count()) > 0, "differences are marked");
      await p.keyboard.press("m");
      await p.getByRole("dialog").getByLabel("Alasan", { exact: true }).fill("Kartu yang sama, dilihat.");
      await p.getByRole("dialog").getByRole("button", { name: "Satu orang: gabungkan" }).click();
      await p.getByText(/digabungkan ke/).waitFor();
      await p.getByRole("button", { name: "Batalkan" }).click();
      await until(async () => number((await text(p.getByText(/dari \d+/))).split("dari")[1]) >= before - 1, "the list is there again");
      await p.keyboard.press("n");
      await p.getByRole("dialog").getByLabel("Alasan", { exact: true }).fill("Dua orang.");
      await p.getByRole("dialog").getByRole("button", { name: "Dua orang berbeda" }).click();
      await p.getByText(/dinyatakan dua orang/).waitFor();
    });
  });
});

describe("evidence", () => {
  async function openCase(p) {
    await p.goto(`${docket.url}/#/claims`);
    await p.locator(".line").nth(7).click();
    await p.locator(".timeline").waitFor();
  }
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

  test("a picture goes up, is shown, and is compared with the hash in the log", async () => {
    await as("lawyer", "#/claims", async (p) => {
      await openCase(p);
      await p.locator("input[type=file]").first().setInputFiles({ name: "paspor.png", mimeType: "image/png", buffer: png });
      await p.getByLabel("Judul").fill("Paspor");
      await p.getByRole("button", { name: "Kirim" }).click();
      await p.getByRole("link", { name: "Paspor" }).first().click();
      await p.getByRole("button", { name: "Buka dokumen" }).click();
      await p.getByText("Utuh: sama dengan hash").waitFor();
      await p.getByRole("img", { name: "Paspor" }).waitFor();
      await p.getByText("Dilihat").first().waitFor();
    });
  });

  // By KLAIM_UPLOAD_MIB a file can be as large as one likes.
  test("a large file that is cut off goes on where it was, also after the page was closed", { timeout: 12 * minute }, async () => {
    const size = Number(process.env.KLAIM_UPLOAD_MIB ?? 48) * 2 ** 20; // 2048 for 2 GiB
    const path = join(folder, "rekaman.txt");
    const file = openSync(path, "w");
    ftruncateSync(file, 0);
    const block = Buffer.alloc(1 << 20, "kesaksian dan bukti \n");
    for (let at = 0; at < size; at += block.length) writeSync(file, block, 0, Math.min(block.length, size - at));
    closeSync(file);
    await as("lawyer", "#/claims", async (p, page) => {
      await openCase(p);
      const input = p.locator("input[type=file]").first();
      await input.setInputFiles(path);
      let parts = 0;
      await page.context.route("**/UploadDocument", (route) => (++parts === 4 ? route.abort("connectionreset") : parts > 4 && parts < 6 ? route.abort("internetdisconnected") : route.continue()));
      await p.getByRole("button", { name: "Kirim" }).click();
      await until(async () => parts >= 6, "parts went on after the cut", 600);
      await p.getByRole("button", { name: "Hentikan" }).click();
      await p.getByRole("button", { name: "Lanjutkan" }).waitFor();
      const before = parts;
      await p.reload();
      await p.locator(".timeline").waitFor();
      await p.locator("input[type=file]").first().setInputFiles(path);
      await p.getByRole("button", { name: "Kirim" }).click();
      await p.getByText("Tersimpan", { exact: true }).waitFor({ timeout: 600_000 });
      assert.ok(parts - before < size / (4 << 20), `it didn't begin anew: ${parts - before} parts of ${size / (4 << 20)}`);
    }, { allowErrors: true });
  });
});

describe("groups, settlements, payments", () => {
  // Two people take turns on a dozen pages.
  test("from a proposal to money that is paid: two people, and every refusal told", { timeout: 3 * minute }, async () => {
    let settlementUrl, batchUrl;
    await as("lawyer", "#/groups", async (p) => {
      await p.locator("td button.plain").first().click();
      await p.getByText("Klaim dalam usulan").waitFor();
      await p.getByRole("button", { name: "Sahkan kelompok" }).click();
      await p.getByRole("dialog").getByRole("button", { name: "Sahkan kelompok" }).click();
      await p.getByText(/disahkan dengan \d+ anggota/).waitFor();
    });
    const group = docket.json("groups", "list").groups[0];
    docket.klaim("claim", "determine", "--group", group.group_id);
    await as("treasurer", "#/settlements", async (p) => {
      await p.getByRole("button", { name: "Catat penyelesaian" }).click();
      const dialog = p.getByRole("dialog");
      await dialog.getByLabel("Program").selectOption(String(group.certified.programme_id));
      await dialog.getByLabel("Kelompok").selectOption(String(group.group_id));
      await dialog.getByLabel("Jatuh tempo 1").fill("2027-01-31");
      await dialog.getByLabel("Jumlah").fill("10.000,01");
      await dialog.getByLabel("Forum").fill("Labour Tribunal");
      await dialog.getByRole("button", { name: "Catat penyelesaian" }).click();
      await p.getByText(/Penyelesaian \d+ dicatat/).waitFor();
      await p.getByRole("button", { name: "Catat penerimaan" }).click();
      await p.getByRole("dialog").getByLabel("Jumlah").fill("10.000,01");
      await p.getByRole("dialog").getByLabel("Tanggal buku").fill("2027-01-31");
      await p.getByRole("dialog").getByLabel("Nomor bank").fill("A1");
      // Several owe it jointly: the page asks which of them paid.
      await p.getByRole("dialog").getByLabel("Termohon yang membayar").selectOption({ index: 1 });
      await p.getByRole("dialog").getByRole("button", { name: "Simpan" }).click();
      await p.getByRole("heading", { name: "Siapa membayar berapa" }).waitFor();
      // The plan is drawn, and what each gets is shown meanwhile.
      await p.getByRole("row").filter({ hasText: "Dibagikan" }).waitFor();
      await p.getByRole("button", { name: "Bandingkan dengan rencana lain" }).click();
      await p.getByLabel("Aturan").nth(1).selectOption({ label: "Sama rata" });
      await p.getByLabel("Paling banyak seklaim").nth(1).fill("500,00");
      await p.getByRole("columnheader", { name: "Rencana lain" }).first().waitFor();
      await until(async () => {
        const cells = await p.getByRole("row").filter({ hasText: "Median bagian" }).getByRole("cell").allInnerTexts();
        return cells.length === 2 && cells[0] !== cells[1];
      }, "two plans side by side");
      await p.getByRole("button", { name: "Usulkan alokasi" }).click();
      await p.getByRole("dialog").getByRole("button", { name: "Usulkan alokasi" }).click();
      await p.getByText("Alokasi menunggu persetujuan").waitFor();
      assert.equal(await p.getByRole("button", { name: "Setujui alokasi" }).count(), 0, "who proposes can't approve");
      settlementUrl = new URL(p.url()).hash;
    });
    await as("approver", settlementUrl, async (p) => {
      await p.getByRole("button", { name: "Tolak alokasi" }).click();
      await p.getByRole("dialog").getByLabel("Alasan", { exact: true }).fill("Biayanya belum ada.");
      await p.getByRole("dialog").getByRole("button", { name: "Tolak alokasi" }).click();
      await p.getByText("Alokasi menunggu persetujuan").waitFor({ state: "detached" });
    });
    await as("treasurer", settlementUrl, async (p) => {
      await p.getByRole("button", { name: "Usulkan alokasi" }).click({ timeout: 15_000 });
      await p.getByRole("dialog").getByRole("button", { name: "Usulkan alokasi" }).click();
      await p.getByText("Alokasi menunggu persetujuan").waitFor();
    });
    await as("approver", settlementUrl, async (p) => {
      await p.getByRole("button", { name: "Setujui alokasi" }).click();
      await p.getByRole("dialog").getByRole("button", { name: "Setujui alokasi" }).click();
      await p.getByText("Alokasi menunggu persetujuan").waitFor({ state: "detached" });
    });
    await as("treasurer", settlementUrl, async (p) => {
      await p.getByRole("button", { name: "Usulkan pembayaran" }).click();
      await p.getByRole("heading", { name: /Daftar pembayaran \d+/ }).waitFor();
      batchUrl = new URL(p.url()).hash;
    });
    await as("approver", batchUrl, async (p) => {
      await p.getByRole("button", { name: "Setujui pembayaran" }).click();
      await p.getByRole("dialog").getByRole("button", { name: "Setujui pembayaran" }).click();
      await p.getByText("Disetujui", { exact: true }).waitFor();
    });
    // One payment is held, and released by another person.
    await as("treasurer", batchUrl, async (p) => {
      await p.getByRole("button", { name: "Tahan" }).first().click();
      await p.getByRole("dialog").getByLabel("Alasan").fill("Penerimanya disengketakan");
      await p.getByRole("dialog").getByRole("button", { name: "Tahan" }).click();
      await p.getByText(/ditahan oleh/).waitFor();
    });
    await as("approver", batchUrl, async (p) => {
      await p.getByRole("button", { name: "Lepas" }).first().click();
      await p.getByRole("dialog").getByLabel("Alasan").fill("Sengketa selesai");
      await p.getByRole("dialog").getByRole("button", { name: "Lepas" }).click();
      await p.getByText(/ditahan oleh/).waitFor({ state: "detached" });
    });
    await as("treasurer", batchUrl, async (p) => {
      await p.getByRole("button", { name: "Kirim ke bank" }).click();
      await p.getByRole("dialog").getByLabel("Nomor pesan").fill("MSG-1");
      await p.getByRole("dialog").getByRole("button", { name: "Kirim ke bank" }).click();
      await p.getByRole("button", { name: "Konfirmasi pembayaran" }).click();
      await p.getByRole("dialog").getByLabel("Tanggal buku").fill("2027-02-05");
      await p.getByRole("dialog").getByRole("button", { name: "Konfirmasi pembayaran" }).click();
      await p.getByText("Dikonfirmasi").first().waitFor();
      await p.getByRole("button", { name: "Catat pengembalian" }).first().click();
      await p.getByRole("dialog").getByRole("button", { name: "Catat pengembalian" }).click();
      await p.getByText("Kembali", { exact: true }).first().waitFor();
      await p.goto(`${docket.url}/#/ledger`);
      await p.getByText("Aset › titipan › bank").first().waitFor();
      const download = p.waitForEvent("download");
      await p.getByRole("button", { name: "hledger" }).click();
      assert.match(readFileSync(await (await download).path(), "utf8"), /decimal-mark/);
    });
  });

  test("a bulk decision says beforehand to how many it is done", async () => {
    await as("lawyer", "#/groups", async (p) => {
      await p.getByRole("button", { name: "Keputusan massal" }).first().click();
      const dialog = p.getByRole("dialog");
      await dialog.getByLabel("Keputusan").selectOption({ label: "Mulai pemeriksaan" });
      assert.match(await text(dialog.getByRole("status")), /Berlaku untuk \d+ klaim/);
      await dialog.getByRole("button", { name: "Mulai" }).click();
      await p.getByText(/Pekerjaan \d+ dimulai/).waitFor();
      await p.goto(`${docket.url}/#/work`);
      await p.getByRole("cell", { name: "Mulai pemeriksaan" }).first().waitFor();
    });
  });

  test("a network is drawn, and listed for who can't see the drawing", async () => {
    await as("lawyer", "#/networks", async (p) => {
      const big = docket.json("respondent", "list").respondents.find((row) => row.network_size > 1);
      await p.goto(`${docket.url}/#/networks/${big.respondent_id}`);
      await p.locator("[role=img] svg").waitFor();
      assert.ok((await p.getByRole("region", { name: "Anggota" }).getByRole("row").count()) >= 3);
    });
  });
});

describe("audit", () => {
  test("the browser itself checks the signature and the proof, and a false key is seen", async () => {
    await as("auditor", "#/audit/record/20", async (p) => {
      await p.getByText("Catatan ini ada dalam pohon").waitFor();
      assert.equal(await p.locator("li.note.good").count(), 3);
      const vkey = readFileSync(join(docket.folder, "log.vkey"), "utf8").trim();
      await p.getByLabel(/Kunci publik log/).fill(vkey);
      await p.getByRole("button", { name: "Periksa" }).click();
      await until(async () => (await p.locator("li.note.good").count()) === 3 && (await p.getByText("berasal dari peladen ini").count()) === 0, "with the key from another hand");
      const [name, id, key] = vkey.split(/\+(?=[^+]*\+)|\+/);
      const bytes = Buffer.from(vkey.split("+").slice(2).join("+"), "base64");
      bytes[5] ^= 1;
      await p.getByLabel(/Kunci publik log/).fill(`${name}+${id}+${bytes.toString("base64")}`);
      await p.getByRole("button", { name: "Periksa" }).click();
      await p.locator("li.note.bad").waitFor();
    }, { allowErrors: true });
  });

  test("a record that the server changed on the way is found", async () => {
    await as("auditor", "#/audit/log", async (p, page) => {
      await page.context.route("**/GetInclusionProof", async (route) => {
        const answer = await route.fetch();
        const body = Buffer.from(await answer.body());
        body[body.length - 3] ^= 1;
        await route.fulfill({ response: answer, body, headers: { "content-type": "application/proto" } });
      });
      await p.goto(`${docket.url}/#/audit/record/21`);
      await until(async () => (await p.locator("li.note.bad").count()) + (await p.getByRole("alert").count()) > 0, "the change is seen");
    }, { allowErrors: true });
  });

  test("history is a story; then is compared with now, and every page shown as it was", async () => {
    await as("auditor", "#/audit/log", async (p) => {
      await p.locator("li strong").first().waitFor();
      await p.getByRole("button", { name: "Lebih awal" }).click();
      await until(async () => (await p.locator("li strong").count()) > 50, "a page of the story");
      await p.goto(`${docket.url}/#/audit/then`);
      await p.locator("input[type=range]").waitFor();
      await p.getByRole("textbox", { name: "Catatan" }).fill("200");
      await p.getByRole("textbox", { name: "Catatan" }).press("Tab");
      await p.getByRole("button", { name: "Bandingkan dengan sekarang" }).click();
      await p.getByRole("heading", { name: "Yang berubah sejak itu" }).waitFor();
      await p.getByRole("button", { name: "Tunjukkan semua halaman seperti saat itu" }).click();
      await p.getByText("Keadaan pada catatan 200").waitFor();
      const then = number(await text(p.locator(".states .big").first()));
      assert.ok(then > 0 && then < 100);
    });
  });
});

describe("administration", () => {
  test("an organisation, a person, a role; whoever opens an account sees its first password once", async () => {
    await as("administrator", "#/administration/organisations", async (p) => {
      await p.getByRole("button", { name: "Daftarkan organisasi" }).click();
      await p.getByRole("dialog").getByLabel("Nama organisasi").fill("Cabang Cilacap");
      await p.getByRole("dialog").getByRole("button", { name: "Simpan" }).click();
      await p.getByText(/Organisasi \d+ terdaftar/).waitFor();
      await p.goto(`${docket.url}/#/administration/accounts`);
      await p.getByRole("button", { name: "Buka akun" }).click();
      await p.getByRole("dialog").getByLabel("Nama akun").fill("paralegal1");
      await p.getByRole("dialog").getByRole("button", { name: "Buka akun" }).click();
      await p.getByText(/Kata sandi pertama, hanya ditunjukkan sekali/).waitFor();
      await p.getByRole("button", { name: "Sudah diserahkan" }).waitFor();
      const row = p.getByRole("row").filter({ hasText: "paralegal1" });
      await row.getByText("menunggu administrator lain").first().waitFor();
      assert.equal(await row.getByRole("button", { name: /^Konfirmasi/ }).count(), 0, "whoever proposed it can't confirm it");
      const opened = docket.json("account", "list").accounts.find((account) => account.name === "paralegal1");
      for (const { proposal } of opened.proposals) docket.klaim("account", "confirm", proposal);
      await p.reload();
      await row.waitFor();
      assert.equal(await row.getByText("menunggu administrator lain").count(), 0);
    });
  });

  test("a programme is opened and its rules revised in forms that check what is typed", async () => {
    await as("lawyer", "#/administration/programmes", async (p) => {
      await p.getByRole("button", { name: "Buka program" }).click();
      const dialog = p.getByRole("dialog");
      const code = `UJI-${Date.now()}`;
      await dialog.getByLabel("Kode", { exact: true }).fill(code);
      await dialog.getByLabel("Judul").fill("Program uji");
      await dialog.getByLabel("Batas pengajuan").fill("2030-12-31");
      await dialog.getByRole("textbox", { name: "Pos tuntutan" }).fill("unpaid_wages");
      await dialog.getByLabel("Batas atas").fill("satu juta");
      await dialog.getByText("Tulis seperti 1.250.000").waitFor();
      await dialog.getByLabel("Batas atas").fill("50.000.000");
      await dialog.getByLabel("Dasar hukum").fill("UU 18/2017");
      await dialog.getByRole("button", { name: "Simpan" }).click();
      await p.getByText(/Program \d+ dibuka/).waitFor();
      const section = p.locator("section").filter({ hasText: code });
      await section.getByRole("button", { name: "Ubah aturan" }).click();
      await p.getByRole("dialog").getByLabel("Batas atas").fill("60.000.000");
      await p.getByRole("dialog").getByLabel("Dasar hukum").fill("Putusan 1");
      await p.getByRole("dialog").getByLabel("Alasan", { exact: true }).fill("Batas dinaikkan.");
      await p.getByRole("dialog").getByRole("button", { name: "Simpan" }).click();
      await p.getByText("Aturan diubah").waitFor();
      await until(async () => /60\.000\.000/.test(await text(section)), "the rules as they are now");
    });
  });

  test("a sheet is mapped, looked at, filed; what is wrong waits to be mended", async () => {
    const agency = docket.json("respondent", "list").respondents[0].registered.name;
    const sheet = join(folder, "lembar.csv");
    writeFileSync(sheet, `No;Nama Lengkap;Keadaan;Setuju;Agen;Pos;Jumlah\nW-1;Siti Uji;pulang;01-02-2026;${agency};excess_recruitment_fee;1.000,00\nW-2;Budi Uji;sakit;01-02-2026;${agency};excess_recruitment_fee;1.000,00\n`);
    await as("partner", "#/administration/import", async (p) => {
      await p.getByLabel("Berkas CSV").setInputFiles(sheet);
      for (const [field, column] of Object.entries({ "Nomor sendiri *": "no", "Nama *": "nama lengkap", "Keadaan pekerja *": "keadaan", "Tanggal persetujuan *": "setuju", "Termohon *": "agen", "Pos tuntutan *": "pos", "Jumlah *": "jumlah" })) await p.getByLabel(field).selectOption(column);
      await p.getByText("2 baris: 1 dapat diajukan, 1 perlu diperbaiki").waitFor();
      await p.getByRole("cell", { name: "pulang, di_luar_negeri" }).waitFor();
      await p.getByRole("button", { name: "Ajukan 1 klaim" }).click();
      await p.getByText("1 diajukan, 1 menunggu perbaikan").waitFor();
    });
  });
});

describe("a partner", () => {
  test("sees what is its own, and no page of the national body", async () => {
    await as("partner", "#/claims", async (p) => {
      await p.getByRole("heading", { name: "Klaim", exact: true }).waitFor();
      await until(async () => (await p.locator(".line").count()) <= 1, "no claims of others");
      assert.equal(await p.getByRole("link", { name: "Audit" }).count(), 0);
      await p.goto(`${docket.url}/#/ledger`);
      await p.getByText("Peran Anda tidak mencakup halaman ini").waitFor();
      const others = docket.json("claim", "list", "--size", "1").claims[0].claim_id;
      await p.getByRole("combobox", { name: "Cari" }).fill(String(others));
      await p.getByText("Tidak ditemukan").waitFor();
    });
  });
});

describe("for everyone", () => {
  const pages = ["#/", "#/claims", "#/intake", "#/work", "#/duplicates", "#/groups", "#/networks", "#/settlements", "#/payments", "#/ledger", "#/administration", "#/administration/import", "#/account"];
  for (const options of [{ width: 1280, height: 900 }, { width: 320, height: 640 }, { width: 1280, height: 900, colorScheme: "dark" }, { width: 390, height: 844, language: "en" }]) {
    test(`axe finds nothing, and nothing hangs over the edge: ${JSON.stringify(options)}`, async () => {
      const axe = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
      const page = await Page.open(browser, docket, { ...options, bypassCSP: true });
      const look = async (name) => {
        await page.page.evaluate(axe);
        const { violations } = await page.page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
        assert.deepEqual(violations.map((found) => `${name}: ${found.id}: ${found.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`), []);
        const over = await page.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${name}: ${over} px hang over`);
      };
      await page.goto();
      await page.page.locator("form").waitFor();
      await look("sign-in");
      await page.fillSignIn(people.lawyer);
      await page.page.locator("main h1").first().waitFor();
      for (const hash of pages) {
        await page.page.evaluate((to) => { location.hash = to; }, hash);
        await page.page.locator("main h1").first().waitFor();
        await page.page.waitForTimeout(700);
        await look(hash);
      }
      const case_ = docket.json("claim", "list", "--size", "1").claims[0];
      await page.page.evaluate((to) => { location.hash = to; }, `#/cases/${case_.filed.case_id}?claim=${case_.claim_id}`);
      await page.page.locator(".timeline").waitFor();
      await look("case file");
      await page.close();
    });
  }

  test("with the keyboard alone one skips to the content and moves through the menu", async () => {
    await as("lawyer", "#/", async (p) => {
      await p.locator("main h1").waitFor();
      await p.evaluate(() => document.body.focus());
      await p.keyboard.press("Tab");
      assert.equal(await p.evaluate(() => document.activeElement.className.includes("skip")), true);
      await p.keyboard.press("Enter");
      assert.equal(await p.evaluate(() => document.activeElement.id), "main");
      for (let i = 0; i < 40 && (await p.evaluate(() => document.activeElement.getAttribute("href"))) !== "#/work"; i++) await p.keyboard.press("Shift+Tab");
      await p.keyboard.press("Enter");
      await p.getByRole("heading", { name: "Tugas" }).waitFor();
    });
  });
});
