/** True when an MQTT topic is one of a filter's (MQTT 3.1.1 section 4.7): `+` is one level, a last `#` is the rest. */
export function matchesFilter(filter: string, topic: string): boolean {
  // Section 4.7.2: wildcards at the beginning do not reach topics of the server itself.
  if (topic.startsWith("$") && /^[#+]/.test(filter)) return false;
  const wanted = filter.split("/");
  const levels = topic.split("/");
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    if (index >= levels.length || (level !== "+" && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}
