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

// A number in an address; 0 where there is none, or the address is of another page: a view is still there for a moment
// when it has changed.
export function numberIn(text: string | null | undefined): bigint {
  return /^[0-9]{1,19}$/.test(text ?? "") ? BigInt(text!) : 0n;
}
export function pathNumber(page: string, place = 1): bigint {
  return route.path[0] === page ? numberIn(route.path[place]) : 0n;
}

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
