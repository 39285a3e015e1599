/**
 * What this tab's writes are known by. It comes behind `#token=` of the address that the hub's commands print: a browser
 * sends nothing of that part to any server. The tab keeps it until it is closed, and the address bar does not show it.
 */
const KEPT_AS = "millrace.token";
const IN_ADDRESS = /^#token=([A-Za-z0-9_-]+)$/;

/** For a browser that keeps nothing: as long as the page is there. */
let taken: string | undefined;

/** Take the token out of the address, if it is there; to be called once, before anything is shown. */
export function takeToken(): void {
  takeFromAddress();
  // An address with a token that is pasted into this tab loads nothing anew.
  addEventListener("hashchange", takeFromAddress);
}

function takeFromAddress(): void {
  const [, token] = IN_ADDRESS.exec(location.hash) ?? [];
  if (token === undefined) return;
  taken = token;
  history.replaceState(history.state, "", location.pathname + location.search);
  try {
    sessionStorage.setItem(KEPT_AS, token);
  } catch {
    // Storage is switched off; the token lasts as long as the page.
  }
}

/** The header that says who asks; nothing when this tab has no token. */
export function authorization(): Readonly<Record<string, string>> {
  const token = taken ?? keptToken();
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

function keptToken(): string | undefined {
  try {
    return sessionStorage.getItem(KEPT_AS) ?? undefined;
  } catch {
    return undefined;
  }
}
