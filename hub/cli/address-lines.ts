/** The page's address that brings the token with it. Browsers keep what follows `#` to themselves: no server is sent it. */
export function stewardAddress(url: string, token: string): string {
  return `${url}/#token=${token}`;
}

/**
 * Where to look at a hub that runs. The steward's address is for the eyes at a terminal: whatever else these lines go to,
 * a log of systemd or a file, keeps them for others to read.
 */
export function addressLines(
  hub: { readonly web: { readonly url: string } | undefined; readonly stewardToken: string },
  output: { readonly isTTY?: boolean },
): readonly string[] {
  if (hub.web === undefined) return ["Open nothing: the pages are switched off"];
  const { url } = hub.web;
  if (output.isTTY !== true) return [`Open ${url}`];
  return [`Open ${url}`, `Stewards open it as ${stewardAddress(url, hub.stewardToken)}`];
}
