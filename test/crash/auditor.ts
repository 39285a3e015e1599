import { auditFolder } from "./audit-folder.ts";
import type { AcceptedNotice, AuditorAnswer, AuditorOrder } from "./auditor-orders.ts";
import { publishUntilGone } from "./publish-until-gone.ts";
import { createSentList } from "./sent-list.ts";

/**
 * The auditor: a process of its own that publishes as devices do, keeps the list of what was acknowledged to it, and
 * later holds a folder against that list. The hub is killed; the auditor is not, so nothing of the list is ever lost.
 */

const list = createSentList();
let resent = 0;
const tell = (message: AuditorAnswer | AcceptedNotice): void => void process.send?.(message);

process.on("message", (order: AuditorOrder) => {
  answer(order).then(tell, (cause: unknown) =>
    tell({ kind: "failed", why: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) }),
  );
});

async function answer(order: AuditorOrder): Promise<AuditorAnswer> {
  if (order.kind === "audit") return auditFolder(list, order);
  if (order.kind === "moments") {
    const moments = list.messages.map(({ id }) => list.acknowledgedAt(id));
    return { kind: "moments", atNs: moments.filter((at) => at !== undefined).map(String) };
  }
  const done = await publishUntilGone(list, order, () => tell({ kind: "accepted" }));
  resent += done.resent;
  return {
    kind: "published",
    connected: done.connected,
    sent: list.messages.length,
    acknowledged: list.acknowledged(),
    resent,
  };
}
