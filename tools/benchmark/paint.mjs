// How long a person on a cheap phone and a slow network waits until the console's first page shows what needs them today, from a
// cold and from a warm cache: Chromium's own 3G profiles, with a processor four times slower. The floor is the same browser over
// the same network asking the same daemon for a page of two bytes.
//   node tools/benchmark/paint.mjs [--quick]    once a profile and not three times, of a small docket
import { Docket } from "../../tests/console/docket.mjs";
import { openBrowser, Page } from "../../tests/console/browser.mjs";

const profiles = {
  fast_3g: { latency: 562.5, downloadThroughput: (1_440_000 / 8), uploadThroughput: (675_000 / 8) },
  slow_3g: { latency: 2000, downloadThroughput: (400_000 / 8), uploadThroughput: (400_000 / 8) },
};
const quick = process.argv.includes("--quick");
const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
const print = (name, value, unit, floorName, floor) =>
  console.log(JSON.stringify({ name, value: Number(value.toPrecision(4)), unit, ...(floorName ? { floor_name: floorName, floor_value: Number(floor.toPrecision(4)), ratio: Number((value / floor).toFixed(3)) } : {}) }));

async function slow(page, profile) {
  const devtools = await page.context.newCDPSession(page.page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", { offline: false, ...profile });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  return devtools;
}
async function seconds(run) {
  const begin = performance.now();
  await run();
  return (performance.now() - begin) / 1000;
}

const docket = await Docket.make({ claims: quick ? 300 : 600 });
const browser = await openBrowser(docket);
try {
  const person = await docket.person("sari", "lawyer");
  person.session = await docket.token(person);
  const open = () => Page.open(browser, docket, { width: 360, height: 740, isMobile: true, hasTouch: true, ignoreHTTPSErrors: false });
  for (const [profile, network] of Object.entries(profiles)) {
    const floors = [], cold = [], signIns = [], warm = [], bytes = [];
    for (let i = 0; i < (quick ? 1 : 3); i++) {
      const plain = await open();
      plain.page.setDefaultTimeout(60_000);
      await slow(plain, network);
      floors.push(await seconds(() => plain.page.goto(`${docket.url}/healthz`)));
      signIns.push(await seconds(async () => { await plain.goto("#/"); await plain.page.locator("input[type=password]").waitFor(); }));
      await plain.close();
      const page = await open();
      page.page.setDefaultTimeout(60_000);
      await page.context.addCookies([{ name: "__Host-klaim", value: person.session, url: docket.url, secure: true, httpOnly: true, sameSite: "Strict" }]);
      await page.context.addInitScript(() => localStorage.setItem("organisation", "0")); // as a sign-in leaves it
      const devtools = await slow(page, network);
      let loaded = 0;
      let counting = true;
      devtools.on("Network.loadingFinished", (event) => { if (counting) loaded += event.encodedDataLength; });
      const useful = async () => { await page.goto("#/"); await page.page.locator("main .tile").first().waitFor(); };
      cold.push(await seconds(useful));
      counting = false;
      bytes.push(loaded);
      await page.page.goto("about:blank");
      warm.push(await seconds(useful));
      await page.close();
    }
    const floor = median(floors);
    print(`console_first_useful_paint_${profile}`, median(cold), "s", "two_bytes_of_the_same_daemon", floor);
    print(`console_sign_in_to_be_filled_in_${profile}`, median(signIns), "s", "two_bytes_of_the_same_daemon", floor);
    print(`console_first_useful_paint_again_${profile}`, median(warm), "s", "two_bytes_of_the_same_daemon", floor);
    print(`console_bytes_until_then_${profile}`, median(bytes) / 1024, "KiB", "limit", 250);
  }
} finally {
  await browser.close();
  await docket.end();
}
