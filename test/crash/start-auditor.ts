import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type {
  AcceptedNotice,
  AuditOrder,
  AuditorAnswer,
  AuditorOrder,
  AuditReport,
  MomentsReport,
  PublishOrder,
  PublishReport,
} from "./auditor-orders.ts";

/** The auditor's process, seen from the test. One order at a time. */
export interface Auditor extends AsyncDisposable {
  /** `accepted` resolves when the first PUBACK was read, or with "gone" when the hub went before. */
  publish(order: Omit<PublishOrder, "kind">): {
    readonly accepted: Promise<"accepted" | "gone">;
    readonly over: Promise<PublishReport>;
  };
  audit(order: Omit<AuditOrder, "kind">): Promise<AuditReport>;
  /** When each acknowledgement was read, in ns of CLOCK_MONOTONIC, in the order the messages were sent. */
  moments(): Promise<readonly bigint[]>;
}

export function startAuditor(): Auditor {
  const child = fork(join(import.meta.dirname, "auditor.ts"), { execArgv: [] });
  const ended = once(child, "exit").then(() => {
    throw new Error("the auditor ended, and its list with it");
  });
  // Its end is expected when the test is over; before, whoever waits for an answer hears of it.
  ended.catch(() => {});

  const ask = <T extends AuditorAnswer>(order: AuditorOrder, onAccepted?: () => void): Promise<T> => {
    const answered = new Promise<T>((resolve, reject) => {
      const listen = (message: AuditorAnswer | AcceptedNotice): void => {
        if (message.kind === "accepted") {
          onAccepted?.();
          return;
        }
        child.off("message", listen);
        if (message.kind === "failed") reject(new Error(`the auditor failed: ${message.why}`));
        else resolve(message as T);
      };
      child.on("message", listen);
      child.send(order);
    });
    return Promise.race([answered, ended]);
  };

  return {
    publish(order) {
      const accepted = Promise.withResolvers<"accepted" | "gone">();
      const over = ask<PublishReport>({ kind: "publish", ...order }, () => accepted.resolve("accepted"));
      over.then(() => accepted.resolve("gone"), accepted.reject);
      return { accepted: accepted.promise, over };
    },
    audit: (order) => ask<AuditReport>({ kind: "audit", ...order }),
    async moments() {
      return (await ask<MomentsReport>({ kind: "moments" })).atNs.map(BigInt);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await ended.catch(() => {});
      }
    },
  };
}
