/** A topic as people write it, without the slashes that creep in at its ends. */
export function trimTopic(topic: string): string {
  return topic.replace(/^\/+|\/+$/g, "");
}

/**
 * What stands in a topic after a base and a slash: `status/em:0` of `shelly/status/em:0` below `shelly`.
 * @returns undefined when the topic is not below the base; the empty text when it is the base itself
 */
export function topicTail(topic: string, base: string): string | undefined {
  if (topic === base) return "";
  return topic.startsWith(`${base}/`) ? topic.slice(base.length + 1) : undefined;
}
