// Keeps the page itself, so that it opens without a network. What it asks the daemon for is never kept here.
const CACHE = "klaim-page";
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add("/")).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const asset = url.pathname.startsWith("/assets/");
  const area = url.pathname.startsWith("/areas/");
  if (!asset && !area && url.pathname !== "/" && url.pathname !== "/icon.svg" && url.pathname !== "/klaim.webmanifest") return;
  event.respondWith(
    (async () => {
      const cache = await caches.open(CACHE);
      // Files under assets/ never change under their names; the page is asked for anew while there is a network.
      if (asset) {
        const kept = await cache.match(event.request);
        if (kept) return kept;
      }
      try {
        const answer = await fetch(event.request);
        if (answer.ok) await cache.put(event.request, answer.clone());
        return answer;
      } catch (error) {
        const kept = await cache.match(event.request, { ignoreSearch: true });
        if (kept) return kept;
        throw error;
      }
    })(),
  );
});
