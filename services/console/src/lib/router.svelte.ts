// The page that the address names, after the #: "#/claims/4711?status=3".
function parse(): { path: string[]; query: URLSearchParams } {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { path: path.split("/").filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
}

export const route = $state(parse());

window.addEventListener("hashchange", () => {
  const { path, query } = parse();
  route.path = path;
  route.query = query;
});

export function go(to: string): void {
  location.hash = to;
}
// The same page with another query, without a step in the history.
export function setQuery(values: Record<string, string>): void {
  const query = new URLSearchParams(route.query);
  for (const [key, value] of Object.entries(values)) {
    if (value) query.set(key, value);
    else query.delete(key);
  }
  const text = query.toString();
  history.replaceState(null, "", `#/${route.path.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`);
  route.query = query;
}
